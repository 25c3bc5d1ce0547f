#include "scorers/scorer.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "harness/core/spelling.h"
#include "harness/core/text.h"
#include "scorers/regex.h"
#include "scorers/registry.h"

namespace tripos::scorers {
namespace {

template <typename Entry>
Result<const Entry*> find_entry(std::span<const Entry> entries, std::string_view kind, std::string_view name) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) {
    if (entry.name == name) return &entry;
    names.emplace_back(entry.name);
  }
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) hint = fmt::format("one of {}", fmt::join(names, ", "));
  return fail(Error::Kind::kConfig, fmt::format("unknown {} \"{}\"", kind, name), std::move(hint));
}

struct Step {
  const ExtractorEntry* entry;
  std::unique_ptr<re2::RE2> pattern;
  bool last;
};

Result<Step> make_step(const ExtractorSpec& spec) {
  TRIPOS_TRY(const ExtractorEntry* entry, find_entry(extractor_entries(), "extractor", spec.name));
  const bool takes_pattern = entry->extract == &extract_pattern;
  if (takes_pattern == spec.pattern.empty()) {
    return fail(Error::Kind::kConfig,
                takes_pattern ? std::string("extractor \"pattern\" has no pattern")
                              : fmt::format("extractor \"{}\" takes no pattern, got \"{}\"", spec.name, spec.pattern),
                "a pattern belongs to the extractor \"pattern\"");
  }
  Step step{entry, nullptr, spec.last};
  if (takes_pattern) {
    TRIPOS_TRY(step.pattern, compile_python(spec.pattern));
  }
  return step;
}

// Reasoning models think aloud up to </think>, with or without a <think> in front of it; what stands there was not
// meant as the answer. A response cut off before the end tag is read as it is.
std::string_view without_reasoning(std::string_view response) {
  constexpr std::string_view kEnd = "</think>";
  const std::size_t end = response.rfind(kEnd);
  return end == std::string_view::npos ? response : response.substr(end + kEnd.size());
}

// The empty answer is none that could be equal to the reference.
bool is_readable(const GraderEntry& grader, const Reference& reference) {
  return grader.grade("", reference).verdict != Verdict::kGoldUnreadable;
}

Score judge(const GraderEntry& grader, std::string_view extractor, std::string answer, const Reference& reference) {
  const Judgement judgement = grader.grade(answer, reference);
  return {judgement.verdict, std::move(answer), fmt::format("{}/{}", extractor, judgement.rule)};
}

}  // namespace

struct Scorer::State {
  std::vector<Step> ladder;
  const GraderEntry* grader = nullptr;
};

Scorer::Scorer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scorer::~Scorer() = default;
Scorer::Scorer(Scorer&&) noexcept = default;
Scorer& Scorer::operator=(Scorer&&) noexcept = default;

Result<Scorer> Scorer::make(const ScoringSpec& spec) {
  if (spec.extractors.empty()) {
    return fail(Error::Kind::kConfig, "scoring names no extractor", "\"whole\" takes the response as it is");
  }
  auto state = std::make_unique<State>();
  for (const ExtractorSpec& extractor : spec.extractors) {
    TRIPOS_TRY(Step step, make_step(extractor));
    state->ladder.push_back(std::move(step));
  }
  TRIPOS_TRY(state->grader, find_entry(grader_entries(), "grader", spec.grader));
  return Scorer(std::move(state));
}

Score Scorer::score_response(std::string_view response, const Reference& reference) const {
  std::string repaired;
  if (find_invalid_utf8(response)) response = repaired = repair_utf8(response);
  const std::string_view text = without_reasoning(response);
  for (const Step& step : state_->ladder) {
    auto answer = step.entry->extract({text, response, reference.choice_count, step.pattern.get(), step.last});
    if (!answer || answer->empty()) continue;
    return judge(*state_->grader, step.entry->name, std::move(*answer), reference);
  }
  const bool readable = is_readable(*state_->grader, reference);
  return {readable ? Verdict::kNoAnswer : Verdict::kGoldUnreadable, "", "none"};
}

Score Scorer::score_answer(std::string_view answer, const Reference& reference) const {
  if (trim_unicode(answer).empty()) {
    return {is_readable(*state_->grader, reference) ? Verdict::kNoAnswer : Verdict::kGoldUnreadable, "", "none"};
  }
  return judge(*state_->grader, "answer", repair_utf8(answer), reference);
}

bool is_readable_reference(const ScoringSpec& spec, const Reference& reference) {
  const auto grader = find_entry(grader_entries(), "grader", spec.grader);
  return grader && is_readable(**grader, reference);
}

}  // namespace tripos::scorers
