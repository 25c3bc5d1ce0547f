#include "backends/moe/arch/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tripos::moe {
namespace {

double scaled(double frequency, const Llama3Scaling& scaling) {
  const double wavelength = 2 * std::numbers::pi / frequency;
  // Both ends first: where the factors are equal, nothing lies between them.
  if (wavelength < scaling.original_context / scaling.high_frequency_factor) return frequency;
  if (wavelength > scaling.original_context / scaling.low_frequency_factor) return frequency / scaling.factor;
  const double smooth = (scaling.original_context / wavelength - scaling.low_frequency_factor) /
                        (scaling.high_frequency_factor - scaling.low_frequency_factor);
  return (1 - smooth) * frequency / scaling.factor + smooth * frequency;
}

// The pair, counted from the fastest, that turns `turns` times within the original context.
double pair_of(double turns, double theta, int width, const YarnScaling& scaling) {
  return width * std::log(scaling.original_context / (turns * 2 * std::numbers::pi)) / (2 * std::log(theta));
}

void scale(std::vector<double>& frequencies, double theta, const YarnScaling& scaling) {
  const int width = static_cast<int>(2 * frequencies.size());
  double first = pair_of(scaling.beta_fast, theta, width, scaling);
  double last = pair_of(scaling.beta_slow, theta, width, scaling);
  if (scaling.truncate) {
    first = std::floor(first);
    last = std::ceil(last);
  }
  first = std::max(first, 0.0);
  last = std::min(last, width - 1.0);
  if (first == last) last += 0.001;
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const double slowed = std::clamp((static_cast<double>(i) - first) / (last - first), 0.0, 1.0);
    frequencies[i] = frequencies[i] / scaling.factor * slowed + frequencies[i] * (1 - slowed);
  }
}

}  // namespace

std::vector<double> rope_frequencies(double theta, int width, const RopeScaling& scaling) {
  std::vector<double> frequencies;
  for (int i = 0; i < width; i += 2) frequencies.push_back(std::pow(theta, -static_cast<double>(i) / width));
  if (const auto* llama3 = std::get_if<Llama3Scaling>(&scaling)) {
    for (double& frequency : frequencies) frequency = scaled(frequency, *llama3);
  }
  if (const auto* yarn = std::get_if<YarnScaling>(&scaling)) scale(frequencies, theta, *yarn);
  return frequencies;
}

double rope_amplitude(const RopeScaling& scaling) {
  const auto* yarn = std::get_if<YarnScaling>(&scaling);
  return yarn != nullptr && yarn->factor > 1 ? 0.1 * std::log(yarn->factor) + 1 : 1;
}

}  // namespace tripos::moe
