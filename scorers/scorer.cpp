#include "scorers/scorer.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "harness/core/spelling.h"
#include "harness/core/text.h"
#include "scorers/reasoning.h"
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

// The empty answer is none that could be equal to the reference.
bool is_readable(const GraderEntry& grader, const Reference& reference, const Policies& policies) {
  return grader.grade("", reference, policies).verdict != Verdict::kGoldUnreadable;
}

Score score_of(std::string_view extractor, std::string answer, Judgement judgement) {
  return {judgement.verdict,
          std::move(answer),
          fmt::format("{}/{}", extractor, judgement.rule),
          std::move(judgement.flags),
          std::move(judgement.reference_form),
          std::move(judgement.answer_form)};
}

}  // namespace

struct Scorer::State {
  std::vector<Step> ladder;
  const GraderEntry* grader = nullptr;
  Policies policies;
  bool skips_unreadable = false;
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
  state->policies = spec.policies;
  state->skips_unreadable = spec.skips_unreadable;
  return Scorer(std::move(state));
}

// A response made well formed, without its reasoning, as the extractors take it.
class Scorer::Prepared {
 public:
  Prepared(const State& state, std::string_view response, const Reference& reference) {
    if (find_invalid_utf8(response)) response = repaired_ = repair_utf8(response);
    extraction_.text = without_reasoning(response);
    extraction_.whole = response;
    extraction_.choice_count = reference.choice_count;
    extraction_.wants_several = state.skips_unreadable && has_several_values(reference);
  }
  std::optional<std::string> take(const Step& step) {
    extraction_.pattern = step.pattern.get();
    extraction_.last = step.last;
    auto answer = step.entry->extract(extraction_);
    return answer && !answer->empty() ? std::move(answer) : std::nullopt;
  }

 private:
  std::string repaired_;
  Extraction extraction_;
};

// The first of `count` steps that finds something; with skips_unreadable the first that finds something readable.
Score Scorer::climb(std::string_view response, const Reference& reference, std::size_t count) const {
  Prepared prepared(*state_, response, reference);
  std::optional<Score> unreadable;  // of the first extractor that found something
  for (std::size_t i = 0; i < count; ++i) {
    const Step& step = state_->ladder[i];
    auto answer = prepared.take(step);
    if (!answer) continue;
    Judgement judgement = state_->grader->grade(*answer, reference, state_->policies);
    const bool decides = judgement.readable || !state_->skips_unreadable;
    Score score = score_of(step.entry->name, std::move(*answer), std::move(judgement));
    // A number in a box that does not read ("5 5") is an answer all the same: what stands elsewhere does not replace
    // it.
    const bool is_number = score.extracted.find_first_of("0123456789") != std::string::npos;
    if (decides || (step.entry->extract == &extract_boxes && is_number)) return score;
    if (!unreadable) unreadable = std::move(score);
  }
  return unreadable ? std::move(*unreadable) : no_answer(reference);
}

Score Scorer::score_response(std::string_view response, const Reference& reference) const {
  Score score = climb(response, reference, state_->ladder.size());
  if (has_open_reasoning(response)) score.flags += score.flags.empty() ? "open_reasoning" : " open_reasoning";
  return score;
}

std::vector<Score> Scorer::score_steps(std::string_view response, const Reference& reference) const {
  Prepared prepared(*state_, response, reference);
  std::vector<Score> scores;
  for (const Step& step : state_->ladder) {
    auto answer = prepared.take(step);
    if (answer) {
      Judgement judgement = state_->grader->grade(*answer, reference, state_->policies);
      scores.push_back(score_of(step.entry->name, std::move(*answer), std::move(judgement)));
    } else {
      scores.push_back(no_answer(reference));
      scores.back().rule = fmt::format("{}/none", step.entry->name);
    }
  }
  return scores;
}

Score Scorer::score_answer(std::string_view answer, const Reference& reference) const {
  if (trim_unicode(answer).empty()) return no_answer(reference);
  std::string text = repair_utf8(answer);
  Judgement judgement = state_->grader->grade(text, reference, state_->policies);
  if (!judgement.readable && state_->skips_unreadable) {
    // "The answer is 5" says where the answer is; what else does not read is no answer, whatever number it ends with.
    const auto explicit_end = std::find_if(state_->ladder.begin(), state_->ladder.end(), [](const Step& step) {
      return step.entry->extract == &extract_bare_answer;
    });
    Score found = climb(text, reference, static_cast<std::size_t>(explicit_end - state_->ladder.begin()));
    if (found.verdict != Verdict::kNoAnswer) return found;
  }
  return score_of("answer", std::move(text), std::move(judgement));
}

Score Scorer::no_answer(const Reference& reference) const {
  Score score;
  if (!is_readable(*state_->grader, reference, state_->policies)) score.verdict = Verdict::kGoldUnreadable;
  score.rule = "none";
  return score;
}

bool is_readable_reference(const ScoringSpec& spec, const Reference& reference) {
  const auto grader = find_entry(grader_entries(), "grader", spec.grader);
  return grader && is_readable(**grader, reference, spec.policies);
}

}  // namespace tripos::scorers
