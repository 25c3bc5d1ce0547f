#include "scorers/latex/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "harness/core/text.h"
#include "scorers/characters.h"
#include "scorers/latex/lexer.h"
#include "scorers/latex/parser.h"

namespace tripos::scorers {
namespace {

struct Spelling {
  char32_t character;
  std::string_view latex;
};

// Sorted by code point; superscripts, subscripts, Greek letters and full-width forms follow a rule.
constexpr std::array kSpellings = {
    Spelling{0xA0, " "},
    Spelling{0xA2, "\\text{ cents}"},
    Spelling{0xA3, "\\pounds "},
    Spelling{0xA5, "\\yen "},
    Spelling{0xAC, "\\neg "},
    Spelling{0xB0, "^\\circ "},
    Spelling{0xB1, "\\pm "},
    Spelling{0xB5, "\\mu "},
    Spelling{0xB7, "\\cdot "},
    Spelling{0xBC, "\\frac{1}{4}"},
    Spelling{0xBD, "\\frac{1}{2}"},
    Spelling{0xBE, "\\frac{3}{4}"},
    Spelling{0xD7, "\\times "},
    Spelling{0xF7, "\\div "},
    Spelling{0x2002, " "},
    Spelling{0x2003, " "},
    Spelling{0x2009, "\\,"},
    Spelling{0x200A, " "},
    Spelling{0x200B, ""},
    Spelling{0x2010, "-"},
    Spelling{0x2011, "-"},
    Spelling{0x2012, "-"},
    Spelling{0x2013, "-"},
    Spelling{0x2014, "-"},
    Spelling{0x2018, "'"},
    Spelling{0x2019, "'"},
    Spelling{0x201C, ""},
    Spelling{0x201D, ""},
    Spelling{0x2026, "\\ldots "},
    Spelling{0x202F, "\\,"},
    Spelling{0x2032, "'"},
    Spelling{0x2044, "/"},
    Spelling{0x2061, ""},
    Spelling{0x2062, " "},
    Spelling{0x20AC, "\\euro "},
    Spelling{0x2102, "\\mathbb{C}"},
    Spelling{0x2107, "e"},
    Spelling{0x210E, "h"},
    Spelling{0x2115, "\\mathbb{N}"},
    Spelling{0x211A, "\\mathbb{Q}"},
    Spelling{0x211D, "\\mathbb{R}"},
    Spelling{0x2124, "\\mathbb{Z}"},
    Spelling{0x2147, "e"},
    Spelling{0x2148, "i"},
    Spelling{0x2150, "\\frac{1}{7}"},
    Spelling{0x2151, "\\frac{1}{9}"},
    Spelling{0x2152, "\\frac{1}{10}"},
    Spelling{0x2153, "\\frac{1}{3}"},
    Spelling{0x2154, "\\frac{2}{3}"},
    Spelling{0x2155, "\\frac{1}{5}"},
    Spelling{0x2156, "\\frac{2}{5}"},
    Spelling{0x2157, "\\frac{3}{5}"},
    Spelling{0x2158, "\\frac{4}{5}"},
    Spelling{0x2159, "\\frac{1}{6}"},
    Spelling{0x215A, "\\frac{5}{6}"},
    Spelling{0x215B, "\\frac{1}{8}"},
    Spelling{0x215C, "\\frac{3}{8}"},
    Spelling{0x215D, "\\frac{5}{8}"},
    Spelling{0x215E, "\\frac{7}{8}"},
    Spelling{0x21D2, "\\Rightarrow "},
    Spelling{0x2205, "\\emptyset "},
    Spelling{0x2208, "\\in "},
    Spelling{0x220F, "\\prod "},
    Spelling{0x2211, "\\sum "},
    Spelling{0x2212, "-"},
    Spelling{0x2213, "\\mp "},
    Spelling{0x2215, "/"},
    Spelling{0x2216, "\\setminus "},
    Spelling{0x2217, "*"},
    Spelling{0x2219, "\\cdot "},
    Spelling{0x221A, "\\sqrt "},
    Spelling{0x221B, "\\sqrt[3]"},
    Spelling{0x221C, "\\sqrt[4]"},
    Spelling{0x221E, "\\infty "},
    Spelling{0x2220, "\\angle "},
    Spelling{0x2223, "|"},
    Spelling{0x2227, "\\land "},
    Spelling{0x2228, "\\lor "},
    Spelling{0x2229, "\\cap "},
    Spelling{0x222A, "\\cup "},
    Spelling{0x222B, "\\int "},
    Spelling{0x2236, ":"},
    Spelling{0x2248, "\\approx "},
    Spelling{0x2260, "\\ne "},
    Spelling{0x2261, "\\equiv "},
    Spelling{0x2264, "\\le "},
    Spelling{0x2265, "\\ge "},
    Spelling{0x22C5, "\\cdot "},
    Spelling{0x22EF, "\\ldots "},
    Spelling{0x2308, "\\lceil "},
    Spelling{0x2309, "\\rceil "},
    Spelling{0x230A, "\\lfloor "},
    Spelling{0x230B, "\\rfloor "},
    Spelling{0x25B3, "\\triangle "},
    Spelling{0x27E8, "\\langle "},
    Spelling{0x27E9, "\\rangle "},
    Spelling{0x27F9, "\\Rightarrow "},
    Spelling{0x2A7D, "\\le "},
    Spelling{0x2A7E, "\\ge "},
    Spelling{0x3000, " "},
    Spelling{0x3001, ","},
    Spelling{0x3002, "."},
};
static_assert(std::is_sorted(kSpellings.begin(), kSpellings.end(),
                             [](const Spelling& a, const Spelling& b) { return a.character < b.character; }));

constexpr std::array<std::string_view, 25> kGreek = {
    "alpha", "beta",    "gamma", "delta", "epsilon", "zeta",  "eta", "theta",   "iota", "kappa", "lambda", "mu",   "nu",
    "xi",    "omicron", "pi",    "rho",   "sigma",   "sigma", "tau", "upsilon", "phi",  "chi",   "psi",    "omega"};

class Speller {
 public:
  void append(std::string_view character) {
    if (character.size() == 1) {
      out_ += character;
      return;
    }
    const char32_t code = code_point(character);
    const auto* found = std::lower_bound(kSpellings.begin(), kSpellings.end(), code,
                                         [](const Spelling& spelling, char32_t c) { return spelling.character < c; });
    if (found != kSpellings.end() && found->character == code) {
      out_ += found->latex;
    } else if (const auto script = script_of(code)) {
      append_script(script->first, script->second);
    } else if (code >= 0x3B1 && code <= 0x3C9) {
      append_greek(std::string(kGreek[code - 0x3B1]));
    } else if (code >= 0x391 && code <= 0x3A9) {
      std::string name(kGreek[code - 0x391]);
      name[0] = static_cast<char>(name[0] - 32);
      append_greek(name);
    } else if (code >= 0xFF01 && code <= 0xFF5E) {
      out_ += static_cast<char>(code - 0xFF01 + '!');
    } else if (const auto digit = digit_value(character)) {
      out_ += static_cast<char>('0' + *digit);
    } else {
      out_ += character;
    }
  }
  std::string take() { return std::move(out_); }

