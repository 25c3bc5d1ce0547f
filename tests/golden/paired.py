#!/usr/bin/env python3
"""Makes paired.json, the reference of harness/stats/paired.cpp, with SciPy: paired.py > paired.json"""
import json
import platform

import numpy
import scipy
from scipy import stats


def paired(seed, n, k, confidence):
    random = numpy.random.default_rng(seed)
    a, b = (random.binomial(k, 0.7, n) for _ in range(2))
    difference = (a - b) / k
    error = stats.sem(difference)
    low, high = stats.norm.interval(confidence, loc=difference.mean(), scale=error)
    # A digit a question: how many of k responses are correct.
    return {"a": "".join(map(str, a)), "b": "".join(map(str, b)), "k": k, "confidence": confidence,
            "difference": difference.mean(), "standard_error": error, "low": low, "high": high,
            "p_value": 2 * stats.norm.sf(abs(difference.mean()) / error)}


print(json.dumps({
    "made_with": f"Python {platform.python_version()}, SciPy {scipy.__version__}, NumPy {numpy.__version__}",
    "paired": [paired(seed, n, k, confidence) for seed, (n, k, confidence) in enumerate(
        [(2, 3, 0.95), (5, 4, 0.9), (40, 1, 0.95), (40, 8, 0.99), (198, 4, 0.95)])],
}))
