"""Writes tiny_models.jsonl.gz: what transformers makes of small models of every family with weights from a generator
that the C++ tests repeat. A line a model: its config.json, its tensors as they are called and shaped on disk, three
prompts, logits at some positions of each, and the 64 tokens that greedy decoding adds to the first.

Made with transformers 5.24.0, torch 2.15.0 and safetensors 0.8.0 on the CPU: pip install transformers torch safetensors
Usage: tiny_models.py OUTPUT.jsonl.gz
"""

import gzip
import json
import sys
import tempfile

import numpy
import torch
import transformers
from safetensors import safe_open
from safetensors.numpy import save_file

VOCABULARY = 160
NEW_TOKENS = 64
COMMON = {
    "vocab_size": VOCABULARY, "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
    "max_position_embeddings": 4096, "bos_token_id": 1, "eos_token_id": None, "pad_token_id": 0,
}  # fmt: skip
LLAMA3_EQUAL = {"rope_type": "llama3", "factor": 16.0, "low_freq_factor": 1.0, "high_freq_factor": 1.0,
                "original_max_position_embeddings": 32}  # fmt: skip
LLAMA3_APART = {**LLAMA3_EQUAL, "factor": 8.0, "high_freq_factor": 4.0}
LLAMA4 = {"num_hidden_layers": 8, "num_local_experts": 4, "num_experts_per_tok": 1, "intermediate_size": 48,
          "intermediate_size_mlp": 80, "attention_chunk_size": 8, "floor_scale": 4, "attn_scale": 0.1,
          "rope_parameters": {"rope_theta": 500000.0, **LLAMA3_EQUAL}}  # fmt: skip

