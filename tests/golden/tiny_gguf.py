"""Writes tiny_gguf.jsonl.gz: what llama.cpp's converter makes of small models of every family. A line a model: its
config.json and tensors as in tiny_models.jsonl.gz, and its GGUF file in 32-bit floats or Q8_0: all that stands before the
tensors' bytes, then of each tensor where its rows come from, and the SHA-256 of the whole file, which the C++ tests
put together again from generated weights.

The converter (conversion/, gguf-py/) is that of the llama.cpp in vendor/ of the source package of llama-cpp-python
0.3.36; transformers 5.24.0, torch 2.15.0, safetensors 0.8.0.
Usage: tiny_gguf.py LLAMA_CPP OUTPUT.jsonl.gz
"""

import gzip
import hashlib
import json
import pathlib
import sys
import tempfile

import numpy
from safetensors.numpy import load_file

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[1] + "/gguf-py")
import conversion  # noqa: E402
import gguf  # noqa: E402
import tiny_models  # noqa: E402

# GGUF has no keys for these numbers of Llama 4, nor for layers of Qwen without experts.
LLAMA4 = {"attention_chunk_size": 8192, "floor_scale": 8192, "interleave_moe_layer_step": 2}
CHANGES = {
    "qwen3_moe": {"mlp_only_layers": []},
    "llama4": LLAMA4,
    "llama4 interleaved": {**LLAMA4, "num_local_experts": 128, "intermediate_size": 8},
}  # fmt: skip
QUANTISED = ["llama", "qwen3_moe"]  # whose rows are whole blocks
LEFT_OUT = ["olmoe clipped"]  # nor for this


def convert(folder, path, kind=gguf.LlamaFileType.ALL_F32):
    hparams = conversion.ModelBase.load_hparams(pathlib.Path(folder), False)
    architecture = conversion.get_model_architecture(hparams, conversion.ModelType.TEXT)
    converter = conversion.get_model_class(architecture)
    converter.set_vocab = lambda self: None
    converter(pathlib.Path(folder), kind, pathlib.Path(path)).write()


def places(weights):
    """Where a row begins and how far its values are apart, by its first three values. Every second value of a row of
    gpt-oss' biases is a row, too."""
    found = {}
    for name, values in weights.items():
        flat, numbers = values.ravel(), numpy.arange(values.size).reshape(values.shape)
        for axis in range(values.ndim):
            for first, every in (0, 1), (0, 2), (1, 2):
                rows = numpy.moveaxis(numbers, axis, -1)[..., first::every]
                if rows.shape[-1] < 3:
                    continue
                for row in rows[..., :3].reshape(-1, 3):
                    found[flat[row].tobytes()] = (name, int(row[0]), int(row[1] - row[0]))
    return found


def rows_of(values, found, weights):
    """[tensor, start, step of values, step of rows, rows], as few as will do."""
    runs = []
    for row in values.reshape(-1, values.shape[-1]):
        name, start, step = found[row[:3].tobytes()]
        source = weights[name].ravel()[start : start + step * len(row) : step]
        assert (source == row).all()
        if runs and runs[-1][0] == name and runs[-1][2] == step:
            last = runs[-1]
            if last[4] == 1:
                last[3] = start - last[1]
            if start == last[1] + last[3] * last[4]:
                last[4] += 1
                continue
        runs.append([name, start, step, 0, 1])
    return runs


def sources_of(path, weights):
    found = places(weights)
    for tensor in gguf.GGUFReader(path).tensors:
        data = numpy.asarray(tensor.data)
        assert data.dtype == numpy.float32
        if tensor.name == "rope_freqs.weight":
            yield tensor.name, {"numbers": data.tolist()}
        else:
            yield tensor.name, {"rows": rows_of(data, found, weights)}


def golden(label, config_class, values):
    with tempfile.TemporaryDirectory() as parent:
        folder = parent + "/tiny"  # becomes the model's name
        _, tensors = tiny_models.write_model(folder, config_class, {**values, **CHANGES.get(label, {})})
        config = json.load(open(folder + "/config.json"))
        convert(folder, parent + "/f32.gguf")
        sources = dict(sources_of(parent + "/f32.gguf", load_file(folder + "/model.safetensors")))
        for kind in ["f32", "q8_0"] if label in QUANTISED else ["f32"]:
            path = f"{parent}/{kind}.gguf"
            if kind == "q8_0":
                convert(folder, path, gguf.LlamaFileType.MOSTLY_Q8_0)
            reader = gguf.GGUFReader(path)
            file = open(path, "rb").read()
            places_of = [{**sources[tensor.name], "start": int(tensor.data_offset)} for tensor in reader.tensors]
            yield {"label": label, "kind": kind, "config": config, "tensors": tensors,
                   "head": file[: reader.data_offset].hex(), "size": len(file), "gguf": places_of,
                   "sha256": hashlib.sha256(file).hexdigest()}  # fmt: skip


def main():
    lines = [line for model in tiny_models.MODELS if model[0] not in LEFT_OUT for line in golden(*model)]
    with open(sys.argv[2], "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        for line in lines:
            file.write((json.dumps(line) + "\n").encode())


if __name__ == "__main__":
    main()
