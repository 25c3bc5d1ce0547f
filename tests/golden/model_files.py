"""Writes the folder model_files/: tiny files by the formats' own Python packages, and listing.json of what is in them.

all_types.gguf        each of the 13 metadata types, tensors of several block types
aligned.gguf          general.alignment 64
single.safetensors    each dtype that is read, a scalar, an empty tensor, __metadata__
sharded/              an index and two shards
split-*.gguf          a model in three parts
The listing comes from the arrays themselves, not from the files. Python 3.11, gguf 0.19.0, safetensors 0.8.0,
ml_dtypes 0.6.0, numpy 2.4.6. Run: python3 model_files.py model_files
"""
import hashlib
import json
import os
import struct
import sys

import gguf
import ml_dtypes
import numpy
from safetensors import numpy as safetensors
from gguf import GGMLQuantizationType as Type

random = numpy.random.default_rng(7)


def listed(name, type_name, shape, data):
    return {"name": name, "type": type_name, "shape": list(shape), "sha256": hashlib.sha256(data).hexdigest()}


def write_gguf(path, metadata, tensors, alignment=None, split=0):
    """metadata: key -> (type, value); tensors: name -> (type, shape); split: how many tensors a part has."""
    writer = gguf.GGUFWriter(path, "llama", split_max_tensors=split)
    if alignment:
        writer.add_custom_alignment(alignment)
    for key, (kind, value) in metadata.items():
        if kind == "array":
            writer.add_array(key, value)
        else:
            getattr(writer, "add_" + kind)(key, value)
    tensor_list = []
    for name, (kind, shape) in tensors.items():
        block, size = gguf.GGML_QUANT_SIZES[kind]
        data = random.integers(0, 256, (*shape[:-1], shape[-1] // block * size), dtype=numpy.uint8)
        writer.add_tensor(name, data, raw_dtype=kind)
        tensor_list.append(listed(name, kind.name, shape, data.tobytes()))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return {"metadata": {key: {"kind": kind, "value": value} for key, (kind, value) in metadata.items()},
            "tensors": tensor_list}


def write_safetensors(path, arrays, names, metadata=None):
    safetensors.save_file(arrays, path, metadata=metadata)
    with open(path, "rb") as file:  # the order of the tensors is the writer's own choice
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    order = sorted(arrays, key=lambda name: header[name]["data_offsets"])
    return [listed(name, names[arrays[name].dtype.name], arrays[name].shape, arrays[name].tobytes()) for name in order]


def array(dtype, shape):
    count = int(numpy.prod(shape)) * numpy.dtype(dtype).itemsize
    return numpy.frombuffer(random.bytes(count), dtype=dtype).reshape(shape)


DTYPES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16", "float8_e4m3fn": "F8_E4M3", "int8": "I8",
          "uint8": "U8", "int32": "I32", "int64": "I64"}
METADATA = {
    "test.u8": ("uint8", 255), "test.i8": ("int8", -128), "test.u16": ("uint16", 65535), "test.i16": ("int16", -32768),
    "test.u32": ("uint32", 2**32 - 1), "test.i32": ("int32", -2**31), "test.f32": ("float32", 0.15625),
    "test.bool": ("bool", True), "test.string": ("string", "na\u00efve \u2203x"), "test.u64": ("uint64", 2**64 - 1),
    "test.i64": ("int64", -2**63), "test.f64": ("float64", 1e-300), "test.i32s": ("array", [3, -1, 4]),
    "test.f32s": ("array", [0.5, -2.0]), "test.bools": ("array", [True, False]),
    "test.strings": ("array", ["a", "", "\u0120the", "<|im_end|>"]), "test.nested": ("array", [[1, 2], [3]]),
}
GGUF_TENSORS = {
    "token_embd.weight": (Type.Q8_0, (5, 64)), "blk.0.attn_norm.weight": (Type.F32, (3,)),
    "blk.0.ffn_gate_exps.weight": (Type.MXFP4, (2, 3, 32)), "blk.0.ffn_up_exps.weight": (Type.Q4_1, (2, 3, 32)),
    "blk.0.attn_q.weight": (Type.Q4_K, (2, 256)), "blk.0.attn_k.weight": (Type.Q5_K, (1, 256)),
    "blk.0.attn_v.weight": (Type.Q6_K, (1, 256)), "blk.0.attn_output.weight": (Type.Q4_0, (3, 32)),
    "blk.0.a": (Type.Q5_0, (1, 32)), "blk.0.b": (Type.Q5_1, (1, 32)), "blk.0.c": (Type.F16, (2, 3, 1, 5)),
    "blk.0.d": (Type.BF16, (7,)), "blk.0.e": (Type.I8, (3,)), "blk.0.f": (Type.I32, (2,)), "blk.0.g": (Type.I64, (2,)),
}


def main(folder):
    os.makedirs(os.path.join(folder, "sharded"), exist_ok=True)
    at = lambda *names: os.path.join(folder, *names)
    listing = {
        "all_types.gguf": write_gguf(at("all_types.gguf"), METADATA, GGUF_TENSORS),
        "aligned.gguf": write_gguf(at("aligned.gguf"), {"test.u32": ("uint32", 7)},
                                   {"a": (Type.F32, (3,)), "b": (Type.F16, (2, 2)), "c": (Type.F32, (1,))}, 64),
    }
    arrays = {name.lower(): array(getattr(ml_dtypes, dtype, dtype), (2, 3)) for dtype, name in DTYPES.items()}
    arrays["scalar"] = array("float32", ())
    arrays["empty"] = array("float16", (0, 4))
    arrays['a "quoted" n\u00e4me'] = array("uint8", (1,))
    listing["single.safetensors"] = {
        "tensors": write_safetensors(at("single.safetensors"), arrays, DTYPES, {"format": "pt"})}

    weight_map = {}
    tensors = []
    for number, names in enumerate((["model.embed_tokens.weight", "model.layers.0.mlp.gate.weight"],
                                    ["lm_head.weight", "lm_head.weight_scale"]), 1):
        shard = f"model-{number:05}-of-00002.safetensors"
        arrays = {name: array(ml_dtypes.float8_e4m3fn if name == "lm_head.weight" else ml_dtypes.bfloat16, (4, number))
                  for name in names}
        tensors += write_safetensors(at("sharded", shard), arrays, DTYPES, {"format": "pt"})
        weight_map.update((name, shard) for name in names)
    with open(at("sharded", "model.safetensors.index.json"), "w") as file:
        json.dump({"metadata": {"total_size": 0}, "weight_map": weight_map}, file, indent=1)
        file.write("\n")
    listing["sharded"] = {"tensors": tensors}
    listing["split"] = write_gguf(at("split.gguf"), {"test.u32": ("uint32", 7)},
                                  {name: (Type.F16, (2, 3)) for name in "abcde"}, split=2)
    with open(at("listing.json"), "w") as file:
        json.dump(listing, file, indent=1)
        file.write("\n")


main(sys.argv[1])
