#!/usr/bin/env python3
"""Writes python_utf8.txt: what CPython makes of bytes that may not be UTF-8.

Made with CPython 3.11.7, whose errors="replace" puts one U+FFFD for each maximal subpart (Unicode 15, section 3.9).
Lines: "space CODE_POINT..." lists what str.isspace() knows (str.strip() removes the same); every other line is
"INPUT OUTPUT", both in hexadecimal. Run: python3 python_utf8.py > python_utf8.txt
"""
import itertools
import platform
import random

EDGES = [0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
         0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFC, 0xFE, 0xFF]
LEADS = [0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4]
TAILS = [0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xF4]


def cases():
    yield from (bytes(pair) for pair in itertools.product(EDGES, repeat=2))
    for lead in LEADS:
        yield from (bytes([lead, *tail]) for tail in itertools.product(TAILS, repeat=2))
    for lead in (0xF0, 0xF1, 0xF4):
        yield from (bytes([lead, *tail, 0xBF]) for tail in itertools.product(TAILS, repeat=2))
    draw = random.Random(0)
    whole = ["é", "€", "😀", "\u2028", "\U0010ffff", "a"]
    for _ in range(1500):
        pieces = [bytes([draw.choice(EDGES)]) if draw.random() < 0.5 else draw.choice(whole).encode() for _ in range(8)]
        text = b"".join(pieces)
        yield text[draw.randrange(3):len(text) - draw.randrange(3)]


print(f"# CPython {platform.python_version()}, python_utf8.py")
print("space", *(c for c in range(0x110000) if chr(c).isspace()))
for case in dict.fromkeys(cases()):
    if case:
        print(case.hex(), case.decode("utf-8", errors="replace").encode().hex())
