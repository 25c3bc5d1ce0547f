"""Linear and quadratic equations, derivatives."""

from problem import Problem, sign, wording
from steps import add, chain, divide, multiply, quotient

SOLVE = [
    "Solve {e} for {v}.", "Solve {e}.", "Find {v} if {e}.", "What is {v} if {e}?", "Determine {v}: {e}",
    "{e}. Find {v}.", "For which {v} is {e}?", "Given {e}, find {v}.", "Find the solution of {e}.",
    "If {e}, what is {v}?", "Solve for {v}: {e}", "Find {v}: {e}", "Please solve {e}.", "Given that {e}, find {v}.",
    "Compute {v} if {e}.", "Let {e}. Find {v}.", "Which {v} solves {e}?",
    "{e}. What is {v}?",
    "Given {e}, what is {v}?", "Determine {v} if {e}.",
]  # fmt: skip
ROOT = [
    "Find the {w} solution of {e}.", "What is the {w} root of {e}?", "Solve {e} and give the {w} solution.",
    "Determine the {w} root of {e}.", "Give the {w} solution of {e}.", "{e}. Find the {w} root.",
    "{e}. What is the {w} solution?",
    "What is the {w} solution of {e}?", "Find the {w} root of {e}.",
]  # fmt: skip
DERIVATIVE = [
    "Find the derivative of {f}.", "Differentiate {f}.", "What is the derivative of {f}?", "Compute f'(x) for f(x) = {f}.",
    "Let f(x) = {f}. Find f'(x).", "Determine the derivative of {f}.", "If f(x) = {f}, what is f'(x)?",
    "Please differentiate {f}.", "Calculate the derivative of {f}.", "f(x) = {f}. What is f'(x)?",
    "Given f(x) = {f}, find f'(x).",
    "Compute the derivative of {f}.", "Let f(x) = {f}. What is f'(x)?",
]  # fmt: skip
SLOPE = [
    "Let f(x) = {f}. Find f'({p}).", "If f(x) = {f}, what is f'({p})?", "Compute f'({p}) for f(x) = {f}.",
    "Find the derivative of {f} at x = {p}.", "What is the slope of {f} at x = {p}?",
    "Determine the slope of {f} at x = {p}.", "Differentiate {f} and evaluate at x = {p}.",
    "f(x) = {f}. Find f'({p}).", "Calculate f'({p}) if f(x) = {f}.", "Compute the slope of {f} at x = {p}.",
    "Given f(x) = {f}, find f'({p}).",
    "What is the derivative of {f} at x = {p}?", "Let f(x) = {f}. What is f'({p})?",
]  # fmt: skip


def times(a, v):
    return {1: v, -1: f"-{v}"}.get(a, f"{a}{v}")


def plus_times(a, v):
    return "+" + times(a, v) if a > 0 else times(a, v)


def some(rng, low, high):
    return rng.choice([n for n in range(low, high + 1) if n not in (0, 1, -1)])


def linear_parameters(rng):
    a = some(rng, -9, 9)
    b = some(rng, -99, 99)
    if rng.random() < 0.7:
        return a, b, a * rng.randint(-30, 30) + b
    return a, b, rng.randint(-99, 99)


def linear(rng, split):
    v = rng.choice("xyztn")
    shape = rng.choice(["one side", "two sides", "bracket"])
    a, b, c = linear_parameters(rng)
    lines = []
    if shape == "one side":
        equation, key = f"{times(a, v)}{sign(b)}={c}", f"linear {a} {b} {c}"
    elif shape == "two sides":
        left = some(rng, -9, 9)
        while left - a in (0, 1, -1) or abs(left - a) > 9:
            left = some(rng, -9, 9)
        equation = f"{times(left, v)}{sign(b)}={times(left - a, v)}{sign(c)}"
        key = f"linear sides {sorted([(left, b), (left - a, c)])}"
        lines, _ = add(left, a - left)
    else:
        inner = some(rng, -12, 12)
        b = a * inner
        c = b + a * rng.randint(-20, 20)
        equation, key = f"{a}({v}{sign(inner)})={c}", f"linear bracket {a} {inner} {c}"
        if abs(a) > 1:
            lines, _ = multiply(abs(a), abs(inner))
            lines.append(f"{times(a, v)}{sign(b)}={c}")
    more, right = add(c, -b)
    lines += more
    lines.append(f"{times(a, v)}={right}")
    more, answer = quotient(right, a)
    return Problem("linear equations", key, wording(rng, split, SOLVE, e=f"${equation}$", v=f"${v}$"), lines + more,
                   answer)  # fmt: skip


