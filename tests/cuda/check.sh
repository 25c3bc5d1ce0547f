#!/usr/bin/env bash
# One visit to a machine with a GPU: builds the CUDA operations, runs their tests and the models on them, then the same
# under compute-sanitizer, and prints what the kernels use, how far they are from the reference, and how long it took.
# Usage: check.sh [PROGRAM]    PROGRAM: moe_cuda_test from a checkout at this path, where it cannot be built here
# COMPUTE_SANITIZER names that tool where it is not in the PATH (it is in pip's nvidia-cuda-sanitizer-api, too).
set -euo pipefail
cd "$(dirname "$0")/../.."

program=${1:-}
if [ -z "$program" ]; then
  cmake --preset release -DTRIPOS_TESTS=ON -DTRIPOS_CUDA=ON >/dev/null
  cmake --build --preset release --target moe_cuda_test
  tests/cuda/ptxas.sh build/release/backends/moe
  program=build/release/tests/moe/moe_cuda_test
fi
nvidia-smi --query-gpu=index,name,driver_version,memory.total --format=csv || echo "no nvidia-smi"

status=0
"$program" --durations yes || status=$?
[ $status -ne 77 ] || { echo "error: no GPU that serves" >&2; exit 1; }
[ $status -eq 0 ] || exit $status

sanitizer=${COMPUTE_SANITIZER:-$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)}
check() {
  echo "== compute-sanitizer --tool $*"
  "$sanitizer" --error-exitcode 1 --tool "$@"
}
check memcheck --leak-check full "$program" "[ops]"
check initcheck "$program" "[ops]"
check synccheck "$program" "[ops]"
check memcheck --leak-check full "$program" "[forward]"
echo "all well"
