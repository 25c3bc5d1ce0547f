"""Four options in the text of the question; the answer is a letter. The options are walked up to the right one."""

from algebra_kinds import linear
from numbers_kinds import brackets, common, mixed, power_remainder, products, quotients, remainder, sums
from problem import Problem, wording
from science_kinds import acceleration, product_formula, temperatures
from steps import divide

LETTERS = "ABCD"
DIVISIBLE = [
    "Which of these numbers is divisible by {d}?", "Which number is divisible by {d}?", "Find the number divisible by {d}.",
    "Which of these is a multiple of {d}?", "Which number can be divided by {d}?", "Find the multiple of {d}.",
    "Which one is divisible by {d}?",
    "Which number is a multiple of {d}?", "Which of these can be divided by {d}?",
]  # fmt: skip


def with_options(question, options):
    return question + "".join(f"\n{letter}) {option}" for letter, option in zip(LETTERS, options))


def near(rng, value):
    """Slips that are made: a digit off, a carry lost, digits exchanged, a sign."""
    text = str(abs(value))
    swapped = int(text[:-2] + text[-1] + text[-2]) if len(text) > 1 else value + 2
    steps = [1, -1, 2, -2, 10, -10] + ([100, -100] if abs(value) > 100 else [])
    wrong = [value + step for step in steps] + [swapped if value > 0 else -swapped, -value]
    return [n for n in wrong if n != value and (n >= 0 or value < 0 or n == -value)]


def compared(option, value):
    """11,01 no: each figure of the option beside the value's, up to two that differ; a point stands behind the last."""
    pairs = []
    for x, y in zip(option + ".", value + "."):
        pairs.append(x + y)
        if x != y:
            break
    return ",".join(pairs) + (" yes" if option == value else " no")


def chosen_value(rng, split):
    makers = [sums, products, mixed, brackets, quotients, common, remainder, power_remainder, linear, product_formula,
              acceleration, temperatures]  # fmt: skip
    while True:
        base = rng.choice(makers)(rng, split)
        wrong = near(rng, int(base.answer)) if base.answer.lstrip("-").isdigit() else []
        wrong = sorted(set(wrong))
        if len(wrong) >= 3:
            break
    options = [int(base.answer), *rng.sample(wrong, 3)]
    rng.shuffle(options)
    lines = list(base.lines)
    for letter, option in zip(LETTERS, options):
        lines.append(f"{letter} {compared(str(option), base.answer)}")
        if str(option) == base.answer:
            break
    return Problem("multiple choice", base.key, with_options(base.question, options), lines, letter)


def divisible(rng, split):
    d = rng.randint(3, 9)
    right = d * rng.randint(100 // d + 1, 999 // d)
    wrong = [n for n in rng.sample(range(100, 1000), 12) if n % d][:3]
    options = [right, *wrong]
    rng.shuffle(options)
    lines = []
    for letter, option in zip(LETTERS, options):
        (line,), (_, rest) = divide(option, d)
        lines.append(f"{letter} {line} {'no' if rest else 'yes'}")
        if not rest:
            break
    question = with_options(wording(rng, split, DIVISIBLE, d=d), options)
    return Problem("multiple choice", f"divisible {sorted(options)} {d}", question, lines, letter)


def multiple_choice(rng, split):
    return (divisible if rng.random() < 0.25 else chosen_value)(rng, split)
