#!/usr/bin/env python3
"""Makes protocol_prompts.json: what the peers' own code asks for invented questions, and how it orders 198 of them.

    protocol_prompts.py PEERS

PEERS is a folder with one checkout a peer, under the names and at the commits of PEER_COMMITS. Their code is imported,
not restated; packages that it imports but does not need for a prompt are replaced by stubs. Made with Python 3.11.7,
pandas 3.1.1, datasets 5.2.0, jinja2 3.1.6, PyYAML 6.0.4, regex 2026.11.19 and sympy 1.14.0.
"""

import hashlib
import importlib
import importlib.abc
import importlib.machinery
import json
import pathlib
import sys
import types
import unittest.mock

PEER_COMMITS = {
    "simple_evals": "openai/simple-evals@ee3b0318d8d1d9d72755a4120879be65f7c07e9e",
    "gpt-oss": "openai/gpt-oss@7b583341fe16729127f6d5b94a7b09ccae97e1a1",
    "inspect_ai": "UKGovernmentBEIS/inspect_ai@499e6152e7b8fc8cbd8ac5283536572aa6e4ab17",
    "lm-eval": "EleutherAI/lm-evaluation-harness@4e7e0d47f33bc71070c1d38394bafbb52b117163",
    "opencompass": "open-compass/opencompass@a5acc4bba3b658f151617a3b393602110fb7a740",
    "NeMo-Skills": "NVIDIA-NeMo/Skills@8b18f3992854bcb668095228a146e214c567b370",
    "Qwen2.5-Math": "QwenLM/Qwen2.5-Math@a45202bd16f1ec06f433442dc1152d0074773465",
    "ZeroEval": "WildEval/ZeroEval@8c1485edf12c6efb5f69135a562927c5ad484059",
    "MMLU-Pro": "TIGER-AI-Lab/MMLU-Pro@f418b116db00b065c2aea046518d8fcf74d39872",
}

# Four choices with the right one first, as GPQA publishes them.
CHOICE_ROWS = [
    {
        "question": " Which of {choices}, {A} or {question} does a template engine with \\boxed{} leave alone? \n\nPick one. ",
        "choices": ["none of them ", " {choice}", "{letters:,}\nand a second line", "%s $LETTER {0}"],
    },
    {
        "question": "A photon of λ = 500 nm (green) hits a café table at 45°. What is its energy in eV?\n",
        "choices": ["2.48", "4.97", "−2.48", "1.24 × 10⁰"],
    },
]
TEN_CHOICES = {"question": "Which number is the largest?", "choices": [str(9 - i) for i in range(10)]}
MATH_ROWS = [
    "Let $f(x) = \\frac{x}{2}$ and $S = \\{1, 2\\}$. Find $f(3)$ as {question} or {choices}. ",
    "\nWhat is $\\sqrt{2}\\cdot\\sqrt{8}$?\n\nGive π to no places\u00a0",
]


STUBS = ("fire", "latex2sympy2", "mmengine", "nemo_skills.code_execution", "openai", "opencompass", "torch",
         "transformers", "vllm", "word2number")


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes the packages of STUBS mocks."""

    def find_spec(self, name, path=None, target=None):
        if any(name == stub or name.startswith(stub + ".") for stub in STUBS):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = unittest.mock.MagicMock(name=spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module):
        pass


def run_text(path):
    namespace = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    return namespace


def asked(evaluation_class, response_class, rows, monkey_module, **arguments):
    """Runs a peer's evaluation over `rows` and returns the user messages it sends, in row order."""
    import pandas

    sent = []

    class Sampler:
        def _pack_message(self, content, role):
            return {"role": role, "content": content}

        def __call__(self, messages):
            sent.append(messages[-1]["content"])
            return response_class(response_text="Answer: A", response_metadata={}, actual_queried_message_list=messages)

    with unittest.mock.patch.object(monkey_module.pandas, "read_csv", lambda url: pandas.DataFrame(rows)):
        evaluation = evaluation_class(n_repeats=1, **arguments)
    for i in range(len(rows)):
        one = evaluation_class.__new__(evaluation_class)
        one.__dict__ = dict(evaluation.__dict__, examples=evaluation.examples[i : i + 1])
        before = len(sent)
        one(Sampler())
        del sent[before + 1 :]  # a grader's question
    return evaluation, sent


