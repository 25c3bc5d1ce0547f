#!/usr/bin/env bash
# Reading and judging answers, side by side with Math-Verify in one run: the time of each verification on one core, and
# 100,000 stored responses rescored on all cores. Math-Verify comes from PyPI into build/bench; its rate on every n-th
# response stands for the rest.
# Usage: tests/bench/grading.sh [CASES [RESPONSES...]]. CASES: JSON lines of {id, gold, prediction, kind}; RESPONSES:
# recorded ones as `tripos import` reads them, with gold. Without them: the recordings of examples/.
# Bars: 10,000 verifications a second, 99th percentile 5 ms, none over 250 ms; 100,000 rescored in 20 s on two cores.
set -euo pipefail
cd "$(dirname "$0")/../.."
cases=${1:-}
shift || true
recorded=("$@")
if [ ${#recorded[@]} -eq 0 ]; then recorded=(examples/recorded/qwen2.5-math-example.jsonl.gz); fi
count=100000

cmake --preset release -DTRIPOS_BENCH=ON >/dev/null
cmake --build --preset release --target tripos verify >/dev/null
tripos=$PWD/build/release/tripos
python=build/bench/bin/python
if [ ! -x "$python" ]; then
  python3 -m venv build/bench
  build/bench/bin/pip -q install 'math-verify[antlr4_13_2]==0.9.0'
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tests/bench/recorded_rows.py "$folder" "$count" "${recorded[@]}"
cases=${cases:-$folder/cases.jsonl}

rate() { sed -n "s/^$2 *\([0-9]*\) .*/\1/p" "$1"; }
ratio() { awk -v ours="$1" -v theirs="$2" 'BEGIN { printf "%.0f", ours / theirs }'; }

echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg)"
echo "== tripos, one core, $(wc -l <"$cases") cases"
build/release/tests/bench/verify "$cases" | tee "$folder/ours"
echo "== Math-Verify 0.9.0, one core, the same cases"
"$python" tests/bench/math_verify_verify.py "$cases" 2 | tee "$folder/theirs"
ours=$(rate "$folder/ours" "later rounds")
theirs=$(rate "$folder/theirs" "later rounds")
echo "ratio          $(ratio "$ours" "$theirs") x the verifications a second"

echo "== $count stored responses rescored on $(nproc) cores"
(cd "$folder" && "$tripos" import responses.jsonl --samples problems.jsonl --db t.db --quiet >/dev/null &&
  "$tripos" score --db t.db --protocol tripos --quiet >/dev/null)
TIMEFORMAT=%R
seconds=$({ time "$tripos" score --db "$folder/t.db" --protocol tripos --rescore >"$folder/scored" 2>&1; } 2>&1)
echo "tripos         $seconds s for $(awk '/^scored/ { gsub(",", "", $2); n += $2 } END { print n }' "$folder/scored") scores"
peer=$("$python" tests/bench/math_verify_verify.py "$folder/cases.jsonl" 1 500 | sed -n 's/^first round *\([0-9]*\) .*/\1/p')
awk -v count="$count" -v rate="$peer" -v cores="$(nproc)" -v ours="$seconds" 'BEGIN {
  theirs = count / rate / cores
  printf "Math-Verify    %.0f s, from its rate on one core and as if it used all cores without loss\nratio          %.0f x\n", theirs, theirs / ours
}'
