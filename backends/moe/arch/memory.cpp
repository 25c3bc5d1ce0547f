#include "backends/moe/arch/memory.h"

#include <fmt/format.h>

#include "backends/moe/arch/forward.h"
#include "backends/moe/ops/ops.h"

namespace tripos::moe {
namespace {

// A device without memory that counts what it is asked for, and does nothing else.
class Meter : public Ops {
 public:
  std::size_t bytes = 0;

  Result<std::shared_ptr<void>> allocate(std::size_t count) override {
    bytes += count;
    return nullptr;
  }
  void upload(void*, std::span<const std::byte>) override {}
  void download(std::span<float>, const float*) override {}
  void embed(const Matrix&, std::span<const int>, float, Rows) override {}
  void rms_norm(Rows, const float*, int, double, Rows) override {}
  void linear(const Matrix&, const float*, Rows, Rows) override {}
  void add(Rows, Rows, float) override {}
  void clip(Rows, float) override {}
  void rope(Rows, const RopeSpec&, std::span<const int>) override {}
  void gather(Rows, std::span<const int>, Rows) override {}
  void scale_rows(Rows, std::span<const float>) override {}
  void store(Rows, Rows, const Placement&, KvPages) override {}
  void attention(Rows, const Placement&, KvPages, const AttentionMask&, float, const float*, Rows) override {}
  void activate(Rows, Activation, Rows) override {}
  void route(Rows, const MoeSpec&, Routing) override {}
  void experts(const ExpertWeights&, const MoeSpec&, Activation, Rows, Routing, Rows) override {}
};

std::string gigabytes(std::size_t bytes) { return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9); }

}  // namespace

Result<std::size_t> cache_bytes(const ArchSpec& spec, int pages) {
  Meter meter;
  TRIPOS_CHECK(KvCache::make(meter, spec, pages));
  return meter.bytes;
}

Result<std::size_t> scratch_bytes(const ArchSpec& spec, int max_rows, int max_wanted) {
  Meter meter;
  TRIPOS_CHECK(Forward::make(meter, spec, {}, max_rows, max_wanted));
  return meter.bytes;
}

std::string describe(const MemoryNeed& need) {
  return fmt::format("{}: weights {}, keys and values {}, working space {}", gigabytes(need.total()),
                     gigabytes(need.weights), gigabytes(need.cache), gigabytes(need.scratch));
}

Result<void> check_fits(const MemoryNeed& need, std::size_t free_bytes, std::string_view device) {
  if (need.total() <= free_bytes) return {};
  return fail(Error::Kind::kDevice,
              fmt::format("{} has {} free, and the model needs {}", device, gigabytes(free_bytes), describe(need)),
              "quantise the weights at load, or compute fewer sequences at once");
}

}  // namespace tripos::moe
