#!/usr/bin/env python3
"""Makes chi_square.json, the reference of harness/stats/chi_square.cpp: chi_square.py > chi_square.json

Pearson's tests are SciPy's. Stuart's is computed from its definition with NumPy's pseudo-inverse and SciPy's
distribution, and held against statsmodels where that can invert the covariance.
"""
import json
import platform

import numpy
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import SquareTable, mcnemar

FIT = [  # observed, expected
    [[56, 47, 47, 48], [49.5, 49.5, 49.5, 49.5]],
    [[0, 198, 0, 0], [49.5, 49.5, 49.5, 49.5]],
    [[25, 25, 25, 25], [25, 25, 25, 25]],
    [[31, 40, 29, 12, 8], [30.5, 30.5, 30.5, 18.5, 10]],
]
SHARES = [  # [correct, responses] of each position
    [[30, 56], [20, 47], [25, 47], [22, 48]],
    [[1, 50], [49, 50], [25, 50], [25, 50]],
    [[10, 20], [10, 20]],
    [[300, 500], [280, 510], [295, 490], [310, 480], [90, 200], [0, 3]],
]
MARGINS = [
    [[40, 8, 3, 5], [6, 39, 4, 4], [2, 5, 41, 7], [9, 3, 6, 38]],
    [[40, 30, 28, 25], [1, 20, 2, 0], [0, 1, 19, 3], [2, 0, 1, 26]],
    [[10, 4], [9, 7]],                                                      # McNemar
    [[10, 4, 0, 0], [9, 7, 0, 0], [0, 0, 5, 1], [0, 0, 6, 8]],              # two parts that are never mixed
    [[10, 4, 0], [9, 7, 0], [0, 0, 5]],                                     # a letter never mistaken
    [[30, 2, 0, 0], [5, 30, 3, 0], [0, 1, 30, 6], [0, 0, 2, 30]],           # neighbours only
    [[0, 1], [0, 0]],
]


def result(statistic, degrees):
    return {"statistic": float(statistic), "degrees": int(degrees), "p_value": float(stats.chi2.sf(statistic, degrees))}


def fit(observed, expected):
    statistic, p = stats.chisquare(observed, expected)
    case = result(statistic, len(observed) - 1)
    assert abs(case["p_value"] - p) < 1e-12
    return {"observed": observed, "expected": expected, **case}


def shares(positions):
    table = [[c for c, _ in positions], [n - c for c, n in positions]]
    statistic, p, degrees, _ = stats.chi2_contingency(table, correction=False)
    case = result(statistic, degrees)
    assert abs(case["p_value"] - p) < 1e-12
    return {"positions": positions, **case}


def margins(rows):
    table = numpy.array(rows, dtype=float)
    difference = table.sum(axis=1) - table.sum(axis=0)
    covariance = numpy.diag(table.sum(axis=1) + table.sum(axis=0)) - table - table.T
    degrees = numpy.linalg.matrix_rank(covariance)
    case = result(difference @ numpy.linalg.pinv(covariance) @ difference, degrees)
    if degrees == len(rows) - 1:
        peer = SquareTable(table, shift_zeros=False).homogeneity(method="stuart_maxwell")
        assert abs(peer.statistic - case["statistic"]) < 1e-9 and peer.df == degrees
    if len(rows) == 2:
        peer = mcnemar(table, exact=False, correction=False)
        assert abs(peer.statistic - case["statistic"]) < 1e-9
    return {"table": rows, **case}


groups = {"fit": [fit(*case) for case in FIT], "shares": [shares(case) for case in SHARES],
          "margins": [margins(case) for case in MARGINS]}
print(f'{{"made_with": "Python {platform.python_version()}, NumPy {numpy.__version__}, SciPy {scipy.__version__}, '
      f'statsmodels {statsmodels.__version__}"', end="")
for name, cases in groups.items():  # a line a case
    print(f',\n "{name}": [\n  ' + ",\n  ".join(json.dumps(case) for case in cases) + "]", end="")
print("}")
