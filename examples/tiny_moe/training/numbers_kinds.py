"""Arithmetic, fractions and number theory."""

import math

from problem import Problem, sign, wording
from steps import add, chain, divide, fraction, multiply, reduce, times_digit

VALUE = [
    "What is {x}?", "Compute {x}.", "Evaluate {x}.", "Find the value of {x}.", "Calculate {x}.", "{x} = ?",
    "Determine {x}.", "Simplify {x}.", "What is the value of {x}?", "Solve: {x}", "Please find {x}.",
    "Please calculate {x}.", "Give {x}.", "Find: {x}", "Now determine {x}.", "Calculate the value of {x}.", "Evaluate: {x}",
    "Which number is {x}?", "How much is {x}?", "Please give the value of {x}.",
    "Work out {x}.",
    "Compute the value of {x}.", "Please evaluate: {x}",
]  # fmt: skip
GCD = [
    "What is the greatest common divisor of {a} and {b}?", "Find the greatest common divisor of {a} and {b}.",
    "Compute the gcd of {a} and {b}.", "Determine gcd({a},{b}).", "What is gcd({a},{b})?",
    "Which is the largest number that divides {a} and {b}?",
    "Calculate gcd({a},{b}).",
    "Compute gcd({a},{b}).", "Please find the greatest common divisor of {a} and {b}.",
]  # fmt: skip
LCM = [
    "What is the least common multiple of {a} and {b}?", "Find the least common multiple of {a} and {b}.",
    "Compute the lcm of {a} and {b}.", "Determine lcm({a},{b}).", "What is lcm({a},{b})?",
    "Which is the smallest number that {a} and {b} divide?",
    "Calculate lcm({a},{b}).",
    "Compute lcm({a},{b}).", "Please find the least common multiple of {a} and {b}.",
]  # fmt: skip
REMAINDER = [
    "What is the remainder when {a} is divided by {b}?", "Find the remainder of {a} divided by {b}.",
    "Compute {a} mod {b}.", "What is {a} modulo {b}?", "Determine the remainder when {a} is divided by {b}.",
    "{a} is divided by {b}. What is left over?",
    "Calculate {a} mod {b}.",
    "Find {a} modulo {b}.", "Compute the remainder when {a} is divided by {b}.",
]  # fmt: skip
DIVISORS = [
    "How many positive divisors does {a} have?", "Find the number of divisors of {a}.",
    "What is the number of positive divisors of {a}?", "Determine how many numbers divide {a}.",
    "Compute the number of divisors of {a}.", "How many numbers divide {a}?",
    "Count the divisors of {a}.",
    "How many divisors does {a} have?", "Find how many positive numbers divide {a}.",
]  # fmt: skip


def sums(rng, split):
    high = rng.choice([99, 999, 999])
    a, b = rng.randint(10, high), rng.randint(10, high) * rng.choice([1, -1])
    terms = [a, b]
    if rng.random() < 0.6:
        terms.append(rng.randint(10, high) * rng.choice([1, -1]))
    lines, value = chain(terms)
    text = "$" + str(a) + "".join(sign(term) for term in terms[1:]) + "$"
    return Problem("arithmetic", f"sum {sorted(terms)}", wording(rng, split, VALUE, x=text), lines, str(value))


def products(rng, split):
    a, b = rng.choice([(99, 9), (699, 9), (59, 39)])
    a, b = rng.randint(12, a), rng.randint(3, b)
    lines, value = multiply(a, b)
    first, second = rng.sample([a, b], 2)
    text = f"${first}\\times{second}$"
    return Problem("arithmetic", f"times {sorted([a, b])}", wording(rng, split, VALUE, x=text), lines, str(value))


def mixed(rng, split):
    a, b = rng.randint(11, 99), rng.randint(3, 12)
    c = rng.randint(10, 499) * rng.choice([1, -1])
    lines, product = multiply(a, b)
    if rng.random() < 0.5:
        more, value = add(product, c)
        text = f"${a}\\times{b}{sign(c)}$"
    else:
        c = abs(c)
        more, value = add(c, -product)
        text = f"${c}-{a}\\times{b}$"
    key = f"mixed {a} {b} {c} {value}"
    return Problem("arithmetic", key, wording(rng, split, VALUE, x=text), lines + more, str(value))


def brackets(rng, split):
    a, b, c = rng.randint(10, 99), rng.randint(10, 99), rng.randint(3, 9)
    b *= rng.choice([1, -1])
    lines, total = add(a, b)
    more, product = multiply(abs(total), c)
    value = total * c
    text = rng.choice(["$({x})\\times{c}$", "${c}\\times({x})$"]).format(x=f"{a}{sign(b)}", c=c)
    key = f"brackets {sorted([a, b])} {c}"
    return Problem("arithmetic", key, wording(rng, split, VALUE, x=text), lines + more, str(value))


