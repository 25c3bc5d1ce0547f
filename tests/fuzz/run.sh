#!/usr/bin/env bash
# Fuzzes what reads bytes from outside: each target of this folder, or each one named, for SECONDS, from its seeds on.
# Ends with an error at the first finding. build/fuzz keeps what was found (findings/) and what was learned (corpus/).
# Usage: tests/fuzz/run.sh SECONDS [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET...]}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in tests/fuzz/*_fuzz.cpp; do targets+=("$(basename "$source" .cpp)"); done
fi

examples/install_packages.sh harness/core/packages.txt tests/packages.txt tests/fuzz/packages.txt
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target "${targets[@]}"

build=build/fuzz
for target in "${targets[@]}"; do
  echo "== $target, $seconds seconds"
  mkdir -p "$build/corpus/$target" "$build/findings/$target"
  words=()  # of its language, where the target has some
  if [ -f "tests/fuzz/$target.dict" ]; then words=("-dict=tests/fuzz/$target.dict"); fi
  program=$(find "$build/tests" -type f -name "$target" -perm -u+x)
  "$program" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -verbosity=0 -print_funcs=0 "${words[@]}" -artifact_prefix="$build/findings/$target/" "$build/corpus/$target" "tests/fuzz/corpus/$target"
done
echo "no finding"
