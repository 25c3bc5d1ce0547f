"""Writes gguf_blocks.jsonl.gz: random blocks of each GGUF type with the floats that the gguf package makes of them, and
the floats of every 16-bit and 8-bit number by numpy and ml_dtypes.

{"type", "blocks", "weights"}      bytes and float32 values in hexadecimal, little-endian
{"type", "all", "sha256"}          the type's numbers from 0 on, `all` of them; the hash of their float32 values, with
                                   each NaN made 0x7fc00000: machines differ in its other bits
Scales are never infinite or NaN. Python 3.11, gguf 0.19.0, ml_dtypes 0.6.0, numpy 2.4.6.
Run: python3 gguf_blocks.py gguf_blocks.jsonl.gz
"""
import gzip
import hashlib
import json
import sys

import gguf
import ml_dtypes
import numpy
from gguf import GGMLQuantizationType as Type

random = numpy.random.default_rng(11)
# Halves: zeros, subnormals from the smallest to the largest, normals from the smallest to the largest, ones, a third.
EXTREME = [0x0000, 0x8000, 0x0001, 0x8001, 0x0200, 0x03FF, 0x83FF, 0x0400, 0x8400, 0x3C00, 0xBC00, 0x3555, 0x7BFF,
           0xFBFF]
HALVES = {  # where the halves of a block lie
    Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q8_0: [0],
    Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208], Type.MXFP4: [],
}


def finite_half():
    while True:
        half = int(random.integers(0, 65536))
        if half & 0x7C00 != 0x7C00:
            return half


def blocks_of(kind):
    weights, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (1024 // weights * 2 + len(EXTREME), size), dtype=numpy.uint8)
    for i, block in enumerate(blocks):
        for number, place in enumerate(HALVES[kind]):
            half = EXTREME[(i + number * 3) % len(EXTREME)] if i < len(EXTREME) else finite_half()
            block[place:place + 2] = numpy.frombuffer(half.to_bytes(2, "little"), dtype=numpy.uint8)
    if kind == Type.MXFP4:
        blocks[:6, 0] = [0, 1, 2, 127, 254, 255]
    blocks[-1, 16:] |= 0xF0  # where all values are large
    blocks[-2, 16:] &= 0x0F
    for place in HALVES[kind]:
        blocks[-2:, place:place + 2] = [[0xFF, 0x7B], [0xFF, 0xFB]]
    return blocks


def numbers(dtype, count):
    size = 1 if count == 256 else 2
    values = numpy.arange(count, dtype=f"<u{size}").view(dtype).astype("<f4")
    return numpy.where(numpy.isnan(values), numpy.uint32(0x7FC00000), values.view("<u4")).astype("<u4").tobytes()


def main(path):
    lines = []
    for kind in HALVES:
        blocks = blocks_of(kind)
        weights = gguf.quants.dequantize(blocks, kind).astype("<f4")
        lines.append({"type": kind.name, "blocks": blocks.tobytes().hex(), "weights": weights.tobytes().hex()})
    for name, dtype, count in (("F16", "<f2", 65536), ("BF16", ml_dtypes.bfloat16, 65536),
                               ("F8_E4M3", ml_dtypes.float8_e4m3fn, 256)):
        lines.append({"type": name, "all": count, "sha256": hashlib.sha256(numbers(dtype, count)).hexdigest()})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    with open(path, "wb") as file:
        file.write(gzip.compress(text.encode(), 9, mtime=0))


main(sys.argv[1])
