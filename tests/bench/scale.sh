#!/usr/bin/env bash
# Seconds for the work on 100,000 stored responses of 4 kB, and for what a run of 100,000 requests needs to see that
# nothing is missing. Usage: tests/bench/scale.sh [RESPONSES]; TRIPOS names another program than build/release/tripos.
# Bars on two idle cores: import 60, each scoring 10, each matrix 30, compare and report together 10, plan 2.
set -euo pipefail
cd "$(dirname "$0")/../.."
tripos=$(realpath "${TRIPOS:-build/release/tripos}")
count=${1:-100000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tests/bench/responses.py "$folder" "$count"
cd "$folder"
cat >task.yaml <<END
name: numbers-task
kind: math
file: numbers.jsonl
fields: {id: problem_id, question: problem, answer: gold}
END
grep '"numbers"' problems.jsonl >numbers.jsonl

echo "machine  $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg)"
echo "input    $count responses, $(du -h responses.jsonl | cut -f1)"
TIMEFORMAT='%R %U %S'
timed() {  # timed NAME COMMAND...: seconds on the clock, and of the processor
  local times
  times=$( { time "${@:2}" >out.txt 2>err.txt; } 2>&1 ) || { cat err.txt; exit 1; }
  awk -v name="$1" '{ printf "%-42s %7.2f s   cpu %7.2f s\n", name, $1, $2 + $3 }' <<<"$times"
}
timed "import" "$tripos" import responses.jsonl --samples problems.jsonl --db t.db
timed "score, numbers (half of the responses)" "$tripos" score --db t.db --protocol boxed --task numbers
timed "score, letters (the other half)" "$tripos" score --db t.db --protocol mmlu-pro --task letters
timed "rescore, numbers" "$tripos" score --db t.db --protocol boxed --task numbers --rescore
timed "rescore, letters" "$tripos" score --db t.db --protocol mmlu-pro --task letters --rescore
timed "matrix, numbers: every reader" "$tripos" matrix numbers --db t.db
timed "matrix, letters: every reader" "$tripos" matrix letters --db t.db
timed "compare" "$tripos" compare --db t.db
timed "report" "$tripos" report --db t.db -o t.html
timed "merge into a new store" "$tripos" merge merged.db t.db
timed "merge again" "$tripos" merge merged.db t.db
run=(task.yaml -m scripted/scripted.jsonl --protocol boxed --epochs $((count / 1000)) --db run.db)
timed "run of $count requests, scripted" "$tripos" run "${run[@]}"
timed "plan: what of it is missing" "$tripos" plan "${run[@]}"
grep -q "requests    0 (" out.txt || { echo "plan says something else:"; cat out.txt; exit 1; }
echo "store    $(du -h t.db | cut -f1), report $(du -h t.html | cut -f1)"
