#!/usr/bin/env python3
"""Makes the input of verify.sh and rescore.sh from recorded responses.

Usage: recorded_rows.py FOLDER COUNT RESPONSES...   RESPONSES: JSON lines with task, problem_id, response and gold

FOLDER/cases.jsonl      each recorded response once, as verify.cpp reads it, and each different reference as an answer
FOLDER/problems.jsonl   the references, as `tripos import` reads them; the wording of the questions is left out
FOLDER/responses.jsonl  COUNT responses: the recorded ones over and over, each with a first line of its own, so that
                        none is stored or read in place of another
"""
import gzip
import json
import sys


def load(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        return [json.loads(line) for line in file]


def write(path, rows):
    with open(path, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def cases(rows):
    for i, row in enumerate(rows):
        yield {"id": f"response-{i}", "gold": row["gold"], "prediction": row["response"], "kind": "response"}
    for i, gold in enumerate(sorted({row["gold"] for row in rows})):
        yield {"id": f"answer-{i}", "gold": gold, "prediction": f" {gold}.", "kind": "answer"}


def problems(rows):
    golds = {(row["task"], row["problem_id"]): row["gold"] for row in rows}
    for (task, problem), gold in golds.items():
        yield {"task": task, "problem_id": problem, "problem": f"Question {problem}", "gold": gold}


def responses(rows, count):
    for i in range(count):
        row = rows[i % len(rows)]
        yield {"task": row["task"], "problem_id": row["problem_id"], "model": row["model"],
               "sample_index": row["sample_index"] + 1000 * (i // len(rows)),
               "response": f"This is solution {i}.\n\n" + row["response"]}


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    rows = [row for path in sys.argv[3:] for row in load(path)]
    write(f"{folder}/cases.jsonl", cases(rows))
    write(f"{folder}/problems.jsonl", problems(rows))
    write(f"{folder}/responses.jsonl", responses(rows, count))


main()
