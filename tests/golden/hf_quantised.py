"""Writes hf_quantised.jsonl.gz: small quantised layers as their packages store them, with the floats that these make of
them again, and errors of quantisation that ours is held against.

{"label", "layer", "rows", "columns", "type", "tensors": [{"name", "type", "shape", "bytes"}], "sha256"}
    a linear layer by compressed-tensors or by transformers (fp8 in blocks); the hash of its float32 weights
{"label", "experts", "width", "model_width", "tensors", "sha256", "gguf"}
    MXFP4 experts of gpt-oss by transformers, their rows in our order: of each expert the gates first; and the hashes of
    the blocks that llama.cpp's converter makes of gates, ups and downs
{"type": "Q8_0", "weights", "blocks"}      by the gguf package
{"group", "weights", "errors"}             least squared error of each group of -8..7 times a scale, over 4001 scales

Bytes in hexadecimal. compressed-tensors 0.20.0, transformers 5.24.0, torch 2.15.0, gguf 0.19.0, numpy 2.4.6, and the
converter of the llama.cpp in vendor/ of the source package of llama-cpp-python 0.3.36.
Usage: hf_quantised.py LLAMA_CPP OUTPUT.jsonl.gz
"""

import gzip
import hashlib
import json
import sys

sys.path.insert(0, sys.argv[1])

import gguf
import numpy
import torch
from compressed_tensors.compressors.pack_quantized.helpers import pack_to_int32, unpack_from_int32
from compressed_tensors.quantization import QuantizationArgs
from compressed_tensors.quantization.lifecycle.forward import dequantize
from conversion.gpt_oss import GptOssModel
from transformers.integrations.finegrained_fp8 import Fp8Dequantize
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

TYPES = {torch.float8_e4m3fn: "F8_E4M3", torch.int32: "I32", torch.int64: "I64", torch.bfloat16: "BF16",
         torch.float16: "F16", torch.float32: "F32", torch.uint8: "U8"}  # fmt: skip
random = numpy.random.default_rng(5)


def stored(name, tensor):
    tensor = tensor.contiguous()
    data = tensor.reshape(-1).view(torch.uint8).numpy().tobytes()
    return {"name": name, "type": TYPES[tensor.dtype], "shape": list(tensor.shape), "bytes": data.hex()}


def digest(weights):
    assert weights.dtype == torch.float32
    return hashlib.sha256(weights.contiguous().numpy().tobytes()).hexdigest()


def scales(shape, dtype):
    return torch.tensor(random.uniform(0.001, 0.02, shape), dtype=torch.float32).to(dtype)


def float8(rows, columns):
    numbers = random.integers(0, 256, (rows, columns), dtype=numpy.uint8)
    numbers[(numbers & 0x7F) == 0x7F] = 0x7E  # no NaN
    return torch.tensor(numbers).view(torch.float8_e4m3fn)


def layer(label, kind, weights, tensors):
    return {"label": label, "layer": "q_proj", "rows": weights.shape[0], "columns": weights.shape[1], "type": kind,
            "tensors": [stored("q_proj." + name, tensor) for name, tensor in tensors], "sha256": digest(weights)}


def float8_layer(label, strategy, rows, columns, scale, group=None):
    args = QuantizationArgs(num_bits=8, type="float", strategy=strategy, symmetric=True, group_size=group)
    weight = float8(rows, columns)
    weights = dequantize(weight.to(torch.float32), scale.to(torch.float32), args=args)
    return layer(label, "E4M3_G128", weights, [("weight", weight), ("weight_scale", scale)])


