#include "scorers/latex/lexer.h"

#include "scorers/characters.h"

#include <algorithm>
#include <array>

namespace tripos::scorers {
namespace {

// Commands without a meaning of their own.
constexpr std::array<std::string_view, 41> kBlank = {
    "(",        ")",     "[",     "]",           "n",         " ",         "!",          ",",
    ":",        ";",     ">",     "Big",         "Bigg",      "Biggl",     "Biggr",      "Bigl",
    "Bigr",     "big",   "bigg",  "biggl",       "biggr",     "bigl",      "bigr",       "displaystyle",
    "hfill",    "hline", "left",  "limits",      "mathstrut", "medspace",  "middle",     "negthinspace",
    "nolimits", "null",  "right", "scriptstyle", "strut",     "textstyle", "thickspace", "thinspace",
    "noindent"};

constexpr std::array<std::string_view, 13> kLongSigns = {"=/=", "<>", "...", "<=", ">=", "=<", "=>",
                                                         "!=",  "==", ":=",  "**", "->", "{,}"};

std::string_view command_at(std::string_view text, std::size_t backslash) {
  std::size_t end = backslash + 1;
  while (end < text.size() && is_letter(text[end])) ++end;
  if (end == backslash + 1 && end < text.size()) ++end;
  for (const std::string_view blank : {"qquad", "quad"}) {  // "\quadx" lost a space
    if (text.substr(backslash + 1, end - backslash - 1).starts_with(blank)) end = backslash + 1 + blank.size();
  }
  return text.substr(backslash + 1, end - backslash - 1);
}

std::size_t digits_end(std::string_view text, std::size_t begin) {
  while (begin < text.size() && is_digit(text[begin])) ++begin;
  return begin;
}

// Where the three digits of a group of thousands start behind `end`: "," or "\," or "{,}" and blanks, or one space; 0
// for none.
std::size_t next_group(std::string_view text, std::size_t end, bool thousands) {
  std::size_t at = end;
  bool separated = false;
  const auto take = [&](std::string_view sign) {
    if (!text.substr(at).starts_with(sign)) return false;
    at += sign.size();
    return separated = true;
  };
  const bool comma = take("{,}") || take("{, }") || (thousands && take(","));
  while (take("\\,") || take("\\!") || take("\\;") || take("\\:") || take("\\ ") || take("~")) {
  }
  const bool command = at > end + (comma ? 1 : 0);
  while (separated && comma && command && at < text.size() && text[at] == ' ') ++at;
  if (!separated && thousands) take(" ");
  return separated && digits_end(text, at) == at + 3 ? at : 0;
}

// The end of an exponent of ten, as programs print it: "3.54e-07", "1e3", "2E5"; `end` where there is none. "2e-3" is
// 2 times e minus 3.
std::size_t exponent_end(std::string_view text, std::size_t end, bool has_point) {
  if (end >= text.size() || (text[end] | 32) != 'e') return end;
  std::size_t digits = end + 1;
  const bool is_signed = digits < text.size() && (text[digits] == '-' || text[digits] == '+');
  if (is_signed) ++digits;
  const std::size_t last = digits_end(text, digits);
  const bool plain = !is_signed || has_point || text[end] == 'E' || last > digits + 1;
  return last > digits && last <= digits + 12 && plain && (last == text.size() || !is_letter(text[last])) ? last : end;
}

// Letters of all scripts: "cm", "千克".
std::size_t word_end(std::string_view text, std::size_t end) {
  while (end < text.size()) {
    const std::string_view character = is_letter(text[end]) ? text.substr(end, 1) : first_character(text.substr(end));
    if (!is_letter(character[0]) && (character.size() == 1 || !is_word(character))) return end;
    end += character.size();
  }
  return end;
}

}  // namespace

bool is_blank(std::string_view command) { return std::find(kBlank.begin(), kBlank.end(), command) != kBlank.end(); }

std::string_view group_at(std::string_view text, std::size_t begin) {
  int depth = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return text.substr(begin + 1, i - begin - 1);
    }
  }
  return {};
}

std::string_view Lexer::number_at(std::size_t begin) const {
  std::size_t end = digits_end(text_, begin);
  if (end > begin && end - begin <= 3) {
    while (const std::size_t group = next_group(text_, end, thousands_)) end = group + 3;
  }
  bool has_point = false;
  if (end < text_.size() && text_[end] == '.' && !text_.substr(end).starts_with("..")) {
    const std::size_t decimals = digits_end(text_, end + 1);
    for (const std::string_view bar : {"\\overline", "\\bar", "\\dot"}) {
      if (!text_.substr(decimals).starts_with(bar)) continue;
      const std::size_t first = std::min(text_.find_first_not_of(' ', decimals + bar.size()), text_.size());
      if (first < text_.size() && is_digit(text_[first])) return text_.substr(begin, first + 1 - begin);
      const std::size_t last = digits_end(text_, first + 1);
      const bool braced = text_.substr(first).starts_with('{') && last > first + 1;
      if (braced && text_.substr(last).starts_with('}')) return text_.substr(begin, last + 1 - begin);
    }
    if (decimals > end + 1 || end > begin) {
      end = decimals;
      has_point = true;
    }
  }
  return text_.substr(begin, exponent_end(text_, end, has_point) - begin);
}

void Lexer::skip_blanks() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (is_space(c) || c == '~') {
      ++position_;
    } else if (c == '\\') {
      const std::string_view command = command_at(text_, position_);
      if (command == "hspace" || command == "vspace" || command == "phantom" || command == "hphantom" ||
          command == "tag" || command == "label") {
        const std::size_t group = position_ + 1 + command.size();
        position_ = group < text_.size() && text_[group] == '{' ? group + group_at(text_, group).size() + 2 : group;
        position_ = std::min(position_, text_.size());
        continue;
      }
      if (!is_blank(command)) return;
      position_ += 1 + command.size();
      const bool delimits = command == "left" || command == "right";
      if (delimits && position_ < text_.size() && text_[position_] == '.') ++position_;
    } else {
      return;
    }
  }
}

void Lexer::advance() {
  const std::size_t before = position_;
  skip_blanks();
  // After move_to() the blanks lie behind.
  const bool spaced = position_ > before || (position_ > 0 && is_space(text_[position_ - 1]));
  token_ = {Token::kEnd, {}, position_, position_, spaced};
  if (position_ == text_.size()) return;
  const char c = text_[position_];
  const bool point = c == '.' && position_ + 1 < text_.size() && is_digit(text_[position_ + 1]);
  if (is_digit(c) || point) {
    token_.kind = Token::kNumber;
    token_.text = number_at(position_);
  } else if (const std::size_t end = word_end(text_, position_); end > position_) {
    token_.kind = Token::kWord;
    token_.text = text_.substr(position_, end - position_);
  } else if (c == '\\') {
    token_.kind = Token::kCommand;
    token_.text = command_at(text_, position_);
    ++position_;
  } else {
    token_.kind = Token::kSign;
    token_.text = text_.substr(position_, 1);
    for (const std::string_view sign : kLongSigns) {
      if (text_.substr(position_).starts_with(sign)) token_.text = text_.substr(position_, sign.size());
    }
  }
  position_ += token_.text.size();
  token_.end = position_;
  if (token_.text == "{,}") token_.text = ",";
  if (token_.text == "**") token_.text = "^";
}

}  // namespace tripos::scorers