 private:
  static std::optional<std::pair<char, char>> script_of(char32_t code) {
    constexpr std::string_view kRaised = "0123456789+-=()";
    if (code == 0xB9) return std::pair('^', '1');
    if (code == 0xB2 || code == 0xB3) return std::pair('^', static_cast<char>('2' + (code - 0xB2)));
    if (code == 0x2071) return std::pair('^', 'i');
    if (code == 0x207F) return std::pair('^', 'n');
    if (code >= 0x2070 && code < 0x2070 + kRaised.size()) return std::pair('^', kRaised[code - 0x2070]);
    if (code >= 0x2080 && code < 0x2080 + kRaised.size()) return std::pair('_', kRaised[code - 0x2080]);
    return std::nullopt;
  }

  // Neighbours share one script: "¹²" is "^{12}".
  void append_script(char sign, char raised) {
    if (sign == script_ && out_.size() == script_end_) {
      out_.back() = raised;
    } else {
      ((out_ += sign) += '{') += raised;
    }
    out_ += '}';
    script_ = sign;
    script_end_ = out_.size();
  }

  void append_greek(const std::string& name) { ((out_ += '\\') += name) += ' '; }

  std::string out_;
  char script_ = 0;             // '^' or '_', of the last script
  std::size_t script_end_ = 0;  // where it ends
};

bool is_root_sign(std::string_view character) {
  return character == "\u221A" || character == "\u221B" || character == "\u221C";
}

// "2.5" of "2.5x"
std::size_t number_size(std::string_view text) {
  const auto is_part = [&](std::size_t i) {
    return is_digit(text[i]) || (text[i] == '.' && i + 1 < text.size() && is_digit(text[i + 1]));
  };
  std::size_t size = 0;
  while (size < text.size() && is_part(size)) ++size;
  return size;
}

std::string without_unicode(std::string_view text) {
  Speller speller;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    text.remove_prefix(character.size());
    speller.append(character);
    const std::size_t radicand = is_root_sign(character) ? number_size(text) : 0;
    if (radicand > 1) {  // "\u221A12" is the root of twelve, "\\sqrt 12" is not
      speller.append("{");
      for (const char digit : text.substr(0, radicand)) speller.append({&digit, 1});
      speller.append("}");
      text.remove_prefix(radicand);
    }
  }
  return speller.take();
}

// "\\frac" for "\frac": each run of backslashes is even, and one stands before a letter. A matrix whose rows end in
// "\\" and are followed by a letter has single backslashes, too.
bool is_escaped_twice(std::string_view text) {
  bool before_letter = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      ++i;
      continue;
    }
    const std::size_t end = std::min(text.find_first_not_of('\\', i), text.size());
    if ((end - i) % 2 != 0) return false;
    if (end < text.size() && is_letter(text[end])) before_letter = true;
    i = end;
  }
  return before_letter;
}

