"""Writes csv_rows.jsonl: CSV texts of invented rows, and the rows that Python's csv.DictReader reads from each.

Python 3.11 (csv 1.0). Run: python3 csv_rows.py > csv_rows.jsonl
"""
import csv
import io
import json
import random

PIECES = ["a", "B 7", ",", '"', '""', "\n", "\r\n", "\r", " ", "\t", "é", "漢字", "\u2028", "$x^2$", "'", ";", "\\"]
NAMES = ["id", "Question", "Correct Answer", "A, B", 'say "x"', "two\nlines"]


def text(rng):
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(5)))


def case(rng):
    header = rng.sample(NAMES, rng.randint(1, len(NAMES)))
    rows = [[text(rng) for _ in header] for _ in range(rng.randrange(5))]
    bare_cr = any("\r" in cell for row in rows for cell in row)  # Python 3.11 leaves a CR unquoted where lines end in LF
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"]),
                        quoting=csv.QUOTE_ALL if bare_cr or rng.random() < 0.3 else csv.QUOTE_MINIMAL)
    writer.writerows([header] + rows)
    content = out.getvalue()
    if rng.random() < 0.2:
        content = content.rstrip("\r\n") if content.rstrip("\r\n").count('"') % 2 == 0 else content
    if rng.random() < 0.2:
        content = content.replace("\n", "\n\n") if '"' not in content else content
    read = list(csv.DictReader(io.StringIO(content, newline="")))
    if rng.random() < 0.2:
        content = "\ufeff" + content
    return {"csv": content, "rows": read}


def main():
    rng = random.Random(3)
    for _ in range(150):
        print(json.dumps(case(rng), ensure_ascii=False))


main()
