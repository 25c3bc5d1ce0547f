#!/usr/bin/env bash
# 100,000 stored responses of about 4 kB: seconds for import, rescoring by letters and by numbers, compare, report and
# the decision what a run of 100,000 requests still lacks. Usage: tests/bench/scale.sh [RESPONSES]
# Bars on two cores: import 60, each rescoring 10, compare and report together 10, resume 2.
set -euo pipefail
cd "$(dirname "$0")/../.."
tripos=$PWD/build/release/tripos
count=${1:-100000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# 1,000 questions; every model answers each once; text of words drawn by a fixed generator, so it compresses as prose.
awk -v count="$count" 'BEGIN {
  srand(7)
  split("the sum of angles is therefore we obtain value and so which gives equation both sides divide by root term let x be a number that", words, " ")
  for (q = 0; q < 1000; ++q) {
    print "{\"task\":\"numbers\",\"problem_id\":\"n/" q "\",\"problem\":\"Question " q "\",\"gold\":\"" q "\"}" > "problems.jsonl"
    print "{\"task\":\"letters\",\"problem_id\":\"l/" q "\",\"problem\":\"Question " q "\",\"options\":[\"a\",\"b\",\"c\",\"d\"],\"gold\":\"" substr("ABCD", q % 4 + 1, 1) "\"}" > "problems.jsonl"
  }
  for (i = 0; i < count; ++i) {
    text = ""
    while (length(text) < 4000) text = text words[int(rand() * 25) + 1] " " int(rand() * 1000) " "
    q = i % 1000
    is_number = i % 2000 < 1000
    task = is_number ? "numbers" : "letters"
    id = (is_number ? "n/" : "l/") q
    text = text (is_number ? "So \\\\boxed{" (rand() < 0.7 ? q : q + 1) "}." : "The answer is (" substr("ABCD", int(rand() * 4) + 1, 1) ").")
    print "{\"task\":\"" task "\",\"problem_id\":\"" id "\",\"model\":\"model-" int(i / 2000) % 10 "\",\"sample_index\":" int(i / 20000) ",\"response\":\"" text "\"}" > "responses.jsonl"
  }
}'
echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $count responses, $(du -h responses.jsonl | cut -f1)"
timed() {
  local name=$1 start end
  shift
  start=$(date +%s.%N)
  "$@" >/dev/null
  end=$(date +%s.%N)
  awk -v name="$name" -v start="$start" -v end="$end" 'BEGIN { printf "%-28s %7.2f s\n", name, end - start }'
}
timed "import" "$tripos" import responses.jsonl --samples problems.jsonl --db t.db
timed "score numbers (boxed)" "$tripos" score --db t.db --protocol boxed --task numbers
timed "score letters (mmlu-pro)" "$tripos" score --db t.db --protocol mmlu-pro --task letters
timed "rescore numbers" "$tripos" score --db t.db --protocol boxed --task numbers --rescore
timed "compare" "$tripos" compare --db t.db
timed "report" "$tripos" report --db t.db -o t.html
echo "store $(du -h t.db | cut -f1), report $(du -h t.html | cut -f1)"
