#!/usr/bin/env python3
"""Makes zeroeval_verdicts.jsonl: what ZeroEval's own code reads from invented responses, and its verdict.

    zeroeval_verdicts.py PEERS > zeroeval_verdicts.jsonl

PEERS/ZeroEval is a checkout of WildEval/ZeroEval at 8c1485edf12c6efb5f69135a562927c5ad484059; its evaluation runs on a
result file of these responses, once under a name of its Llama-3.1 models and once under another. A line is {"text",
"gold", "answer": as read or null, "llama": the same under the Llama name where it differs, "correct": the verdict under
the other name}; lone surrogates are written as U+FFFD. Made with Python 3.11.7.
"""

import contextlib
import json
import pathlib
import random
import re
import sys
import tempfile
import types

ROWS = 2400

GOLDS = [
    "18", "3", "-3", "0", "1,080", "70000", "$5$", "\\frac{3}{4}", "3/4", "-1/2", "0.5", "2.50", "6\\sqrt{2}",
    "120^\\circ", "(2, -1)", "1 + 2i", "10/11", "\\$32,348", "5\\pi", "42", "13/2", "#### 12", "1000000", ".75",
    "12\\%",
]
# Strings for the answer field as a model would mean them; {g} is the gold answer.
ANSWERS = [
    "{g}", "{g}", "{g}", "{g}.", "${g}$", "\\boxed{{{g}}}", "{g} miles", "x = {g}", "about {g}", "{g}.0", "-{g}",
    "{g}%", "", " ", "None", "not enough information", "\\frac{{3}}{{4}}", "3/4", "6/8", "9/12 cups", "0.75",
    "1/2 + 1/4", "-1/2", "(1/2)", "(-1)/2", "2 * 3 / 4", "1/0", "1/3", "2/3 or 0.667", "3/4 and 6/8", "1/2 or half",
    "not 1/2", "10/11 == 0.9", "1/2 < x < 3", "1 1/2", "1/2x", "x/2", "007/2", "2**10/4", "2^3/4", "7//2", "-7//2",
    "7.5//2", "7 % 4 / 3", "10**30/10**29", "10**400/2", "5/1e-400", "1e400/1", "1e-7/1", "1e22/1", "(((3)))/4", "3/(4",
    "½", "√2/2", "12/1#", "True/2", "__import__", "'3/4'", "3/4,", ",3/4", "1,000/2", "１２", "٣",
    "−3", "- 3", "1e5", "5e-3 /1", "4.", ".5", "x^2 + 3x", "A", "[1, 2]", "{{1, 2}}", "18\\", "6\u00a0000", "1 000",
    "1\u202f000", "$18", "18 dollars", "\\text{{(C)}} 18", "the answer is {g}", "{g} or -{g}", "\\dfrac{{1}}{{2}}",
    "1:2", "12:30", "2024-01-05", '"{g}"', "6!/(3!)", "pi/4", "π/4", "7/8\n", "3 / 4", "+3/4", "~3/4", "1/2/2",
    "-2**2/4", "2**-1/1", "(-8)**(1/3)/2", "1j/2",
]
# Raw JSON values.
VALUES = [
    "18", "-3", "0", "-0", "3.0", "0.75", "2.50", "1e3", "1E-7", "1e16", "123456789012345678901234567890", "1.0e400",
    "-1e400", "0.00000000001", "1234567.125", "null", "true", "false", "NaN", "Infinity", "-Infinity", "[]", "{}",
    "[18]", "[2, -1]", '["18", 3]', '["\\u00a018"]', '["\\u200b7", "é"]', '["it\'s", "a\\"b"]', '{"a": 1, "a": 2}',
    '{"x": 3, "y": [4]}', '{"reasoning": "5", "answer": "6"}', "3/4", "$18", "18 dollars", "1,080", "007", "+3", ".5",
    "5.", "0x1F", "'18'", "\\frac{3}{4}", "18 // comment", "-", "2\\pi", '"18" "19"', '"\\u0031\\u0038"',
    '"\\ud83d\\ude00 4"', '"\\ud83d 5"', '[[1, [2, {"z": null}]]]', '"a\\/b 1\\/2"', '"1\\/2"', '"6\\/8"',
]
REASONS = [
    "Work.", "Let $x = 3$, so {x} = 3.", "We get \\frac{1}{2} and \\sqrt{3}.", 'a \\"quoted\\" word', "f(x) = { x }",
    "line one\nline two", "tab\there", "\\(x\\) and \\[y\\]", "answer: 7", 'the "answer": "9" is', "Set {1, 2} and }",
    "ends with {", "\\\\frac{1}{2}", "é 中 \u2028", "\\u0041", "\\u00", "cost $4, then", "", "\\\\boxed{5}",
    "x \\times y \\neq 3", "\\{a\\}",
]
FENCES = [
    ("", ""), ("```json\n", "\n```"), ("```\n", "\n```"), ("Here is the answer:\n", ""),
    ("", "\n\nI hope this helps! {ok}"), ("Let {x} = 3.\n\n", ""), ("So $\\{1\\}$ holds. ", ""), ("} then ", ""),
    ("", "}"), ("{", ""), ("# Step 1\n", "\n}"), ("\ufeff", ""),
]
ENDINGS = [
    "The final answer is: $\\boxed{18}$", "The final answer is $\\boxed{3}$.", "\\boxed{42}", "Final answer: 18",
    "answer: 18.", "answer : $3/4$,", '"answer": 18', '"answer" : "18', "**Answer:** 18", "final_answer: 42",
    "The final answer is: $\\boxed{x_1}$", "answer:\n\n18",
]


