#!/usr/bin/env python3
"""Makes peer_packages.json and peer_packages.jsonl: what the packages of peers on PyPI ask, how they order choices,
which letters they read and which texts they take as equal.

    peer_packages.py

The packages are imported, not restated; what they import and is not needed here (torch and its kin) is replaced by
stubs. The .json holds the versions, prompts and orders; a line of the .jsonl is {"text", PROTOCOL: answer, ...} of an
invented response, or {"answer", "gold", GRADER: true, ...} of an invented pair; where nothing is read, or the texts are
not equal, the name is left out. Made with Python 3.11.7 in a virtual environment:

    pip install lm-eval==0.4.13 inspect-ai==0.3.285 math-verify==0.9.0 antlr4-python3-runtime==4.11.0 datasets==5.2.0
    pip install --no-deps lighteval==0.13.0
"""

import importlib
import importlib.metadata
import json
import pathlib
import random
import sys
import types

import peer_answers
import protocol_prompts

PACKAGES = ["lm-eval", "inspect-ai", "lighteval", "math-verify", "latex2sympy2_extended", "sympy", "datasets"]
TEXTS = 2500
PAIRS = 2500
STUBS = ("torch", "transformers", "accelerate", "aenum", "colorlog", "httpx", "langcodes", "latex2sympy2", "nltk", "numpy",
         "openai", "rouge_score", "sacrebleu", "scipy", "sklearn", "termcolor", "tiktoken", "vllm")

LETTER_TEXTS = [
    "Final answer is", "The final answer to this question is", "final answer is:", "I hope", ". I hope it is correct",
    "ANSWER:", "Answer :", "The answer is", "answer", "The answer is (", "(A)", "(B)", "(C)", "(E)", "\n(D)", "\nB.",
    "**A**", "** B **", "$C$", "$ D $", "(c)", ",", "A,", "ANSWER: (", "ANSWER: $B$", "ANSWER: **C**", "A, B", ": C", ":D",
]


def stub_finder():
    """protocol_prompts' finder for the packages of lighteval that are not installed."""
    installed = set()
    for name in STUBS:
        try:
            importlib.import_module(name)
            installed.add(name)
        except ImportError:
            pass
    protocol_prompts.STUBS = tuple(name for name in STUBS if name not in installed)
    return protocol_prompts.StubFinder()


def letter_text(rng):
    if rng.random() < 0.6:
        return [peer_answers.loose, peer_answers.near_miss, peer_answers.form][rng.randrange(3)](rng)
    pieces = rng.choices(LETTER_TEXTS + peer_answers.LETTERS + peer_answers.MARKS, k=rng.randint(1, 12))
    return rng.choice(["", " "]).join(pieces)


PAIR_PIECES = [
    "1", "2", "12", "0", "0.5", ".5", " .5", "x", "y", "k=", "xy=", "=", "/", "1/2", "-3/4", "x/2", "1_0/2", "\\frac", "\\frac12",
    "\\frac{1}{2}", "\\frac1{72}", "\\dfrac", "\\tfrac{3}{4}", "\\sqrt", "\\sqrt3", "\\sqrt{5}", "\\sqrt2\\sqrt3", "{", "}",
    "(", ")", "[", "]", ",", ",\\!", "1,000", "10,000", "٣", "²", "\\left(", "\\right)", "\\text{ cm}", "\\text{cm}", "\\text{and}",
    "\\mbox{ a}", "\\%", "%", "\\$", "$", "$5$", "^\\circ", "^{\\circ}", "\\!", "\\\\", "\\ ", " ", "  ", "\n", "\t", "a ", "an ",
    "square", "units", "degrees", "inches", "\\text{m}", "\\text{s}", "\\textbf{A}", "\\overline{3}", "\\boxed{7}", "\\boxed{",
    "\\pi", "\\cdot", "\\infty", "inf", "and", ".", ".0", "3.00", "j", "i", "\\mathbf{v}", "x\\in", "\\le", "\\text{(B)}",
    "é", "\u00a0", "{,}", "\\dots", "\"", "th", "\\mathrm{th}", "\\;", "\\%\\%",
]


def answer_pair(rng):
    gold = "".join(rng.choices(PAIR_PIECES, k=rng.randint(1, 6)))
    if rng.random() < 0.3:
        return "".join(rng.choices(PAIR_PIECES, k=rng.randint(1, 6))), gold
    answer = gold
    for _ in range(rng.choice([0, 1, 1, 2])):
        at = rng.randrange(len(answer) + 1)
        answer = answer[:at] + rng.choice(PAIR_PIECES) + answer[at:]
    for old, new in [("\\frac", "\\dfrac"), ("{1}{2}", "12"), ("1/2", "\\frac{1}{2}"), (" ", ""), ("0.5", "\\frac{1}{2}"),
                     ("\\sqrt{5}", "\\sqrt5"), ("k=", "")]:
        if rng.random() < 0.3:
            answer = answer.replace(old, new)
    return answer, gold


