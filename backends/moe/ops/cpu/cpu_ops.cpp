#include "backends/moe/ops/cpu/cpu_ops.h"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>
#ifdef TRIPOS_X86
#include <cpuid.h>
#endif

#include "backends/moe/ops/cpu/bands.h"
#include "backends/moe/ops/cpu/experts.h"
#include "backends/moe/ops/cpu/kernels/kernels.h"
#include "backends/moe/ops/cpu/paged_attention.h"
#include "backends/moe/ops/cpu/products.h"
#include "backends/moe/ops/cpu/rotation.h"
#include "backends/moe/ops/cpu/thread_pool.h"
#include "backends/moe/quant/dequantise.h"
#include "harness/core/hardware.h"

namespace tripos::moe {
namespace {

const Kernels& table_of(CpuKernels kernels) {
#ifdef TRIPOS_X86
  if (kernels == CpuKernels::kAvx512) return kAvx512Kernels;
  if (kernels == CpuKernels::kAvx2) return kAvx2Kernels;
#endif
  return kScalarKernels;
}

class CpuOps : public Ops {
 public:
  CpuOps(int threads, const Kernels& kernels, Activations activations)
      : pool_(threads),
        kernels_(kernels),
        products_(pool_, kernels, activations),
        experts_(pool_, kernels, products_) {}

  // Zeroed by the system page by page, when it is first written: a cache that is not filled takes no memory.
  Result<std::shared_ptr<void>> allocate(std::size_t bytes) override {
    const std::size_t size = std::max<std::size_t>(bytes, 1);
    void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return fail(Error::Kind::kDevice, "no memory for the model");
    ::madvise(memory, size, MADV_HUGEPAGE);  // where the system has them: fewer steps to find an address
    return std::shared_ptr<void>(memory, [size](void* held) { ::munmap(held, size); });
  }

  void upload(void* to, std::span<const std::byte> from) override { std::memcpy(to, from.data(), from.size()); }

  void upload_rows(const Matrix& to, int first, std::span<const std::byte> rows) override {
    if (!banded_as(to.type)) return Ops::upload_rows(to, first, rows);
    const std::size_t bytes = to.row_bytes();
    pool_.run(static_cast<int>(rows.size() / bytes), [&](int i, int) {
      put_in_band(to, first + i, rows.subspan(static_cast<std::size_t>(i) * bytes, bytes));
    });
  }

  Result<void> download(std::span<float> to, const float* from) override {
    std::memcpy(to.data(), from, to.size() * sizeof(float));
    return {};
  }

  void embed(const Matrix& table, std::span<const int> tokens, float scale, Rows out) override {
    const std::size_t bytes = table.row_bytes();
    const bool in_bands = banded_as(table.type).has_value();
    over_rows(out, [&](int i) {
      const int token = tokens[static_cast<std::size_t>(i)];
      std::vector<std::byte> row(in_bands ? bytes : 0);
      if (in_bands) get_from_band(table, token, row);
      const std::byte* const stored = in_bands ? row.data() : table.data + static_cast<std::size_t>(token) * bytes;
      (void)dequantise(table.type, {stored, bytes}, {out.row(i), static_cast<std::size_t>(out.width)});
      kernels_.scale(out.row(i), scale, nullptr, out.width, out.row(i));
    });
  }

  void rms_norm(Rows in, const float* weight, int group, double epsilon, Rows out) override {
    over_rows(out, [&](int i) {
      for (int begin = 0; begin < in.width; begin += group) {
        const float* const x = in.row(i) + begin;
        const double mean = static_cast<double>(kernels_.sum_of_squares(x, group)) / group;
        kernels_.scale(x, static_cast<float>(1 / std::sqrt(mean + epsilon)), weight, group, out.row(i) + begin);
      }
    });
  }

  void linear(const Matrix& weight, const float* bias, Rows in, Rows out) override {
    products_.linear(weight, bias, in, out);
  }

  void add(Rows x, Rows y, float scale) override {
    over_rows(x, [&](int i) { kernels_.add(x.row(i), y.row(i), scale, x.width); });
  }

  void clip(Rows x, float limit) override {
    over_rows(x, [&](int i) {
      for (int j = 0; j < x.width; ++j) x.row(i)[j] = std::clamp(x.row(i)[j], -limit, limit);
    });
  }

