"""Llama 4's text model, with the names and layouts of its checkpoints, in the little that training needs of it."""

import torch
import torch.nn.functional as F
from torch import nn

CONFIG = {
    "vocab_size": 512, "hidden_size": 192, "intermediate_size": 256, "intermediate_size_mlp": 256,
    "num_hidden_layers": 4, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 32,
    "num_local_experts": 8, "num_experts_per_tok": 1, "interleave_moe_layer_step": 1, "use_qk_norm": True,
    "no_rope_layers": [1, 1, 1, 0], "attn_temperature_tuning": True, "attention_chunk_size": 8192,
    "max_position_embeddings": 1024, "rms_norm_eps": 1e-5, "tie_word_embeddings": False,
    "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"},
    "bos_token_id": 0, "eos_token_id": 3, "pad_token_id": 3,
}  # fmt: skip
WIDTH, EPSILON, EXPERTS = CONFIG["hidden_size"], CONFIG["rms_norm_eps"], CONFIG["num_local_experts"]
HEADS, KV_HEADS, HEAD = CONFIG["num_attention_heads"], CONFIG["num_key_value_heads"], CONFIG["head_dim"]


def linear(inputs, outputs):
    return nn.Linear(inputs, outputs, bias=False)


class Attention(nn.Module):
    def __init__(self, has_rope):
        super().__init__()
        self.has_rope = has_rope
        self.q_proj, self.o_proj = linear(WIDTH, HEADS * HEAD), linear(HEADS * HEAD, WIDTH)
        self.k_proj, self.v_proj = linear(WIDTH, KV_HEADS * HEAD), linear(WIDTH, KV_HEADS * HEAD)

    def forward(self, x, rope, mask):
        rows, length, _ = x.shape
        q = self.q_proj(x).view(rows, length, HEADS, HEAD)
        k = self.k_proj(x).view(rows, length, KV_HEADS, HEAD)
        v = self.v_proj(x).view(rows, length, KV_HEADS, HEAD)
        if self.has_rope:
            q, k = (F.rms_norm(rotate(t, rope), (HEAD,), eps=EPSILON) for t in (q, k))
        groups = HEADS // KV_HEADS
        k, v = (t.transpose(1, 2).repeat_interleave(groups, 1) for t in (k, v))
        out = F.scaled_dot_product_attention(q.transpose(1, 2), k, v, attn_mask=mask)
        return self.o_proj(out.transpose(1, 2).reshape(rows, length, HEADS * HEAD))


def rotate(x, rope):
    """Neighbours are the real and the imaginary part. x [rows, length, heads, HEAD], rope [rows, length, 1, HEAD / 2]."""
    cos, sin = rope
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


class Expert(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gate_proj, self.up_proj, self.down_proj = linear(WIDTH, width), linear(WIDTH, width), linear(width, WIDTH)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Experts(nn.Module):
    """Fused: [expert, in, out], gates before ups."""

    def __init__(self, width):
        super().__init__()
        self.gate_up_proj = nn.Parameter(torch.empty(EXPERTS, WIDTH, 2 * width))
        self.down_proj = nn.Parameter(torch.empty(EXPERTS, width, WIDTH))

    def forward(self, x, counts):
        """x is sorted by expert, counts[i] rows for expert i."""
        parts = []
        for part, gate_up, down in zip(x.split(counts), self.gate_up_proj, self.down_proj):
            gate, up = (part @ gate_up).chunk(2, -1)
            parts.append((F.silu(gate) * up) @ down)
        return torch.cat(parts)


class Moe(nn.Module):
    """One expert a token, whose input is scaled by the sigmoid of its logit, and one that all tokens share."""

    def __init__(self):
        super().__init__()
        self.router = linear(WIDTH, EXPERTS)
        self.experts = Experts(CONFIG["intermediate_size"])
        self.shared_expert = Expert(CONFIG["intermediate_size"])

    def forward(self, x, real):
        flat = x.flatten(0, 1)
        logits = self.router(flat)
        top, chosen = logits.max(-1)
        order = chosen.argsort()
        counts = chosen.bincount(minlength=EXPERTS)
        scaled = flat * torch.sigmoid(top)[:, None]
        routed = self.experts(scaled[order], counts.tolist())
        out = self.shared_expert(flat).index_add(0, order, routed)
        # Switch Transformer's load-balance loss, over real tokens.
        loads = torch.bincount(chosen[real], minlength=EXPERTS) / real.numel()
        balance = EXPERTS * (loads * logits[real].softmax(-1).mean(0)).sum()
        return out.view_as(x), balance, loads


class Layer(nn.Module):
    def __init__(self, has_rope):
        super().__init__()
        self.self_attn, self.feed_forward = Attention(has_rope), Moe()
        self.input_layernorm = nn.RMSNorm(WIDTH, EPSILON)
        self.post_attention_layernorm = nn.RMSNorm(WIDTH, EPSILON)

    def forward(self, x, rope, mask, real):
        x = x + self.self_attn(self.input_layernorm(x), rope, mask)
        more, balance, loads = self.feed_forward(self.post_attention_layernorm(x), real)
        return x + more, balance, loads


class Llama4(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = nn.ModuleDict({
            "embed_tokens": nn.Embedding(CONFIG["vocab_size"], WIDTH),
            "layers": nn.ModuleList(Layer(bool(has_rope)) for has_rope in CONFIG["no_rope_layers"]),
            "norm": nn.RMSNorm(WIDTH, EPSILON),
        })  # fmt: skip
        self.lm_head = linear(WIDTH, CONFIG["vocab_size"])
        layers = CONFIG["num_hidden_layers"]
        for name, parameter in self.named_parameters():
            if "norm" not in name:
                is_last = name.endswith(("o_proj.weight", "down_proj.weight", "down_proj"))
                nn.init.normal_(parameter, std=0.02 / (2 * layers) ** 0.5 if is_last else 0.02)

    def forward(self, tokens, positions, problems, wanted):
        """Logits at the wanted places. All [rows, length]; problems: which of a row's problems, -1 for padding."""
        base = CONFIG["rope_parameters"]["rope_theta"]
        angles = positions[..., None] * base ** (-torch.arange(0, HEAD, 2) / HEAD)
        rope = angles.cos()[:, :, None], angles.sin()[:, :, None]
        same = problems[:, :, None] == problems[:, None, :]
        mask = (same & torch.ones(same.shape[1:], dtype=torch.bool).tril())[:, None]
        real = (problems >= 0).flatten().nonzero()[:, 0]
        x, balance, loads = self.model["embed_tokens"](tokens), 0, []
        for layer in self.model["layers"]:
            x, more, load = layer(x, rope, mask, real)
            balance, loads = balance + more, [*loads, load]
        return self.lm_head(self.model["norm"](x[wanted])), balance / len(loads), torch.stack(loads)