// Outside a matrix nothing breaks a line in front of a command: "1 + \\\\frac12" was escaped in part.
void remove_double_backslashes(std::string& text) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = text[i] == '\\' && i + 2 < text.size() && text[i + 1] == '\\' && is_letter(text[i + 2]);
    if (doubled) ++i;
    text[end++] = text[i];
  }
  text.resize(end);
}

void remove_dollars(std::string& text) {
  bool escaped = false;
  std::erase_if(text, [&](char c) {
    const bool drop = c == '$' && !escaped;
    escaped = c == '\\' && !escaped;
    return drop;
  });
}

std::string_view without_ends(std::string_view text) {
  while (true) {
    text = trim_unicode(text);
    if (text.size() >= 4 && text.starts_with("**") && text.ends_with("**")) {
      text = text.substr(2, text.size() - 4);
    } else if (text.size() >= 2 && (text[0] == '`' || text[0] == '"') && text.back() == text[0]) {
      text = text.substr(1, text.size() - 2);
    } else if (text.ends_with('.') && !text.ends_with("..") && !text.ends_with("\\.")) {
      text.remove_suffix(1);
    } else if (text.ends_with(';') && !text.ends_with("\\;")) {
      text.remove_suffix(1);
    } else if (text.ends_with(',') && !text.ends_with("\\,")) {
      text.remove_suffix(1);
    } else {
      return text;
    }
  }
}

}  // namespace

std::string one_spelling(std::string_view text) {
  std::string out = without_unicode(text);
  if (is_escaped_twice(out)) out = replace_all(out, "\\\\", "\\");
  if (out.find("\\begin") == std::string::npos) remove_double_backslashes(out);
  remove_dollars(out);
  return std::string(without_ends(out));
}

std::string words_of(std::string_view text) {
  std::vector<std::string> words(1);
  const auto end_word = [&] {
    if (!words.back().empty()) words.emplace_back();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      end_word();
      const std::size_t begin = i + 1;
      while (i + 1 < text.size() && is_letter(text[i + 1])) ++i;
      const std::string_view command = text.substr(begin, i + 1 - begin);
      if (command.empty() || is_text_command(command) || is_font_command(command) || is_blank(command)) continue;
      words.back() = command;
      end_word();
    } else if (c == '-' && words.back().empty() && i + 1 < text.size() && is_digit(text[i + 1])) {
      words.back() += c;
    } else if (is_space(c) || std::string_view("{}()[].,;:!?\"'*$_^-/~").find(c) != std::string_view::npos) {
      end_word();
    } else {
      words.back() += c;
    }
  }
  end_word();
  words.pop_back();
  for (std::string& word : words) {
    word = to_lower_ascii(word);
    if (word.size() > 3 && word.ends_with('s') && !word.ends_with("ss")) word.pop_back();
  }
  if (words.size() > 1 && (words[0] == "the" || words[0] == "a" || words[0] == "an")) words.erase(words.begin());
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace tripos::scorers
