// Where peers look for a mathematical answer: lm-eval's hendrycks_math between dollar signs, and the ladder of
// Qwen2.5-Math that EvalScope took over.

#include "harness/core/text.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

std::string_view after_last(std::string_view text, std::string_view marker) {
  return text.substr(text.rfind(marker) + marker.size());
}

std::string_view up_to(std::string_view text, std::string_view marker) { return text.substr(0, text.find(marker)); }

// What a box holds, without its command; an unclosed one holds all that follows.
std::string_view box_content(std::string_view rest) {
  if (rest.substr(0, 1) != "{") return trim_unicode(up_to(rest, "$"));
  rest.remove_prefix(1);
  int depth = 1;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '{') ++depth;
    if (rest[i] == '}' && --depth == 0) return rest.substr(0, i);
  }
  return rest;
}

std::string last_number(std::string_view text) {
  static const auto kNumber = known_pattern(R"(-?\d*\.?\d+)");
  const std::string without_commas = replace_all(text, ",", "");
  return std::string(find_last(*kNumber, without_commas).value_or(""));
}

std::string qwen_answer(std::string_view text, std::string_view last_marker) {
  constexpr std::string_view kMinerva = "final answer is $";
  constexpr std::string_view kHope = "$. I hope";
  constexpr std::string_view kChinese = "答案是";
  const auto holds = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (holds(kMinerva) && holds(kHope)) {
    return std::string(trim_unicode(up_to(text.substr(text.find(kMinerva) + kMinerva.size()), kHope)));
  }
  if (holds("boxed")) return std::string(box_content(after_last(text, "boxed")));
  for (const std::string_view marker : {std::string_view("he answer is"), std::string_view("final answer is")}) {
    if (holds(marker)) return std::string(trim_unicode(after_last(text, marker)));
  }
  if (holds(kChinese)) {
    const std::string_view first = up_to(text.substr(text.find(kChinese) + kChinese.size()), kChinese);
    return std::string(trim_unicode(up_to(trim_unicode(first), "\n\n")));
  }
  if (!last_marker.empty() && holds(last_marker)) return std::string(trim_unicode(after_last(text, last_marker)));
  return last_number(text);
}

std::optional<std::string> read_like_qwen(std::string_view response, std::string_view last_marker) {
  static const auto kLineEnd = known_pattern(R"(\n\s*)");
  std::string answer = qwen_answer(replace_all(response, "ки", ""), last_marker);
  re2::RE2::GlobalReplace(&answer, *kLineEnd, "");
  if (!answer.empty() && answer.front() == ':') answer.erase(0, 1);
  for (const char end : {'.', '/'}) {
    if (!answer.empty() && answer.back() == end) answer.pop_back();
  }
  return answer;
}

}  // namespace

// lm_eval/tasks/hendrycks_math/utils.py process_results() (EleutherAI/lm-evaluation-harness 4e7e0d4): between the first
// and the last "$", or all of it where there are not two.
std::optional<std::string> extract_dollar_span(const Extraction& response) {
  const std::size_t first = response.text.find('$');
  const std::size_t last = response.text.rfind('$');
  if (first == last) return std::string(response.text);
  return std::string(response.text.substr(first + 1, last - first - 1));
}

// extract_answer() of evaluation/parser.py (QwenLM/Qwen2.5-Math a45202b) up to its strip_string(), which is the
// grader's half.
std::optional<std::string> extract_qwen_math(const Extraction& response) { return read_like_qwen(response.text, ""); }

// The same in evalscope/metrics/math/parser.py (modelscope/evalscope fde259d), with one marker more.
std::optional<std::string> extract_evalscope_math(const Extraction& response) {
  return read_like_qwen(response.text, "ANSWER:");
}

}  // namespace tripos::scorers
