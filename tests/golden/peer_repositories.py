#!/usr/bin/env python3
"""Makes peer_repositories.json and peer_repositories.jsonl: as peer_packages.py, for peers that are read at a commit.

    peer_repositories.py PEERS

PEERS is a folder with one checkout a peer, under the names and at the commits of COMMITS. The functions needed are taken out
of their files and run as they stand there. Made with Python 3.11.7, pandas 3.1.1 and
datasets 5.2.0.
"""

import ast
import collections
import csv
import hashlib
import json
import os
import pathlib
import random
import re
import sys
import tempfile
import types

import yaml

import peer_answers
import peer_packages
import protocol_prompts

COMMITS = {
    "evalscope": "modelscope/evalscope@fde259d2a32ab8a4cdb3af44dc8b18f504f1e277",
    "openbench": "groq/openbench@d03922ccbbd9004e802c556ef9c2a40ed870659c",
    "helm": "stanford-crfm/helm@63754d05db6f874e41a395880fb573890a13e791",
    "matharena": "eth-sri/matharena@e92766038a80eee227589f5ea688004240bca8e0",
    "inspect_ai-0.3.220": "UKGovernmentBEIS/inspect_ai@e4a551f05 (src/inspect_ai/solver/_multiple_choice.py)",
    "inspect_ai-0.3.221": "UKGovernmentBEIS/inspect_ai@8f884c8cb (src/inspect_ai/solver/_multiple_choice.py)",
} | {name: protocol_prompts.PEER_COMMITS[name] for name in ["NeMo-Skills", "opencompass", "Qwen2.5-Math", "inspect_ai"]}
TEXTS = 2500
PAIRS = 2500

MORE = ["\nANSWER: A", "\nANSWER: B.", "ANSWER: c,", "ANSWER : D\n", "answer: b", "答案: ", "答案：", "Antwort :",
        "উত্তর: অ", "Réponse: ", "الإجابة: أ", "Ⓑ", "Ｂ", "（B）", "【C】", "[A]", "(A, C)", "ANSWER: (see", "B, not C",
        "\\boxed{A}", "\\boxed{\\text{B}}", "\\boxed{", "\\boxed", "\\fbox{C}", "\\boxed{{D}}", "correct answer is",
        "[aA]nswer:", "ſ", "K", "$A$"]
MATH = ["final answer is $", "$. I hope", "boxed", "\\boxed{", "\\boxed{{x}}", "}", "{", "\\boxed5$",
        "The answer is", "final answer is", "答案是",
        "ANSWER:", "ки", "1,234", "-3.5", "42", ".", "/", ":", "\n", "\n\n", " ", "\\text{(B)}", "$x$", "answer is",
        "rac", "x=", "Hence", "12."]


def letter_text(rng):
    if rng.random() < 0.5:
        return peer_packages.letter_text(rng)
    return rng.choice(["", " "]).join(rng.choices(MORE + peer_packages.LETTER_TEXTS + peer_answers.LETTERS, k=rng.randint(1, 8)))


def math_text(rng):
    return "".join(rng.choices(MATH, k=rng.randint(1, 10)))


def state_of(text):
    return types.SimpleNamespace(output=types.SimpleNamespace(completion=text), choices=["1", "2", "3", "4"])


def inspect_reader(path, root):
    answer_character = peer_answers.module_at(root / "src/inspect_ai/_util/answer.py").answer_character
    parse = peer_answers.functions_of(path, "parse_answers", TaskState=object, answer_character=answer_character)["parse_answers"]
    return lambda text: next(iter(parse(state_of(text), multiple_correct=False)), "")


def named(body, names):
    """The assignments, functions and classes of a body of statements that have one of `names`."""
    for node in body:
        targets = [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]
        if getattr(node, "name", None) in names or set(targets) & set(names):
            yield node


def run(path, names=(), inside=None, **namespace):
    """What `names` are in a file, or in its class or function `inside`, run in the order that they stand in."""
    tree = ast.parse(path.read_text())
    body = next(named(tree.body, [inside])).body if inside else tree.body
    found = ast.Module([ast.ImportFrom("__future__", [ast.alias("annotations")], 0)] + list(named(body, names)), [])
    for node in found.body:
        if hasattr(node, "decorator_list"):
            node.decorator_list = [each for each in node.decorator_list if getattr(each, "id", "") == "staticmethod"]
    namespace |= {"re": re}
    exec(compile(ast.fix_missing_locations(found), str(path), "exec"), namespace)
    return namespace


