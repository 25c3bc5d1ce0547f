"""Trains the model from scratch on problems made as it goes.

The learning rate falls with the clock, so that a run ends when it should on a machine of any speed or load; with
--steps it falls with the steps and the run can be repeated. Started again with the same folder, it goes on.

Each worker is a process of one thread with batches of its own, whose gradients are averaged.

Usage: train.py FOLDER [--minutes 90 | --steps N] [--seed 1] [--workers 2]
The folder must hold tokenizer.json (make_tokenizer.py); checkpoint.pt and log.jsonl come there.
"""

import argparse
import json
import math
import pathlib
import random
import time

import torch
import torch.distributed as dist
import torch.nn.functional as F
from tokenizers import Tokenizer

from generator import KINDS, generate
from model import Llama4

ROWS, LENGTH = 4, 256
PEAK_RATE, FLOOR, WARM_UP_STEPS, DECAY, CLIP, BALANCE = 3e-3, 0.05, 100, 0.05, 1.0, 0.01
SAVE_SECONDS = 300
# What is learned last comes twice as often.
KINDS_OFTEN = [*KINDS, "multiple choice", "derivatives", "linear equations", "arithmetic"]


def encode(tokenizer, problem):
    """(tokens, number of tokens before the solution): what the chat template renders."""
    begin, user, assistant, end = range(4)
    ids = tokenizer.encode_batch([problem.question, problem.solution], add_special_tokens=False)
    question = [begin, user, *ids[0].ids, end, assistant]
    return [*question, *ids[1].ids, end], len(question)


def pack(pool, rows):
    """Rows of LENGTH: each takes the longest problem of the pool that still fits. Takes them out of the pool."""
    tokens = torch.full((rows, LENGTH), 3)
    positions = torch.zeros(rows, LENGTH, dtype=torch.long)
    problems = torch.full((rows, LENGTH), -1)
    targets = torch.full((rows, LENGTH), -1)
    for row in range(rows):
        at, number = 0, 0
        while fitting := [item for item in pool if len(item[0]) <= LENGTH - at]:
            item = fitting[0] if at == 0 else max(fitting, key=lambda other: len(other[0]))
            pool.remove(item)
            ids, start = torch.tensor(item[0]), item[1]
            size = len(ids)
            tokens[row, at : at + size] = ids
            positions[row, at : at + size] = torch.arange(size)
            problems[row, at : at + size] = number
            targets[row, at + start - 1 : at + size - 1] = ids[start:]
            at, number = at + size, number + 1
    return tokens, positions, problems, targets


class Batches:
    def __init__(self, tokenizer, seed):
        self.tokenizer, self.rng, self.pool = tokenizer, random.Random(seed), []
        self.kinds = []

    def next(self):
        while len(self.pool) < 64:
            if not self.kinds:
                self.kinds = self.rng.sample(KINDS_OFTEN, len(KINDS_OFTEN))
            ids = encode(self.tokenizer, generate(self.rng, "train", self.kinds.pop()))
            if len(ids[0]) <= LENGTH:
                self.pool.append(ids)
        return pack(self.pool, ROWS)


@torch.no_grad()
def validate(model, tokenizer, each=20):
    """Share of problems of each kind whose whole solution is the likeliest token by token, so greedy decoding gives it."""
    rng, solved = random.Random(2), {}
    for kind in KINDS:
        items = [encode(tokenizer, generate(rng, "validation", kind)) for _ in range(each)]
        size = max(len(ids) for ids, _ in items)
        tokens, targets = torch.full((each, size), 3), torch.full((each, size), -1)
        for row, (ids, start) in enumerate(items):
            tokens[row, : len(ids)] = torch.tensor(ids)
            targets[row, start - 1 : len(ids) - 1] = torch.tensor(ids[start:])
        positions = torch.arange(size).expand(each, size)
        logits, _, _ = model(tokens, positions, torch.zeros_like(tokens), targets >= 0)
        wrong = torch.zeros(each).index_add(0, (targets >= 0).nonzero()[:, 0],
                                            (logits.argmax(-1) != targets[targets >= 0]).float())  # fmt: skip
        solved[kind] = round((wrong == 0).float().mean().item(), 3)
    return solved


def rate(progress, step):
    cosine = FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * min(progress, 1))) / 2
    return PEAK_RATE * min(1, (step + 1) / WARM_UP_STEPS) * cosine


def optimizer_of(model):
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)


def average(model, clock):
    """Gradients become their mean over the workers. Returns the mean of their clocks, so that all go by the same."""
    if not dist.is_initialized():
        return clock
    gradients = [p.grad for p in model.parameters()]
    flat = torch.cat([*(g.flatten() for g in gradients), torch.tensor([clock])])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for gradient, part in zip(gradients, flat[:-1].split([g.numel() for g in gradients])):
        gradient.copy_(part.view_as(gradient))
    return flat[-1].item()


class Log:
    """What has happened since the last line, and the checkpoint that goes with it. One worker keeps it."""

    def __init__(self, folder):
        self.folder, self.losses, self.saved = folder, [], time.monotonic()

    def is_due(self):
        return time.monotonic() - self.saved > SAVE_SECONDS

    def write(self, state, loads, model, optimizer, tokenizer):
        solved = validate(model, tokenizer)
        line = {**state, "loss": round(sum(self.losses) / len(self.losses), 4),
                "loads": [round(loads.min().item(), 3), round(loads.max().item(), 3)],
                "mean": round(sum(solved.values()) / len(solved), 3), "solved": solved}  # fmt: skip
        with open(self.folder / "log.jsonl", "a") as log:
            log.write(json.dumps(line) + "\n")
        part = self.folder / "checkpoint.part"
        torch.save({**state, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, part)
        part.rename(self.folder / "checkpoint.pt")
        self.losses, self.saved = [], time.monotonic()


def work(rank, args):
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    if args.workers > 1:
        meeting = f"file://{args.folder.resolve()}/meeting"
        dist.init_process_group("gloo", init_method=meeting, rank=rank, world_size=args.workers)
    tokenizer = Tokenizer.from_file(str(args.folder / "tokenizer.json"))
    model = Llama4()
    optimizer = optimizer_of(model)
    state, checkpoint = {"step": 0, "tokens": 0, "seconds": 0.0}, args.folder / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state.pop("model"))
        optimizer.load_state_dict(state.pop("optimizer"))
    batches = Batches(tokenizer, f"{args.seed} {rank} {state['step']}")
    log, start, progress = Log(args.folder), time.monotonic() - state["seconds"], 0.0
    while progress < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate(progress, state["step"])
        tokens, positions, problems, targets = batches.next()
        wanted = targets >= 0
        logits, balance, loads = model(tokens, positions, problems, wanted)
        loss = F.cross_entropy(logits, targets[wanted])
        optimizer.zero_grad()
        (loss + BALANCE * balance).backward()
        seconds = average(model, time.monotonic() - start)
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        state = {"step": state["step"] + 1, "seconds": round(seconds, 1),
                 "tokens": state["tokens"] + int((problems >= 0).sum()) * args.workers}  # fmt: skip
        progress = state["step"] / args.steps if args.steps else seconds / (60 * args.minutes)
        log.losses.append(loss.item())
        if rank == 0 and (progress >= 1 or log.is_due()):
            log.write(state, loads, model, optimizer, tokenizer)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    (args.folder / "meeting").unlink(missing_ok=True)
    if args.workers > 1:
        torch.multiprocessing.spawn(work, (args,), args.workers)
    else:
        work(0, args)


if __name__ == "__main__":
    main()
