#!/usr/bin/env python3
"""Makes run_ids.json, the reference of RunSpec::id(): run_ids.py > run_ids.json

Stores of other machines and versions are merged by these ids, so a change here is a change of every store.
"""
import hashlib
import json
import platform


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def row(sampling=None, **fields):
    spec = {"task": "math500", "dataset_sha256": "d" * 64, "protocol": "simple-evals@2025-07",
            "protocol_sha256": "9" * 64, "model": "openai/gpt-4.1", "fingerprint": "", "sampling": sampling or {}}
    spec.update(fields)
    return {"spec": spec, "id": hashlib.sha256(canonical(spec).encode()).hexdigest()[:16]}


print(json.dumps({
    "made_with": f"Python {platform.python_version()}",
    "rows": [
        row(),
        row(model="openai-compatible/Qwen/Qwen3-8B", fingerprint="f1"),
        row(protocol="imported", protocol_sha256=""),
        row(model="scripted/\u00fcber \"quoted\"\\\t\u2028\U0001d6fc"),
        row({"temperature": 0.0}),
        row({"temperature": 0.6, "top_p": 0.95, "max_tokens": 32768, "seed": -7, "reasoning_effort": "high",
             "stop": ["</s>", "\n\nQ:"]}),
        row({"temperature": 1e-07, "top_p": 1.0, "seed": 9223372036854775807}),
        row({"temperature": 0.1 + 0.2}),
    ],
}, indent=1))
