"""Writes config.json, generation_config.json and model.safetensors (bf16) of a checkpoint, as transformers reads them.

Usage: export.py CHECKPOINT FOLDER
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import GenerationConfig, Llama4TextConfig

from model import CONFIG


def main():
    checkpoint, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    weights = torch.load(checkpoint)["model"]
    config = Llama4TextConfig(**CONFIG, dtype="bfloat16", architectures=["Llama4ForCausalLM"])
    config.save_pretrained(folder)
    ids = {name: CONFIG[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id")}
    GenerationConfig(**ids, max_new_tokens=400).save_pretrained(folder)
    halves = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in weights.items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
