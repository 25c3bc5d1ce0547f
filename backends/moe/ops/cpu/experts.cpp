#include "backends/moe/ops/cpu/experts.h"

#include <algorithm>
#include <cmath>

namespace tripos::moe {
namespace {

Rows rows_in(std::vector<float>& memory, int count, int width) {
  memory.resize(std::max(memory.size(), static_cast<std::size_t>(count) * static_cast<std::size_t>(width)));
  return {memory.data(), count, width};
}

}  // namespace

void route_row(const float* logits, const MoeSpec& moe, std::int32_t* experts, float* gates) {
  const auto is_chosen = [&](int expert, int count) {
    return std::find(experts, experts + count, expert) - experts < count;
  };
  for (int k = 0; k < moe.selected; ++k) {
    int best = -1;
    for (int expert = 0; expert < moe.experts; ++expert) {
      if ((best < 0 || logits[expert] > logits[best]) && !is_chosen(expert, k)) best = expert;
    }
    experts[k] = best;
  }
  const double highest = logits[experts[0]];
  double sum = 0;
  if (moe.gate == Gate::kSoftmaxAll) {
    for (int expert = 0; expert < moe.experts; ++expert) sum += std::exp(logits[expert] - highest);
  } else {
    for (int k = 0; k < moe.selected; ++k) sum += std::exp(logits[experts[k]] - highest);
  }
  for (int k = 0; k < moe.selected; ++k) {
    const double logit = logits[experts[k]];
    const bool alone = moe.gate == Gate::kSigmoidOnInput;
    gates[k] = static_cast<float>(alone ? 1 / (1 + std::exp(-logit)) : std::exp(logit - highest) / sum);
  }
}

void Experts::run(const ExpertWeights& weights, const MoeSpec& moe, Activation activation, Rows in, Routing routing,
                  Rows out) {
  const int choices = in.count * moe.selected;
  sort({routing.experts, static_cast<std::size_t>(choices)}, moe.experts);
  gather(moe, in, routing.gates);
  const Rows inner = rows_in(inner_, choices, 2 * moe.width);
  multiply(weights.gate_up, weights.gate_up_bias, 2 * moe.width, sources_, inner);
  const Rows active = rows_in(active_, choices, moe.width);
  const auto function = activation == Activation::kSwiglu ? kernels_.swiglu : kernels_.clamped_swiglu;
  active_rows_.clear();
  for (int place = 0; place < choices; ++place) active_rows_.push_back(active.row(place));
  const auto activate = [&](int place, int) {
    function(inner.row(place), inner.row(place) + moe.width, moe.width, active.row(place));
  };
  pool_.run_if_worth(choices, moe.width, activate);
  multiply(weights.down, weights.down_bias, out.width, active_rows_, rows_in(parts_, choices, out.width));
  combine(moe, routing.gates, out);
}

void Experts::sort(std::span<const std::int32_t> experts, int count) {
  begins_.assign(static_cast<std::size_t>(count) + 1, 0);
  for (const std::int32_t expert : experts) ++begins_[static_cast<std::size_t>(expert) + 1];
  for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
  std::vector<int> next(begins_.begin(), begins_.end() - 1);
  places_.clear();
  for (const std::int32_t expert : experts) places_.push_back(next[static_cast<std::size_t>(expert)]++);
}

// The rows that the experts read.
void Experts::gather(const MoeSpec& moe, Rows in, const float* gates) {
  const bool is_scaled = moe.gate == Gate::kSigmoidOnInput;
  const Rows scaled = rows_in(scaled_, is_scaled ? static_cast<int>(places_.size()) : 0, in.width);
  sources_.resize(places_.size());
  for (std::size_t choice = 0; choice < places_.size(); ++choice) {
    const int place = places_[choice];
    const float* source = in.row(static_cast<int>(choice) / moe.selected);
    if (is_scaled) {
      kernels_.scale(source, gates[choice], nullptr, in.width, scaled.row(place));
      source = scaled.row(place);
    }
    sources_[static_cast<std::size_t>(place)] = source;
  }
}

void Experts::multiply(const Matrix& matrix, const float* bias, int rows_each, const std::vector<const float*>& in,
                       Rows out) {
  targets_.clear();
  for (int place = 0; place < out.count; ++place) targets_.push_back(out.row(place));
  for (std::size_t expert = 0; expert + 1 < begins_.size(); ++expert) {
    const int begin = begins_[expert];
    const int count = begins_[expert + 1] - begin;
    if (count == 0) continue;
    products_.add({matrix, static_cast<int>(expert) * rows_each, rows_each}, bias, in.data() + begin,
                  targets_.data() + begin, count);
  }
  products_.run();
}

// In the order of the routing.
void Experts::combine(const MoeSpec& moe, const float* gates, Rows out) {
  const Rows parts{parts_.data(), static_cast<int>(places_.size()), out.width};
  pool_.run_if_worth(out.count, out.width, [&](int i, int) {
    std::fill_n(out.row(i), out.width, 0.0F);
    for (int k = 0; k < moe.selected; ++k) {
      const int choice = i * moe.selected + k;
      const float gate = moe.gate == Gate::kSigmoidOnInput ? 1 : gates[choice];
      kernels_.add(out.row(i), parts.row(places_[static_cast<std::size_t>(choice)]), gate, out.width);
    }
  });
}

}  // namespace tripos::moe
