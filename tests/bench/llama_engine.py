#!/usr/bin/env python3
"""Tokens a second of llama.cpp on a GGUF model: the loads of engine.cpp, without the time for choosing tokens.
Usage: llama_engine.py MODEL.gguf THREADS. Needs llama-cpp-python 0.3.36, built from source."""
import random
import sys
import time

import llama_cpp


def main(path, threads):
    llama_cpp.llama_backend_init()
    log = llama_cpp.llama_log_callback(lambda level, text, data: None)
    llama_cpp.llama_log_set(log, None)
    model_parameters = llama_cpp.llama_model_default_params()
    model_parameters.n_gpu_layers = 0
    model = llama_cpp.llama_model_load_from_file(path.encode(), model_parameters)
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = 16 * 512
    parameters.n_batch = parameters.n_ubatch = 512
    parameters.n_seq_max = 16
    parameters.kv_unified = True
    parameters.n_threads = parameters.n_threads_batch = threads
    context = llama_cpp.llama_init_from_model(model, parameters)
    batch = llama_cpp.llama_batch_init(512, 0, 1)
    vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model))
    numbers = random.Random(7)

    def decode(rows):
        """Rows of (sequence, position, whether its logits are wanted), each with a token by chance."""
        batch.n_tokens = len(rows)
        for i, (sequence, position, wanted) in enumerate(rows):
            batch.token[i] = numbers.randrange(vocabulary)
            batch.pos[i] = position
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = wanted
        if llama_cpp.llama_decode(context, batch) != 0:
            raise RuntimeError("llama_decode failed")
        llama_cpp.llama_get_logits_ith(context, -1)  # waits

    def measure(name, sequences, prompt, generated):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
        begin = time.perf_counter()
        decode([(s, i, i == prompt - 1) for s in range(sequences) for i in range(prompt)])
        reading = time.perf_counter()
        for i in range(generated):
            decode([(s, prompt + i, True) for s in range(sequences)])
        writing = time.perf_counter()
        speed = generated / (writing - reading) if generated else prompt / (reading - begin)
        print(f"{name} {sequences * speed:.1f}", flush=True)

    decode([(0, i, i == 31) for i in range(32)])  # warm
    measure("prompt", 1, 512, 0)
    measure("decode", 1, 8, 48)
    measure("sequences", 16, 8, 16)


main(sys.argv[1], int(sys.argv[2]))