def quadratic(rng, split):
    """By the discriminant: squares and roots of squares up to 30 are known by heart."""
    v = rng.choice("xyztn")
    p, q = rng.randint(-15, 15), rng.randint(-15, 15)
    a = rng.choice([1, 1, 1, 2, 3])
    b, c = -(p + q), p * q
    which = rng.choice(["larger", "smaller"])
    terms = [(a, v + "^2"), (a * b, v), (a * c, "")]
    parts = [times(k, u) if u else str(k) for k, u in terms if k]
    equation = parts[0] + "".join(part if part[0] == "-" else "+" + part for part in parts[1:]) + "=0"
    lines = []
    if a > 1:
        for k in (b, c):
            lines += divide(abs(a * k), a)[0] if k else []
    lines.append(f"b={b},c={c}")
    square, four = b * b, 4 * abs(c)
    lines.append(f"{abs(b)}^2={square}")
    lines += multiply(abs(c), 4)[0]
    more, discriminant = add(square, -4 * c)
    root = abs(p - q)
    lines += more + [f"{discriminant}={root}^2"]
    more, doubled = add(-b, root if which == "larger" else -root)
    value = doubled // 2
    lines += more + [f"{doubled}/2={value}"]
    key = f"quadratic {a} {sorted([p, q])}"
    return Problem("quadratic equations", key, wording(rng, split, ROOT, e=f"${equation}$", w=which), lines, str(value))


def power_of_x(k):
    return {0: "", 1: "x"}.get(k, f"x^{k}")


def join(terms):
    return terms[0] + "".join(term if term[0] == "-" else "+" + term for term in terms[1:])


def scaled(a, text):
    if not text:
        return str(a)
    return {1: text, -1: "-" + text}.get(a, f"{a}{text}")


def differentiate(term):
    """(line, derivative as a term or None) of (coefficient, shape, parameter)."""
    a, shape, k = term
    text = written(term)
    if shape == "power":
        if k == 0:
            return f"{text}:0", None
        if k == 1:
            return f"{text}:{a}", (a, "power", 0)
        lines, product = multiply(abs(a), k)
        made = (product if a > 0 else -product, "power", k - 1)
    elif shape == "ln":
        made = (a, "over", 1)
        lines = []
    else:
        lines, product = multiply(abs(a), k)
        a = product if a > 0 else -product
        made = {"sin": (a, "cos", k), "cos": (-a, "sin", k), "exp": (a, "exp", k)}[shape]
    return ":".join([text, ",".join([*lines, written(made)])]), made


def written(term):
    a, shape, k = term
    inner = "x" if k == 1 else f"{k}x"
    if shape == "power":
        return scaled(a, power_of_x(k))
    if shape == "over":
        return f"-\\frac{{{-a}}}{{x}}" if a < 0 else f"\\frac{{{a}}}{{x}}"
    return scaled(a, {"sin": f"\\sin({inner})", "cos": f"\\cos({inner})", "exp": f"e^{{{inner}}}", "ln": "\\ln(x)"}[shape])


def polynomial(rng, degree, count, largest, cubes):
    powers = sorted(rng.sample(range(degree + 1), count), reverse=True)
    return [(rng.choice([1, -1]) * rng.randint(1, largest if k < 3 else cubes), "power", k) for k in powers]


def derivative(rng, split):
    if rng.random() < 0.6:
        terms = polynomial(rng, 6, rng.randint(2, 4), 9, 9)
    else:
        terms = [(rng.choice([1, -1]) * rng.randint(2, 9), rng.choice(["sin", "cos", "exp"]), rng.randint(2, 9))]
        if rng.random() < 0.3:
            terms = [(rng.choice([1, -1]) * rng.randint(2, 9), "ln", 1)]
        terms += polynomial(rng, 5, rng.randint(1, 2), 9, 9)
        rng.shuffle(terms)
    steps = [differentiate(term) for term in terms]
    made = [written(term) for _, term in steps if term]
    text = join([written(term) for term in terms])
    answer = join(made) if made else "0"
    key = f"derivative {sorted(terms)}"
    return Problem("derivatives", key, wording(rng, split, DERIVATIVE, f=f"${text}$"), [line for line, _ in steps], answer)


def slope(rng, split):
    point = rng.choice([-5, -4, -3, -2, -1, 1, 2, 3, 4, 5])
    terms = polynomial(rng, 3, rng.randint(2, 4), 9, 3)
    while terms[0][2] < 2:
        terms = polynomial(rng, 3, rng.randint(2, 4), 9, 3)
    steps = [differentiate(term) for term in terms]
    lines, values = [line for line, _ in steps], []
    for a, _, k in [term for _, term in steps if term]:
        if k == 0:
            values.append(a)
            continue
        more, product = multiply(abs(a), abs(point) ** k)
        value = a * point**k
        lines += ([f"{abs(point)}^2={point * point}"] if k == 2 else []) + more + [str(value)]
        values.append(value)
    more, total = chain(values)
    question = wording(rng, split, SLOPE, f=f"${join([written(term) for term in terms])}$", p=point)
    return Problem("derivatives", f"slope {sorted(terms)} {point}", question, lines + more, str(total))


def derivatives(rng, split):
    return (derivative if rng.random() < 0.65 else slope)(rng, split)
