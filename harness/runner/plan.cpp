#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "harness/runner/runner.h"

namespace tripos::runner {
namespace {

SamplingParams merged(SamplingParams sampling, const SamplingParams& overrides) {
  if (overrides.temperature) sampling.temperature = overrides.temperature;
  if (overrides.top_p) sampling.top_p = overrides.top_p;
  if (overrides.max_tokens) sampling.max_tokens = overrides.max_tokens;
  if (overrides.seed) sampling.seed = overrides.seed;
  if (!overrides.stop.empty()) sampling.stop = overrides.stop;
  if (overrides.reasoning_effort) sampling.reasoning_effort = overrides.reasoning_effort;
  return sampling;
}

// Rows of the dataset that are asked for, ascending.
Result<std::vector<int>> chosen_rows(const std::vector<Sample>& samples, const PlanOptions& options) {
  if (options.limit && *options.limit < 1) {
    return fail(Error::Kind::kUsage, fmt::format("--limit must be at least 1, got \"{}\"", *options.limit));
  }
  std::vector<int> rows;
  if (options.sample_ids.empty()) {
    for (int row = 0; row < static_cast<int>(samples.size()); ++row) rows.push_back(row);
  } else {
    std::unordered_map<std::string_view, int> row_of;
    for (int row = 0; row < static_cast<int>(samples.size()); ++row) row_of.emplace(samples[row].id, row);
    for (const std::string& id : options.sample_ids) {
      const auto found = row_of.find(id);
      if (found == row_of.end()) {
        return fail(Error::Kind::kUsage, fmt::format("no sample \"{}\" in this task", id),
                    samples.empty() ? "" : fmt::format("ids look like \"{}\"", samples.front().id));
      }
      rows.push_back(found->second);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  }
  if (options.limit) rows.resize(std::min<std::size_t>(rows.size(), *options.limit));
  return rows;
}

// The (epoch, row) of `rows` that are not in `finished`, epoch by epoch so that an interrupted run has whole passes.
std::vector<std::pair<int, int>> missing_requests(const std::vector<Sample>& samples, const std::vector<int>& rows,
                                                  int epochs,
                                                  const std::vector<std::pair<std::string, int>>& finished) {
  std::unordered_map<std::string_view, int> row_of;
  for (const int row : rows) row_of.emplace(samples[row].id, row);
  std::vector<std::vector<bool>> done(epochs, std::vector<bool>(samples.size()));
  for (const auto& [sample_id, epoch] : finished) {
    const auto row = row_of.find(sample_id);
    if (row != row_of.end() && epoch < epochs) done[epoch][row->second] = true;
  }
  std::vector<std::pair<int, int>> missing;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (const int row : rows) {
      if (!done[epoch][row]) missing.emplace_back(epoch, row);
    }
  }
  return missing;
}

}  // namespace

Result<Plan> make_plan(const datasets::Dataset& dataset, const protocol::Protocol& protocol,
                       const backends::ModelInfo& model, const PlanOptions& options, const store::Store* store) {
  Plan plan;
  plan.dataset = &dataset;
  plan.protocol = &protocol;
  plan.epochs = options.epochs.value_or(protocol.epochs);
  if (plan.epochs < 1) {
    return fail(Error::Kind::kUsage, fmt::format("--epochs must be at least 1, got \"{}\"", plan.epochs));
  }
  if (protocol.kind != dataset.kind) {
    return fail(Error::Kind::kUsage,
                fmt::format("protocol {} does not fit task {}: one asks for choices, the other does not",
                            protocol.label(), dataset.task),
                "\"tripos list protocols\" shows which protocol is for what");
  }
  TRIPOS_CHECK(protocol::check_samples(protocol, dataset.samples));
  TRIPOS_TRY(const std::vector<int> rows, chosen_rows(dataset.samples, options));
  plan.orders = protocol::draw_orders(protocol, dataset.samples, plan.epochs);
  if (dataset.kind == AnswerKind::kChoice) {
    TRIPOS_CHECK(protocol::check_key_balance(protocol::key_balance(dataset.samples, plan.orders)));
  }
  plan.sampling = merged(protocol.sampling, options.overrides);
  plan.spec = {.task = dataset.task,
               .dataset_sha256 = dataset.sha256,
               .protocol = protocol.label(),
               .protocol_sha256 = protocol.sha256,
               .model = model.name,
               .fingerprint = model.fingerprint,
               .sampling = plan.sampling};
  plan.run_id = plan.spec.id();
  std::vector<std::pair<std::string, int>> finished;
  if (store != nullptr) {
    TRIPOS_TRY(finished, store->finished(plan.run_id));
  }
  plan.samples = static_cast<int>(rows.size());
  plan.missing = missing_requests(dataset.samples, rows, plan.epochs, finished);
  plan.finished = plan.samples * plan.epochs - static_cast<int>(plan.missing.size());
  return plan;
}

Request render_request(const Plan& plan, int epoch, int row) {
  Request request = protocol::render(*plan.protocol, plan.dataset->samples[row], epoch, plan.orders[epoch][row]);
  request.sampling = plan.sampling;
  return request;
}

}  // namespace tripos::runner
