#!/usr/bin/env python3
"""Makes the input of scale.sh: responses.py FOLDER COUNT

FOLDER/problems.jsonl   1,000 questions with a number as answer, 1,000 with a letter
FOLDER/responses.jsonl  COUNT responses of 4 kB in turn to both, of ten models; zstd -3 shrinks one 2.2 times (recorded
                        answers of that length: 3 times)
FOLDER/scripted.jsonl   a short answer to each question with a number, for the model that resumes
"""
import json
import random
import sys

WORDS = """the of and to a in that is we for it with as this by are be can value have from which so given then equation
 now since both sides find number length area triangle angle since let need first total point line root function sum
 solve substitute expand factor term integer positive therefore simplify coordinates distance expression formula gives
 determine multiply divide subtract compute result condition vertices probability remaining sequence polynomial
 circle radius square segment midpoint divisor remainder prime digits ways choose arrangements each both between
 inequality satisfies derivative minimum maximum intersect parallel perpendicular slope base height volume""".split()
FORMULAS = ["\\frac{%d}{%d}", "x^{%d} + %dx", "\\sqrt{%d} \\cdot %d", "\\left(%d, -%d\\right)", "%d \\equiv %d \\pmod{n}",
            "a_{%d} = %d", "\\binom{%d}{%d}", "\\text{Area} = %d \\times %d", "f(%d) = -%d", "\\sin %d^\\circ = 0.%d"]
QUESTIONS = 1000
BYTES = 4000


def formula(rng):
    return rng.choice(FORMULAS) % (rng.randrange(2, 999), rng.randrange(2, 99))


def sentence(rng, weights):
    words = rng.choices(WORDS, weights, k=rng.randrange(6, 16))
    words.insert(rng.randrange(len(words)), "\\( " + formula(rng) + " \\)")
    line = " ".join(words).capitalize() + ". "
    if rng.random() < 0.3:
        line += "\n\\[\n" + formula(rng) + " = " + formula(rng) + "\n\\]\n"
    return line


def step(rng, number, sentences):
    return f"{number}. **{rng.choice(WORDS).capitalize()} the {rng.choice(WORDS)}**:\n" + "".join(sentences)


def response(rng, pool, answer):
    text, number = "", 0
    while len(text) < BYTES:
        number += 1
        text += step(rng, number, rng.choices(pool, k=6)) + "\n"
    return text[:BYTES - len(answer)] + answer


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    rng = random.Random(7)
    weights = [1 / (rank + 3) for rank in range(len(WORDS))]
    pool = [sentence(rng, weights) for _ in range(20000)]
    with open(f"{folder}/problems.jsonl", "w") as problems, open(f"{folder}/scripted.jsonl", "w") as scripted:
        for q in range(QUESTIONS):
            problems.write(json.dumps({"task": "numbers", "problem_id": f"n/{q}", "gold": str(q),
                                       "problem": "".join(rng.choices(pool, k=3))}) + "\n")
            problems.write(json.dumps({"task": "letters", "problem_id": f"l/{q}", "gold": "ABCD"[q % 4],
                                       "problem": "".join(rng.choices(pool, k=3)),
                                       "options": [formula(rng) for _ in range(4)]}) + "\n")
            scripted.write(json.dumps({"sample": f"n/{q}", "response": f"\\boxed{{{q}}}"}) + "\n")
    with open(f"{folder}/responses.jsonl", "w") as responses:
        for i in range(count):
            is_number, q = i % 2 == 0, i // 2 % QUESTIONS
            answer = (f"The answer is \\boxed{{{q if rng.random() < 0.7 else q + 1}}}." if is_number
                      else f"The answer is ({rng.choice('ABCD')}).")
            responses.write(json.dumps({"task": "numbers" if is_number else "letters",
                                        "problem_id": f"{'n' if is_number else 'l'}/{q}",
                                        "model": f"model-{i // (2 * QUESTIONS) % 10}",
                                        "sample_index": i // (20 * QUESTIONS),
                                        "response": response(rng, pool, answer)}) + "\n")


main()
