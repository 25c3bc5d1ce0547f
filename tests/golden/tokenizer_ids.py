#!/usr/bin/env python3
"""Writes tokenizer_ids/*.json.gz and tokenizer_ids.json: small vocabularies of the shapes that published models use, trained
on text made here, and what Hugging Face's `tokenizers` makes of 10,000 hostile strings.

sentencepiece.json.gz is a vocabulary with scores, as GGUF files carry it, made and run by SentencePiece.

With an argument, a folder, the ids themselves are written there, to find a difference; and OpenAI's own o200k vocabulary as
tokenizer.json beside its ids by tiktoken, to hold a program against the real thing (its ranks are not ours to ship: they come
with bpe-openai 0.1.4).

Made with Python 3.11 (Unicode 14), tokenizers 0.23.3, tiktoken 0.14.0, sentencepiece 0.2.3. tiktoken must agree on all
vocabularies that it can run.

The strings are not stored: both sides put them together from the same fragments by the same generator. Of the ids, one
SHA-256 for each block of 20 strings is kept: of the ids as decimal text, "," between ids and a line end after each string.
Even strings are encoded with special tokens parsed, odd ones with special tokens as text.
"""
import base64
import copy
import gzip
import hashlib
import importlib.resources
import io
import json
import pathlib
import random
import sys
import unicodedata

import sentencepiece
import tiktoken
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
COUNT, BLOCK, SEED = 10_000, 20, 20_260_725

CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
BLANKS = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + BLANKS
QWEN2 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + BLANKS
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
O200K = (rf"[^\r\n\p{{L}}\p{{N}}]?{UPPER}*{LOWER}+{CONTRACTIONS}?|[^\r\n\p{{L}}\p{{N}}]?{UPPER}+{LOWER}*{CONTRACTIONS}?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + BLANKS)
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

WORDS = """the of and to in is that it was for on are as with his they at be this have from or one had by word but not what
all were we when your can said there use an each which she do how their if will up other about out many then them these so
some her would make like him into time has look two more write go see number no way could people my than first water been
call who oil its now find long down day did get come made may part theorem proof lemma equation integral derivative matrix
vector sum product polynomial root prime factor answer solution energy electron atom molecule velocity mass momentum entropy
HTTPServer parseJSON getElementById iPhone LaTeX McDonald eBay XMLReader don't it's we're they've I'll he'd I'm DON'T""".split()
CODE = ["for (int i = 0; i < n; ++i) {\n  sum += a[i];\n}\n", "def f(x):\n    return x ** 2 + 1\n\n", "#include <vector>\r\n",
        "\tif (x == nullptr) return;\n", "std::vector<double> v(10, 0.5);\n", "SELECT * FROM runs WHERE id = 17;\n"]
MATH = [r"\frac{1}{2}", r"\sqrt{x^2+y^2}", r"\int_0^1 x\,dx", r"\boxed{42}", "$x = \\pm 3.14159$", "e^{i\\pi} + 1 = 0"]
SCRIPTS = ["быть или не быть, вот в чём вопрос", "Ἐν ἀρχῇ ἦν ὁ λόγος", "数学の問題を解いてください。", "请解这个方程，谢谢！", "안녕하세요 세계",
           "مرحبا بالعالم", "שלום עולם", "नमस्ते दुनिया", "สวัสดีชาวโลก", "Zażółć gęślą jaźń", "Größe, Straße, Äpfel", "déjà vu à l'école"]
EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "❤️", "🇬🇧"]


def corpus():
    rng = random.Random(SEED)
    for _ in range(6000):
        words = [rng.choice(WORDS) for _ in range(rng.randrange(3, 14))]
        line = " ".join(word.capitalize() if rng.random() < 0.1 else word for word in words)
        extra = rng.choice([CODE, MATH, SCRIPTS, EMOJI, [str(rng.randrange(10 ** rng.randrange(1, 7)))]])
        yield f"{line} {rng.choice(extra)}{rng.choice(['.', '?', '!', ', ', chr(10) * 2, '  ' * rng.randrange(5)])}"


