#pragma once
// Extractors find the answer in a response. Each is a pure function in linear time; registry.cpp names them.

#include <re2/re2.h>

#include <optional>
#include <string>
#include <string_view>

namespace tripos::scorers {

struct Extraction {
  std::string_view text;              // well-formed UTF-8, without the reasoning block
  std::string_view whole;             // with it
  int choice_count = 0;               // 0: not known
  const re2::RE2* pattern = nullptr;  // of "pattern"
  bool last = true;                   // of "pattern": the last of several matches
  bool wants_several = false;         // the reference is a list: several boxes may belong together
};

using Extract = std::optional<std::string> (*)(const Extraction&);

// Boxes, lines and whole texts.
std::optional<std::string> extract_last_box(const Extraction& response);
std::optional<std::string> extract_boxes(const Extraction& response);
std::optional<std::string> extract_answer_marker(const Extraction& response);
std::optional<std::string> extract_bare_answer(const Extraction& response);
std::optional<std::string> extract_last_line(const Extraction& response);
std::optional<std::string> extract_last_formula(const Extraction& response);
std::optional<std::string> extract_last_number(const Extraction& response);
std::optional<std::string> extract_answer_line(const Extraction& response);
std::optional<std::string> extract_pattern(const Extraction& response);
std::optional<std::string> extract_whole(const Extraction& response);

// Letters of multiple choice.
std::optional<std::string> extract_choice_letter(const Extraction& response);
std::optional<std::string> extract_abcd(const Extraction& response);
std::optional<std::string> extract_inspect_choice(const Extraction& response);
std::optional<std::string> extract_inspect_choice_0_3_220(const Extraction& response);
std::optional<std::string> extract_inspect_choice_0_3_221(const Extraction& response);
std::optional<std::string> extract_inspect_choice_0_3_285(const Extraction& response);
std::optional<std::string> extract_evalscope_choice(const Extraction& response);
std::optional<std::string> extract_nemo_skills_choice(const Extraction& response);
std::optional<std::string> extract_openbench_choice(const Extraction& response);
std::optional<std::string> extract_last_letter(const Extraction& response);
std::optional<std::string> extract_likeliest(const Extraction& response);
std::optional<std::string> extract_likeliest_per_character(const Extraction& response);

// Boxes, formulas and last numbers as peers find them.
std::optional<std::string> extract_nemo_skills_box(const Extraction& response);
std::optional<std::string> extract_opencompass_math(const Extraction& response);
std::optional<std::string> extract_dollar_span(const Extraction& response);
std::optional<std::string> extract_qwen_math(const Extraction& response);
std::optional<std::string> extract_evalscope_math(const Extraction& response);

// ZeroEval's reading of a JSON object's field "answer".
std::optional<std::string> extract_json_answer(const Extraction& response);
// The same where it is an object or at least a quoted name.
std::optional<std::string> extract_json_field(const Extraction& response);

// True for 'A' up to the letter of the last choice ('Z' where their number is not known).
inline bool is_offered(char letter, int choice_count) {
  return letter >= 'A' && letter < 'A' + (choice_count > 0 && choice_count < 26 ? choice_count : 26);
}

}  // namespace tripos::scorers