def quotients(rng, split):
    d, q, c = rng.randint(3, 9), rng.randint(12, 199), rng.randint(10, 199) * rng.choice([1, -1])
    lines, _ = divide(d * q, d)
    more, value = add(q, c)
    text = f"${d * q}\\div{d}{sign(c)}$"
    return Problem("arithmetic", f"over {d * q} {d} {c}", wording(rng, split, VALUE, x=text), lines + more, str(value))


def arithmetic(rng, split):
    return rng.choice([sums, products, mixed, brackets, quotients])(rng, split)


def fractions(rng, split):
    a, b, c, d = rng.randint(1, 9), rng.randint(2, 9), rng.randint(1, 9), rng.randint(2, 9)
    operation = rng.choice("+-*:")
    latex = {"+": "+", "-": "-", "*": "\\times", ":": "\\div"}[operation]
    pair = [f"{a}/{b}", f"{c}/{d}"]
    key = f"fractions {operation} {sorted(pair) if operation in '+*' else pair}"
    text = f"$\\frac{{{a}}}{{{b}}}{latex}\\frac{{{c}}}{{{d}}}$"
    lines = []
    if operation in "+-":
        left, x = multiply(a, d)
        right, y = multiply(c, b)
        below, m = multiply(b, d)
        total, n = add(x, y if operation == "+" else -y)
        lines = left + right + below + total
    else:
        left, n = multiply(a, c if operation == "*" else d)
        below, m = multiply(b, d if operation == "*" else c)
        lines = left + below
    negative, n = n < 0, abs(n)
    if n:
        more, (n, m, _) = reduce(n, m)
        lines += more
    else:
        m = 1
    return Problem("fractions", key, wording(rng, split, VALUE, x=text), lines, fraction(-n if negative else n, m))


def common(rng, split):
    """Greatest common divisor or least common multiple."""
    wants_gcd = rng.random() < 0.5
    while True:
        g = math.prod(rng.choice([2, 2, 3, 3, 5, 7]) for _ in range(rng.randint(1, 3 if wants_gcd else 2)))
        u, v = rng.randint(2, 9), rng.randint(2, 9)
        if math.gcd(u, v) == 1 and u != v and g * max(u, v) < 300:
            break
    a, b = g * u, g * v
    lines, (_, rest, primes) = reduce(a, b, ",")
    if wants_gcd:
        value = primes[0]
        for prime in primes[1:]:
            (line,), value = times_digit(value, prime)
            lines.append(line)
    else:
        more, value = multiply(a, rest)
        lines += more
    name, templates = ("gcd", GCD) if wants_gcd else ("lcm", LCM)
    question = wording(rng, split, templates, a=a, b=b)
    return Problem("number theory", f"{name} {sorted([a, b])}", question, lines, str(value))


def remainder(rng, split):
    n, d = rng.randint(100, 9999), rng.randint(3, 9)
    lines, (_, rest) = divide(n, d)
    question = wording(rng, split, REMAINDER, a=f"${n}$", b=f"${d}$")
    return Problem("number theory", f"mod {n} {d}", question, lines, str(rest))


def power_remainder(rng, split):
    """The rest is taken after each factor."""
    m, k = rng.randint(5, 9), rng.randint(3, 6)
    a = rng.randint(2, m - 1)
    base, shown = a, a + m * rng.randint(0, 3)
    lines = [] if shown == a else [f"{shown}={m}*{shown // m}+{a}"]
    value = a
    for _ in range(k - 1):
        product = value * base
        lines.append(f"{value}*{base}={product}={m}*{product // m}+{product % m}")
        value = product % m
    question = wording(rng, split, REMAINDER, a=f"${shown}^{k}$", b=f"${m}$")
    return Problem("number theory", f"power {shown} {k} {m}", question, lines, str(value))


def divisors(rng, split):
    while True:
        n = math.prod(rng.choice([2, 2, 2, 3, 3, 5, 7, 11, 13]) for _ in range(rng.randint(2, 6)))
        if 12 <= n <= 600:
            break
    text, rest, powers = str(n), n, []
    for prime in (2, 3, 5, 7, 11, 13):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
            text += f" by {prime}={rest}"
        if power:
            powers.append((prime, power))
    lines = [text, ",".join(f"{prime}^{power}" for prime, power in powers)]
    value = powers[0][1] + 1
    lines.append(",".join(str(power + 1) for _, power in powers))
    for _, power in powers[1:]:
        (line,), value = times_digit(value, power + 1)
        lines.append(line)
    return Problem("number theory", f"divisors {n}", wording(rng, split, DIVISORS, a=n), lines, str(value))


def number_theory(rng, split):
    return rng.choice([common, common, remainder, power_remainder, divisors])(rng, split)
