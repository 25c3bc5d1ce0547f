#!/usr/bin/env python3
"""Makes likelihood.json: how lm-eval asks for log-likelihoods. likelihood.py > likelihood.json

    pip install lm-eval==0.4.13 tokenizers==0.23.3 transformers==5.24.0

Prompts come from the templates in the package, pairs of context and continuation are cut by its own code with the
tokenizers of tests/golden/tokenizer_ids.
"""
import gzip
import importlib.util
import json
import pathlib
import random

import lm_eval
import yaml
from lm_eval.api.model import TemplateLM
from lm_eval.utils import apply_template
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
TASKS = pathlib.Path(lm_eval.__file__).parent / "tasks"

ROW = {"question": " What is [title] 2 + 2?\n", "subject": "college_biology",
       "choices": ["4", " five", "a  b", "3 [title] x"]}
PIECES = [" ", "  ", "\n", "\u3000", "\t", "A", " A", " (A)", "Answer:", "Answer: ", "the", " the", "123", "é", "中文",
          "x^2", "'s", "", "t", "h", "e", "in", "g"]  # letters become other tokens where they meet


class Model:
    """What _encode_pair() needs of a model."""
    backend = "causal"

    def __init__(self, name):
        text = gzip.decompress((HERE / "tokenizer_ids" / f"{name}.json.gz").read_bytes()).decode()
        self.tokenizer = Tokenizer.from_str(text)

    def tok_encode(self, text, add_special_tokens=False):
        return self.tokenizer.encode(text, add_special_tokens=False).ids


def pairs(name):
    model = Model(name)
    draw = random.Random(5)
    result = []
    while len(result) < 60:
        context = "".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 7)))
        continuation = "".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 4)))
        if not context or not continuation:
            continue
        before, given = TemplateLM._encode_pair(model, context, continuation)
        result.append({"context": context, "continuation": continuation, "context_ids": before, "ids": given})
    return result


def load(path):
    return yaml.load((TASKS / path).read_text(), Loader=Loader)


class Loader(yaml.SafeLoader):
    """Knows no !function."""


Loader.add_constructor("!function", lambda loader, node: None)


def mmlu():
    template = load("mmlu/default/_default_template_yaml")
    subject = load("mmlu/default/mmlu_college_biology.yaml")
    doc = {"question": ROW["question"], "choices": ROW["choices"]}
    text = subject["description"] + apply_template(template["doc_to_text"], doc)
    return {"protocol": "lm-eval-mmlu", "order": [0, 1, 2, 3], "prompt": text,
            "continuations": [" " + choice for choice in template["doc_to_choice"]]}


def gpqa():
    template = load("gpqa/zeroshot/_gpqa_zeroshot_yaml")
    spec = importlib.util.spec_from_file_location("utils", TASKS / "gpqa/zeroshot/utils.py")
    utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(utils)
    order = [2, 0, 3, 1]
    doc = {f"choice{i + 1}": utils.preprocess(ROW["choices"][index]) for i, index in enumerate(order)}
    text = apply_template(template["doc_to_text"], {"Question": ROW["question"], **doc})
    return {"protocol": "lm-eval-zeroshot", "order": order, "prompt": text,
            "continuations": [" " + choice for choice in template["doc_to_choice"]]}


print(json.dumps({"row": ROW, "prompts": [mmlu(), gpqa()],
                  "pairs": {name: pairs(name) for name in ("llama3", "qwen3", "smollm2", "mixtral")}}))
