"""Writes the test set of the task tiny_stem: 50 distinct problems of each kind.

Usage: make_test.py OUTPUT.jsonl
"""

import json
import random
import re
import sys

from generator import KINDS, generate, split_of

EACH = 50
SEED = 500


def shape(question):
    """The question without its parameters."""
    return re.sub(r"[0-9.]+", "#", question)


def main():
    rng, rows, seen = random.Random(SEED), [], set()
    for kind in KINDS:
        number = 0
        while number < EACH:
            problem = generate(rng, "test", kind)
            assert split_of(problem.key) == "test"
            if problem.key in seen or problem.question in seen:
                continue
            seen |= {problem.key, problem.question}
            number += 1
            row = {"id": f"tiny-stem/{kind.replace(' ', '-')}/{number:02}", "kind": kind, "problem": problem.question,
                   "answer": problem.answer}  # fmt: skip
            rows.append(row)
    compare_with_training(rows, seen)
    with open(sys.argv[1], "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def compare_with_training(rows, seen, each=20000):
    """No parameters and no wording of the test are met in a sample of the training split."""
    rng, shapes = random.Random(SEED + 1), {shape(row["problem"]) for row in rows}
    for kind in KINDS:
        for _ in range(each):
            problem = generate(rng, "train", kind)
            assert problem.key not in seen and problem.question not in seen
            assert shape(problem.question) not in shapes
    print(f"{len(rows)} problems, none among {each * len(KINDS)} of the training split")


if __name__ == "__main__":
    main()
