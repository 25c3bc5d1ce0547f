#!/usr/bin/env python3
"""Writes a GGUF file of the shape of Granite-3.1-1b-a400m with random weights, without a tokenizer.
Usage: random_granite.py FILE [Q4_0|Q4_K|Q6_K|MXFP4]. Needs gguf 0.19 and numpy."""
import sys

import gguf
import numpy

LAYERS, WIDTH, HEADS, KV_HEADS, EXPERTS, SELECTED, EXPERT_WIDTH, VOCABULARY = 24, 1024, 16, 8, 32, 8, 512, 49155
random = numpy.random.default_rng(1)


TYPE = gguf.GGMLQuantizationType[sys.argv[2] if len(sys.argv) > 2 else "Q4_0"]


def scales(shape, step):
    """A scale for each block, of either sign: were all positive, so that weights have a mean, all tokens would choose the
    same experts."""
    signs = random.choice(numpy.array([-1, 1], numpy.float16), (shape, 1))
    return (numpy.float16(step) * signs).view(numpy.uint8)


def blocks(*shape):
    """Random blocks with weights of about 1 / sqrt(columns)."""
    columns = shape[-1]
    weights, size = gguf.GGML_QUANT_SIZES[TYPE]
    count = int(numpy.prod(shape)) // weights
    data = random.integers(0, 256, (count, size), numpy.uint8)
    if TYPE == gguf.GGMLQuantizationType.Q4_0:
        data[:, :2] = scales(count, columns ** -0.5 / 5)
    elif TYPE == gguf.GGMLQuantizationType.MXFP4:  # the exponent of a power of two
        data[:, 0] = 127 + round(numpy.log2(columns ** -0.5 / 3))
    elif TYPE == gguf.GGMLQuantizationType.Q6_K:  # 16 scales of 8 bits below
        data[:, 192:208] = random.choice(numpy.array([-40, 40], numpy.int8), (count, 16)).view(numpy.uint8)
        data[:, 208:] = scales(count, columns ** -0.5 / 18 / 40)
    else:  # scales of 6 bits below; 7.5 times the scale is the mean of a weight without its minimum
        data[:, :2] = scales(count, columns ** -0.5 / 160)
        data[:, 2:4] = scales(count, columns ** -0.5 / 160)
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
    writer.add_tensor(name, blocks(*shape), raw_dtype=TYPE)


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
