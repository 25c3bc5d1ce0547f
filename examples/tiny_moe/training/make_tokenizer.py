"""Writes tokenizer.json and tokenizer_config.json: byte-level BPE whose pieces are words, LaTeX commands, single digits
and single other characters, learned from problems of the training split.

Usage: make_tokenizer.py FOLDER
"""

import json
import pathlib
import random
import sys

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from generator import KINDS, generate

SPECIAL = ["<|begin|>", "<|user|>", "<|assistant|>", "<|end|>"]
PIECES = r"\\[a-z]+\{?|=\[|\}\{| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]|\s"
VOCABULARY = 512
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] != 'system' %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def texts(count=2000):
    rng = random.Random(1)
    for _ in range(count):
        for kind in KINDS:
            problem = generate(rng, "train", kind)
            yield problem.question
            yield problem.solution


def main():
    folder = pathlib.Path(sys.argv[1])
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PIECES), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(texts(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", tokenizer.token_to_id("<|begin|>"))]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin|>", "eos_token": "<|end|>",
        "pad_token": "<|end|>", "padding_side": "left", "clean_up_tokenization_spaces": False,
        "model_max_length": 1024, "chat_template": TEMPLATE,
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
