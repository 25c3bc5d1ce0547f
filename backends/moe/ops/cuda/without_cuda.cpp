#include "backends/moe/ops/cuda/cuda_ops.h"

namespace tripos::moe {
namespace {

auto built_without() {
  return fail(Error::Kind::kDevice, "this build has no CUDA operations",
              "install nvcc 12 or newer, configure with -DTRIPOS_CUDA=ON, and build again");
}

}  // namespace

Result<std::vector<GpuDevice>> cuda_devices() { return built_without(); }

Result<std::unique_ptr<Ops>> cuda_ops(int /*device*/) { return built_without(); }

}  // namespace tripos::moe
