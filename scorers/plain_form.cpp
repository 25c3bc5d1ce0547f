#include <algorithm>
#include <array>
#include <utility>

#include "harness/core/text.h"
#include "scorers/quantity.h"

namespace tripos::scorers {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

using Replacement = std::pair<std::string_view, std::string_view>;

// Commands of letters; they end where the letters end.
constexpr std::array kCommands = {
    Replacement{"\\left", ""},        Replacement{"\\right", ""},       Replacement{"\\dfrac", "\\frac"},
    Replacement{"\\tfrac", "\\frac"}, Replacement{"\\cfrac", "\\frac"}, Replacement{"\\displaystyle", ""},
    Replacement{"\\quad", " "},       Replacement{"\\qquad", " "},      Replacement{"\\degree", "°"},
};
// Commands whose argument stands for itself, set in another font or a box.
constexpr std::array<std::string_view, 12> kWrappers = {"\\text",         "\\textbf", "\\textrm", "\\textit",
                                                        "\\mathrm",       "\\mathbf", "\\mathit", "\\mbox",
                                                        "\\operatorname", "\\boxed",  "\\fbox",   "\\framebox"};
// Anything else, longest first where one begins with another.
constexpr std::array kSpellings = {
    Replacement{"{,}", ","},    Replacement{"^{\\circ}", "°"}, Replacement{"^\\circ", "°"}, Replacement{"\\!", ""},
    Replacement{"\\,", " "},    Replacement{"\\;", " "},       Replacement{"\\:", " "},     Replacement{"\\ ", " "},
    Replacement{"~", " "},      Replacement{"\\%", "%"},       Replacement{"\\(", ""},      Replacement{"\\)", ""},
    Replacement{"\\[", ""},     Replacement{"\\]", ""},        Replacement{"\u2212", "-"},  Replacement{"\u00a0", " "},
    Replacement{"\u2009", " "}, Replacement{"\u202f", " "},
};

std::string_view command_at(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && is_letter(text[end])) ++end;
  return text.substr(0, end);
}

// Rewrites the front of `text`; returns how many bytes of it were read, 0 if nothing applies.
std::size_t rewrite(std::string_view text, std::string& plain) {
  if (text[0] == '\\' && text.size() > 1 && is_letter(text[1])) {
    const std::string_view command = command_at(text);
    for (const auto& [from, to] : kCommands) {
      if (command != from) continue;
      plain += to;
      return command.size();
    }
    return 0;
  }
  for (const auto& [from, to] : kSpellings) {
    if (text.substr(0, from.size()) != from) continue;
    plain += to;
    return from.size();
  }
  return 0;
}

bool opens_wrapper(std::string_view text) {
  if (text[0] != '\\') return false;
  const std::string_view command = command_at(text);
  if (text.substr(command.size(), 1) != "{") return false;
  for (const std::string_view wrapper : kWrappers) {
    if (command == wrapper) return true;
  }
  return false;
}

std::string rewrite_all(std::string_view text) {
  constexpr std::string_view kSpecial = "\\{}^~\xc2\xe2";  // what a command or spelling begins with, and braces
  std::string plain;
  std::string closers;  // of the braces that are open: ' ' ends a wrapper
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t special = std::min(text.find_first_of(kSpecial, i), text.size());
    plain += text.substr(i, special - i);
    i = special;
    if (i == text.size()) break;
    const std::string_view rest = text.substr(i);
    if (opens_wrapper(rest)) {
      plain += ' ';
      closers += ' ';
      i += command_at(rest).size() + 1;
    } else if (const std::size_t length = rewrite(rest, plain)) {
      i += length;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      plain += rest.substr(0, 2);
      i += 2;
    } else {
      if (text[i] == '{') closers += '}';
      if (text[i] == '}' && !closers.empty()) {
        plain += closers.back();
        closers.pop_back();
      } else {
        plain += text[i];
      }
      ++i;
    }
  }
  return plain;
}

// Pairs of $ delimit formulas; one alone, or an escaped one, is money.
std::string without_delimiters(std::string text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && (i == 0 || text[i - 1] != '\\')) ++count;
  }
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escaped = i > 0 && text[i - 1] == '\\';
    if (text[i] == '$' && is_escaped)
      plain.back() = '$';
    else if (text[i] != '$' || count % 2 == 1)
      plain += text[i];
  }
  return plain;
}

// Drops white space but for one blank between two letters or digits; behind a command, before letters only.
std::string squeeze(std::string_view text) {
  std::string plain;
  bool space = false;
  bool in_command = false;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      space = true;
      continue;
    }
    const bool separates = in_command ? is_letter(c) : !plain.empty() && is_word(plain.back()) && is_word(c);
    if (space && separates) plain += ' ';
    in_command = c == '\\' || (in_command && !space && is_letter(c));
    space = false;
    plain += c;
  }
  return plain;
}

}  // namespace

std::string plain_form(std::string_view text) {
  std::string plain = squeeze(without_delimiters(rewrite_all(trim_unicode(text))));
  if (plain.size() > 1 && plain.back() == '.' && plain[plain.size() - 2] != '.') plain.pop_back();
  return plain;
}

}  // namespace tripos::scorers
