#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"
#include "harness/core/score.h"

namespace tripos::scorers {

// Reads and judges answers: an extractor ladder and a grader, set up once. Pure: the same input gives the same score on
// every machine; no clock, file or network. All member functions may be called from many threads at once.
class Scorer {
 public:
  // Error (kConfig) with a spelling hint for an unknown extractor or grader, or a pattern RE2 refuses.
  static Result<Scorer> make(const ScoringSpec& spec);
  ~Scorer();
  Scorer(Scorer&&) noexcept;
  Scorer& operator=(Scorer&&) noexcept;

  // Extracts the answer from a whole response, then grades it.
  Score score_response(std::string_view response, const Reference& reference) const;
  // Grades a bare answer. Where the protocol skips what it cannot read, one that is not readable is searched by
  // the extractors in front of "bare_answer".
  Score score_answer(std::string_view answer, const Reference& reference) const;
  // What every extractor of the ladder finds in a response, and what the grader says of it; "none" for those that find
  // nothing. score_response() is the first of them that decides.
  std::vector<Score> score_steps(std::string_view response, const Reference& reference) const;

 private:
  Score climb(std::string_view response, const Reference& reference, std::size_t count) const;
  Score no_answer(const Reference& reference) const;

  struct State;
  class Prepared;
  explicit Scorer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Names and one-line descriptions of what a protocol can name.
struct RegistryEntry {
  std::string_view name;
  std::string_view summary;
};
std::span<const RegistryEntry> extractors();
std::span<const RegistryEntry> graders();

// True if the reference can be read by the grader of `spec`; for the check of a dataset before a run.
bool is_readable_reference(const ScoringSpec& spec, const Reference& reference);

}  // namespace tripos::scorers