  void rope(Rows x, const RopeSpec& rope, std::span<const int> positions) override {
    rotation_.prepare(rope, positions);
    over_rows(x, [&](int i) { rotation_.apply(i, x.row(i), x.width); });
  }

  void gather(Rows in, std::span<const int> rows, Rows out) override {
    for (int i = 0; i < out.count; ++i) std::copy_n(in.row(rows[static_cast<std::size_t>(i)]), out.width, out.row(i));
  }

  void softmax_terms(Rows in, float* terms) override {
    over_rows(in, [&](int i) { kernels_.softmax_terms(in.row(i), in.width, terms + std::ptrdiff_t{2} * i); });
  }

  void scale_rows(Rows x, std::span<const float> factors) override {
    over_rows(
        x, [&](int i) { kernels_.scale(x.row(i), factors[static_cast<std::size_t>(i)], nullptr, x.width, x.row(i)); });
  }

  void store(Rows keys, Rows values, const Placement& placement, KvPages pages) override {
    over_rows(keys, [&](int i) { store_row(keys.row(i), values.row(i), placement, i, pages); });
  }

  void attention(Rows queries, const Placement& placement, KvPages pages, const AttentionMask& mask, float scale,
                 const float* sinks, Rows out) override {
    const std::vector<AttentionGroup> groups = attention_groups({queries, placement, pages, mask, scale, sinks, out});
    attention_scratch_.resize(static_cast<std::size_t>(pool_.threads()) * kAttentionScratch);
    pool_.run(static_cast<int>(groups.size()), [&](int item, int thread) {
      kernels_.attend(groups[static_cast<std::size_t>(item)],
                      &attention_scratch_[static_cast<std::size_t>(thread) * kAttentionScratch]);
    });
  }

  void activate(Rows gate_up, Activation activation, Rows out) override {
    const auto function = activation == Activation::kSwiglu ? kernels_.swiglu : kernels_.clamped_swiglu;
    over_rows(out, [&](int i) { function(gate_up.row(i), gate_up.row(i) + out.width, out.width, out.row(i)); });
  }

  void route(Rows logits, const MoeSpec& moe, Routing routing) override {
    over_rows(logits, [&](int i) {
      route_row(logits.row(i), moe, routing.experts + i * moe.selected, routing.gates + i * moe.selected);
    });
  }

  void experts(const ExpertWeights& weights, const MoeSpec& moe, Activation activation, Rows in, Routing routing,
               Rows out) override {
    experts_.run(weights, moe, activation, in, routing, out);
  }

 private:
  static constexpr std::size_t kAttentionScratch = std::size_t{kMaxColumns} * kAttentionBlock;

  // function(row) for each, on all threads where it is worth it.
  template <typename Function>
  void over_rows(Rows rows, const Function& function) {
    pool_.run_if_worth(rows.count, rows.width, [&](int i, int) { function(i); });
  }

  ThreadPool pool_;
  const Kernels& kernels_;
  Products products_;
  Rotation rotation_;
  Experts experts_;
  std::vector<float> attention_scratch_;
};

}  // namespace

bool takes_rounded(ElementType weights) { return banded_as(weights).has_value(); }

bool has_cpu_kernels(CpuKernels kernels) {
#ifdef TRIPOS_X86
  const auto has_f16c = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
  };
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c();
  if (kernels == CpuKernels::kAvx2) return avx2;
  if (kernels == CpuKernels::kAvx512) {
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni");
  }
#endif
  return kernels == CpuKernels::kScalar;
}

CpuKernels best_cpu_kernels() {
  for (const CpuKernels kernels : {CpuKernels::kAvx512, CpuKernels::kAvx2}) {
    if (has_cpu_kernels(kernels)) return kernels;
  }
  return CpuKernels::kScalar;
}

std::string_view name_of(CpuKernels kernels) { return table_of(kernels).name; }

std::unique_ptr<Ops> cpu_ops(int threads, CpuKernels kernels, Activations activations) {
  const int all = hardware_threads();
  return std::make_unique<CpuOps>(threads > 0 ? threads : all, table_of(kernels), activations);
}

}  // namespace tripos::moe
