#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test twice: as users build it, and under AddressSanitizer and UBSan.
# Safe to repeat, and quick when nothing changed. Long fuzzing: tests/fuzz/run.sh. Benchmarks: tests/bench/.
set -euo pipefail
cd "$(dirname "$0")/.."

examples/install_packages.sh harness/core/packages.txt tests/packages.txt
# Clones in other folders share the compiler's results.
export CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

for preset in release asan; do
  cmake --preset "$preset" -DTRIPOS_TESTS=ON >/dev/null
  cmake --build --preset "$preset"
  ctest --preset "$preset"
done
