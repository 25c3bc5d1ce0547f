#!/usr/bin/env python3
"""Writes rope.json: the frequencies and the amplitude that transformers computes of the rope scalings of published models.

Made with transformers 5.24.0 and torch 2.15.0 on the CPU: pip install transformers torch
Usage: rope.py > rope.json
"""

import json

from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

# Values of published config.json files; that of Qwen3 is what its model card says for long texts.
MODELS = [
    ("Llama 3.1 8B", 500000, 128, 131072, {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                           "original_max_position_embeddings": 8192}),
    ("Llama 3.2 1B", 500000, 64, 131072, {"rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                                          "original_max_position_embeddings": 8192}),
    ("Llama 4 Scout", 500000, 128, 10485760, {"rope_type": "llama3", "factor": 16.0, "low_freq_factor": 1.0, "high_freq_factor": 1.0,
                                              "original_max_position_embeddings": 8192}),
    ("gpt-oss", 150000, 64, 131072, {"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": False,
                                     "original_max_position_embeddings": 4096}),
    ("Qwen3", 1000000, 128, 131072, {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}),
]  # fmt: skip


def row(name, theta, width, context, scaling):
    config = LlamaConfig(head_dim=width, max_position_embeddings=context, rope_parameters={**scaling, "rope_theta": float(theta)})
    frequencies, amplitude = ROPE_INIT_FUNCTIONS[scaling["rope_type"]](config, "cpu")
    return {"model": name, "theta": theta, "width": width, "scaling": scaling, "amplitude": amplitude,
            "frequencies": [float(f"{value:.9g}") for value in frequencies.tolist()]}  # fmt: skip


print("[" + ",\n ".join(json.dumps(row(*model)) for model in MODELS) + "]")
