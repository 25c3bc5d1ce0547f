#include "harness/cli/estimate.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/cli/layout.h"
#include "harness/cli/terminal.h"

namespace tripos::cli {
namespace {

// Tokens of English with formulas under the vocabularies in use: 3 to 4 bytes each.
constexpr double kBytesPerToken = 3.5;

}  // namespace

Estimate estimate(const runner::Plan& plan, std::optional<double> price_in, std::optional<double> price_out) {
  Estimate result;
  result.task = plan.spec.task;
  result.model = plan.spec.model;
  result.protocol = plan.spec.protocol;
  result.run_id = plan.run_id;
  result.requests = static_cast<std::int64_t>(plan.missing.size());
  result.finished = plan.finished;
  std::uint64_t bytes = 0;
  for (const auto& [epoch, row] : plan.missing) {
    for (const Message& message : render_request(plan, epoch, row).messages) bytes += message.content.size();
  }
  result.prompt_tokens = std::llround(static_cast<double>(bytes) / kBytesPerToken);
  if (plan.sampling.max_tokens) result.output_bound = result.requests * *plan.sampling.max_tokens;
  if (price_in && price_out && result.output_bound) {
    result.cost_bound = (*price_in * result.prompt_tokens + *price_out * *result.output_bound) / 1e6;
  }
  return result;
}

std::string to_text(const Estimate& estimate) {
  const std::string output = estimate.output_bound ? fmt::format("at most {}", with_commas(*estimate.output_bound))
                                                   : "no limit: --max-tokens sets one";
  const std::string cost =
      estimate.cost_bound ? fmt::format("at most ${:.2f}", *estimate.cost_bound)
                          : std::string("not known: --price-in and --price-out give the prices of a million tokens");
  return fmt::format("{}  {}  {}\n", estimate.task, printable(estimate.model), estimate.protocol) +
         columns({{"requests", fmt::format("{} ({} finished already)", with_commas(estimate.requests),
                                           with_commas(estimate.finished))},
                  {"tokens in", fmt::format("about {}", with_commas(estimate.prompt_tokens))},
                  {"tokens out", output},
                  {"cost", cost}},
                 80, 2);
}

}  // namespace tripos::cli