def byte_level(pattern, size, normalizer=None, alphabet=True, unk=None, before=None, **model):
    tokenizer = Tokenizer(models.BPE(unk_token=unk, **model))
    if normalizer:
        tokenizer.normalizer = normalizer
    steps = [before] if before else []
    if pattern:
        steps.append(pre_tokenizers.Split(Regex(pattern), "isolated"))
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pattern is None))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps) if len(steps) > 1 else steps[0]
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=[unk] if unk else [], show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()) if alphabet else [])
    tokenizer.train_from_iterator(corpus(), trainer)
    return json.loads(tokenizer.to_str())


def byte_fallback(size):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    # Trained on words and their metaspaces, as SentencePiece does; the published files cut nothing.
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("▁+[^▁]*"), "isolated")
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=["<unk>", "<s>", "</s>"], limit_alphabet=220, show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    data = json.loads(tokenizer.to_str())
    vocab = {token: id if id < 3 else id + 256 for token, id in data["model"]["vocab"].items()}
    vocab |= {f"<0x{byte:02X}>": 3 + byte for byte in range(256)}
    data["model"] |= {"vocab": vocab, "byte_fallback": True}
    data["pre_tokenizer"] = None
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    data["decoder"] = json.loads(tokenizer.to_str())["decoder"]
    return data


