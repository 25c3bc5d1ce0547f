#!/usr/bin/env bash
# From nothing to a leaderboard: installs the packages, builds, lets the small model of examples/tiny_moe answer 500
# problems four times in this process, as it is stored and with 4-bit weights, judges recorded responses of larger models
# beside it, and writes leaderboard.html. Needs no key, no GPU, no network after the packages. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/.."

examples/install_packages.sh harness/core/packages.txt
export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
[ -f build/release/build.ninja ] || cmake --preset release -DTRIPOS_TESTS=OFF
cmake --build --preset release --target tripos

tripos=build/release/tripos
db=quickstart.db
recorded=examples/recorded
set -x
$tripos generate -m local/examples/tiny_moe --prompt 'Compute the value of $(99+17)\times5$.'
$tripos run tiny_stem -m local/examples/tiny_moe -m local/examples/tiny_moe:int4 --epochs 4 --temperature 0.6 --db $db
$tripos run math500 -m scripted/$recorded/gpt-4o-mini-2024-07-18.jsonl --sample @$recorded/math500-level5.txt \
  --protocol zeroeval --epochs 1 --db $db
$tripos import $recorded/qwen2.5-math-example.jsonl.gz --samples $recorded/math-boxed-problems.jsonl.gz --db $db
$tripos score --db $db --protocol boxed --task math-boxed
$tripos compare --db $db
$tripos report --db $db -o leaderboard.html --matrix