def float8_tiles(rows, columns):
    weight, scale = float8(rows, columns), scales((rows // 128, columns // 128), torch.float32)
    weights = Fp8Dequantize(None)._dequantize_one(weight, scale)
    return layer("fp8, 128 x 128", "E4M3_G128", weights, [("weight", weight), ("weight_scale_inv", scale)])


def int4_layer(label, kind, rows, columns, group, dtype=torch.bfloat16):
    numbers = torch.tensor(random.integers(-8, 8, (rows, columns)), dtype=torch.int8)
    packed = pack_to_int32(numbers, 4)
    scale = scales((rows, columns // group), dtype)
    strategy = "channel" if group == columns else "group"
    args = QuantizationArgs(num_bits=4, type="int", strategy=strategy, symmetric=True,
                            group_size=None if group == columns else group)
    unpacked = unpack_from_int32(packed, 4, torch.Size((rows, columns)))
    assert (unpacked == numbers).all()
    weights = dequantize(unpacked, scale.to(torch.float32), args=args)
    shape = torch.tensor([rows, columns])
    return layer(label, kind, weights, [("weight_packed", packed), ("weight_scale", scale), ("weight_shape", shape)])


class Repacker(GptOssModel):
    """Keeps what the converter would write."""

    model_arch = gguf.MODEL_ARCH.GPT_OSS

    def __init__(self):
        self.gguf_writer, self.written = self, []

    def add_tensor(self, name, data, raw_dtype):
        assert raw_dtype == gguf.GGMLQuantizationType.MXFP4
        self.written.append(hashlib.sha256(data.tobytes()).hexdigest())


def mxfp4_experts(experts, width, model_width):
    tensors, matrices, repacker = [], [], Repacker()
    for name, rows, columns in ("gate_up_proj", 2 * width, model_width), ("down_proj", model_width, width):
        blocks = torch.tensor(random.integers(0, 256, (experts, rows, columns // 32, 16), dtype=numpy.uint8))
        exponents = torch.tensor(random.integers(110, 130, (experts, rows, columns // 32), dtype=numpy.uint8))
        weights = convert_moe_packed_tensors(blocks, exponents, dtype=torch.float32).transpose(1, 2)
        weights = weights + 0.0  # zeros lose their sign, as in the gguf package
        assert weights.shape == (experts, rows, columns)
        if name == "gate_up_proj":
            weights = torch.cat([weights[:, ::2], weights[:, 1::2]], 1)
            repacker.repack_mxfp4("gate", blocks[:, ::2], exponents[:, ::2])
            repacker.repack_mxfp4("up", blocks[:, 1::2], exponents[:, 1::2])
        else:
            repacker.repack_mxfp4("down", blocks, exponents)
        tensors += [stored(f"mlp.experts.{name}_blocks", blocks), stored(f"mlp.experts.{name}_scales", exponents)]
        matrices.append(digest(weights))
    return {"label": "mxfp4", "experts": experts, "width": width, "model_width": model_width, "tensors": tensors,
            "sha256": matrices, "gguf": repacker.written}


def q8_0():
    weights = random.normal(0, 1, (64, 32)).astype("<f4") * (10.0 ** random.integers(-6, 4, (64, 1))).astype("<f4")
    weights[0] = 0
    weights[1, 5:] = 0
    weights[2] = numpy.arange(-16, 16) / 2 * 127 / 8  # halves
    blocks = gguf.quants.quantize(weights, gguf.GGMLQuantizationType.Q8_0)
    return {"type": "Q8_0", "weights": weights.tobytes().hex(), "blocks": blocks.tobytes().hex()}


def int4_errors(group):
    weights = random.normal(0, 0.02, (40, group)).astype("<f4")
    weights[:10] = random.standard_t(3, (10, group)) * 0.02
    errors = []
    for row in weights.astype(float):
        largest = abs(row).max()
        tried = numpy.linspace(-largest / 4, largest / 4, 4001)
        tried = tried[tried != 0][:, None]
        numbers = numpy.clip(numpy.rint(row / tried), -8, 7)
        errors.append(float(((numbers * tried - row) ** 2).sum(1).min()))
    return {"group": group, "weights": weights.tobytes().hex(), "errors": errors}


def main(path):
    lines = [
        float8_layer("fp8, a scale", "tensor", 3, 256, scales((1,), torch.float32)),
        float8_layer("fp8, a scale a row", "channel", 5, 256, scales((5, 1), torch.bfloat16)),
        float8_layer("fp8, groups", "group", 5, 256, scales((5, 2), torch.float16), 128),
        float8_tiles(256, 256),
        int4_layer("int4, groups of 128", "I4_G128", 5, 256, 128),
        int4_layer("int4, groups of 32", "I4_G32", 5, 96, 32, torch.float16),
        int4_layer("int4, groups of 64", "I4_G32", 3, 192, 64, torch.float32),
        int4_layer("int4, a scale a row", "I4_G128", 5, 256, 256),
        int4_layer("int4, a scale a row of 96", "I4_G32", 5, 96, 96),
        mxfp4_experts(2, 32, 64),
        q8_0(),
        int4_errors(32),
        int4_errors(128),
    ]
    with open(path, "wb") as file:
        file.write(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode(), 9, mtime=0))


main(sys.argv[2])
