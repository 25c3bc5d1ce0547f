#!/usr/bin/env bash
# CPU seconds for a run of 2,000 samples against a server on loopback that answers at once: loading, rendering, asking,
# storing durably, scoring and the report line included. With PEER_PYTHON=/path/to/python (a venv with inspect-ai and
# openai) Inspect runs the same questions against the same server, and the ratio is printed.
# Usage: tests/bench/dispatch.sh [SAMPLES [CONNECTIONS]]. Bar: 1 CPU second per 1,000 requests.
set -euo pipefail
cd "$(dirname "$0")/../.."
samples=${1:-2000}
connections=${2:-64}
cmake --preset release -DTRIPOS_TESTS=ON -DTRIPOS_BENCH=ON >/dev/null
cmake --build --preset release --target tripos answering_server >/dev/null
tripos=$PWD/build/release/tripos
peer_script=$PWD/tests/bench/inspect_run.py
folder=$(mktemp -d)
coproc server { exec build/release/tests/bench/answering_server; }
trap 'exec {server[1]}>&-; rm -rf "$folder"' EXIT
read -r url <&"${server[0]}"
cd "$folder"

awk -v samples="$samples" 'BEGIN {
  for (i = 0; i < samples; ++i)
    printf "{\"id\":\"q%d\",\"question\":\"What is the sum of the first %d odd numbers, less the product of 17 and %d?\",\"answer\":\"%d\"}\n", i, i, i, i * i - 17 * i
}' >questions.jsonl
printf 'name: sums\nkind: math\nfile: questions.jsonl\nfields: {id: id, question: question, answer: answer}\n' >sums.yaml

# Prints "user system wall" of a command.
measure() {
  local times
  times=$( { TIMEFORMAT='%U %S %R'; time "$@" >output 2>&1; } 2>&1) || { cat output >&2; exit 1; }
  echo "$times"
}
say() {
  awk -v name="$1" -v samples="$samples" -v times="$2" 'BEGIN {
    split(times, t, " ")
    printf "%-8s %8.2f CPU s  %8.2f s  %8.3f CPU s per 1,000 requests\n", name, t[1] + t[2], t[3], (t[1] + t[2]) / samples * 1000
  }'
}
echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $samples samples, $connections connections"
ours=$(measure "$tripos" run sums.yaml -m openai-compatible/x --base-url "$url" --epochs 1 --max-connections "$connections" --db t.db)
say tripos "$ours"
[ -n "${PEER_PYTHON:-}" ] || exit 0
peer=$(measure "$PEER_PYTHON" "$peer_script" questions.jsonl "$url" "$connections")
say inspect "$peer"
awk -v ours="$ours" -v peer="$peer" 'BEGIN {
  split(ours, o, " "); split(peer, p, " ")
  printf "ratio    %8.1f x the CPU seconds, %.1f x the time\n", (p[1] + p[2]) / (o[1] + o[2]), p[3] / o[3]
}'