def metaspace(data, scheme, split):
    data = copy.deepcopy(data)
    data["normalizer"] = None
    data["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}
    return data


def add_tokens(data, special, plain=(), normalized=()):
    vocab = data["model"]["vocab"]
    known = {token["content"] for token in data["added_tokens"]}
    next_id = max(vocab.values()) + 1
    for content in [*special, *plain, *normalized]:
        if content in known:
            continue
        data["added_tokens"].append({"id": next_id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                                     "normalized": content in normalized, "special": content in special})
        next_id += 1
    return data


def begins_with(data, token):
    id = next(added["id"] for added in data["added_tokens"] if added["content"] == token)
    single = [{"SpecialToken": {"id": token, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    pair = single + [{"Sequence": {"id": "B", "type_id": 1}}]
    data["post_processor"] = {"type": "TemplateProcessing", "single": single, "pair": pair,
                              "special_tokens": {token: {"id": token, "ids": [id], "tokens": [token]}}}
    return data


def with_merges_as_text(data):
    data["model"]["merges"] = [" ".join(pair) for pair in data["model"]["merges"]]
    return data


def tokenizers():
    nfc = normalizers.NFC()
    llama3 = byte_level(LLAMA3, 2500, ignore_merges=True)
    llama3 = add_tokens(llama3, ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"])
    llama4 = add_tokens(byte_level(O200K, 2500, ignore_merges=True), ["<|begin_of_text|>", "<|header_start|>", "<|header_end|>", "<|eot|>"])
    gpt_oss = add_tokens(byte_level(O200K, 1500), ["<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|return|>"])
    qwen3 = add_tokens(byte_level(QWEN2, 2500, normalizer=nfc), ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], ["<think>", "</think>"])
    olmoe = add_tokens(byte_level(None, 1500, normalizer=nfc), ["<|endoftext|>", "<|padding|>"], [],
                       [" " * n for n in range(24, 1, -1)] + ["|||IP_ADDRESS|||"])
    smollm = byte_level(None, 2500, alphabet=False, unk="<|endoftext|>", before=pre_tokenizers.Digits(individual_digits=True))
    mixtral = byte_fallback(2500)
    return {
        "llama3": begins_with(llama3, "<|begin_of_text|>"),
        "llama4": begins_with(llama4, "<|begin_of_text|>"),
        "gpt_oss": with_merges_as_text(gpt_oss),
        "qwen3": qwen3,
        "olmoe": with_merges_as_text(olmoe),
        "smollm2": add_tokens(smollm, ["<|im_start|>", "<|im_end|>"]),
        "mixtral": begins_with(with_merges_as_text(mixtral), "<s>"),
        "mixtral_metaspace_first": metaspace(mixtral, "first", False),
        "mixtral_metaspace_always": metaspace(mixtral, "always", True),
    }


def sentencepiece_model():
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for text in corpus() for line in text.splitlines()), model_writer=model, vocab_size=1500,
        model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        character_coverage=0.99, split_digits=True, allow_whitespace_only_pieces=True, num_threads=1, minloglevel=2)
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def gguf_vocabulary(model):
    ids = range(model.get_piece_size())
    types = [2 if model.is_unknown(id) else 3 if model.is_control(id) else 6 if model.is_byte(id) else 1 for id in ids]
    return {"tokens": [model.id_to_piece(id) for id in ids], "scores": [model.get_score(id) for id in ids], "types": types}


def fragments():
    """Well-formed ones as text, the others as hexadecimal bytes."""
    rng = random.Random(SEED)
    blanks = [" ", "\n", "\r", "\t", "\r\n", "\v", "\f", "\x1c", "\x1f", "\x85", "\xa0", "\u1680", "\u180e", "\u2003", "\u200b",
              "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff", "  ", "   ", " \n", "\n ", " \r\n ", "\u3000 ", " \xa0", "\n\n\n"]
    parts = ["s", "t", "re", "ve", "m", "ll", "d", "ſ", "K", "x", "l", "v"]
    contractions = [mark + case(part) for mark in "'\u2019" for part in parts for case in (str.lower, str.upper, str.title)]
    words = rng.sample(WORDS, 60) + ["HTTPServer", "ǅungla", "ΑΣΣΑΣ", "ßtraße", "İstanbul", "ŉ", "ﬁn", "a" * 40, "Ab" * 30, "A" * 50,
                                     "ʰello", "ªº", "日本語テキスト", "한국어", "각", "각", "กำ"]
    digits = ["0", "7", "12", "123", "1234", "1234567890", "٣٤٥", "१२३४", "৪৫", "²³", "½", "Ⅷ", "①②", "〇一", "𝟘𝟙𝟚𝟛", "᠐", "௧௰"]
    marks = ["e\u0301", "\u00e9", "a\u0323\u0307", "a\u0307\u0323", "\u0301", "\u0344", "\u212b", "\u2126", "\u0958", "\ufb1d", "q\u0307\u0323",
             "\u1100\u1161\u11a8", "\u1100\u1161", "\u11a8", "\uac00\u11a8", "\u0f71\u0f72", "\u0f73", "\u20dd", "\ufe0f", "\u200d", "\u3099", "か\u3099",
             "\u09c7\u09be", "\u1e9b\u0323", "\U0001d15e", "\U0002f800", "\u0340", "\u0374", "\u0387"]
    controls = ["\x00", "\x01", "\x07", "\x1b[0m", "\x7f", "\x80", "\x9f", "\xad", "\u061c", "\u202e", "\ufffd", "\uffff", "\U0010ffff", "\ue000"]
    specials = ["<|begin_of_text|>", "<|eot_id|>", "<|eot|>", "<|im_end|>", "<|im_start|>", "<|endoftext|>", "<think>", "</think>", "<s>", "</s>",
                "<unk>", "<|start|>", "<|channel|>", "<|", "|>", "<0x0A>", "<|im_", "end|>", "|||IP_ADDRESS|||", "<|padding|>", "▁", "▁▁", "Ġ", "Ċ"]
    signs = list("!?.,;:'\"/\\-_=+*&^%$#@~`|<>()[]{}") + ["//", "...", "=>", "\\frac{1}{2}", "/\n", "!\r\n\r\n", "();\n", "€", "∑", "→", "…", "“”"]
    by_category = {}
    for code in range(0x110000):
        by_category.setdefault(unicodedata.category(chr(code)), []).append(chr(code))
    others = [c for category, all in sorted(by_category.items()) if category not in ("Cn", "Cs") for c in rng.sample(all, min(len(all), 14))]
    groups = [blanks * 2, contractions, words, digits, marks, controls, specials * 2, signs, EMOJI, CODE, MATH, SCRIPTS, others]
    invalid = ["ff", "c3", "e282", "f09f98", "c080", "eda080", "f4908080", "80", "bfbf", "e28228", "f8888080", "c328"]
    return [fragment for group in groups for fragment in group], invalid


def strings(pool):
    """String `i`: up to 24 fragments, each up to 9 times in a row. The generator is Knuth's MMIX one, upper 31 bits."""
    state = SEED

    def below(n):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % n

    for _ in range(COUNT):
        out = b""
        for _ in range(below(24) + 1):
            fragment = pool[below(len(pool))]
            out += fragment * (below(9) + 1 if below(8) == 0 else 1)
        yield out


def check_tiktoken(name, pattern, data, texts):
    """Ranks are ids: bytes first, then one token for each merge."""
    ranks = {bytes(BYTE_OF[c] for c in token): id for token, id in data["model"]["vocab"].items()}
    encoding = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    tokenizer = Tokenizer.from_str(json.dumps(dict(data, added_tokens=[], post_processor=None)))
    for text in texts:
        assert encoding.encode_ordinary(text) == tokenizer.encode(text, add_special_tokens=False).ids, (name, text)


PRINTABLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
BYTE_OF = {chr(b): b for b in PRINTABLE} | {chr(256 + i): b for i, b in enumerate(b for b in range(256) if b not in PRINTABLE)}


def write_o200k(texts, folder):
    packed = importlib.resources.files("bpe_openai").joinpath("data/o200k_base.tiktoken.gz").read_bytes()
    lines = [line.split() for line in gzip.decompress(packed).splitlines()]
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    letter_of = {byte: letter for letter, byte in BYTE_OF.items()}

    def merge_of(token, rank):
        """The two tokens that the merges of lower rank make of it."""
        parts = [bytes([byte]) for byte in token]
        while len(parts) > 2:
            best, at = min((ranks.get(a + b, rank), i) for i, (a, b) in enumerate(zip(parts, parts[1:])))
            assert best < rank, token
            parts[at:at + 2] = [parts[at] + parts[at + 1]]
        return ["".join(letter_of[byte] for byte in part) for part in parts]

    by_rank = sorted(ranks, key=ranks.get)
    merges = [merge_of(token, ranks[token]) for token in by_rank if len(token) > 1]
    vocab = {"".join(letter_of[byte] for byte in token): ranks[token] for token in by_rank}
    split = {"type": "Split", "pattern": {"Regex": O200K}, "behavior": "Isolated", "invert": False}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    data = {"version": "1.0", "added_tokens": [], "normalizer": None, "post_processor": None, "decoder": level,
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, level]},
            "model": {"type": "BPE", "ignore_merges": True, "vocab": vocab, "merges": merges}}
    check_tiktoken("o200k_base", O200K, data, texts)
    encoding = tiktoken.Encoding("o200k_base", pat_str=O200K, mergeable_ranks=ranks, special_tokens={})
    (folder / "o200k_base.json").write_text(json.dumps(data, ensure_ascii=False))
    (folder / "o200k_base.ids").write_text("".join(line_of(encoding.encode_ordinary(text)) for text in texts))


