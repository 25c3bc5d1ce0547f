#include "backends/moe/jinja/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/escapes.h"
#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Line ends become LF, and one at the very end goes.
std::string normalized(std::string_view source) {
  std::string text = replace_all(replace_all(source, "\r\n", "\n"), "\r", "\n");
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

class Lexer {
 public:
  Lexer(std::string source, std::string_view name) : source_(std::move(source)), rest_(source_), name_(name) {}

  Result<std::vector<Token>> run() {
    while (!rest_.empty()) TRIPOS_CHECK(read_text());
    add(Kind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  tl::unexpected<Error> failed(std::string_view what) const { return refuse_at(name_, line_, what); }

  void add(Kind kind, std::string text) { tokens_.push_back({kind, std::move(text), line_}); }

  std::string_view take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    line_ += static_cast<int>(std::count(taken.begin(), taken.end(), '\n'));
    if (!taken.empty()) at_line_start_ = taken.back() == '\n';
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void take_space() {
    const std::string_view left = stripped_front(rest_);
    const bool was = at_line_start_;
    take(rest_.size() - left.size());
    at_line_start_ = was || at_line_start_;
  }

  // White space as Python's regular expressions know it.
  static std::string_view stripped_front(std::string_view text) {
    while (!text.empty()) {
      const std::size_t size = first_character_size(text);
      if (!is_space(characters(text.substr(0, size))[0].code)) break;
      text.remove_prefix(size);
    }
    return text;
  }

  static std::size_t first_character_size(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    return size;
  }

  // Text up to the next tag, and that tag.
  Result<void> read_text() {
    std::size_t at = 0;
    do {
      at = rest_.find('{', at);
      if (at == std::string_view::npos || at + 1 >= rest_.size()) {
        add_text(rest_);
        return {};
      }
    } while (std::string_view("{%#").find(rest_[at + 1]) == std::string_view::npos && ++at);
    const char type = rest_[at + 1];
    const char sign = at + 2 < rest_.size() ? rest_[at + 2] : '\0';
    const bool has_sign = sign == '-' || sign == '+';
    std::string_view text = rest_.substr(0, at);
    if (sign == '-') {
      text = stripped(text, std::nullopt, false, true);
    } else if (sign != '+' && type != '{') {
      text = without_indent(text);
    }
    add_text(text, at);
    return read_tag(type, has_sign ? 3 : 2);
  }

  // lstrip_blocks: white space between the start of a line and a block or comment goes.
  std::string_view without_indent(std::string_view text) const {
    const std::size_t line_start = text.rfind('\n') + 1;
    if (line_start == 0 && !at_line_start_) return text;
    return stripped_front(text.substr(line_start)).empty() ? text.substr(0, line_start) : text;
  }

  void add_text(std::string_view text) { add_text(text, text.size()); }
  void add_text(std::string_view text, std::size_t size) {
    if (!text.empty()) add(Kind::kText, std::string(text));
    take(size);
  }

  Result<void> read_tag(char type, std::size_t opening) {
    if (type == '#') return skip_comment(opening);
    const bool is_block = type == '%';
    add(is_block ? Kind::kBlockBegin : Kind::kVariableBegin, "");
    const int begun = line_;
    take(opening);
    std::string open;
    while (true) {
      take_space();
      if (rest_.empty()) {
        return refuse_at(name_, begun, fmt::format("\"{}\" is never closed", is_block ? "{%" : "{{"));
      }
      if (open.empty()) {
        if (const std::size_t size = closing(is_block ? '%' : '}', is_block); size > 0) {
          add(is_block ? Kind::kBlockEnd : Kind::kVariableEnd, "");
          end_tag(size, is_block);
          return {};
        }
      }
      TRIPOS_CHECK(read_token(open));
    }
  }

  // Size of the tag's end with its sign; 0 if it does not stand here.
  std::size_t closing(char mark, bool takes_plus) const {
    const std::size_t sign = rest_[0] == '-' || (takes_plus && rest_[0] == '+') ? 1 : 0;
    if (rest_.size() < sign + 2 || rest_[sign] != mark || rest_[sign + 1] != '}') return 0;
    return sign + 2;
  }

  // trim_blocks: the line end behind a block or comment goes, too.
  void end_tag(std::size_t size, bool trims) {
    const char sign = rest_[0];
    take(size);
    if (sign == '-') {
      take_space();
    } else if (sign != '+' && trims && rest_.starts_with('\n')) {
      take(1);
    }
  }

  Result<void> skip_comment(std::size_t opening) {
    const std::size_t end = rest_.find("#}", opening);
    if (end == std::string_view::npos) return failed("\"{#\" is never closed");
    const bool has_sign = end > opening && (rest_[end - 1] == '-' || rest_[end - 1] == '+');
    take(has_sign ? end - 1 : end);
    end_tag(has_sign ? 3 : 2, true);
    return {};
  }

  Result<void> read_token(std::string& open) {
    const char c = rest_[0];
    const char before = rest_.data() > source_.data() ? rest_.data()[-1] : '\0';
    if (const std::size_t size = before == '.' ? 0 : float_size(); size > 0) return take_number(Kind::kFloat, size);
    if (is_digit(c)) return take_number(Kind::kInteger, integer_size());
    if (is_name_start(c)) {
      std::size_t size = 1;
      while (size < rest_.size() && (is_name_start(rest_[size]) || is_digit(rest_[size]))) ++size;
      add(Kind::kName, std::string(rest_.substr(0, size)));
      take(size);
      return {};
    }
    if (c == '\'' || c == '"') return read_string(c);
    return read_operator(open);
  }

  Result<void> take_number(Kind kind, std::size_t size) {
    std::string digits(rest_.substr(0, size));
    std::erase(digits, '_');
    add(kind, std::move(digits));
    take(size);
    return {};
  }

  // Digits with single underscores between them, from `at`; returns their end.
  std::size_t digits_end(std::size_t at) const {
    while (at < rest_.size() &&
           (is_digit(rest_[at]) || (rest_[at] == '_' && at + 1 < rest_.size() && is_digit(rest_[at + 1]) && at > 0 &&
                                    is_digit(rest_[at - 1])))) {
      ++at;
    }
    return at;
  }

  // Of 1.5, 1e5 or 1.5e-5; 0 if no float stands here.
  std::size_t float_size() const {
    const std::size_t whole = digits_end(0);
    if (whole == 0) return 0;
    std::size_t end = whole;
    if (whole + 1 < rest_.size() && rest_[whole] == '.' && is_digit(rest_[whole + 1])) end = digits_end(whole + 1);
    if (end < rest_.size() && (rest_[end] == 'e' || rest_[end] == 'E')) {
      std::size_t digits = end + 1;
      if (digits < rest_.size() && (rest_[digits] == '+' || rest_[digits] == '-')) ++digits;
      if (digits < rest_.size() && is_digit(rest_[digits])) end = digits_end(digits);
    }
    return end == whole ? 0 : end;
  }

  // A number that begins with 0 ends there unless only zeros follow. 0x10, 0o7 and 0b1 are left to the parser to
  // refuse.
  std::size_t integer_size() const {
    const std::size_t end = digits_end(0);
    if (rest_[0] != '0') return end;
    std::size_t zeros = 1;
    while (zeros < end && (rest_[zeros] == '0' || rest_[zeros] == '_')) ++zeros;
    return rest_[zeros - 1] == '_' ? zeros - 1 : zeros;
  }

  Result<void> read_string(char quote) {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != quote) end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return failed("a string is never closed");
    Result<std::string> value = unescaped(rest_.substr(1, end - 1));
    if (!value) return failed(value.error().message);
    add(Kind::kString, *std::move(value));
    take(end + 1);
    return {};
  }

  Result<void> read_operator(std::string& open) {
    constexpr std::array<std::string_view, 26> kOperators = {"//", "**", "==", "!=", ">=", "<=", "+", "-", "/",
                                                             "*",  "%",  "~",  "[",  "]",  "(",  ")", "{", "}",
                                                             ">",  "<",  "=",  ".",  ":",  "|",  ",", ";"};
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [this](std::string_view text) { return rest_.starts_with(text); });
    if (found == kOperators.end()) {
      return failed(fmt::format("unexpected \"{}\"", rest_.substr(0, first_character_size(rest_))));
    }
    const char c = (*found)[0];
    if (c == '(' || c == '[' || c == '{') {
      open += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) return failed(fmt::format("unexpected \"{}\"", c));
      open.pop_back();
    }
    add(Kind::kOperator, std::string(*found));
    take(found->size());
    return {};
  }

  std::string source_;
  std::string_view rest_;
  std::string_view name_;
  int line_ = 1;
  bool at_line_start_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

tl::unexpected<Error> refuse_at(std::string_view name, int line, std::string_view what) {
  return fail(Error::Kind::kData, fmt::format("{}:{}: {}", name, line, what));
}

Result<std::vector<Token>> tokenize(std::string_view source, std::string_view name) {
  if (source.size() > kMaxSourceBytes) {
    return refuse_at(name, 1, fmt::format("the template is larger than {} bytes", kMaxSourceBytes));
  }
  if (find_invalid_utf8(source)) return refuse_at(name, 1, "the template is not UTF-8");
  return Lexer(normalized(source), name).run();
}

}  // namespace tripos::moe::jinja
