#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/runner/runner.h"

namespace tripos::cli {

// What the missing requests of a plan may come to.
struct Estimate {
  std::string task;
  std::string model;
  std::string protocol;
  std::string run_id;
  std::int64_t requests = 0;
  std::int64_t finished = 0;
  std::int64_t prompt_tokens = 0;            // about: bytes of the prompts / 3.5
  std::optional<std::int64_t> output_bound;  // requests x max_tokens; absent where no limit is sent
  std::optional<double> cost_bound;          // in dollars; absent where a price or the output bound is not known
};

// Prices are dollars for a million tokens.
Estimate estimate(const runner::Plan& plan, std::optional<double> price_in, std::optional<double> price_out);

// Text for a person.
std::string to_text(const Estimate& estimate);

}  // namespace tripos::cli
