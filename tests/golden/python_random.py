#!/usr/bin/env python3
"""Writes python_random.txt: draws of CPython's random.Random, one line "SEED FUNCTION ARGUMENTS = RESULTS".

Made with CPython 3.11.7; the functions used here draw alike since 3.2. Run: python3 python_random.py > python_random.txt
Doubles are written as the 16 hexadecimal digits of their bits.
"""
import platform
import random
import struct

SEEDS = [0, 1, 42, 1234, 2**31, 2**32 - 1, 2**32, 2**32 + 5, 2**63 + 1, 2**64 - 1]
BITS = [1, 2, 3, 8, 31, 32, 33, 53, 63, 64]
BELOW = [1, 2, 3, 4, 5, 10, 198, 2**31, 2**32, 2**32 + 1, 2**63, 2**63 + 1, 2**64 - 1]
RANGES = [(0, 3), (-5, 5), (7, 7), (-(2**63), -1), (-(2**63), 2**62), (0, 2**63 - 1)]
SHUFFLES = [0, 1, 2, 4, 10, 100]
# The pool method serves up to 21 items (k <= 5) or 21 + 4**ceil(log4(3k)); both sides of each border are here.
SAMPLES = [(0, 0), (4, 4), (21, 5), (22, 5), (85, 6), (86, 6), (85, 21), (86, 21), (277, 22), (278, 22), (277, 85),
           (278, 85), (1045, 86), (1046, 86), (198, 20), (500, 500), (14042, 10), (2147483647, 8)]


def line(seed, name, arguments, results):
    print(seed, name, *arguments, "=", *results)


print(f"# CPython {platform.python_version()}, python_random.py")
for seed in SEEDS:
    new = lambda: random.Random(seed)
    r = new()
    line(seed, "next", [1300], [sum(r.getrandbits(32) * (i + 1) for i in range(1300)) % 2**64])
    for bits in BITS:
        r = new()
        line(seed, "getrandbits", [bits], [r.getrandbits(bits) for _ in range(8)])
    for n in BELOW:
        r = new()
        line(seed, "randbelow", [n], [r._randbelow(n) for _ in range(8)])
    for low, high in RANGES:
        r = new()
        line(seed, "randint", [low, high], [r.randint(low, high) for _ in range(8)])
    r = new()
    line(seed, "random", [], [struct.pack(">d", r.random()).hex() for _ in range(8)])
    for n in SHUFFLES:
        r = new()
        items = list(range(n))
        r.shuffle(items)
        line(seed, "shuffle", [n], items + [r.getrandbits(32)])
    for n, k in SAMPLES:
        r = new()
        line(seed, "sample", [n, k], r.sample(range(n), k) + [r.getrandbits(32)])
