#!/usr/bin/env python3
"""Makes comparison.json, the reference of reports/comparison*.cpp: comparison.py > comparison.json

Accuracies with Fraction, Wilson intervals with statsmodels, t intervals with SciPy; the CSV fields as Python's csv module
writes them; the Markdown is written by hand and rendered by markdown-it-py here, which must give the name back as text.
"""
import csv
import io
import json
import platform
import re
from fractions import Fraction

import markdown_it
import numpy
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

# Model, task, protocol, and the samples as [correct, responses, number of samples].
CELLS = [
    ("provider/best", "algebra", "boxed@1", [[1, 1, 376], [0, 1, 345]]),
    ("provider/worst", "algebra", "boxed@1", [[0, 1, 721]]),
    ("provider/tie-b", "algebra", "boxed@1", [[1, 1, 100], [0, 1, 100]]),
    ("provider/tie-a", "algebra", "boxed@1", [[1, 1, 100], [0, 1, 100]]),
    ("provider/unscored", "algebra", "boxed@1", []),
    ("provider/repeated", "algebra", "simple-evals@1", [[8, 8, 31], [7, 8, 4], [3, 8, 2], [0, 8, 3]]),
    ("provider/some-failed", "algebra", "simple-evals@1", [[1, 1, 30], [0, 1, 9], [1, 2, 3], [2, 3, 5]]),
    ("provider/no-spread", "algebra", "simple-evals@1", [[2, 4, 50]]),
    ("provider/one", "algebra", "simple-evals@1", [[1, 1, 1]]),
    ("provider/large", "zoology", "mmlu-pro@1", [[1, 1, 70601], [0, 1, 29399]]),
]

GROUPS = [["1", 0, 3], ["2", 3, 3], ["3", 1, 2], ["4", 40, 57], ["5", 999, 1000]]  # value, right, samples

NAMES = [  # as given, as Markdown
    ("openai/gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini-2024-07-18"),
    ("qwen_2_5 _bold_ __x__", r"qwen_2_5 \_bold\_ \_\_x\_\_"),
    ("$x$ costs $5", r"\$x\$ costs \$5"),
    ("a|b", r"a\|b"),
    ("**bold** `code` ~~gone~~", r"\*\*bold\*\* \`code\` \~\~gone\~\~"),
    ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
    ("[text](javascript:alert)", r"\[text\](javascript:alert)"),
    ("![x](https://example.com/x.png)", r"!\[x\](https\://example.com/x.png)"),
    ("https://example.com", r"https\://example.com"),
    ("&lt;b&gt; &#60;", r"\&lt;b\&gt; \&#60;"),
    ("back\\slash \\| \\*", r"back\\slash \\\| \\\*"),
    ("=1+1", "=1+1"),
    ("=HYPERLINK(\"https://example.com\",\"x\")", "=HYPERLINK(\"https\\://example.com\",\"x\")"),
    ("+1", "+1"),
    ("-1", "-1"),
    ("@SUM(A1)", "@SUM(A1)"),
    ("comma, and \"quotes\"", "comma, and \"quotes\""),
    ("Modell für Größe, 模型", "Modell für Größe, 模型"),
    ("", ""),
]


def measures(tallies):
    shares = [Fraction(c, k) for c, k, count in tallies for _ in range(count)]
    n = len(shares)
    if n == 0:
        return {"samples": 0, "epochs": 0, "responses": 0, "correct": 0}
    mean = sum(shares) / n
    if all(k == 1 for _, k, _ in tallies) or len(set(shares)) == 1:
        low, high = proportion_confint(float(mean * n), n, method="wilson")
    else:
        values = numpy.array([float(share) for share in shares])
        low, high = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
    return {"samples": n, "epochs": max(k for _, k, _ in tallies),
            "responses": sum(k * count for _, k, count in tallies),
            "correct": sum(c * count for c, _, count in tallies),
            "accuracy": float(mean), "ci_low": max(0.0, float(low)), "ci_high": min(1.0, float(high))}


def csv_field(name):
    guarded = "'" + name if name[:1] in ("=", "+", "-", "@") else name
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([guarded, "end"])
    return out.getvalue().removesuffix(",end")


def check_markdown(name, markdown):
    html = markdown_it.MarkdownIt("gfm-like").render(f"| {markdown} |\n| --- |\n| {markdown} |\n")
    texts = re.findall(r"<t[hd]>(.*?)</t[hd]>", html, re.S)
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").strip()
    assert texts == [escaped, escaped], (name, markdown, texts)


for name, markdown in NAMES:
    check_markdown(name, markdown)

print(json.dumps({
    "made_with": f"Python {platform.python_version()}, SciPy {scipy.__version__}, statsmodels "
                 f"{statsmodels.__version__}, markdown-it-py {markdown_it.__version__}",
    "cells": [{"model": model, "task": task, "protocol": protocol, "tallies": tallies, "expect": measures(tallies)}
              for model, task, protocol, tallies in CELLS],
    "order": [CELLS[i][0] for i in [0, 3, 2, 1, 4, 8, 5, 6, 7, 9]],
    "groups": [[value, right, n, *map(float, proportion_confint(right, n, method="wilson"))]
               for value, right, n in GROUPS],
    "names": [[name, csv_field(name), markdown] for name, markdown in NAMES],
}, indent=1, ensure_ascii=False))
