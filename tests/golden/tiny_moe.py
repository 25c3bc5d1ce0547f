"""Writes tiny_moe.json: what transformers makes of the model in examples/tiny_moe: for two problems of tiny_stem the
chat as its template renders it, the tokens, the logits behind the first and the last of them, and the greedy answer.

Made with transformers 5.24.0, torch 2.15.0 and safetensors 0.8.0 on the CPU: pip install transformers torch safetensors
Usage: tiny_moe.py OUTPUT.json
"""

import json
import pathlib
import sys

import torch
from transformers import AutoTokenizer, Llama4ForCausalLM

ROOT = pathlib.Path(__file__).parents[2]
ROWS = (0, 475)  # arithmetic, multiple choice


def main():
    torch.set_num_threads(1)
    folder = ROOT / "examples/tiny_moe"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = Llama4ForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    lines = (ROOT / "datasets/data/tiny_stem.jsonl").read_text().splitlines()
    cases = []
    for problem in (json.loads(lines[row])["problem"] for row in ROWS):
        chat = [{"role": "user", "content": problem}]
        text = tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
        tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
        with torch.no_grad():
            logits = model(torch.tensor([tokens])).logits[0]
            made = model.generate(torch.tensor([tokens]), max_new_tokens=400, do_sample=False)[0, len(tokens) :]
        answer = tokenizer.decode(made, skip_special_tokens=True)
        cases.append({"problem": problem, "text": text, "tokens": tokens, "first": logits[0].tolist(),
                      "last": logits[-1].tolist(), "greedy": made.tolist(), "answer": answer})  # fmt: skip
    pathlib.Path(sys.argv[1]).write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
