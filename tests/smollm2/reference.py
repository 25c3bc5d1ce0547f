"""Holds what `tripos` made of SmolLM2-135M-Instruct against the mathematics: a pass in float64 over the weights as the
gguf package reads them. Run by check.sh.

    reference.py MODEL.gguf ANSWERS.jsonl LOGITS

ANSWERS.jsonl is what `tripos generate --json` printed; LOGITS the float32 logits that logits_of printed for the last
token of every prompt. Needs numpy and gguf (0.19.0).
"""

import json
import sys

import gguf
import numpy as np

HEADS, KV_HEADS, HEAD_WIDTH, LAYERS = 9, 3, 64, 30
THETA, EPSILON = 100_000.0, 1e-5


def load(path):
    """All tensors in float64, by name."""
    tensors = {}
    for tensor in gguf.GGUFReader(path).tensors:
        tensors[tensor.name] = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float64)
    return tensors


def norm(x, weight):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * weight


def rotate(x):
    """Pairs of neighbours, [positions, heads, HEAD_WIDTH]."""
    frequencies = THETA ** (-np.arange(0, HEAD_WIDTH, 2) / HEAD_WIDTH)
    angles = (np.arange(len(x))[:, None] * frequencies)[:, None, :]
    cosine, sine = np.cos(angles), np.sin(angles)
    rotated = np.empty_like(x)
    rotated[..., 0::2] = x[..., 0::2] * cosine - x[..., 1::2] * sine
    rotated[..., 1::2] = x[..., 0::2] * sine + x[..., 1::2] * cosine
    return rotated


def attention(x, weights, block):
    count = len(x)
    mask = np.triu(np.full((count, count), -np.inf), 1)
    query = rotate((x @ weights[block + "attn_q.weight"].T).reshape(count, HEADS, HEAD_WIDTH))
    key = rotate((x @ weights[block + "attn_k.weight"].T).reshape(count, KV_HEADS, HEAD_WIDTH))
    value = (x @ weights[block + "attn_v.weight"].T).reshape(count, KV_HEADS, HEAD_WIDTH)
    key, value = (np.repeat(part, HEADS // KV_HEADS, 1) for part in (key, value))
    scores = np.einsum("ihd,jhd->hij", query, key) / np.sqrt(HEAD_WIDTH) + mask
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    scores /= scores.sum(-1, keepdims=True)
    return np.einsum("hij,jhd->ihd", scores, value).reshape(count, -1) @ weights[block + "attn_output.weight"].T


def logits(tokens, weights, first):
    """Of the positions from `first` on."""
    x = weights["token_embd.weight"][tokens]
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        x = x + attention(norm(x, weights[block + "attn_norm.weight"]), weights, block)
        inner = norm(x, weights[block + "ffn_norm.weight"])
        gate, up = inner @ weights[block + "ffn_gate.weight"].T, inner @ weights[block + "ffn_up.weight"].T
        x = x + (gate / (1 + np.exp(-gate)) * up) @ weights[block + "ffn_down.weight"].T
    return norm(x[first:], weights["output_norm.weight"]) @ weights["token_embd.weight"].T


def main():
    model, answers, logits_file = sys.argv[1:]
    weights = load(model)
    rows = [json.loads(line) for line in open(answers, encoding="utf-8")]
    ours = np.fromfile(logits_file, dtype=np.float32).reshape(len(rows), -1)
    worst_error = worst_difference = 0.0
    other_tokens = steps = 0
    for row, own in zip(rows, ours):
        first = len(row["prompt_tokens"]) - 1
        exact = logits(row["prompt_tokens"] + row["tokens"][:-1], weights, first)
        worst_error = max(worst_error, ((exact[0] - own) ** 2).sum() / (exact[0] ** 2).sum())
        highest = exact.max(-1, keepdims=True)
        log_probabilities = exact - highest - np.log(np.exp(exact - highest).sum(-1, keepdims=True))
        for step, (token, logprob) in enumerate(zip(row["tokens"], row["logprobs"])):
            steps += 1
            other_tokens += int(exact[step].argmax()) != token
            worst_difference = max(worst_difference, abs(log_probabilities[step][token] - logprob))
    print(f"{len(rows)} prompts: NMSE of the logits of the last token at most {worst_error:.2e}")
    print(f"{steps} greedy steps: {other_tokens} other tokens, log-probabilities within {worst_difference:.2e}")
    sys.exit(0 if worst_error <= 1e-9 and other_tokens == 0 else 1)


main()
