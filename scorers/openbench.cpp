// OpenBench's letter reader: extract_mcq_answer() of openbench/scorers/mcq.py (groq/openbench d03922c, 2026-08-18),
// which is gpt-oss's reader widened to A to Z, and "Answer:" in fifty languages of simple-evals behind it.

#include <array>
#include <utility>
#include <vector>

#include "harness/core/text.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

// By priority; only the first match of each counts. Lookaround and \b are written as a character that is matched as
// well, as in letters.cpp.
constexpr std::array<std::string_view, 13> kPatterns = {
    R"((?i)(?:\*{1,2}|_{1,2})Answers?\s*[:\-–]?(?:\*{1,2}|_{1,2})\s*([A-Z])(?:\W|\z))",
    R"((?im)^\s*(?:\*{1,2}|_{1,2})?Answer:?(?:\*{1,2}|_{1,2})?\s*:?\s*(?:\*{1,2}|_{1,2})?([A-Z]))",
    R"((?i)(?:\A|\W)Answers?\s*[:\-–]?\s*\(\s*([A-Z])\s*\))",
    R"((?i)(?:\A|\W)Answers?(?:\s+[:\-–]?\s*|[:\-–]\s*)([A-Z])(?:\W|\z))",
    R"((?i)(?:\A|\W)(?:Option|Choice)(?:\s+[:\-–]?\s*|[:\-–]\s*)([A-Z])(?:\W|\z))",
    R"(\\boxed\{[^}]*?([A-Z])[^}]*\})",
    R"(\\boxed\{[^}]*?\\textbf\{[^}]*?([A-Z])[^}]*\}[^}]*\})",
    R"(\\boxed\{[^}]*?\\text\{[^}]*?([A-Z])[^}]*\}[^}]*\})",
    R"((?:\A|[^A-Za-z0-9])[(\[]\s*([A-Z])\s*[)\]](?:[^A-Za-z0-9]|\z))",
    R"((?:\A|[^A-Za-z0-9])(?:\*{1,2}|_{1,2})([A-Z])(?:\*{1,2}|_{1,2})(?:[^A-Za-z0-9]|\z))",
    R"(\\textbf\{[^}]*?([A-Z])[^}]*\})",
    R"((?:\A|[^A-Za-z0-9])(?:\*{1,2}|_{1,2})\s*([A-Z])\)[^*_\n]+?(?:\*{1,2}|_{1,2})(?:[^A-Za-z0-9]|\z))",
    R"((?m)^\s*(?:\*{1,2}|_{1,2})?([A-Z])(?:\*{1,2}|_{1,2})?\s*[.)\-–:]?\s*$)",
};

// "Answer:" in other languages, in the original's order.
constexpr std::array<std::string_view, 51> kAnswerWords = {
    R"(Answer\s*:)",
    R"(Answer\s*:\x{200b}\x{200b}\x{200b}\x{200b}\x{200b}\x{200b})",
    R"(উত্তর\s*:)",
    R"(उत्तर\s*:)",
    R"(উত্তরঃ)",
    R"(Antwort\s*:)",
    R"(답변\s*:)",
    R"(정답\s*:)",
    R"(답\s*:)",
    R"(答案\s*：)",
    R"(答案\s*:)",
    R"(答\s*：)",
    R"(答\s*:)",
    R"(答复\s*：)",
    R"(答曰\s*：)",
    R"(الإجابة:)",
    R"(الجواب:)",
    R"(إجابة:)",
    R"(الإجابة النهائية:)",
    R"(الإجابة الصحيحة:)",
    R"(الإجابة الصحيحة هي:)",
    R"(الإجابة هي:)",
    R"(الجواب النهائي:)",
    R"(Respuesta\s*:)",
    R"(Risposta\s*:)",
    R"(答え\s*:)",
    R"(答え\s*：)",
    R"(回答\s*:)",
    R"(回答\s*：)",
    R"(解答\s*:)",
    R"(Jawaban\s*:)",
    R"(Javob\s*:)",
    R"(Жавоб\s*:)",
    R"(Cevap\s*:)",
    R"(Джевап\s*:)",
    R"(Җавап\s*:)",
    R"(Жауап\s*:)",
    R"(Jawap\s*:)",
    R"(Juwap\s*:)",
    R"(جاۋاب\:)",
    R"(Cavab\s*:)",
    R"(Réponse\s*:)",
    R"(Resposta\s*:)",
    R"(Jibu\s*:)",
    R"(Idahun\s*:)",
    R"(Ìdáhùn\s*:)",
    R"(Idáhùn\s*:)",
    R"(Àmọ̀nà\s*:)",
    R"(Àdáhùn\s*:)",
    R"(Ànúgọ\s*:)",
    R"(Àṣàyàn\s*:)",
};

// Of the alphabets that those languages number choices with.
constexpr std::array kLetters = {
    std::pair{"أ", 'A'},  std::pair{"ب", 'B'},  std::pair{"ج", 'C'},  std::pair{"د", 'D'},
    std::pair{"অ", 'A'},  std::pair{"ব", 'B'},  std::pair{"ড", 'C'},  std::pair{"ঢ", 'D'},
    std::pair{"Ａ", 'A'}, std::pair{"Ｂ", 'B'}, std::pair{"Ｃ", 'C'}, std::pair{"Ｄ", 'D'},
};

// Removed from the text, one after the other, before the other languages are looked for.
constexpr std::array<std::string_view, 13> kMarkup = {
    "**", "$\\boxed{", "}$", "\\$", "$\\text{", "$", "\\mathrm{", "\\{", "\\text", "\\(", "\\mathbf{", "{", "\\boxed"};

using Patterns = std::vector<std::unique_ptr<const re2::RE2>>;

Patterns compile_english() {
  Patterns patterns;
  for (const std::string_view pattern : kPatterns) patterns.push_back(known_pattern(pattern));
  return patterns;
}

Patterns compile_others() {
  Patterns patterns;
  for (const std::string_view word : kAnswerWords) {
    patterns.push_back(known_pattern("(?i)" + std::string(word) + R"([ \t]*([A-D]|[أ-د]|[অবডঢＡＢＣＤ]))"));
  }
  return patterns;
}

std::string without_markup(std::string text) {
  for (const std::string_view mark : kMarkup) text = replace_all(text, mark, "");
  return text;
}

// A to Z as a capital; 0 for other letters. (?i) makes [A-Z] match the long s and the Kelvin sign too, and only the
// former is an ASCII letter in capitals.
char capital(std::string_view letter) {
  for (const auto& [foreign, latin] : kLetters) {
    if (letter == foreign) return latin;
  }
  if (letter == "ſ") return 'S';
  if (letter.size() != 1) return 0;
  return letter[0] >= 'a' ? static_cast<char>(letter[0] - 'a' + 'A') : letter[0];
}

char first_letter(const Patterns& patterns, std::string_view text) {
  for (const auto& pattern : patterns) {
    const auto letter = find_first(*pattern, text);
    if (const char found = letter ? capital(*letter) : '\0') return found;
  }
  return 0;
}

}  // namespace

std::optional<std::string> extract_openbench_choice(const Extraction& response) {
  static const Patterns kEnglish = compile_english();
  static const Patterns kOthers = compile_others();
  char letter = first_letter(kEnglish, response.text);
  if (letter == 0) letter = first_letter(kOthers, without_markup(std::string(response.text)));
  if (letter == 0) return std::nullopt;
  return std::string(1, letter);
}

}  // namespace tripos::scorers