def gpqa_dataset(rows):
    return importlib.import_module("datasets").Dataset.from_list(protocol_prompts.gpqa_rows(rows))


def numbered(count):
    return [{"question": "q", "choices": ["0", "1", "2", "3"]} for _ in range(count)]


def add_prompt(prompts, protocol, kind, index, text, order=None):
    prompts.append({"protocol": protocol, kind: index} | ({"order": order} if order else {}) | {"text": text})


def rendered(folder, yaml, docs, process_docs=None, examples=0):
    """The contexts of a task of lm-eval over `docs`."""
    task_module = importlib.import_module("lm_eval.api.task")
    loader = importlib.import_module("lm_eval.tasks._yaml_loader")
    config = loader.load_yaml(folder / yaml)
    config = {key: value for key, value in config.items() if not key.startswith("dataset_")}
    config |= {"custom_dataset": lambda **_: {"train": docs, "test": docs}, "test_split": "test"}
    config |= {"training_split": None, "validation_split": None}
    if process_docs:
        config["process_docs"] = process_docs
    task = task_module.ConfigurableTask(config=config)
    return [task.fewshot_context(doc, num_fewshot=examples) for doc in task.test_docs()]


def lm_eval(prompts, streams):
    tasks = pathlib.Path(importlib.import_module("lm_eval.tasks").__file__).parent
    rows = protocol_prompts.CHOICE_ROWS
    for protocol, module_name, yaml in [
        ("lm-eval-cot", "cot_zeroshot", "gpqa_diamond_cot_zeroshot.yaml"),
        ("lm-eval-gen", "generative", "gpqa_diamond_generative_n_shot.yaml"),
    ]:
        utils = importlib.import_module(f"lm_eval.tasks.gpqa.{module_name}.utils")
        random.seed(0)
        docs = utils.process_docs(gpqa_dataset(rows))
        orders = [[row["choices"].index(unclean) for unclean in shown(row["choices"], doc["choices"], utils.preprocess)]
                  for row, doc in zip(rows, docs)]
        texts = rendered(tasks / "gpqa" / module_name, yaml, docs, process_docs=lambda dataset: dataset)
        for i, text in enumerate(texts):
            add_prompt(prompts, protocol, "row", i, text, orders[i])
        random.seed(0)
        shuffled = [[int(choice) for choice in doc["choices"]] for doc in utils.process_docs(gpqa_dataset(numbered(198)))]
        streams.append({"protocol": protocol, "rows": 198, "epochs": 1, "sha256": protocol_prompts.orders_hash(shuffled)})

    datasets = importlib.import_module("datasets")
    docs = datasets.Dataset.from_list([{"problem": text, "solution": "\\boxed{1}", "level": "Level 5"}
                                       for text in protocol_prompts.MATH_ROWS])
    for protocol, folder, yaml, examples in [
        ("lm-eval-hendrycks", "hendrycks_math", "hendrycks_math500.yaml", 0),
        ("minerva@3.1", "minerva_math", "minerva_math500.yaml", 4),
        ("leaderboard", "leaderboard/math", "math_algebra.yaml", 4),
    ]:
        for i, text in enumerate(rendered(tasks / folder, yaml, docs, examples=examples)):
            add_prompt(prompts, protocol, "math", i, text)


def shown(choices, texts, preprocess):
    """The choices as published that stand behind cleaned texts."""
    clean = {preprocess(choice): choice for choice in choices}
    return [clean[text] for text in texts]


def inspect_ai(prompts, streams):
    dataset = importlib.import_module("inspect_ai.dataset")
    solver = importlib.import_module("inspect_ai.solver._multiple_choice")
    state = importlib.import_module("inspect_ai.solver._task_state")

    def shuffled(rows):
        samples = [dataset.Sample(input=row["question"], choices=row["choices"], target="A") for row in rows]
        result = dataset.MemoryDataset(samples)
        result.shuffle_choices(seed=42)
        return result

    for i, sample in enumerate(shuffled(protocol_prompts.CHOICE_ROWS)):
        text = solver.prompt(sample.input, state.Choices(sample.choices), solver.SINGLE_ANSWER_TEMPLATE_COT)
        order = [protocol_prompts.CHOICE_ROWS[i]["choices"].index(choice) for choice in sample.choices]
        add_prompt(prompts, "inspect@3-C-0.3.285", "row", i, text, order)
    orders = [sample.choices for sample in shuffled(numbered(198))]
    streams.append({"protocol": "inspect@3-C-0.3.285", "rows": 198, "epochs": 1,
                    "sha256": protocol_prompts.orders_hash(orders)})


