#!/usr/bin/env python3
"""Holds our tokenizers of published vocabularies against their originals: the ids that llama.cpp's repository keeps of Hugging
Face's tokenizers (FILE.gguf.inp and .out), and 10,000 hostile strings (tests/golden/tokenizer_ids.py) by `tokenizers` or
SentencePiece, made of the same vocabulary. A tokenizer.json that somebody puts into the folder, under any name in .json, is held
against `tokenizers`, too. Usage: vocabularies.py FOLDER TOKENIZE, the program."""
import json
import pathlib
import subprocess
import sys

import gguf
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "golden"))
import tokenizer_ids as golden

# By tokenizer.ggml.pre: the pattern, whether digits stand alone, Unicode's normal form C, and whole words before merges.
SPLITS = {
    "gpt-2": (None, False, False, False), "starcoder": (None, True, False, False), "refact": (None, True, False, False),
    "llama-bpe": (golden.LLAMA3, False, False, True), "qwen2": (golden.QWEN2, False, True, False),
}
UNKNOWN, CONTROL, USER_DEFINED = 2, 3, 4


def field(reader, key):
    found = reader.fields.get("tokenizer.ggml." + key)
    return None if found is None else found.contents()


def byte_level(reader):
    pattern, digits, composes, whole = SPLITS[field(reader, "pre")]
    tokens = field(reader, "tokens")
    merges = [tuple(merge.split(" ")) for merge in field(reader, "merges")]
    tokenizer = Tokenizer(models.BPE({token: id for id, token in enumerate(tokens)}, merges, ignore_merges=whole))
    steps = [pre_tokenizers.Digits(individual_digits=True)] if digits else []
    if pattern:
        steps.append(pre_tokenizers.Split(Regex(pattern), "isolated"))
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pattern is None))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    if composes:
        tokenizer.normalizer = normalizers.NFC()
    for token, kind in zip(tokens, field(reader, "token_type")):
        if kind in (CONTROL, USER_DEFINED):
            tokenizer.add_tokens([AddedToken(token, special=kind == CONTROL, normalized=False)])

    return encoder(tokenizer)


def encoder(tokenizer):
    def encode(text, specials):
        tokenizer.encode_special_tokens = not specials
        return tokenizer.encode(text, add_special_tokens=False).ids

    return encode


def scored(reader):
    """Pieces, scores and types are those of the original's file; its text is taken as it stands, behind a space."""
    model = sentencepiece_model_pb2.ModelProto()
    model.trainer_spec.model_type = sentencepiece_model_pb2.TrainerSpec.BPE
    model.trainer_spec.byte_fallback = True
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = False
    pieces = zip(field(reader, "tokens"), field(reader, "scores"), field(reader, "token_type"))
    for id, (token, score, kind) in enumerate(pieces):
        is_second_unknown = kind == UNKNOWN and id != field(reader, "unknown_token_id")
        model.pieces.add(piece=token, score=score, type=CONTROL if is_second_unknown else kind)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())
    return lambda text, specials: processor.encode(text)


def ours(program, path, rows):
    lines = "".join(json.dumps({"text": text, "specials": specials}) + "\n" for text, specials in rows)
    done = subprocess.run([program, path], input=lines, capture_output=True, text=True, check=False)
    return None if done.returncode else [json.loads(line) for line in done.stdout.splitlines()]


def kept_cases(path):
    texts = path.with_name(path.name + ".inp").read_text().split("\n__ggml_vocab_test__\n")
    ids = path.with_name(path.name + ".out").read_text().split("\n")
    return [(text, [int(id) for id in line.split()]) for text, line in zip(texts, ids)]


def main(folder, program):
    fragments, invalid = golden.fragments()
    pool = [fragment.encode() for fragment in fragments] + [bytes.fromhex(fragment) for fragment in invalid]
    hostile = [string.decode("utf-8", errors="replace") for string in golden.strings(pool)]
    wrong = 0
    for path in sorted(pathlib.Path(folder).glob("*.gguf")):
        if ours(program, path, []) is None:
            continue  # of a kind that is refused
        reader = gguf.GGUFReader(path)
        is_scored = field(reader, "model") == "llama"
        kept = kept_cases(path) if path.with_name(path.name + ".out").exists() else []
        found = ours(program, path, [(text, False) for text, _ in kept])
        equal = sum(ids == expected for ids, (_, expected) in zip(found, kept))
        encode = scored(reader) if is_scored else byte_level(reader)
        # SentencePiece does not parse special tokens, and puts no space behind a token of the user's, as Hugging Face does.
        kinds = zip(field(reader, "tokens"), field(reader, "token_type"))
        apart = [token for token, kind in kinds if is_scored and kind == USER_DEFINED]
        rows = [(text, i % 2 == 0 and not is_scored) for i, text in enumerate(hostile)
                if not any(token in text for token in apart)]
        same = sum(ids == encode(*row) for ids, row in zip(ours(program, path, rows), rows, strict=True))
        wrong += len(kept) - equal + len(rows) - same
        print(f"{path.name}: {equal} of {len(kept)} kept cases, {same} of {len(rows)} hostile strings", flush=True)
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        encode = encoder(Tokenizer.from_file(str(path)))
        rows = [(text, i % 2 == 0) for i, text in enumerate(hostile)]
        found = ours(program, path, rows)
        same = 0 if found is None else sum(ids == encode(*row) for ids, row in zip(found, rows, strict=True))
        wrong += len(rows) - same
        print(f"{path.name}: {same} of {len(rows)} hostile strings", flush=True)
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
