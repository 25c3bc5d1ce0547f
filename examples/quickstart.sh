#!/usr/bin/env bash
# From nothing to a leaderboard: installs the packages, builds, evaluates real MATH-500 questions on recorded responses
# of a real model, compares it with a second model, and writes leaderboard.html. Needs no key. Safe to repeat.
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
$tripos run math500 -m scripted/$recorded/gpt-4o-mini-2024-07-18.jsonl --sample @$recorded/math500-level5.txt \
  --protocol zeroeval --epochs 1 --db $db
$tripos import $recorded/qwen2.5-math-example.jsonl.gz --samples $recorded/math-boxed-problems.jsonl.gz --db $db
$tripos score --db $db --protocol boxed --task math-boxed
$tripos compare --db $db
$tripos report --db $db -o leaderboard.html --matrix
