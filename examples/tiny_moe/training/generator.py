"""Problems of ten kinds, written out step by step.

A problem belongs to one split by a hash of its parameters, and each split has wordings of its own.
"""

import hashlib

from algebra_kinds import derivatives, linear, quadratic
from choice_kind import multiple_choice
from numbers_kinds import arithmetic, fractions, number_theory
from science_kinds import molar_mass, physics, units

KINDS = {
    "arithmetic": arithmetic,
    "fractions": fractions,
    "linear equations": linear,
    "quadratic equations": quadratic,
    "number theory": number_theory,
    "derivatives": derivatives,
    "units": units,
    "molar masses": molar_mass,
    "physics": physics,
    "multiple choice": multiple_choice,
}


def split_of(key):
    part = hashlib.sha256(key.encode()).digest()[0]
    return "test" if part < 16 else "validation" if part < 24 else "train"


def generate(rng, split, kind):
    while True:
        problem = KINDS[kind](rng, split)
        if split_of(problem.key) == split:
            return problem
