#include <cstdio>
#include <cstdlib>

#include "backends/moe/ops/cuda/cuda_ops.h"
#include "tests/moe/tested_ops.h"

namespace tripos {
namespace {

std::unique_ptr<moe::Ops> open_first_device() {
  auto ops = moe::cuda_ops(0);
  if (ops) return std::move(*ops);
  constexpr int kSkipped = 77;
  std::fprintf(stderr, "skipped: %s\n", ops.error().message.c_str());
  std::exit(kSkipped);
}

}  // namespace

std::vector<test::OpsCase> test::tested_ops() { return {{"cuda", &open_first_device}}; }

}  // namespace tripos
