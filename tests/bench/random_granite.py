#!/usr/bin/env python3
"""Writes a GGUF file of the shape of Granite-3.1-1b-a400m with random weights in Q4_0, without a tokenizer.
Usage: random_granite.py FILE. Needs gguf 0.19 and numpy."""
import sys

import gguf
import numpy

LAYERS, WIDTH, HEADS, KV_HEADS, EXPERTS, SELECTED, EXPERT_WIDTH, VOCABULARY = 24, 1024, 16, 8, 32, 8, 512, 49155
random = numpy.random.default_rng(1)


def q4_0(*shape):
    """Random blocks with weights of about 1 / sqrt(columns) and, their scales being of either sign, of mean 0: else all
    tokens would choose the same experts."""
    count = int(numpy.prod(shape)) // 32
    data = random.integers(0, 256, (count, 18), numpy.uint8)
    scale = numpy.float16(shape[-1] ** -0.5 / 5) * random.choice(numpy.array([-1, 1], numpy.float16), (count, 1))
    data[:, :2] = scale.view(numpy.uint8)
    return data.reshape(*shape[:-1], -1)


writer = gguf.GGUFWriter(sys.argv[1], "granitemoe")
writer.add_block_count(LAYERS)
writer.add_context_length(4096)
writer.add_embedding_length(WIDTH)
writer.add_feed_forward_length(EXPERT_WIDTH)
writer.add_head_count(HEADS)
writer.add_head_count_kv(KV_HEADS)
writer.add_rope_freq_base(10000.0)
writer.add_rope_dimension_count(WIDTH // HEADS)
writer.add_layer_norm_rms_eps(1e-6)
writer.add_vocab_size(VOCABULARY)
writer.add_expert_count(EXPERTS)
writer.add_expert_used_count(SELECTED)
writer.add_embedding_scale(12.0)
writer.add_residual_scale(0.22)
writer.add_attention_scale(0.015625)
writer.add_logit_scale(6.0)
writer.add_tokenizer_model("none")


def add(name, *shape):
    writer.add_tensor(name, q4_0(*shape), raw_dtype=gguf.GGMLQuantizationType.Q4_0)


def ones(name):
    writer.add_tensor(name, numpy.ones(WIDTH, numpy.float32))


add("token_embd.weight", VOCABULARY, WIDTH)
ones("output_norm.weight")
for layer in range(LAYERS):
    block = f"blk.{layer}."
    ones(block + "attn_norm.weight")
    add(block + "attn_q.weight", WIDTH, WIDTH)
    add(block + "attn_k.weight", WIDTH * KV_HEADS // HEADS, WIDTH)
    add(block + "attn_v.weight", WIDTH * KV_HEADS // HEADS, WIDTH)
    add(block + "attn_output.weight", WIDTH, WIDTH)
    ones(block + "ffn_norm.weight")
    router = random.standard_normal((EXPERTS, WIDTH), numpy.float32)
    writer.add_tensor(block + "ffn_gate_inp.weight", router)
    add(block + "ffn_gate_exps.weight", EXPERTS, EXPERT_WIDTH, WIDTH)
    add(block + "ffn_up_exps.weight", EXPERTS, EXPERT_WIDTH, WIDTH)
    add(block + "ffn_down_exps.weight", EXPERTS, WIDTH, EXPERT_WIDTH)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
