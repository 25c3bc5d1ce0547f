"""Ways to write a computation down so that each token follows from a few others.

Every function takes non-negative integers unless it says otherwise and returns (lines, value).
"""

PRIMES = (2, 3, 5, 7, 11, 13)


def backwards(number):
    """Sums are made from the right, digit by digit with the carry, before they are read from the left."""
    return f"[{str(number)[::-1]}]{number}"


def add(a, b):
    """a + b of any signs; the sign is settled before the digits: -45+39=-(45-39)=-[60]6."""
    value = a + b
    text = f"{a}+{b}" if b >= 0 else f"{a}{b}"
    if a < 0 and b < 0:
        text += f"=-({-a}+{-b})=-{backwards(-value)}"
    elif a < 0 or b < 0:
        large, small = max(abs(a), abs(b)), min(abs(a), abs(b))
        if value < 0:
            text += f"=-({large}-{small})=-{backwards(-value)}"
        elif a < 0:
            text += f"={large}-{small}={backwards(value)}"
        else:
            text += f"={backwards(value)}"
    else:
        text += f"={backwards(value)}"
    return [text], value


def times_digit(a, digit):
    """47*6=[42,24+4=28]282: one product a digit from the right, each with the carry of the one before."""
    if a < 10 or digit == 1:
        return [f"{a}*{digit}={a * digit}"], a * digit
    carry, parts = None, []
    for d in reversed(str(a)):
        product = int(d) * digit
        parts.append(str(product) if carry is None else f"{product}+{carry}={product + carry}")
        carry = (product + (carry or 0)) // 10
    return [f"{a}*{digit}=[{','.join(parts)}]{a * digit}"], a * digit


def multiply(a, b):
    """A line for each digit of the smaller factor, then the sums."""
    a, b = max(a, b), min(a, b)
    lines, value = [], None
    for place, d in enumerate(reversed(str(b))):
        if d == "0" and b != 0:
            continue
        (line,), product = times_digit(a, int(d))
        shifted = product * 10**place
        lines.append(line if place == 0 else f"{line},{shifted}")
        if value is None:
            value = shifted
        else:
            more, value = add(shifted, value)
            lines += more
    return lines, value


def divide(n, d):
    """347/8:3=8*0+3,34=8*4+2,27=8*3+3,43 r 3: long division by one digit. Value: (quotient, remainder)."""
    rest, parts = 0, []
    for digit in str(n):
        part = rest * 10 + int(digit)
        rest = part % d
        parts.append(f"{part}={d}*{part // d}+{rest}")
    end = f"{n // d} r {rest}" if rest else str(n // d)
    return [f"{n}/{d}:{','.join(parts)},{end}"], (n // d, rest)


def reduce(a, b, sign="/"):
    """30/24 by 2=15/12 by 3=5/4: one prime at a time. Value: (a, b, primes)."""
    text, used = f"{a}{sign}{b}", []
    for prime in PRIMES:
        while a % prime == 0 and b % prime == 0:
            a, b = a // prime, b // prime
            used.append(prime)
            text += f" by {prime}={a}{sign}{b}"
    return [text], (a, b, used)


def fraction(a, b):
    """LaTeX of a/b in lowest terms, b positive."""
    sign = "-" if a < 0 else ""
    return f"{a}" if b == 1 else f"{sign}\\frac{{{abs(a)}}}{{{b}}}"


def quotient(n, d):
    """n/d of any signs, by long division and where that leaves a rest by primes. Value: LaTeX."""
    negative = (n < 0) != (d < 0) and n != 0
    lines, (whole, rest) = divide(abs(n), abs(d))
    if negative:
        lines.insert(0, f"-({abs(n)}/{abs(d)})")
    if rest == 0:
        return lines, str(-whole if negative else whole)
    more, (a, b, _) = reduce(abs(n), abs(d))
    return lines + more, fraction(-a if negative else a, b)


def chain(terms):
    """The sum of terms of any signs, from the left."""
    lines, total = [], terms[0]
    for term in terms[1:]:
        more, total = add(total, term)
        lines += more
    return lines, total


def shift(text, places):
    """A decimal number times 10**places; the point is moved over zeros that are written first: 0045,0.045."""
    whole, _, part = text.partition(".")
    if places > 0:
        part = part.ljust(places, "0")
        moved, rest = whole + part[:places], part[places:]
        first = f"{whole}.{part}"
    else:
        whole = whole.rjust(1 - places, "0")
        moved, rest = whole[:places], whole[places:] + part
        first = f"{whole}.{part}" if part else whole
    plain = f"{moved}.{rest}" if rest else moved
    value = (moved.lstrip("0") or "0") + ("." + rest.rstrip("0") if rest.rstrip("0") else "")
    steps = [first, plain] if plain == value else [first, plain, value]
    return [",".join(steps)], value