def gpqa_rows(rows):
    names = ["Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3"]
    return [dict(zip(names, row["choices"]), Question=row["question"]) for row in rows]


def numbered_rows(count):
    return gpqa_rows([{"question": f"q{i}", "choices": ["a", "b", "c", "d"]} for i in range(count)])


def orders_hash(orders):
    return hashlib.sha256("".join("".join(map(str, order)) for order in orders).encode()).hexdigest()


def gpqa_eval(protocol, module, types_module, prompts, streams):
    import pandas

    evaluation, texts = asked(module.GPQAEval, types_module.SamplerResponse, gpqa_rows(CHOICE_ROWS), module)
    for i, text in enumerate(texts):
        order = evaluation.examples[i]["permutation"]
        prompts.append({"protocol": protocol, "row": i, "order": order, "text": text})
    for epochs in (1, 4, 8, 10):
        with unittest.mock.patch.object(module.pandas, "read_csv", lambda url: pandas.DataFrame(numbered_rows(198))):
            examples = module.GPQAEval(n_repeats=epochs).examples
        orders = [example["permutation"] for example in examples]
        streams.append({"protocol": protocol, "rows": 198, "epochs": epochs, "sha256": orders_hash(orders)})


def simple_evals(root, prompts, streams):
    sys.path.insert(0, str(root.parent))
    types_module = importlib.import_module("simple_evals.types")
    gpqa_eval("simple-evals", importlib.import_module("simple_evals.gpqa_eval"), types_module, prompts, streams)
    module = importlib.import_module("simple_evals.math_eval")
    rows = [{"Question": text, "Answer": "1"} for text in MATH_ROWS]
    with unittest.mock.patch.object(module, "check_equality", lambda *arguments: True):
        _, texts = asked(module.MathEval, types_module.SamplerResponse, rows, module, equality_checker=None)
    prompts.extend({"protocol": "simple-evals", "math": i, "text": text} for i, text in enumerate(texts))


def gpt_oss(root, prompts, streams):
    sys.path.insert(0, str(root))
    module = importlib.import_module("gpt_oss.evals.gpqa_eval")
    gpqa_eval("gpt-oss", module, importlib.import_module("gpt_oss.evals.types"), prompts, streams)


def inspect_ai(root, prompts, streams):
    sys.path.insert(0, str(root / "src"))
    dataset = importlib.import_module("inspect_ai.dataset")
    solver = importlib.import_module("inspect_ai.solver._multiple_choice")
    state = importlib.import_module("inspect_ai.solver._task_state")

    def shuffled(rows):
        samples = [dataset.Sample(input=row["question"], choices=row["choices"], target="A") for row in rows]
        result = dataset.MemoryDataset(samples)
        result.shuffle_choices(seed=42)
        return result

    for i, sample in enumerate(shuffled(CHOICE_ROWS)):
        text = solver.prompt(sample.input, state.Choices(sample.choices), solver.SINGLE_ANSWER_TEMPLATE_COT)
        order = [CHOICE_ROWS[i]["choices"].index(choice) for choice in sample.choices]
        prompts.append({"protocol": "inspect@3-C", "row": i, "order": order, "text": text})
    numbered = shuffled([{"question": "q", "choices": ["0", "1", "2", "3"]} for _ in range(198)])
    orders = [sample.choices for sample in numbered]
    streams.append({"protocol": "inspect@3-C", "rows": 198, "epochs": 1, "sha256": orders_hash(orders)})


