#!/usr/bin/env python3
"""Makes python_values.jsonl: what Python itself makes of invented JSON, arithmetic, regular expressions and digits.

    python_values.py > python_values.jsonl

A line is {"json": text, "expected": str(json.loads(text)["answer"])}, {"arithmetic": text, "expected":
str(float(eval(text)))}, null where Python raises, or {"pattern", "cases"} with a case [text, first, last] of
re.finditer: the first group or else the whole match, null without a match. Made with Python 3.11.7 (Unicode 14.0).
"""

import json
import random
import re
import warnings

PATTERNS = [
    r"(?i)answer", r"(\([A-Z]\))", r":\s*(A|B|C|J|x)", r"-?\d+(?:\.\d+)?", r"\D+", r"[\d.]+\S", r"\w+", r"\W+", r"[\w'-]+",
    r"[^\w\s]+", r"[^\s,]+", r"\s+", r"(\S+)$", r"[\S]\s\Z", r"(a)$", r"(?m)a$", r"(?m)^\s*([ABCD])", r"[]\s]+", r"[^]\w]", r"()",
    r"(x)?A", r"\$\_\:\-", r"[\D]B", r"is(?P<next>\W*\w)", r"(?im)^(\W*)ANSWER",
]
PIECES = [
    "Answer", "answer", "ANSWER", "is", ":", " : ", "A", "B", "C", "(C)", "J", "a", "x", "1", "2.5", "-3", "٣", "１",
    "²", "½", "é", "中", "e\u0301", "ß", "_", "$", "$_:-", "\\boxed{", "{", "}", "]", "[", ".", ",", "'", "-", "\n",
    "\n", " ", "\t", "\r", "\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\u00a0", "\u1680", "\u180e", "\u2003", "\u200b",
    "\u2028", "\u202f", "\u205f", "\u3000", "\ufeff", "\U0001d7d9", "😀", "Ⅷ", "ª", "\u0903", "‿",
]
OPERATORS = [
    "+", "-", "*", "/", "//", "%", "**", "^", " + ", " / ", " and ", " or ", "<", ">=", "==", "!=", " < ", "or", "and ",
    " ", "",
]
NUMBERS = [
    "0", "1", "2", "3", "7", "10", "-1", "0.5", ".5", "2.", "1e3", "1E-3", "1e400", "1e-400", "00", "007",
    "12345678901234567890", "9007199254740993", "0.1", "1.5e308", "100", "x", "True", "False", "half", "1x",
    "5e-324", "4.9406564584124654e-324",
]
BITS = [
    "{", "}", "[", "]", ",", ":", '"answer"', '"', '"a"', " ", "\n", "\t", "\r", "1", "-", "0", "5", ".", "e", "E", "+",
    "null", "true", "NaN", "Infinity", "\\", "\\n", "\\u", "\\u0041", "\\ud83d\\ude00", "é", "\u00ad",
    "\u200b", "'", "\x01", "\x7f", "😀", "\u2028",
]


def json_value(rng, depth=0):
    kind = rng.randrange(9 if depth < 3 else 7)
    if kind < 2:
        return rng.choice(
            [
                "0", "-0", "7", "-12", "123456789012345678901", "3.0", "0.1", "1e5", "1E+2", "1e16", "1e-5", "12.50",
                "1e999", "-1e999", "1e-999", "-0.0", "0." + "0" * 400 + "1", "1" + "0" * 400 + "e-399", "2.5e-310",
                "1e22", "123456789.123456789",
            ]
        )
    if kind == 2:
        return rng.choice(["null", "true", "false", "NaN", "-Infinity"])
    if kind < 7:
        return '"' + "".join(rng.choice(BITS[11:]) for _ in range(rng.randrange(6))).replace('"', "'") + '"'
    space = rng.choice(["", " ", "\n  "])
    if kind == 7:
        return "[" + ("," + space).join(json_value(rng, depth + 1) for _ in range(rng.randrange(4))) + "]"
    names = [rng.choice(['"a"', '"b"', '"answer"', '"\\u00e9"']) for _ in range(rng.randrange(4))]
    return "{" + ("," + space).join(name + ":" + space + json_value(rng, depth + 1) for name in names) + "}"


def json_text(rng):
    names = rng.choices(['"answer"', '"a"', '"answer"', '"\\u0061nswer"', '"Answer"'], k=rng.randint(1, 3))
    text = rng.choice(["", " "]) + "{" + ", ".join(name + ": " + json_value(rng) for name in names) + "}"
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(BITS) + text[at + rng.randrange(3) :]
    return text


def json_answer(text):
    try:
        value = json.loads(text)
        return re.sub("[\ud800-\udfff]", "\ufffd", str(value["answer"])) if isinstance(value, dict) else None
    except (ValueError, KeyError):
        return None


def arithmetic_text(rng, depth=0):
    if depth > 2 or rng.random() < 0.45:
        return rng.choice(NUMBERS[:14] if rng.random() < 0.6 else NUMBERS)
    if rng.random() < 0.25:
        return (
            rng.choice(["-", "+", "~", "not ", "(", "( ", "("])
            + arithmetic_text(rng, depth + 1)
            + rng.choice([")", ")", ""])
        )
    return arithmetic_text(rng, depth + 1) + rng.choice(OPERATORS[:8] * 3 + OPERATORS) + arithmetic_text(rng, depth + 1)


def evaluated(text):
    """Calls and octal numbers are none of our arithmetic, and large powers take Python forever."""
    if re.search(r"[\d.)xef]\s*\(|0o", text) or re.search(r"\*\*\D{0,3}\d{5}|\*\*.*\*\*|\*\*\D*x?1e|\*\*\D*\(", text):
        return "skip"
    try:
        return str(float(eval(text, {"__builtins__": {}})))
    except Exception:
        return None


def finds(pattern, text):
    matches = [match.group(1) if match.re.groups else match.group() for match in re.finditer(pattern, text)]
    return [text, matches[0] or "", matches[-1] or ""] if matches else [text, None, None]


def main():
    warnings.simplefilter("ignore")
    rng = random.Random(20)
    arithmetic = {}
    while len(arithmetic) < 2500:
        text = arithmetic_text(rng)
        result = evaluated(text)
        if result != "skip":
            arithmetic[text] = result
    texts = ["".join(rng.choices(PIECES, k=rng.randint(1, 9))) for _ in range(70 * len(PATTERNS))]
    rows = [{"json": text, "expected": json_answer(text)} for text in (json_text(rng) for _ in range(1500))]
    rows += [{"arithmetic": text, "expected": result} for text, result in arithmetic.items()]
    for i, pattern in enumerate(PATTERNS):
        rows.append({"pattern": pattern, "cases": [finds(pattern, text) for text in texts[i :: len(PATTERNS)]]})
    for row in rows:
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
