#!/usr/bin/env python3
"""Renders published chat templates with Jinja2 and with ours: every file of a folder times the conversations of
tests/golden/jinja_chats.py. Usage: templates.py FOLDER RENDER, the program. Prints what differs; fails where something does."""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "golden"))
import jinja_cases
import jinja_chats


def main(folder, program):
    files = sorted(pathlib.Path(folder).glob("*.jinja"))
    rows = [(file.name, number, {"template": file.read_text(), "variables": variables})
            for file in files for number, variables in enumerate(jinja_chats.CONVERSATIONS)]
    lines = "".join(json.dumps(row) + "\n" for _, _, row in rows)
    output = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    equal = fails = 0
    refused = {}
    other = []
    for (name, number, row), line in zip(rows, output, strict=True):
        expected = jinja_cases.rendered(row["template"], row["variables"])
        ours = json.loads(line)
        if expected is None and "error" in ours:
            fails += 1
        elif ours.get("text") == expected:
            equal += 1
        elif "error" in ours:
            refused.setdefault(name, ours["error"])
        else:
            other.append(f"{name}, conversation {number}: {'an error' if expected is None else 'another text'} by Jinja2")
    for name, error in refused.items():
        print(f"refused: {name}: {error}")
    print(*other, sep="\n")
    print(f"{len(files)} templates x {len(jinja_chats.CONVERSATIONS)} conversations: {equal} byte-equal, {fails} errors in both, "
          f"{len(refused)} templates refused, {len(other)} others")
    return 1 if other else 0


sys.exit(main(*sys.argv[1:]))
