#include "scorers/registry.h"

#include <array>

#include "scorers/scorer.h"

namespace tripos::scorers {
namespace {

// Every extractor and grader that a protocol can name. To add one, add a line here and a test beside its own; the
// symbolic grader goes beside "number".
constexpr std::array kExtractors = {
    ExtractorEntry{"last_box", "last balanced \\boxed{}, \\fbox{} or \\framebox{}", &extract_last_box},
    ExtractorEntry{"pattern", "first group of a pattern of the protocol's own", &extract_pattern},
    ExtractorEntry{"answer_line", "last \"Answer: ...\" line, else the last \"answer is ...\", without Markdown",
                   &extract_answer_line},
    ExtractorEntry{"choice_letter", "letter stated as the answer; refuses contradictions, never guesses",
                   &extract_choice_letter},
    ExtractorEntry{"abcd", "gpt-oss: 13 patterns by priority, else the first character", &extract_abcd},
    ExtractorEntry{"inspect_choice", "Inspect: last \"ANSWER: X\", one letter", &extract_inspect_choice},
    ExtractorEntry{"last_letter", "last letter A to J that stands alone (MMLU-Pro's fallback)", &extract_last_letter},
    ExtractorEntry{"json_answer", "ZeroEval: field \"answer\" of the first JSON object", &extract_json_answer},
    ExtractorEntry{"whole", "the whole response, trimmed", &extract_whole},
};

constexpr std::array kGraders = {
    GraderEntry{"choice", "same letter, capital or small as it stands", &grade_choice},
    GraderEntry{"choice_nocase", "same letter, capital or small", &grade_choice_nocase},
    GraderEntry{"exact", "same text after trimming", &grade_exact},
    GraderEntry{"number", "exact rational numbers with units, else the same text after light normalisation",
                &grade_number},
    GraderEntry{"first_number", "ZeroEval: first number of each side, as doubles", &grade_first_number},
};

template <std::size_t N, typename Entry>
constexpr std::array<RegistryEntry, N> public_part(const std::array<Entry, N>& entries) {
  std::array<RegistryEntry, N> result;
  for (std::size_t i = 0; i < N; ++i) result[i] = {entries[i].name, entries[i].summary};
  return result;
}

constexpr auto kPublicExtractors = public_part(kExtractors);
constexpr auto kPublicGraders = public_part(kGraders);

}  // namespace

std::span<const ExtractorEntry> extractor_entries() { return kExtractors; }
std::span<const GraderEntry> grader_entries() { return kGraders; }
std::span<const RegistryEntry> extractors() { return kPublicExtractors; }
std::span<const RegistryEntry> graders() { return kPublicGraders; }

}  // namespace tripos::scorers
