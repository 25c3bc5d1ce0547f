#include "tests/reports/sample_store.h"

#include <fmt/format.h>

#include "harness/core/hash.h"
#include "tests/catch.h"

namespace tripos::test {

std::unique_ptr<store::Store> new_store(const std::filesystem::path& path) {
  auto store = store::Store::open(path, store::Store::Mode::kReadWrite);
  REQUIRE(store);
  return std::move(*store);
}

void add_run(store::Store& store, const std::string& task, const std::vector<Sample>& samples, const std::string& model,
             const std::vector<SampleAnswer>& answers, const std::string& protocol, bool is_private) {
  store::RunSpec spec;
  spec.task = task;
  spec.dataset_sha256 = sha256_hex(task);
  spec.protocol = "imported";
  spec.model = model;
  store::RunDetails details;
  details.kind = samples.front().choices.empty() ? AnswerKind::kMath : AnswerKind::kChoice;
  details.is_private = is_private;
  details.program_version = "0.0.0";
  details.started_unix_ms = 1'750'000'000'000;
  const auto run = store.begin_run(spec, details, samples);
  REQUIRE(run);

  std::vector<store::ImportedResponse> responses;
  std::vector<store::ScoreRow> scores;
  for (const SampleAnswer& answer : answers) {
    store::ImportedResponse& response = responses.emplace_back();
    response.sample_id = answer.sample_id;
    response.epoch = answer.epoch;
    response.target = samples.front().target;
    response.choice_count = static_cast<int>(samples.front().choices.size());
    response.response.text = answer.text;
    response.response.reasoning = answer.reasoning;
    response.response.stop = answer.stop;
    response.response.usage.output_tokens = 100;
    response.response.total = std::chrono::milliseconds(1500);
    scores.push_back({*run, answer.sample_id, answer.epoch, {answer.verdict, answer.extracted, "last_box/integer"}});
  }
  REQUIRE(store.import(*run, responses));
  if (!protocol.empty()) REQUIRE(store.put_scores({protocol, sha256_hex(protocol)}, scores));
}

std::vector<Sample> algebra_samples(int count) {
  std::vector<Sample> samples;
  for (int i = 0; i < count; ++i) {
    Sample& sample = samples.emplace_back();
    sample.id = fmt::format("q/{:03}", i);
    sample.input = fmt::format("Solve $x^2 = {}$ for $x > 0$ and give\n\\[\\frac{{x}}{{2}}.\\]", i * i);
    sample.target = "42";
    sample.metadata = {{"level", std::to_string(i % 4 + 1)}, {"subject", i % 2 == 0 ? "Algebra" : "Number Theory"}};
  }
  return samples;
}

std::vector<SampleAnswer> answers_to(const std::vector<Sample>& samples, bool (*right)(int), int epochs) {
  std::vector<SampleAnswer> answers;
  for (int i = 0; i < static_cast<int>(samples.size()); ++i) {
    for (int epoch = 0; epoch < epochs; ++epoch) {
      SampleAnswer& answer = answers.emplace_back();
      answer.sample_id = samples[i].id;
      answer.text = fmt::format("Both roots are $\\pm {}$, so the answer is $\\boxed{{42}}$.", i);
      answer.verdict = right(i) ? Verdict::kEqual : Verdict::kDifferent;
      answer.epoch = epoch;
    }
  }
  return answers;
}

}  // namespace tripos::test
