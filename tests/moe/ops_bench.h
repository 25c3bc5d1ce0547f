#pragma once
// Runs an operation on a device: held against the reference, and each row alone against the same row among others, to
// the last bit.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <random>
#include <string>

#include "backends/moe/ops/cpu/reference.h"
#include "tests/catch.h"
#include "tests/moe/stored_weights.h"
#include "tests/moe/tested_ops.h"

namespace tripos::test {

inline constexpr int kRows = 19;
inline constexpr double kHighestError = 1e-10;  // sums of at most some thousands of floats

inline std::vector<float> normal(unsigned seed, std::size_t count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution;
  std::vector<float> values(count);
  for (float& value : values) value = distribution(random);
  return values;
}

// A device's memory for one run of an operation.
class Bench {
 public:
  explicit Bench(moe::Ops& tested) : ops(tested) {}

  const std::byte* put(std::span<const std::byte> bytes) {
    memory_.push_back(ops.allocate(bytes.size()).value());
    ops.upload(memory_.back().get(), bytes);
    return static_cast<const std::byte*>(memory_.back().get());
  }
  template <typename T>
  T* put(const std::vector<T>& values) {
    put(std::as_bytes(std::span(values)));
    return static_cast<T*>(memory_.back().get());
  }
  moe::Matrix matrix(moe::ElementType type, int rows, int columns, unsigned seed) {
    const std::size_t count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
    moe::Matrix matrix{nullptr, type, rows, columns};
    const auto bands = static_cast<std::size_t>((rows + moe::kBandRows - 1) / moe::kBandRows);
    memory_.push_back(ops.allocate(bands * moe::kBandRows * matrix.row_bytes()).value());
    matrix.data = static_cast<std::byte*>(memory_.back().get());
    ops.upload_rows(matrix, 0, stored_weights(type, count, seed));
    return matrix;
  }
  // The wanted ones of kRows rows.
  moe::Rows rows(std::span<const int> wanted, int width, unsigned seed) {
    const std::vector<float> all = normal(seed, static_cast<std::size_t>(kRows) * static_cast<std::size_t>(width));
    std::vector<float> values;
    for (const int row : wanted)
      values.insert(values.end(), all.begin() + row * width, all.begin() + (row + 1) * width);
    return {put(values), static_cast<int>(wanted.size()), width};
  }
  moe::Rows empty(std::span<const int> wanted, int width) { return rows(wanted, width, 0); }
  std::vector<float> get(moe::Rows rows) const {
    std::vector<float> values(static_cast<std::size_t>(rows.count) * static_cast<std::size_t>(rows.width));
    const auto done = ops.download(values, rows.data);
    if (!done) FAIL(done.error().message);
    return values;
  }

  moe::Ops& ops;

 private:
  std::vector<std::shared_ptr<void>> memory_;
};

// Results of an operation on the wanted ones of kRows rows, one behind the other.
using Operation = std::function<std::vector<float>(Bench&, std::span<const int> wanted)>;

inline std::vector<float> run(moe::Ops& ops, const Operation& operation, std::span<const int> wanted) {
  Bench bench(ops);
  return operation(bench, wanted);
}

inline double normalised_error(const std::vector<float>& ours, const std::vector<float>& theirs) {
  REQUIRE(ours.size() == theirs.size());
  double error = 0;
  double size = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    error += std::pow(static_cast<double>(ours[i]) - theirs[i], 2);
    size += std::pow(theirs[i], 2);
  }
  return size == 0 ? error : error / size;
}

// Told when the program ends.
struct HighestError {
  double error = 0;
  ~HighestError() { std::fprintf(stderr, "highest normalised error of an operation: %.1e\n", error); }
};

inline void check(const OpsCase& tested_case, const Operation& operation) {
  CAPTURE(tested_case.name);
  static const std::unique_ptr<moe::Ops> reference = moe::reference_ops();
  const std::unique_ptr<moe::Ops> tested = tested_case.make();
  static HighestError highest;
  std::vector<int> wanted(kRows);
  std::iota(wanted.begin(), wanted.end(), 0);
  const std::vector<float> last = run(*tested, operation, std::span(wanted).last(1));
  const std::vector<float> all = run(*tested, operation, wanted);
  const double error = normalised_error(all, run(*reference, operation, wanted));
  highest.error = std::max(highest.error, error);
  CHECK(error < kHighestError);
  const std::size_t width = all.size() / kRows;
  CHECK(last == std::vector<float>(all.end() - static_cast<std::ptrdiff_t>(width), all.end()));
  std::shuffle(wanted.begin(), wanted.end(), std::mt19937(3));
  const std::vector<float> shuffled = run(*tested, operation, wanted);
  REQUIRE(shuffled.size() == all.size());
  for (std::size_t i = 0; i < kRows; ++i) {
    const auto row = static_cast<std::size_t>(wanted[i]) * width;
    CHECK(std::equal(shuffled.begin() + i * width, shuffled.begin() + (i + 1) * width, all.begin() + row));
  }
}

inline void check(const Operation& operation) {
  for (const OpsCase& tested : tested_ops()) check(tested, operation);
}

}  // namespace tripos::test
