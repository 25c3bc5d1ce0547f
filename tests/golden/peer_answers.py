#!/usr/bin/env python3
"""Makes peer_answers.jsonl: what the peers' own code reads from invented responses.

    peer_answers.py PEERS > peer_answers.jsonl

PEERS is a folder with one checkout a peer, under the names and at the commits of protocol_prompts.py. Their code is
run, not restated. A line is {"text", PROTOCOL: answer, ...}; where nothing is read the protocol is left out. Made with
Python 3.11.7.
"""

import importlib.util
import json
import pathlib
import random
import re
import sys
import types

ROWS = 3000

MARKERS = [
    "Answer", "answer", "ANSWER", "Answers", "aNsWeR", "Final Answer", "the answer is", "The answer is", "answer is",
    "correct answer is", "Option", "Choice", "choice:", "Final Answer: The final answer is", "I hope it is correct",
    "I hope it is correct.", "anſwer", "Answers -", "Answer:", "**Answer:**", "*Answer*", "__Answer__", "\\boxed{",
    "\\textbf{", "\\text{", "}", "{",
]
LETTERS = ["A", "B", "C", "D", "a", "b", "c", "d", "E", "H", "J", "K", "j", "z", "Ａ", "А"]
MARKS = [
    " ", " ", " ", "\n", "\n", "\n\n", ":", ":", ":", "-", "–", ".", ".", ",", ")", "(", "[", "]", "*", "**", "_", "__",
    "$", "'", "\u202f", "\u00a0", "\u2003", "\u3000", "\t", "\r\n", "\x0b", "\x1c", "\x85", "\u2028", "?", "!", "\\",
    "/",
]
WORDS = [
    "is", "Because", "of", "B1", "Abc", "right", "no", "x", "42", "3.5", "٣", "é", "Å", "中文", "ab", "D2", "_", "I am",
    "²", "½", "’s", "e\u0301", "Σ", "hence",
]


def loose(rng):
    """Pieces in any order."""
    pools = rng.choices([MARKERS, LETTERS, MARKS, WORDS], [3, 3, 6, 2], k=rng.randint(1, 16))
    return "".join(rng.choice(pool) for pool in pools)


def near_miss(rng):
    """A response that nearly has the form that some peer asks for, or has it twice."""

    def mark(chance=0.6):
        return rng.choice(MARKS) if rng.random() < chance else ""

    text = rng.choice(["", "Work.", "Let x = 1.\n", "So A is wrong. ", "**Step 1** (A)\n"])
    for _ in range(rng.choice([1, 1, 2, 3])):
        letter = rng.choice(LETTERS[:8]) if rng.random() < 0.8 else rng.choice(LETTERS + WORDS)
        wrap = rng.choice(["", "", "**", "*", "_", "$", "("])
        closing = {"(": ")"}.get(wrap, wrap) if rng.random() < 0.9 else ""
        text += mark(0.3) + rng.choice(MARKERS) + mark() + mark() + wrap + letter + closing + mark() + mark(0.3)
        text += rng.choice(["", "", "I hope it is correct.", " or " + rng.choice(LETTERS), rng.choice(WORDS), ". "])
        text += rng.choice(["", "\n", " "])
    return text


def form(rng):
    """A response in the form that some peer asks for, or that form with one thing wrong."""

    def space():
        return rng.choice(["", "", " ", rng.choice(MARKS)])

    def statement():
        letter = rng.choice(LETTERS[:4] if rng.random() < 0.7 else LETTERS)
        value = rng.choice(
            [letter, letter, "x^2 + 1", f"({letter})", f"\\boxed{{{letter}}}", f"${letter}$", f"{letter}, B"]
        )
        line = rng.choice(["", "\n", "**", "My "]) + rng.choice(["Answer", "ANSWER", "answer"])
        line += space() + ":" + space() + value
        sentence = f"the answer is {space()}{value}{space()}"
        final = f"Final Answer: The final answer is{space()}{value}.{space()}"
        final += rng.choice(["I hope it is correct", "I hope it is correct.", ""])
        option = (
            rng.choice(["Option", "choice", "\\boxed{", "\\textbf{"]) + space() + value + rng.choice(["", "}", ")"])
        )
        return rng.choice([line, line, sentence, final, option])

    text = rng.choice(["", "Reasoning A.\n", "By (B) and C:\n\n"])
    for _ in range(rng.choice([1, 1, 2])):
        text += statement() + rng.choice(["", ".", "\n", " ", "\n\nDone.", " since", ","])
    return text


def module_at(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def functions_of(path, *names, **namespace):
    """Functions of a file that cannot be imported without its packages, in a namespace that they share."""
    source = path.read_text()
    namespace |= {"re": re}
    for name in names:
        body = re.search(rf"^def {name}\(.*?(?=^\S|\Z)", source, re.M | re.S)
        exec(compile(body.group(0), str(path), "exec"), namespace)
    return namespace


def simple_evals(root):
    source = (root / "common.py").read_text()
    namespace = {}
    for line in source.splitlines():
        if line.startswith(("ANSWER_PATTERN =", "ANSWER_PATTERN_MULTICHOICE =")):
            exec(line, namespace)

    def first_group(name):
        pattern = namespace[name]

        def read(text):  # as gpqa_eval.py and math_eval.py use it
            match = re.search(pattern, text)
            return match.group(1) if match else None

        return read

    return first_group("ANSWER_PATTERN_MULTICHOICE"), first_group("ANSWER_PATTERN")


def inspect_reader(root):
    package = root / "src/inspect_ai"
    answer_character = module_at(package / "_util/answer.py").answer_character
    parse_answers = functions_of(
        package / "solver/_multiple_choice.py", "parse_answers", TaskState=object, answer_character=answer_character
    )["parse_answers"]

    def read(text):
        state = types.SimpleNamespace(output=types.SimpleNamespace(completion=text), choices=["1", "2", "3", "4"])
        answers = parse_answers(state, multiple_correct=False)
        return answers.pop() if answers else None

    return read


def mmlu_pro(root):
    code = functions_of(root / "compute_accuracy.py", "extract_answer", "extract_again", "extract_final")
    final = code["extract_final"]

    def earlier(text):  # the two patterns without the third
        code["extract_final"] = lambda _: None
        return code["extract_answer"](text, "l2")

    def later(text):
        code["extract_final"] = final
        return code["extract_answer"](text, "l2")

    return earlier, later


def minerva(root):
    read = functions_of(root / "lm_eval/tasks/minerva_math/utils.py", "get_unnormalized_answer")[
        "get_unnormalized_answer"
    ]

    def valid(text):
        answer = read(text)
        return None if answer == "[invalidanswer]" else answer

    return valid


def main():
    peers = pathlib.Path(sys.argv[1]).resolve()
    letter, line = simple_evals(peers / "simple_evals")
    earlier, later = mmlu_pro(peers / "MMLU-Pro")
    readers = {
        "simple-evals": letter,
        "simple-evals math": line,
        "gpt-oss": module_at(peers / "gpt-oss/gpt_oss/evals/abcd_grader.py").extract_abcd,
        "inspect@3-C": inspect_reader(peers / "inspect_ai"),
        "mmlu-pro@2024-06": earlier,
        "mmlu-pro@2024-07": later,
        "minerva@3.0 math": minerva(peers / "lm-eval"),
    }
    rng = random.Random(12)
    for i in range(ROWS):
        text = [loose, near_miss, form, form][i % 4](rng)
        answers = {name: (read(text) or "").strip() for name, read in readers.items()}
        row = {"text": text} | {name: answer for name, answer in answers.items() if answer}
        print(json.dumps(row, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