def letter_readers(peers):
    scope = run(peers / "evalscope/evalscope/utils/multi_choices.py",
                ["_ANSWER_MARKER_RE", "_BRACKETED_LABEL_RE", "_PLAIN_LABEL_RE", "_LABEL_TOKEN_RE", "_fallback_parse_answer",
                 "_label_prefix", "_last_labelled_answer", "answer_character", "parse_answers"])
    text_module = run(peers / "openbench/src/openbench/utils/text.py",
                      ["strip_md_latex", "normalize_mcq_answer", "MULTILINGUAL_ANSWER_PATTERN_TEMPLATE",
                       "MULTILINGUAL_ANSWER_REGEXES"])
    bench = run(peers / "openbench/src/openbench/scorers/mcq.py", ["MCQ_PATTERNS"], **text_module)
    bench["MULTILINGUAL_PATTERNS"] = [re.compile(bench["MULTILINGUAL_ANSWER_PATTERN_TEMPLATE"].format(word))
                                      for word in bench["MULTILINGUAL_ANSWER_REGEXES"]]
    bench["ascii_uppercase"] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    bench = run(peers / "openbench/src/openbench/scorers/mcq.py", ["extract_mcq_answer"], **bench)
    skills = run(peers / "NeMo-Skills/nemo_skills/evaluation/math_grader.py", ["extract_answer"])
    skills = run(peers / "NeMo-Skills/nemo_skills/evaluation/evaluator/mcq.py", ["extract_letter"], "eval_mcq", **skills)
    helm = run(peers / "helm/src/helm/benchmark/metrics/gpqa_chain_of_thought_metric.py", ["extract_answer"])
    compass = run(peers / "opencompass/opencompass/utils/text_postprocessors.py", ["match_answer_pattern"])
    root = peers / "inspect_ai"
    return {
        "evalscope": lambda text: next(iter(scope["parse_answers"](state_of(text))), ""),
        "openbench@0.5.3": bench["extract_mcq_answer"],
        "nemo-skills": skills["extract_letter"],
        "helm": helm["extract_answer"],
        "opencompass": lambda text: compass["match_answer_pattern"](text, r"(?i)ANSWER\s*:\s*([A-D])"),
        "inspect@2-0.3.220": inspect_reader(peers / "inspect_ai-0.3.220/src/inspect_ai/solver/_multiple_choice.py",
        root),
        "inspect@2-0.3.221": inspect_reader(peers / "inspect_ai-0.3.221/src/inspect_ai/solver/_multiple_choice.py",
        root),
    }


def opencompass_math(peers):
    path = peers / "opencompass/opencompass/datasets/math.py"
    base = type("BaseEvaluator", (), {"__init__": lambda self, **_: None})
    code = run(path, ["last_boxed_only_string", "remove_boxed", "extract_boxed_answer", "normalize_final_answer",
                      "math_postprocess_v2", "MATHEvaluator"], BaseEvaluator=base)
    return code["math_postprocess_v2"], code["MATHEvaluator"](version="v2").is_equiv


def math_readers(peers):
    """Up to the call of strip_string, which is taken for the grader's half."""
    qwen = run(peers / "Qwen2.5-Math/evaluation/parser.py", ["extract_answer"], strip_string=lambda text, skip_unit=False: text)
    scope = run(peers / "evalscope/evalscope/metrics/math/parser.py", ["extract_answer"], strip_answer_string=lambda text: text)
    skills = run(peers / "NeMo-Skills/nemo_skills/evaluation/math_grader.py", ["extract_answer"])
    return {
        "qwen_math": lambda text: qwen["extract_answer"](text, "math"),
        "evalscope_math": scope["extract_answer"],
        "nemo_skills_box": skills["extract_answer"],
        "opencompass_math": opencompass_math(peers)[0],
    }


