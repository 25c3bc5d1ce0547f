#!/usr/bin/env python3
"""Makes gpqa_requests.json: SHA-256 of what the peers' own code asks for GPQA Diamond, and of the letters it takes for right.

    gpqa_requests.py PEERS ZIP

PEERS as in protocol_prompts.py; ZIP holds dataset/gpqa_diamond.csv, encrypted as its authors publish it. It is read in
memory only, and nothing but hashes comes out. "prompts" is the hash over each prompt and a zero byte, "targets" that of
the letters, row after row, epoch after epoch. lm-eval
and lighteval are the packages of peer_packages.py. Made with Python 3.11.7 and pandas 3.1.1.
"""

import csv
import hashlib
import importlib
import importlib.metadata
import io
import json
import pathlib
import random
import sys
import types
import unittest.mock
import zipfile

import peer_packages
import protocol_prompts

COLUMNS = ["Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3"]


def read_csv(path):
    with zipfile.ZipFile(path) as archive:
        return archive.read("dataset/gpqa_diamond.csv", pwd=b"deserted-untie-orchid")


def hashed(protocol, epochs, prompts, targets):
    return {
        "protocol": protocol,
        "epochs": epochs,
        "prompts": hashlib.sha256("".join(prompt + "\0" for prompt in prompts).encode()).hexdigest(),
        "targets": hashlib.sha256("".join(targets).encode()).hexdigest(),
    }


def gpqa_eval(protocol, module, types_module, content, epochs):
    """The right letter is the one that the evaluation scores with 1."""
    import pandas

    sent = []

    class Sampler:
        letter = "A"

        def _pack_message(self, content, role):
            return {"role": role, "content": content}

        def __call__(self, messages):
            sent.append(messages[-1]["content"])
            return types_module.SamplerResponse(response_text="Answer: " + self.letter, response_metadata={},
                                                actual_queried_message_list=messages)

    read = pandas.read_csv
    with unittest.mock.patch.object(module.pandas, "read_csv", lambda url: read(io.BytesIO(content))):
        evaluation = module.GPQAEval(n_repeats=epochs)
    prompts, targets = [], []
    for example in evaluation.examples:
        one = module.GPQAEval.__new__(module.GPQAEval)
        one.__dict__ = dict(evaluation.__dict__, examples=[example])
        sampler = Sampler()
        scores = {}
        for sampler.letter in "ABCD":
            scores[sampler.letter] = one(sampler).score
        prompts.append(sent[-1])
        targets.append("".join(letter for letter, score in scores.items() if score == 1.0))
    return hashed(protocol, epochs, prompts, targets)


def inspect_ai(root, rows, epochs):
    sys.path.insert(0, str(root / "src"))
    dataset = importlib.import_module("inspect_ai.dataset")
    solver = importlib.import_module("inspect_ai.solver._multiple_choice")
    state = importlib.import_module("inspect_ai.solver._task_state")
    samples = [dataset.Sample(input=row["Question"], choices=[row[name] for name in COLUMNS], target="A") for row in rows]
    shuffled = dataset.MemoryDataset(samples)
    shuffled.shuffle_choices(seed=42)
    prompts = [
        solver.prompt(sample.input, state.Choices(sample.choices), solver.SINGLE_ANSWER_TEMPLATE_COT)
        for sample in shuffled
    ]
    return hashed("inspect@3-C", epochs, prompts * epochs, ["".join(sample.target) for sample in shuffled] * epochs)


def lm_eval(rows):
    """The rows go through the package's code without its data sets, which would write them to disk."""
    utils = importlib.import_module("lm_eval.tasks.gpqa.cot_zeroshot.utils")
    folder = pathlib.Path(utils.__file__).parent
    template = importlib.import_module("lm_eval.tasks._yaml_loader").load_yaml(folder / "gpqa_diamond_cot_zeroshot.yaml")
    apply_template = importlib.import_module("lm_eval.utils").apply_template
    random.seed(0)
    docs = utils.process_docs(types.SimpleNamespace(map=lambda process: [row | process(row) for row in rows]))
    prompts = [apply_template(template["doc_to_text"], doc) for doc in docs]
    return hashed("lm-eval-cot", 1, prompts, [doc["answer"][1] for doc in docs])


def lighteval(rows):
    importlib.import_module("lighteval.utils.imports").raise_if_package_not_available = lambda *_, **__: None
    gpqa = importlib.import_module("lighteval.tasks.tasks.gpqa")
    random.seed(1234)
    docs = [gpqa.gpqa_instruct_prompt(row) for row in rows]
    return hashed("lighteval", 1, [doc.query for doc in docs], ["ABCD"[doc.gold_index] for doc in docs])


def main():
    peers = pathlib.Path(sys.argv[1]).resolve()
    output = pathlib.Path(__file__).resolve().with_suffix(".json")
    content = read_csv(sys.argv[2])
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    sys.meta_path.append(peer_packages.stub_finder())
    sys.path[:0] = [str(peers), str(peers / "gpt-oss")]
    requests = [
        gpqa_eval(protocol, importlib.import_module(package + ".gpqa_eval"), importlib.import_module(package + "." + types),
                  content, epochs)
        for protocol, package, types, epochs in [("simple-evals", "simple_evals", "types", 10),
                                                 ("gpt-oss", "gpt_oss.evals", "types", 8)]
    ]
    requests += [inspect_ai(peers / "inspect_ai", rows, 4), lm_eval(rows), lighteval(rows)]
    # simple-evals and gpt-oss find the right letter by its text.
    assert not any(row[COLUMNS[0]] in [row[name] for name in COLUMNS[1:]] for row in rows)
    peers_used = ["simple_evals", "gpt-oss", "inspect_ai"]
    golden = {
        "peers": {name: protocol_prompts.PEER_COMMITS[name] for name in peers_used},
        "packages": {name: importlib.metadata.version(name) for name in ["lm-eval", "lighteval"]},
        "requests": requests,
    }
    output.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