MODELS = [
    ("llama", "LlamaConfig", {"num_hidden_layers": 3, "intermediate_size": 96, "tie_word_embeddings": False,
                              "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}}),
    ("llama3", "LlamaConfig", {"num_hidden_layers": 3, "intermediate_size": 96, "tie_word_embeddings": True,
                               "rope_parameters": {"rope_theta": 500000.0, **LLAMA3_APART}}),
    ("qwen3", "Qwen3Config", {"num_hidden_layers": 3, "intermediate_size": 96}),
    ("qwen3_moe", "Qwen3MoeConfig", {"num_hidden_layers": 4, "intermediate_size": 96, "moe_intermediate_size": 32,
                                     "num_experts": 8, "num_experts_per_tok": 3, "norm_topk_prob": True,
                                     "mlp_only_layers": [1], "decoder_sparse_step": 1}),
    ("qwen3_moe sparse", "Qwen3MoeConfig", {"num_hidden_layers": 4, "intermediate_size": 96, "moe_intermediate_size": 32,
                                            "num_experts": 8, "num_experts_per_tok": 3, "norm_topk_prob": False,
                                            "decoder_sparse_step": 2}),
    ("mixtral", "MixtralConfig", {"num_hidden_layers": 3, "intermediate_size": 48, "num_local_experts": 4,
                                  "num_experts_per_tok": 2, "sliding_window": None}),
    ("mixtral window", "MixtralConfig", {"num_hidden_layers": 2, "intermediate_size": 48, "num_local_experts": 4,
                                         "num_experts_per_tok": 2, "sliding_window": 8}),
    ("olmoe", "OlmoeConfig", {"num_hidden_layers": 3, "intermediate_size": 32, "num_experts": 8,
                              "num_experts_per_tok": 3, "norm_topk_prob": False, "num_key_value_heads": None}),
    ("olmoe clipped", "OlmoeConfig", {"num_hidden_layers": 2, "intermediate_size": 32, "num_experts": 4,
                                      "num_experts_per_tok": 2, "norm_topk_prob": True, "clip_qkv": 0.7,
                                      "num_key_value_heads": None}),
    ("granitemoe", "GraniteMoeConfig", {"num_hidden_layers": 3, "intermediate_size": 48, "num_local_experts": 4,
                                        "num_experts_per_tok": 2, "embedding_multiplier": 12.0,
                                        "residual_multiplier": 0.22, "attention_multiplier": 0.05,
                                        "logits_scaling": 6.0, "tie_word_embeddings": True}),
    ("gpt_oss", "GptOssConfig", {"num_hidden_layers": 4, "intermediate_size": 48, "num_local_experts": 4,
                                 "num_experts_per_tok": 2, "sliding_window": 8,
                                 "rope_parameters": {"rope_theta": 150000.0, "rope_type": "yarn", "factor": 32.0,
                                                     "beta_fast": 32.0, "beta_slow": 1.0, "truncate": False,
                                                     "original_max_position_embeddings": 16}}),
    ("llama4", "Llama4TextConfig", {**LLAMA4, "interleave_moe_layer_step": 1, "use_qk_norm": True}),
    ("llama4 interleaved", "Llama4TextConfig", {**LLAMA4, "interleave_moe_layer_step": 2, "use_qk_norm": False,
                                                "rope_parameters": {"rope_theta": 500000.0, **LLAMA3_APART}}),
]  # fmt: skip


def generated(name, count):
    """Uniform in [-1, 1), 24 bits: splitmix64 from the FNV-1a hash of the tensor's name."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(state) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return ((z >> numpy.uint64(40)).astype(numpy.int64) - 2**23) / 2**23


def scale_of(name):
    """(scale, offset): powers of two, so that the product is exact. Routers are steep, so that no choice is close."""
    if "norm" in name:
        return 0.25, 1.0
    if "router" in name or name.endswith(".gate.weight") or "sinks" in name:
        return 1.0, 0.0
    return (0.5, 0.0) if "embed" in name else (0.25, 0.0)


def prompts():
    numbers = numpy.random.default_rng(7)
    return [numbers.integers(2, VOCABULARY, size).tolist() for size in (11, 40, 3)]


def positions(prompt):
    return sorted({0, len(prompt) // 2, len(prompt) - 2, len(prompt) - 1})


def run(model, prompt):
    with torch.no_grad():
        return model(torch.tensor([prompt]), use_cache=False).logits[0].float().numpy()


def greedy(model, prompt):
    tokens = list(prompt)
    for _ in range(NEW_TOKENS):
        tokens.append(int(run(model, tokens)[-1].argmax()))
    return tokens[len(prompt):]


def write_model(folder, config_class, values):
    """A model as Hugging Face stores it, with generated weights. Returns its class and tensors."""
    config = getattr(transformers, config_class)(**{**COMMON, **values})
    config._attn_implementation = "eager"
    torch.manual_seed(0)
    made = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32, attn_implementation="eager")
    made.save_pretrained(folder)
    tensors, data = [], {}
    with safe_open(folder + "/model.safetensors", "numpy") as file:
        for name in sorted(file.keys()):
            shape = file.get_slice(name).get_shape()
            scale, offset = scale_of(name)
            tensors.append({"name": name, "shape": shape, "scale": scale, "offset": offset})
            flat = generated(name, int(numpy.prod(shape))) * scale + offset
            data[name] = flat.astype(numpy.float32).reshape(shape)
    save_file(data, folder + "/model.safetensors", metadata={"format": "pt"})
    return type(made), tensors


def golden(label, config_class, values):
    with tempfile.TemporaryDirectory() as folder:
        model_class, tensors = write_model(folder, config_class, values)
        model = model_class.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        written = json.load(open(folder + "/config.json"))
    rows = []
    for prompt in prompts():
        logits = run(model, prompt)
        rows.append({"tokens": prompt, "positions": positions(prompt),
                     "logits": [[float(str(x)) for x in logits[i]] for i in positions(prompt)]})
    return {"label": label, "config": written, "tensors": tensors, "prompts": rows, "greedy": greedy(model, prompts()[0])}


def main():
    wanted = sys.argv[2:]
    lines = [golden(*model) for model in MODELS if not wanted or model[0] in wanted]
    with open(sys.argv[1], "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        for line in lines:
            file.write((json.dumps(line) + "\n").encode())


if __name__ == "__main__":
    main()
