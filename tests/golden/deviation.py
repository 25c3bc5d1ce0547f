#!/usr/bin/env python3
"""Makes deviation.json, the reference of harness/stats/deviation.cpp, with SciPy: deviation.py > deviation.json"""
import json
import math
import platform

import scipy
from scipy import stats

CASES = [  # observed, expected, variance of each position
    [[56, 49.5, 37.125], [47, 49.5, 37.125], [47, 49.5, 37.125], [48, 49.5, 37.125]],
    [[0, 49.5, 37.125], [198, 49.5, 37.125], [0, 49.5, 37.125], [0, 49.5, 37.125]],
    [[25, 25, 18.75]] * 4,
    [[3, 5, 2.5], [7, 5, 2.5]],                         # equally far: the first
    [[900, 1000, 500], [1100, 1000, 500], [4, 4, 0]],   # the last position is no question
    [[12, 0, 0], [1, 1.5, 0.75]],
    [[310, 300.25, 207.5], [290, 300.25, 207.5], [330, 300.25, 207.5], [271, 299.25, 201]],
    [[10, 9, 4]],
]


def deviation(counts):
    z = [(o - e) / math.sqrt(v) if v > 0 else None for o, e, v in counts]
    looked_at = [i for i, value in enumerate(z) if value is not None]
    position = max(looked_at, key=lambda i: (abs(z[i]), -i))
    p = min(1.0, 2 * stats.norm.sf(abs(z[position])) * len(looked_at))
    return {"counts": counts, "position": position, "z": z[position], "p_value": p}


print(json.dumps({"made_with": f"Python {platform.python_version()}, SciPy {scipy.__version__}",
                  "cases": [deviation(counts) for counts in CASES]}, indent=1))
