// The CUDA operations on a driver that fails: every error is told, and nothing is lost by it.

#include "backends/moe/ops/cuda/cuda_ops.h"
#include "tests/catch.h"
#include "tests/moe/emulated_cuda/faults.h"

namespace tripos::moe {
namespace {

using test::emulated_driver;

// Gives the driver back as it was.
struct Faults {
  Faults() { emulated_driver() = {.allocations = emulated_driver().allocations}; }
  ~Faults() { emulated_driver() = {.allocations = emulated_driver().allocations}; }
};

TEST_CASE("GPUs are listed with what they are", "[moe][cuda]") {
  const Faults faults;
  emulated_driver().devices = 2;
  const auto devices = cuda_devices();
  REQUIRE(devices);
  REQUIRE(devices->size() == 2);
  CHECK(devices->at(1).name == "Emulated GPU");
  CHECK(devices->at(1).major == 9);
  CHECK(devices->at(1).is_served);
  CHECK(devices->at(1).free_bytes == std::size_t{1} << 29);
  CHECK(devices->at(1).total_bytes == std::size_t{1} << 30);
}

TEST_CASE("a machine without a driver, without a GPU, or with an old one is told so", "[moe][cuda]") {
  const Faults faults;
  emulated_driver().driver_error = cudaErrorInsufficientDriver;
  const std::string no_driver =
      "the NVIDIA driver does not serve: CUDA driver version is insufficient for CUDA runtime version";
  CHECK(cuda_devices().error().message == no_driver);
  CHECK(cuda_ops(0).error().message == no_driver);
  emulated_driver().driver_error = cudaErrorNoDevice;
  CHECK(cuda_devices()->empty());
  CHECK(cuda_ops(0).error().message == "there is no GPU 0: the driver has 0");
  emulated_driver().driver_error = cudaSuccess;
  CHECK(cuda_ops(1).error().message == "there is no GPU 1: the driver has 1");
  CHECK(cuda_ops(-1).error().message == "there is no GPU -1: the driver has 1");
  emulated_driver().major = 7;
  CHECK_FALSE(cuda_devices()->front().is_served);
  CHECK(cuda_ops(0).error().message ==
        "GPU 0 (Emulated GPU) has compute capability 7.0: 8.0 is the lowest that serves");
}

TEST_CASE("memory that is not there is an error of its own, after which all goes on", "[moe][cuda]") {
  const Faults faults;
  const auto ops = cuda_ops(0).value();
  emulated_driver().memory_limit = 100;
  const auto refused = ops->allocate(std::size_t{3} << 20);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "GPU 0 has no room for 3 MiB more: 512 of 1024 MiB are free");
  const auto memory = ops->allocate(sizeof(float)).value();
  float value = 0;
  CHECK(ops->download({&value, 1}, static_cast<const float*>(memory.get())));
}

// A few operations of each kind of memory: uploads, staged arguments, scratch.
Result<float> compute() {
  TRIPOS_TRY(const auto ops, cuda_ops(0));
  TRIPOS_TRY(const auto memory, ops->allocate(12 * sizeof(float)));
  auto* const values = static_cast<float*>(memory.get());
  const std::vector<float> ones(12, 1);
  ops->upload(values, std::as_bytes(std::span(ones)));
  const Rows x{values, 2, 1};
  ops->scale_rows(x, std::vector<float>{2, 3});
  ops->rope({values + 8, 2, 2}, {.frequencies = {1}}, std::vector<int>{1, 2});
  const Routing routing{reinterpret_cast<std::int32_t*>(values + 2), values + 4};
  const MoeSpec moe{.experts = 1, .selected = 1, .width = 1};
  ops->route(x, moe, routing);
  auto* const weights = reinterpret_cast<std::byte*>(values + 6);
  ops->experts({{weights, ElementType::kF32, 2, 1}, {weights, ElementType::kF32, 1, 1}}, moe, Activation::kSwiglu, x,
               routing, x);
  float result = 0;
  TRIPOS_CHECK(ops->download({&result, 1}, values));
  return result;
}

TEST_CASE("whichever call fails, its error comes out, and all memory is given back", "[moe][cuda]") {
  const Faults faults;
  const int before = emulated_driver().allocations;
  const float expected = compute().value();
  CHECK(emulated_driver().allocations == before);
  int failures = 0;
  for (int calls = 0;; ++calls) {
    emulated_driver().calls_left = calls;
    const auto result = compute();
    emulated_driver().calls_left = -1;
    CHECK(emulated_driver().allocations == before);
    if (result) {
      CHECK(*result == expected);
      break;
    }
    CHECK(result.error().kind == Error::Kind::kDevice);
    ++failures;
  }
  CHECK(failures > 20);
}

TEST_CASE("arguments longer than the room for them make it grow", "[moe][cuda]") {
  const Faults faults;
  const auto ops = cuda_ops(0).value();
  for (const int count : {7, 100'000, 300'000, 50'000, 1'000'000, 3}) {
    const auto rows = static_cast<std::size_t>(count);
    const auto memory = ops->allocate(rows * sizeof(float)).value();
    const Rows x{static_cast<float*>(memory.get()), count, 1};
    const std::vector<float> twos(rows, 2);
    ops->upload(x.data, std::as_bytes(std::span(twos)));
    std::vector<float> factors(rows);
    for (std::size_t i = 0; i < rows; ++i) factors[i] = static_cast<float>(i);
    ops->scale_rows(x, factors);
    ops->scale_rows(x, factors);
    std::vector<float> found(rows);
    REQUIRE(ops->download(found, x.data));
    CHECK(found.front() == 0);
    CHECK(found.back() == 2 * factors.back() * factors.back());
  }
}

}  // namespace
}  // namespace tripos::moe
