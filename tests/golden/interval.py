#!/usr/bin/env python3
"""Makes interval.json, the reference of harness/stats/interval.cpp, with SciPy: interval.py > interval.json"""
import json
import platform

import numpy
import scipy
from scipy import stats


def wilson(successes, n, confidence):
    interval = stats.binomtest(successes, n).proportion_ci(confidence, method="wilson")
    return {"successes": successes, "n": n, "confidence": confidence, "low": interval.low, "high": interval.high}


def mean_interval(rows, confidence):
    """rows: [correct, responses, number of questions]"""
    shares = numpy.array([c / k for c, k, count in rows for _ in range(count)])
    low, high = stats.t.interval(confidence, len(shares) - 1, loc=shares.mean(), scale=stats.sem(shares))
    return {"rows": rows, "confidence": confidence, "accuracy": shares.mean(),
            "low": max(0.0, low), "high": min(1.0, high)}


print(json.dumps({
    "made_with": f"Python {platform.python_version()}, SciPy {scipy.__version__}, NumPy {numpy.__version__}",
    "wilson": [wilson(s, n, c) for c in (0.8, 0.95, 0.99)
               for s, n in [(0, 1), (1, 1), (0, 25), (29, 30), (146, 198), (376, 721), (500, 500), (3147, 100000)]],
    "mean": [mean_interval(rows, c) for c in (0.9, 0.95) for rows in [
        [[0, 4, 3], [1, 4, 2], [2, 4, 2], [3, 4, 4], [4, 4, 9]],
        [[0, 8, 1], [8, 8, 1]],                   # clipped at both ends
        [[8, 8, 37], [7, 8, 3]],                  # clipped at the top
        [[1, 1, 30], [0, 1, 9], [1, 2, 3], [2, 3, 5]],  # some requests failed
        [[301, 1000, 250], [299, 1000, 250]],
    ]],
}, indent=1))