def dumps_like_a_model(rng, value):
    """A JSON string as models write them: well-formed, or with the backslashes of LaTeX left alone."""
    if rng.random() < 0.6:
        return json.dumps(value, ensure_ascii=rng.random() < 0.3)
    return '"' + value.replace('"', '\\"') + '"' if rng.random() < 0.8 else '"' + value + '"'


def answer_value(rng, gold):
    if rng.random() < 0.3:
        return rng.choice(["{}", '"{}"', '"{}"', '["{}"]', '"{}.0"', '"x = {}"', '"${}$"']).format(gold)
    if rng.random() < 0.35:
        return rng.choice(VALUES)
    if rng.random() < 0.05:
        return rng.choice(VALUES) + rng.choice(VALUES)
    return dumps_like_a_model(rng, rng.choice(ANSWERS).format(g=gold))


def response(rng, gold):
    if rng.random() < 0.12:
        text = rng.choice(REASONS) + "\n" + rng.choice(ENDINGS)
        return text + rng.choice(["", "\n", " ", "!"])
    key = rng.choice(
        ['"answer"'] * 8
        + ["answer", "'answer'", '"Answer"', '"final_answer"', '"answer "', '"\\u0061nswer"', '"answer"\n']
    )
    colon = rng.choice([": "] * 8 + [":", " : ", ":\n    ", ":\u00a0", " = "])
    reason = '"' + rng.choice(REASONS) + '"' if rng.random() < 0.8 else rng.choice(["[1, 2]", '{"step": 1}', '"a" "b"'])
    members = [f'"reasoning": {reason}', key + colon + answer_value(rng, gold)]
    if rng.random() < 0.15:
        members.reverse()
    if rng.random() < 0.1:
        members.append(rng.choice(['"answer": "7"', '"unit": "cm"', '"confidence": {"p": 0.9}', ""]))
    newline, indent = rng.choice([("\n", "    "), (" ", ""), ("", ""), ("\r\n", "\t")])
    text = (
        "{"
        + newline
        + (rng.choice([","] * 9 + [";", ""]) + newline).join(indent + member for member in members)
        + newline
        + "}"
    )
    if rng.random() < 0.08:
        text = '{"result": ' + text + "}"
    opening, closing = rng.choice(FENCES) if rng.random() < 0.5 else FENCES[rng.choice([0, 1])]
    text = opening + text + closing
    if rng.random() < 0.1:
        text = text[: rng.randrange(len(text))]
    if rng.random() < 0.04:
        text += "\n" + rng.choice(ENDINGS)
    return text


def evaluated(evaluation, folder, name, items):
    path = folder / f"{name}.json"
    path.write_text(json.dumps(items))
    return evaluation.eval_model(f"{name}%greedy", str(path))[1]


def main():
    root = pathlib.Path(sys.argv[1]).resolve() / "ZeroEval"
    sys.path.insert(0, str(root / "src/evaluation"))
    sys.modules["tabulate"] = types.SimpleNamespace(tabulate=None)
    rng = random.Random(7)
    items = []
    for i in range(ROWS):
        gold = rng.choice(GOLDS)
        items.append({"id": f"row {i}", "output": [response(rng, gold)], "answer": gold})
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        import math_eval

        other = evaluated(math_eval, pathlib.Path(folder), "model", items)
        llama = evaluated(math_eval, pathlib.Path(folder), "Llama-3.1-model", items)
    for item, row, llama_row in zip(items, other, llama):
        line = {
            "text": item["output"][0],
            "gold": item["answer"],
            "answer": row["model_answer"]["raw"],
            "correct": row["matched"] is True,
        }
        if llama_row["model_answer"]["raw"] != line["answer"]:
            line["llama"] = llama_row["model_answer"]["raw"]
        print(re.sub("[\ud800-\udfff]", "\ufffd", json.dumps(line, ensure_ascii=False, separators=(",", ":"))))


if __name__ == "__main__":
    main()