def line_of(ids):
    return ",".join(map(str, ids)) + "\n"


def blocks_of(name, lines):
    if len(sys.argv) > 1:
        (pathlib.Path(sys.argv[1]) / f"{name}.ids").write_text("".join(lines))
    return [hashlib.sha256("".join(lines[at:at + BLOCK]).encode()).hexdigest()[:16] for at in range(0, COUNT, BLOCK)]


def main():
    text_fragments, invalid = fragments()
    pool = [fragment.encode() for fragment in text_fragments] + [bytes.fromhex(fragment) for fragment in invalid]
    all_strings = [string.decode("utf-8", errors="replace") for string in strings(pool)]
    golden = {"count": COUNT, "block": BLOCK, "seed": SEED, "fragments": text_fragments, "invalid": invalid, "tokenizers": {}}
    (HERE / "tokenizer_ids").mkdir(exist_ok=True)
    for name, data in tokenizers().items():
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        (HERE / "tokenizer_ids" / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        pattern = {"llama3": LLAMA3, "llama4": O200K, "gpt_oss": O200K}.get(name)
        if pattern:
            check_tiktoken(name, pattern, data, all_strings)
        tokenizer = Tokenizer.from_str(text)
        lines = []
        for i, string in enumerate(all_strings):
            tokenizer.encode_special_tokens = i % 2 == 1
            lines.append(line_of(tokenizer.encode(string, add_special_tokens=False).ids))
        golden["tokenizers"][name] = blocks_of(name, lines)
        print(name, len(data["model"]["vocab"]), len(text), sum(len(line.split(",")) for line in lines))
    model = sentencepiece_model()
    text = json.dumps(gguf_vocabulary(model), ensure_ascii=False, separators=(",", ":"))
    (HERE / "tokenizer_ids" / "sentencepiece.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    golden["sentencepiece"] = blocks_of("sentencepiece", [line_of(model.encode(string)) for string in all_strings])
    if len(sys.argv) > 1:
        write_o200k(all_strings, pathlib.Path(sys.argv[1]))
    (HERE / "tokenizer_ids.json").write_text(json.dumps(golden, ensure_ascii=True, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