def evalscope(peers, prompts, streams):
    code = run(peers / "evalscope/evalscope/utils/multi_choices.py",
               ["SINGLE_ANSWER_TEMPLATE_COT", "answer_character", "answer_options", "format_letter_choices", "prompt"],
               Choices=lambda texts: collections.UserList(types.SimpleNamespace(value=text) for text in texts))
    process = run(peers / "evalscope/evalscope/benchmarks/gpqa/gpqa_adapter.py", ["_process_input"], "GPQAAdapter",
                  hashlib=hashlib, random=random)["_process_input"]
    for i, row in enumerate(protocol_prompts.CHOICE_ROWS):
        record = protocol_prompts.gpqa_rows([row])[0]
        choices = process(None, record)["choices"]
        order = [[choice.strip() for choice in row["choices"]].index(text) for text in choices]
        text = code["prompt"](record["Question"], choices, code["SINGLE_ANSWER_TEMPLATE_COT"])
        peer_packages.add_prompt(prompts, "evalscope", "row", i, text, order)


def opencompass(peers, prompts, streams):
    config = peers / "opencompass/opencompass/configs/datasets/gpqa/gpqa_openai_simple_evals_gen_5aeece.py"
    template = run(config, ["align_prompt"])["align_prompt"]
    safe_format = run(peers / "opencompass/opencompass/utils/prompt.py", ["safe_format"])["safe_format"]
    load = run(peers / "opencompass/opencompass/datasets/gpqa.py", ["load"], "GPQADataset", csv=csv, os=os,
               get_data_path=lambda path, **_: path, Dataset=types.SimpleNamespace(from_list=lambda rows: rows))["load"]

    def loaded(rows):
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/rows.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow([""] * 7 + ["Question"] + [""] * 4)
                writer.writerows([""] * 7 + [row["question"]] + row["choices"] for row in rows)
            return load(folder, "rows.csv")

    for i, (row, line) in enumerate(zip(protocol_prompts.CHOICE_ROWS, loaded(protocol_prompts.CHOICE_ROWS))):
        if "{A}" in row["question"]:
            continue  # OpenCompass puts choice A there, see the preset
        order = [row["choices"].index(line[letter]) for letter in "ABCD"]
        fields = {name: line[name] for name in ["question", "A", "B", "C", "D"]}
        peer_packages.add_prompt(prompts, "opencompass", "row", i, safe_format(template, **fields), order)
    orders = [[int(line[letter]) for letter in "ABCD"] for line in loaded(peer_packages.numbered(198))]
    streams.append({"protocol": "opencompass", "rows": 198, "epochs": 1, "sha256": protocol_prompts.orders_hash(orders)})


def nemo_skills(peers, prompts, streams):
    prepare = run(peers / "NeMo-Skills/nemo_skills/dataset/gpqa/prepare.py", ["preprocess"], random=random)
    fields = run(peers / "NeMo-Skills/nemo_skills/dataset/utils.py", ["get_mcq_fields"])["get_mcq_fields"]
    prepare = run(peers / "NeMo-Skills/nemo_skills/dataset/gpqa/prepare.py", ["format_entry"], get_mcq_fields=fields, **prepare)
    def entries(rows):
        random.seed(42)
        extra = {"Explanation": "", "Subdomain": "", "Writer's Difficulty Estimate": None}
        return [prepare["format_entry"](record | extra) for record in protocol_prompts.gpqa_rows(rows)]

    rows = protocol_prompts.CHOICE_ROWS
    for protocol, name in [("nemo-skills", "mcq-4choices"), ("nemo-skills-boxed", "mcq-4choices-boxed")]:
        user = yaml.safe_load((peers / f"NeMo-Skills/nemo_skills/prompt/config/eval/aai/{name}.yaml").read_text())["user"]
        for i, (row, entry) in enumerate(zip(rows, entries(rows))):
            order = [row["choices"].index(choice) for choice in
                     peer_packages.shown(row["choices"], [entry[letter] for letter in "ABCD"], prepare["preprocess"])]
            peer_packages.add_prompt(prompts, protocol, "row", i, user.format(problem=entry["problem"]), order)
    orders = [[int(entry[letter]) for letter in "ABCD"] for entry in entries(peer_packages.numbered(198))]
    streams.append({"protocol": "nemo-skills", "rows": 198, "epochs": 1, "sha256": protocol_prompts.orders_hash(orders)})


