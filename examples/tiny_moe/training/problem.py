"""What a kind of problem makes, and how wordings are chosen."""

import dataclasses


@dataclasses.dataclass
class Problem:
    kind: str
    key: str  # its parameters, commuted pairs in one order: equal keys are the same problem
    question: str
    lines: list
    answer: str

    @property
    def solution(self):
        return "\n".join([*self.lines, f"\\boxed{{{self.answer}}}"])


# Behind the wordings of training stand one for validation and two for the test.
HELD_OUT_WORDINGS = {"train": slice(None, -3), "validation": slice(-3, -2), "test": slice(-2, None)}


def wording(rng, split, templates, **slots):
    return rng.choice(templates[HELD_OUT_WORDINGS[split]]).format(**slots)


def sign(number):
    return f"+{number}" if number >= 0 else str(number)
