#pragma once
// Frequencies of rotary embeddings, with the scalings that stretch a model's context.

#include <variant>
#include <vector>

namespace tripos::moe {

// Llama 3.1: long waves are slowed down by `factor`, short ones stay, those between are blended.
struct Llama3Scaling {
  double factor = 1;
  double low_frequency_factor = 1;   // waves longer than original_context / this are slowed down
  double high_frequency_factor = 4;  // waves shorter than original_context / this stay
  double original_context = 8192;
};

// YaRN (arXiv 2309.00071): a ramp over the pairs between beta_fast and beta_slow turns within the original context.
struct YarnScaling {
  double factor = 1;
  double beta_fast = 32;
  double beta_slow = 1;
  double original_context = 4096;
  bool truncate = true;  // the ends of the ramp to whole pairs
};

using RopeScaling = std::variant<std::monostate, Llama3Scaling, YarnScaling>;

// Radians a position for each of `width` / 2 pairs, slowest last. `theta` above 1, `width` even.
std::vector<double> rope_frequencies(double theta, int width, const RopeScaling& scaling);

// What sine and cosine are multiplied by: 0.1 ln(factor) + 1 for YaRN, else 1.
double rope_amplitude(const RopeScaling& scaling);

}  // namespace tripos::moe
