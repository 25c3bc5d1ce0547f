#!/usr/bin/env python3
"""How far the engine's logits are from a pass in 64-bit floats over the same dequantised weights, for a dense model of
GGUF's architecture llama: the normalised squared error of all logits, and how many tokens have another likeliest one.
Usage: exact_logits.py build/release/tests/bench/logits MODEL.gguf. Needs gguf 0.19 and numpy. Bar: 1e-9."""
import subprocess
import sys

import gguf
import numpy

program, path = sys.argv[1:]
reader = gguf.GGUFReader(path)
weights = {t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(numpy.float64) for t in reader.tensors}


def setting(name):
    return reader.fields["llama." + name].contents()


layers, heads, kv_heads = (setting(n) for n in ("block_count", "attention.head_count", "attention.head_count_kv"))
epsilon = setting("attention.layer_norm_rms_epsilon")
embedding = weights["token_embd.weight"]
width = embedding.shape[1] // heads
tokens = numpy.random.default_rng(3).integers(0, len(embedding), 300)
angles = numpy.outer(numpy.arange(len(tokens)), setting("rope.freq_base") ** (-numpy.arange(0, width, 2) / width))
mask = numpy.triu(numpy.full((len(tokens), len(tokens)), -numpy.inf), 1)


def norm(x, weight):
    return x / numpy.sqrt((x * x).mean(-1, keepdims=True) + epsilon) * weight


def heads_of(x, rotated):
    x = x.reshape(len(tokens), -1, width)
    if rotated:
        even, odd = x[..., ::2], x[..., 1::2]
        cosine, sine = numpy.cos(angles)[:, None], numpy.sin(angles)[:, None]
        x = numpy.stack([even * cosine - odd * sine, odd * cosine + even * sine], -1).reshape(x.shape)
    return x.transpose(1, 0, 2)


x = embedding[tokens]
for layer in range(layers):
    part = {n.split(".", 2)[2]: w for n, w in weights.items() if n.startswith(f"blk.{layer}.")}
    h = norm(x, part["attn_norm.weight"])
    q = heads_of(h @ part["attn_q.weight"].T, True)
    k, v = (numpy.repeat(heads_of(h @ part[f"attn_{n}.weight"].T, n == "k"), heads // kv_heads, 0) for n in "kv")
    scores = numpy.exp(q @ k.transpose(0, 2, 1) / numpy.sqrt(width) + mask)
    mixed = (scores / scores.sum(-1, keepdims=True)) @ v
    x = x + mixed.transpose(1, 0, 2).reshape(len(tokens), -1) @ part["attn_output.weight"].T
    h = norm(x, part["ffn_norm.weight"])
    gate = h @ part["ffn_gate.weight"].T
    x = x + (gate / (1 + numpy.exp(-gate)) * (h @ part["ffn_up.weight"].T)) @ part["ffn_down.weight"].T
exact = norm(x, weights["output_norm.weight"]) @ weights.get("output.weight", embedding).T

written = subprocess.run([program, path, *map(str, tokens)], check=True, stdout=subprocess.PIPE).stdout
ours = numpy.frombuffer(written, numpy.float32).reshape(exact.shape)
error = ((ours - exact) ** 2).sum() / (exact**2).sum()
rows = ((ours - exact) ** 2).sum(-1) / (exact**2).sum(-1)
others = (ours.argmax(-1) != exact.argmax(-1)).sum()
print(f"{len(tokens)} tokens: error {error:.1e}, of the worst token {rows.max():.1e}; {others} other likeliest tokens")