def openbench(peers, prompts, streams):
    text = run(peers / "openbench/src/openbench/utils/text.py", ["MULTIPLE_CHOICE_PROMPT_TEMPLATE"])
    gpqa = run(peers / "openbench/src/openbench/evals/gpqa_diamond.py", ["record_to_mcq_sample"], random=random,
               MCQSample=types.SimpleNamespace, **text)["record_to_mcq_sample"]
    for i, record in enumerate(protocol_prompts.gpqa_rows(protocol_prompts.CHOICE_ROWS)):
        peer_packages.add_prompt(prompts, "openbench@0.5.3", "row", i, gpqa(record).input, [2, 0, 1, 3])
    template = run(peers / "openbench/src/openbench/evals/math.py", ["QUERY_TEMPLATE"])["QUERY_TEMPLATE"]
    for i, problem in enumerate(protocol_prompts.MATH_ROWS):
        peer_packages.add_prompt(prompts, "openbench", "math", i, template.format(problem=problem))


def helm(peers, prompts, streams):
    """The joint adapter with the specification of get_gpqa_spec; its shuffle is that of random.seed(42)."""
    source = (peers / "helm/src/helm/benchmark/run_specs/capabilities_run_specs.py").read_text()
    call = [ast.unparse(node) for node in ast.walk(next(named(ast.parse(source).body, ["get_gpqa_spec"])))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "AdapterSpec"][0]
    defaults = {"reference_suffix": "\n", "reference_prefix_characters": None, "multi_label": False}
    spec = eval(call, {"AdapterSpec": lambda **given: types.SimpleNamespace(**(defaults | given)),
                       "ADAPT_MULTIPLE_CHOICE_JOINT_CHAIN_OF_THOUGHT": "", "max_train_instance_num": 0})
    methods = run(peers / "helm/src/helm/benchmark/adaptation/adapters/multiple_choice_joint_adapter.py",
                  ["get_prefix_char", "get_reference_prefix", "construct_example_prompt"], "MultipleChoiceJointAdapter")
    adapter = type("Adapter", (), methods)()
    adapter.adapter_spec = spec
    random.seed(42)
    for i, row in enumerate(protocol_prompts.CHOICE_ROWS):
        order = [0, 1, 2, 3]
        random.shuffle(order)
        references = [types.SimpleNamespace(output=types.SimpleNamespace(text=row["choices"][index].strip()), is_correct=index == 0)
                      for index in order]
        instance = types.SimpleNamespace(input=types.SimpleNamespace(text=row["question"].strip()), references=references)
        text = adapter.construct_example_prompt(instance, include_output=False, reference_index=None) + spec.global_suffix
        peer_packages.add_prompt(prompts, "helm", "row", i, text, order)


def templates(peers, prompts, streams):
    source = (peers / "evalscope/evalscope/benchmarks/math_500/math_500_adapter.py").read_text()
    sentence = next(node.value.value for node in ast.walk(ast.parse(source))
                    if isinstance(node, ast.keyword) and node.arg == "prompt_template")
    arena = yaml.safe_load((peers / "matharena/configs/competitions/hmmt/hmmt_feb_2025.yaml").read_text())["instruction"]
    for i, problem in enumerate(protocol_prompts.MATH_ROWS):
        peer_packages.add_prompt(prompts, "evalscope", "math", i, sentence.format(question=problem))
        peer_packages.add_prompt(prompts, "matharena", "math", i, (arena + "\n\n{problem}").format(problem=problem))


def main():
    peers = pathlib.Path(sys.argv[1]).resolve()
    prompts, streams = [], []
    for ask in [evalscope, opencompass, nemo_skills, openbench, helm, templates]:
        ask(peers, prompts, streams)
    golden = {"peers": COMMITS, "rows": protocol_prompts.CHOICE_ROWS, "math": protocol_prompts.MATH_ROWS, "prompts": prompts,
              "streams": streams}
    output = pathlib.Path(__file__).resolve().with_suffix(".json")
    output.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")

    letters, answers, is_equal = letter_readers(peers), math_readers(peers), opencompass_math(peers)[1]
    rng = random.Random(14)
    with output.with_suffix(".jsonl").open("w") as lines:
        def write(row):
            print(json.dumps(row, ensure_ascii=False, separators=(",", ":")), file=lines)

        for kind, text_of, readers in [("text", letter_text, letters), ("work", math_text, answers)]:
            for _ in range(TEXTS):
                text = text_of(rng)
                found = {name: (read(text) or "").strip() for name, read in readers.items()}
                write({kind: text} | {name: answer for name, answer in found.items() if answer})
        for _ in range(PAIRS):
            answer, gold = peer_packages.answer_pair(rng)
            write({"answer": answer, "gold": gold} | ({"opencompass": True} if is_equal(answer, gold) else {}))


if __name__ == "__main__":
    main()
