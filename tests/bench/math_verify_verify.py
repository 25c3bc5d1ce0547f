#!/usr/bin/env python3
"""Time of each verification by Math-Verify alone, as verify.cpp measures ours.

Usage: math_verify_verify.py CASES [ROUNDS [LIMIT]]; of more than LIMIT cases every n-th is taken.

As its documentation shows: parse() of both sides with the default settings (timeouts included), then verify(). A bare
answer stands between dollar signs, which its LaTeX reader asks for; a response goes in as it is. The package is
imported before the clock starts.
"""
import gzip
import json
import logging
import math
import statistics
import sys
import time

from math_verify import parse, verify

logging.disable(logging.CRITICAL)  # it logs each answer that it gives up on


def load_cases(path, limit):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        cases = [json.loads(line) for line in file]
    return cases[::max(1, math.ceil(len(cases) / limit))] if limit else cases


def formula(answer):
    return answer if "$" in answer else f"${answer}$"


def milliseconds(case):
    begin = time.perf_counter()
    gold = parse(formula(case["gold"]))
    prediction = parse(formula(case["prediction"]) if case["kind"] == "answer" else case["prediction"])
    verify(gold, prediction)
    return (time.perf_counter() - begin) * 1000


def report(name, per_second, times):
    ordered = sorted(times)

    def at(percent):
        return ordered[math.ceil(len(ordered) * percent / 100) - 1]

    print(f"{name:<14} {per_second:10.0f} /s   median {at(50):9.4f} ms   p99 {at(99):9.4f} ms   max {at(100):9.3f} ms")


def report_slowest(times, cases):
    ranked = sorted(range(len(times)), key=lambda i: -times[i])[:5]
    print("slowest        " + " ".join(f"{cases[i]['id']} {times[i]:.3f} ms" for i in ranked))


def main():
    cases = load_cases(sys.argv[1], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    measured = [[milliseconds(case) for case in cases] for _ in range(rounds)]
    first, later = measured[0], measured[1:]
    report("first round", len(cases) / sum(first) * 1000, first)
    report_slowest(first, cases)
    if later:
        medians = [statistics.median(times) for times in zip(*later)]
        report("later rounds", len(cases) * len(later) / sum(map(sum, later)) * 1000, medians)
        report_slowest(medians, cases)


main()