def lighteval(prompts, streams):
    # It wants another version of a parser that letters and prompts do not need.
    importlib.import_module("lighteval.utils.imports").raise_if_package_not_available = lambda *_, **__: None
    gpqa = importlib.import_module("lighteval.tasks.tasks.gpqa")
    math = importlib.import_module("lighteval.tasks.tasks.math_500")

    def asked(rows):
        random.seed(1234)
        docs = [gpqa.gpqa_instruct_prompt(row) for row in protocol_prompts.gpqa_rows(rows)]
        orders = []
        for doc in docs:
            order = [1, 2, 3]
            order.insert(doc.gold_index, 0)
            orders.append(order)
        return docs, orders

    docs, orders = asked(protocol_prompts.CHOICE_ROWS)
    for i, doc in enumerate(docs):
        add_prompt(prompts, "lighteval", "row", i, doc.query, orders[i])
    _, orders = asked(numbered(198))
    streams.append({"protocol": "lighteval", "rows": 198, "epochs": 1, "sha256": protocol_prompts.orders_hash(orders)})
    for i, text in enumerate(protocol_prompts.MATH_ROWS):
        add_prompt(prompts, "lighteval", "math", i, math.math_500_prompt({"problem": text, "solution": ""}).query)


def lm_eval_readers():
    extraction = importlib.import_module("lm_eval.filters.extraction")
    # Choices that no text holds: a reader is not told what the choices say.
    doc = {"choices": ["\ue000\ue001", "\ue002\ue003", "\ue004\ue005", "\ue006\ue007"]}
    flexible = extraction.MultiChoiceRegexFilter("(\\([A-Z]\\))", group_select=-1, ignore_case=True, ignore_punctuation=True)
    strict = extraction.RegexFilter("(?<=The answer is )(.*)(?=.)")

    def read(chosen):
        return lambda text: next(iter(chosen.apply([[text]], [doc])))[0].replace("[invalid]", "")

    return {"lm-eval-cot": read(flexible), "lm-eval-cot-strict": read(strict)}


def inspect_reader():
    parse_answers = importlib.import_module("inspect_ai.solver._multiple_choice").parse_answers

    def read(text):
        state = types.SimpleNamespace(output=types.SimpleNamespace(completion=text), choices=["1", "2", "3", "4"])
        answers = parse_answers(state, multiple_correct=False)
        return answers.pop() if answers else ""

    return {"inspect@3-C-0.3.285": read}


def lighteval_reader():
    match = importlib.import_module("lighteval.metrics.utils.extractive_match_utils")
    language = importlib.import_module("lighteval.utils.language").Language.ENGLISH
    config = match.IndicesExtractionConfig(prefix_for_extraction="NativeLetters", try_extract_without_anchor=True)
    regexes = match.get_extraction_regexes(types.SimpleNamespace(choices=list("ABCD")), [config], language)

    def read(text):
        return next(iter(match.extract_target_from_pred(text, regexes, "first_match", "any_match")), "")

    return {"lighteval": read}


def math_verify_reader():
    math_verify = importlib.import_module("math_verify")
    parser = importlib.import_module("math_verify.parser")
    config = parser.StringExtractionConfig(lowercase=False)

    def read(text):
        return next(iter(math_verify.parse(text, [config], parsing_timeout=None)), "")

    return {"math-verify": read}


def graders():
    hendrycks = importlib.import_module("lm_eval.tasks.hendrycks_math.utils")
    minerva = importlib.import_module("lm_eval.tasks.leaderboard.math.utils")

    def same_normal(answer, gold):
        return minerva.normalize_final_answer(answer).strip() == minerva.normalize_final_answer(gold).strip()

    return {"hendrycks": hendrycks.is_equiv, "minerva": same_normal}


def main():
    sys.meta_path.append(stub_finder())
    prompts, streams = [], []
    lm_eval(prompts, streams)
    inspect_ai(prompts, streams)
    lighteval(prompts, streams)
    golden = {
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "rows": protocol_prompts.CHOICE_ROWS,
        "math": protocol_prompts.MATH_ROWS,
        "prompts": prompts,
        "streams": streams,
    }
    output = pathlib.Path(__file__).resolve().with_suffix(".json")
    output.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")

    readers = lm_eval_readers() | inspect_reader() | lighteval_reader() | math_verify_reader()
    rng = random.Random(13)
    with output.with_suffix(".jsonl").open("w") as lines:
        def write(row):
            print(json.dumps(row, ensure_ascii=False, separators=(",", ":")), file=lines)

        for _ in range(TEXTS):
            text = letter_text(rng)
            answers = {name: read(text) for name, read in readers.items()}
            write({"text": text} | {name: answer.strip() for name, answer in answers.items() if answer.strip()})
        for _ in range(PAIRS):
            answer, gold = answer_pair(rng)
            equal = {name: True for name, is_equal in graders().items() if is_equal(answer, gold)}
            write({"answer": answer, "gold": gold} | equal)


if __name__ == "__main__":
    main()
