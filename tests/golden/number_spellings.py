#!/usr/bin/env python3
"""Makes number_spellings.jsonl: pairs of spelled numbers, and whether Python's fractions.Fraction calls them equal.

    number_spellings.py > number_spellings.jsonl

A line is [reference, answer, equal]. Half of the pairs are one value in two spellings; of the other half the values differ,
most of them by little: a digit, a sign, a factor of ten, numerator and denominator changed. Made with Python 3.11.7.
"""

import json
import random
from fractions import Fraction

PAIRS = 6000
UNITS = [
    "", "", "", "", " cm", "\\text{ cm}", " \\mathrm{cm}", "\\text{ centimeters}", "^\\circ", " degrees", " dollars",
    " apples", " square inches", "\\text{ in}^2",
]


def grouped(rng, number):
    digits = f"{number:,}"
    separator = rng.choice([",", ",", "{,}", ",\\!", "\\,", " ", "\u202f", "\u00a0", ", \\!"])
    return digits.replace(",", separator)


def decimal(rng, value):
    """A finite decimal, or None."""
    denominator = value.denominator
    places = 0
    while denominator % 10 == 0 or denominator % 2 == 0 or denominator % 5 == 0:
        places += 1
        denominator //= 10 if denominator % 10 == 0 else 2 if denominator % 2 == 0 else 5
    if denominator != 1 or places > 12:
        return None
    scaled = value * 10**places
    digits = str(int(scaled)).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    rest += "0" * rng.randrange(3)
    if whole == "0" and rest.strip("0") and rng.random() < 0.3:
        whole = ""
    return f"{whole}.{rest}" if rest else whole


def ratio(rng, value):
    factor = rng.choice([1, 1, 1, 2, 3, 10, 7])
    a, b = value.numerator * factor, value.denominator * factor
    if b == 1 and rng.random() < 0.5:
        a, b = 3 * a, 3
    spellings = [
        f"\\frac{{{a}}}{{{b}}}", f"\\dfrac{{{a}}}{{{b}}}", f"\\tfrac {{{a}}} {{{b}}}", f"{a}/{b}", f"{a} / {b}",
        f"({a})/({b})", f"(\\frac{{{a}}}{{{b}}})", f"\\left( \\frac{{{a}}}{{{b}}} \\right)",
    ]
    if a < 10 and b < 10:
        spellings += [f"\\frac{a}{b}", f"\\frac {a}{b}", f"\\frac{{{a}}}{b}"]
    whole, part = divmod(value.numerator, value.denominator)
    if whole and part:
        spellings += [f"{whole}\\frac{{{part}}}{{{value.denominator}}}", f"{whole} {part}/{value.denominator}"]
    return rng.choice(spellings)


def spelled(rng, value):
    size = abs(value)
    ways = [ratio(rng, size)]
    plain = decimal(rng, size)
    if plain:
        ways += [plain, plain]
    if size.denominator == 1:
        ways += [str(size), str(size), grouped(rng, int(size)), "0" * rng.randrange(2) + str(size)]
    text = rng.choice(ways)
    sign = rng.choice(["-", "-", "\u2212", "- "]) if value < 0 else rng.choice(["", "", "", "+"])
    return sign + text


def dressed(rng, text, unit):
    text = rng.choice(["", "", "", "x = ", "x="]) + text + unit
    wrap = rng.choice(["{}", "{}", "{}", "${}$", "\\({}\\)", " {} ", "{}.", "$ {} $", "\\boxed{{{}}}", "\\text{{{}}}"])
    return wrap.format(text)


def number(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return Fraction(rng.randint(-20, 20))
    if kind == 1:
        return Fraction(rng.randint(-(10**9), 10**9), rng.choice([1, 1, 1, 10, 100, 8, 125]))
    if kind == 2:
        return Fraction(rng.randint(-99, 99), rng.randint(1, 20))
    return Fraction(rng.randint(10**17, 10**18), rng.choice([1, 10**6, 2**9]))


def neighbour(rng, value):
    return rng.choice(
        [
            value + 1, value - 1, -value, value * 10, value / 10, value + Fraction(1, 10**6), value * 1000,
            1 / value if value else value + 2, value * Fraction(99, 100), value + Fraction(1, 3), number(rng),
        ]
    )


def main():
    rng = random.Random(5)
    for _ in range(PAIRS):
        value = number(rng)
        other = value if rng.random() < 0.5 else neighbour(rng, value)
        unit = rng.choice(UNITS)
        units = rng.choice([(unit, unit), (unit, ""), ("", unit)])
        pair = [dressed(rng, spelled(rng, v), u) for v, u in zip((value, other), units)]
        print(json.dumps(pair + [value == other], ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
