#include "backends/moe/ops/cuda/cuda_ops.h"

#include <algorithm>

#include "backends/moe/ops/cuda/device.h"
#include "backends/moe/ops/cuda/kernels.h"

namespace tripos::moe {
namespace {

using cuda::Device;
using cuda::Places;

// Values of the experts' activations that are in memory at once, and a row more.
constexpr std::int64_t kScratchValues = std::int64_t{1} << 18;

Rows part_of(Rows rows, int first, int count) { return {rows.row(first), count, rows.width}; }

class CudaOps : public Ops {
 public:
  explicit CudaOps(std::unique_ptr<Device> device) : device_(std::move(device)) {}

  Result<std::shared_ptr<void>> allocate(std::size_t bytes) override { return device_->allocate(bytes); }
  void upload(void* to, std::span<const std::byte> from) override { device_->upload(to, from); }
  Result<void> download(std::span<float> to, const float* from) override {
    return device_->download(std::as_writable_bytes(to), from);
  }

  void embed(const Matrix& table, std::span<const int> tokens, float scale, Rows out) override {
    const int* const staged = device_->staged(tokens);
    cuda::embed(device_->queue(), table, staged, scale, out);
  }

  void rms_norm(Rows in, const float* weight, int group, double epsilon, Rows out) override {
    cuda::rms_norm(device_->queue(), in, weight, group, static_cast<float>(epsilon), out);
  }

  void linear(const Matrix& weight, const float* bias, Rows in, Rows out) override {
    cuda::linear(device_->queue(), weight, bias, in, out);
  }

  void add(Rows x, Rows y, float scale) override { cuda::add(device_->queue(), x, y, scale); }
  void clip(Rows x, float limit) override { cuda::clip(device_->queue(), x, limit); }

  void rope(Rows x, const RopeSpec& rope, std::span<const int> positions) override {
    const auto pairs = static_cast<int>(rope.frequencies.size());
    std::vector<double> numbers = rope.frequencies;
    numbers.insert(numbers.end(), positions.begin(), positions.end());
    const double* const staged = device_->staged<double>(numbers);
    if (staged == nullptr) return;
    cuda::rope(device_->queue(), x, {rope.pairs, pairs, rope.amplitude, staged, staged + pairs});
  }

  void softmax_terms(Rows in, float* terms) override { cuda::softmax_terms(device_->queue(), in, terms); }

  void gather(Rows in, std::span<const int> rows, Rows out) override {
    const int* const staged = device_->staged(rows);
    cuda::gather(device_->queue(), in, staged, out);
  }

  void scale_rows(Rows x, std::span<const float> factors) override {
    const float* const staged = device_->staged(factors);
    cuda::scale_rows(device_->queue(), x, staged);
  }

  void store(Rows keys, Rows values, const Placement& placement, KvPages pages) override {
    const Places places = staged(placement);
    cuda::store(device_->queue(), keys, values, places, pages);
  }

  void attention(Rows queries, const Placement& placement, KvPages pages, const AttentionMask& mask, float scale,
                 const float* sinks, Rows out) override {
    const Places places = staged(placement);
    cuda::attention(device_->queue(), {queries, places, pages, mask, scale, sinks, out});
  }

  void activate(Rows gate_up, Activation activation, Rows out) override {
    cuda::activate(device_->queue(), gate_up, activation, out);
  }

  void route(Rows logits, const MoeSpec& moe, Routing routing) override {
    cuda::route(device_->queue(), logits, moe.gate, moe.selected, routing.experts, routing.gates);
  }

  void experts(const ExpertWeights& weights, const MoeSpec& moe, Activation activation, Rows in, Routing routing,
               Rows out) override {
    const std::int64_t row_values = std::int64_t{moe.selected} * moe.width;
    const auto at_once = static_cast<int>(std::clamp<std::int64_t>(in.count, 1, 1 + kScratchValues / row_values));
    const auto bytes = sizeof(float) * static_cast<std::size_t>(at_once * row_values);
    auto* const inner = static_cast<float*>(device_->scratch(bytes));
    for (int first = 0; first < in.count; first += at_once) {
      const int count = std::min(at_once, in.count - first);
      const std::int64_t pair = std::int64_t{first} * moe.selected;
      const cuda::Chosen chosen{routing.experts + pair, routing.gates + pair, moe.selected,
                                moe.gate == Gate::kSigmoidOnInput};
      const Rows active{inner, count * moe.selected, moe.width};
      cuda::experts_up(device_->queue(), weights.gate_up, weights.gate_up_bias, activation, part_of(in, first, count),
                       chosen, active);
      cuda::experts_down(device_->queue(), weights.down, weights.down_bias, active, chosen, part_of(out, first, count));
    }
  }

 private:
  // The positions of the rows, where their page tables begin, and the tables of all sequences.
  Places staged(const Placement& placement) {
    std::vector<int> begins;  // of each sequence
    std::vector<int> pages;
    for (const std::span<const int> table : placement.page_tables) {
      begins.push_back(static_cast<int>(pages.size()));
      pages.insert(pages.end(), table.begin(), table.end());
    }
    std::vector<int> numbers(placement.positions.begin(), placement.positions.end());
    for (const int sequence : placement.sequences) numbers.push_back(begins[static_cast<std::size_t>(sequence)]);
    numbers.insert(numbers.end(), pages.begin(), pages.end());
    const std::size_t rows = placement.positions.size();
    const int* const staged = device_->staged<int>(numbers);
    if (staged == nullptr) return {};
    return {staged, staged + rows, staged + 2 * rows};
  }

  std::unique_ptr<Device> device_;
};

}  // namespace

Result<std::unique_ptr<Ops>> cuda_ops(int device) {
  TRIPOS_TRY(auto opened, Device::open(device));
  return std::make_unique<CudaOps>(std::move(opened));
}

}  // namespace tripos::moe
