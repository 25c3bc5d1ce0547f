#include "scorers/registry.h"

#include <array>

#include "scorers/scorer.h"

namespace tripos::scorers {
namespace {

// Every extractor and grader that a protocol can name. To add one, add a line here and a test beside its own.
constexpr std::array kExtractors = {
    ExtractorEntry{"last_box", "last balanced \\boxed{}, \\fbox{} or \\framebox{}", &extract_last_box},
    ExtractorEntry{"boxes", "last box, or all boxes of the last statement where several answers are asked for",
                   &extract_boxes},
    ExtractorEntry{"answer_marker", "last \"Answer: ...\", \"the answer is ...\" or <answer>, in many languages",
                   &extract_answer_marker},
    ExtractorEntry{"bare_answer", "a response that is an answer and nothing else", &extract_bare_answer},
    ExtractorEntry{"last_line", "what the last sentence of the last line states", &extract_last_line},
    ExtractorEntry{"last_formula", "last formula, with those that \"and\" or a comma links to it",
                   &extract_last_formula},
    ExtractorEntry{"last_number", "last number, unless it is denied or one of two (\"3 or 5\")", &extract_last_number},
    ExtractorEntry{"pattern", "first group of a pattern of the protocol's own", &extract_pattern},
    ExtractorEntry{"answer_line", "last \"Answer: ...\" line, else the last \"answer is ...\", without Markdown",
                   &extract_answer_line},
    ExtractorEntry{"choice_letter", "letter stated as the answer; refuses contradictions, never guesses",
                   &extract_choice_letter},
    ExtractorEntry{"likeliest", "letter of the continuation with the highest log-likelihood", &extract_likeliest},
    ExtractorEntry{"likeliest_per_character", "the same, each divided by its length", &extract_likeliest_per_character},
    ExtractorEntry{"abcd", "gpt-oss: 13 patterns by priority, else the first character", &extract_abcd},
    ExtractorEntry{"inspect_choice", "Inspect 0.3.260: last \"ANSWER: X\", one letter", &extract_inspect_choice},
    ExtractorEntry{"inspect_choice_0_3_220", "Inspect before 0.3.221: first \"ANSWER: X\", a capital",
                   &extract_inspect_choice_0_3_220},
    ExtractorEntry{"inspect_choice_0_3_221", "Inspect since 0.3.221: last \"ANSWER: X\", no stray comma",
                   &extract_inspect_choice_0_3_221},
    ExtractorEntry{"inspect_choice_0_3_285", "Inspect 0.3.285: also \"ANSWER: $X$\", **X** and (X)",
                   &extract_inspect_choice_0_3_285},
    ExtractorEntry{"evalscope_choice", "EvalScope: last \"ANSWER: X\" or \"(X)\", else the last capital",
                   &extract_evalscope_choice},
    ExtractorEntry{"nemo_skills_choice", "NeMo-Skills: last letter of the last box, else last \"Answer: X\"",
                   &extract_nemo_skills_choice},
    ExtractorEntry{"openbench_choice", "OpenBench: gpt-oss's patterns for A to Z, \"Answer:\" in 50 languages",
                   &extract_openbench_choice},
    ExtractorEntry{"last_letter", "last letter A to J that stands alone (MMLU-Pro's fallback)", &extract_last_letter},
    ExtractorEntry{"nemo_skills_box", "NeMo-Skills: last \\boxed{}, nothing where it is not closed",
                   &extract_nemo_skills_box},
    ExtractorEntry{"dollar_span", "lm-eval hendrycks_math: from the first to the last $, else everything",
                   &extract_dollar_span},
    ExtractorEntry{"qwen_math", "Qwen2.5-Math: last box, \"answer is\", else the last number", &extract_qwen_math},
    ExtractorEntry{"evalscope_math", "EvalScope: as Qwen2.5-Math, and \"ANSWER:\"", &extract_evalscope_math},
    ExtractorEntry{"opencompass_math", "OpenCompass: last box, else the sentence with \"answer is\", else the first",
                   &extract_opencompass_math},
    ExtractorEntry{"json_answer", "ZeroEval: field \"answer\" of the first JSON object", &extract_json_answer},
    ExtractorEntry{"json_field", "field \"answer\" of the first JSON object", &extract_json_field},
    ExtractorEntry{"whole", "the whole response, trimmed", &extract_whole},
};

constexpr std::array kGraders = {
    GraderEntry{"choice", "same letter, capital or small as it stands", &grade_choice},
    GraderEntry{"choice_nocase", "same letter, capital or small", &grade_choice_nocase},
    GraderEntry{"choice_bare", "lm-eval: same letter without punctuation, capital or small", &grade_choice_bare},
    GraderEntry{"exact", "same text after trimming", &grade_exact},
    GraderEntry{"symbolic", "exact values and forms: algebra, intervals, sets, matrices, equations, units",
                &grade_symbolic},
    GraderEntry{"number", "exact rational numbers with units, else the same text after light normalisation",
                &grade_number},
    GraderEntry{"hendrycks", "MATH release: same text after its strip_string()", &grade_hendrycks},
    GraderEntry{"minerva", "Minerva: same text after its normalize_final_answer()", &grade_minerva},
    GraderEntry{"opencompass", "OpenCompass: same text after its string rule v2", &grade_opencompass},
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
