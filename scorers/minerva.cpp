// Minerva's normalize_final_answer() (Lewkowycz et al. 2022, appendix D) as lm-eval's leaderboard tasks have it
// (lm_eval/tasks/leaderboard/math/utils.py, EleutherAI/lm-evaluation-harness 4e7e0d4 and 0.4.13 on PyPI), and equality
// of what it makes of both sides. lm-eval then also asks SymPy whether the difference of the two simplifies to 0.

#include "scorers/minerva.h"

#include <array>
#include <utility>
#include <vector>

#include "harness/core/text.h"
#include "scorers/graders.h"
#include "scorers/python_text.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

constexpr std::array kSubstitutions = {
    Replacement{"an ", ""},          Replacement{"a ", ""},
    Replacement{".$", "$"},          Replacement{"\\$", ""},
    Replacement{"\\ ", ""},          Replacement{" ", ""},
    Replacement{"mbox", "text"},     Replacement{",\\text{and}", ","},
    Replacement{"\\text{and}", ","}, Replacement{"\\text{m}", "\\text{}"},
};

constexpr std::array<std::string_view, 42> kRemoved = {"square",       "ways",
                                                       "integers",     "dollars",
                                                       "mph",          "inches",
                                                       "ft",           "hours",
                                                       "km",           "units",
                                                       "\\ldots",      "sue",
                                                       "points",       "feet",
                                                       "minutes",      "digits",
                                                       "cents",        "degrees",
                                                       "cm",           "gm",
                                                       "pounds",       "meters",
                                                       "meals",        "edges",
                                                       "students",     "childrentickets",
                                                       "multiples",    "\\text{s}",
                                                       "\\text{.}",    "\\text{\ns}",
                                                       "\\text{}^2",   "\\text{}^3",
                                                       "\\text{\n}",   "\\text{}",
                                                       "\\mathrm{th}", "^\\circ",
                                                       "^{\\circ}",    "\\;",
                                                       ",\\!",         "{,}",
                                                       "\"",           "\\dots"};

struct Rewriting {
  std::unique_ptr<const re2::RE2> pattern;
  const char* replacement;
};

std::string rewrite(std::string text, const std::vector<Rewriting>& rewritings) {
  for (const auto& [pattern, replacement] : rewritings) re2::RE2::GlobalReplace(&text, *pattern, replacement);
  return text;
}

std::vector<Rewriting> first_formula() {
  std::vector<Rewriting> rewritings;
  rewritings.push_back({known_pattern(R"((.*?)(\$)(.*?)(\$)(.*))"), R"($\3$)"});
  return rewritings;
}

std::vector<Rewriting> wrappers() {
  std::vector<Rewriting> rewritings;
  for (const char* pattern :
       {R"((\\text\{)(.*?)(\}))", R"((\\textbf\{)(.*?)(\}))", R"((\\overline\{)(.*?)(\}))", R"((\\boxed\{)(.*)(\}))"}) {
    rewritings.push_back({known_pattern(pattern), R"(\2)"});
  }
  return rewritings;
}

std::vector<Rewriting> shorthand() {
  std::vector<Rewriting> rewritings;
  rewritings.push_back({known_pattern(R"((frac)([^{])(.))"), R"(frac{\2}{\3})"});
  rewritings.push_back({known_pattern(R"((sqrt)([^{]))"), R"(sqrt{\2})"});
  return rewritings;
}

std::string normalize_final_answer(std::string_view answer) {
  static const auto kFirstFormula = first_formula();
  const std::size_t equals = answer.rfind('=');
  std::string text(equals == std::string_view::npos ? answer : answer.substr(equals + 1));
  text = rewrite(minerva_removes(minerva_substitutes(std::move(text))), kFirstFormula);
  return minerva_braces_shorthand(minerva_unwraps(std::move(text)));
}

}  // namespace

std::string minerva_substitutes(std::string text) {
  for (const auto& [from, to] : kSubstitutions) text = replace_all(text, from, to);
  return text;
}

std::string minerva_removes(std::string text) {
  for (const std::string_view removed : kRemoved) text = replace_all(text, removed, "");
  return text;
}

std::string minerva_unwraps(std::string text) {
  static const auto kWrappers = wrappers();
  return rewrite(std::move(text), kWrappers);
}

std::string minerva_braces_shorthand(std::string text) {
  static const auto kShorthand = shorthand();
  text = replace_all(rewrite(std::move(text), kShorthand), "$", "");
  std::string digits = replace_all(text, ",", "");
  return is_python_digits(digits) ? digits : text;
}

Judgement grade_minerva(std::string_view answer, const Reference& reference) {
  const std::string normal = normalize_final_answer(answer);
  const std::string target = normalize_final_answer(reference.target);
  return {equal_if(trim_unicode(normal) == trim_unicode(target)), "normalized"};
}

}  // namespace tripos::scorers
