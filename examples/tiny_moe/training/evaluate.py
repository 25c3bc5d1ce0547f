"""Answers a test set greedily with transformers and prints the share of right answers by kind.

Usage: evaluate.py FOLDER TEST.jsonl [ANSWERS.jsonl]
"""

import collections
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

BATCH = 50


def last_box(text):
    """What stands in the last \\boxed{}, braces balanced; nothing if there is none."""
    start = text.rfind("\\boxed{")
    depth = 0
    for i in range(start + 6, len(text)) if start >= 0 else ():
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return text[start + 7 : i]
    return None


@torch.inference_mode()
def main():
    folder, rows = sys.argv[1], [json.loads(line) for line in open(sys.argv[2])]
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    right, total = collections.Counter(), collections.Counter()
    answers = open(sys.argv[3], "w") if len(sys.argv) > 3 else None
    for at in range(0, len(rows), BATCH):
        batch = rows[at : at + BATCH]
        chats = [[{"role": "user", "content": row["problem"]}] for row in batch]
        inputs = tokenizer.apply_chat_template(chats, add_generation_prompt=True, padding=True, return_tensors="pt",
                                               return_dict=True)  # fmt: skip
        made = model.generate(**inputs, max_new_tokens=400, do_sample=False)
        for row, tokens in zip(batch, made[:, inputs["input_ids"].shape[1]:]):
            text = tokenizer.decode(tokens, skip_special_tokens=True)
            total[row["kind"]] += 1
            right[row["kind"]] += last_box(text) == row["answer"]
            if answers:
                answers.write(json.dumps({**row, "response": text, "is_right": last_box(text) == row["answer"]}) + "\n")
    for kind in total:
        print(f"{kind:20} {right[kind]:4} of {total[kind]}")
    print(f"{'all':20} {right.total():4} of {total.total()}  {right.total() / total.total():.1%}")


if __name__ == "__main__":
    main()