def lm_eval(root, prompts):
    sys.path.insert(0, str(root))
    task_module = importlib.import_module("lm_eval.api.task")
    loader = importlib.import_module("lm_eval.tasks._yaml_loader")
    folder = root / "lm_eval/tasks/minerva_math"
    config = loader.load_yaml(folder / "minerva_math500.yaml")
    docs = importlib.import_module("datasets").Dataset.from_list(
        [{"problem": text, "solution": "\\boxed{1}"} for text in MATH_ROWS])
    config = {key: value for key, value in config.items() if not key.startswith("dataset_")}
    task = task_module.ConfigurableTask(config=dict(config, custom_dataset=lambda **_: {"test": docs}))
    for i, doc in enumerate(task.test_docs()):
        prompts.append({"protocol": "minerva@3.0", "math": i, "text": task.fewshot_context(doc, num_fewshot=4)})


def opencompass(root, prompts):
    namespace = run_text(root / "opencompass/configs/datasets/math/math_500_gen.py")
    template = namespace["math_infer_cfg"]["prompt_template"]["template"]["round"][0]["prompt"]
    sys.path.insert(0, str(root))
    safe_format = run_text(root / "opencompass/utils/prompt.py")["safe_format"]
    for i, text in enumerate(MATH_ROWS):
        prompts.append({"protocol": "boxed", "math": i, "text": safe_format(template, problem=text)})


def nemo_skills(root, prompts):
    sys.path.insert(0, str(root))
    module = importlib.import_module("nemo_skills.prompt.utils")
    config = module.load_config("generic/math", str(root / "nemo_skills/prompt/config"))
    for i, text in enumerate(MATH_ROWS):
        user = types.SimpleNamespace(user=config["user"])
        prompt = types.SimpleNamespace(config=user, build_examples_dict=lambda _: [])
        prompts.append({
            "protocol": "nemo-skills", "math": i,
            "text": module.Prompt.build_user_message(prompt, {"problem": text}),
        })


def qwen(root, prompts):
    sys.path.insert(0, str(root / "evaluation"))
    parser = importlib.import_module("parser")
    utils = importlib.import_module("utils")
    arguments = types.SimpleNamespace(prompt_type="mathstral", num_shots=0, adapt_few_shot=False)
    for i, row in enumerate(CHOICE_ROWS):
        example = {"question": row["question"], "choices": list(row["choices"]), "answer": 0}
        example["question"] = parser.parse_question(example, "mmlu_stem")
        text = utils.construct_prompt(example, "mmlu_stem", arguments)
        prompts.append({"protocol": "boxed", "row": i, "order": [0, 1, 2, 3], "text": text})


def zero_eval(root, prompts):
    sys.path.insert(0, str(root / "src"))
    module = importlib.import_module("_TEMPLATES")
    for i, text in enumerate(MATH_ROWS):
        prompts.append({"protocol": "zeroeval", "math": i, "text": module.apply_oeqa_template({"question": text})})


def mmlu_pro(root, prompts):
    import os

    sys.path.insert(0, str(root))
    module = importlib.import_module("evaluate_from_local")
    os.chdir(root)
    for i, row in enumerate(CHOICE_ROWS + [TEN_CHOICES]):
        example = {"question": row["question"], "options": row["choices"], "category": "physics"}
        prompts.append({
            "protocol": "mmlu-pro", "row": i, "order": list(range(len(row["choices"]))),
            "text": module.generate_cot_prompt([], example, 0),
        })


def main():
    peers = pathlib.Path(sys.argv[1]).resolve()
    output = pathlib.Path(__file__).resolve().with_suffix(".json")
    sys.meta_path.insert(0, StubFinder())
    prompts, streams = [], []
    simple_evals(peers / "simple_evals", prompts, streams)
    gpt_oss(peers / "gpt-oss", prompts, streams)
    inspect_ai(peers / "inspect_ai", prompts, streams)
    lm_eval(peers / "lm-eval", prompts)
    opencompass(peers / "opencompass", prompts)
    nemo_skills(peers / "NeMo-Skills", prompts)
    qwen(peers / "Qwen2.5-Math", prompts)
    zero_eval(peers / "ZeroEval", prompts)
    mmlu_pro(peers / "MMLU-Pro", prompts)
    golden = {
        "peers": PEER_COMMITS,
        "rows": CHOICE_ROWS + [TEN_CHOICES],
        "math": MATH_ROWS,
        "prompts": prompts,
        "streams": streams,
    }
    output.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
