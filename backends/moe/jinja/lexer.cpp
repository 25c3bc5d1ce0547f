#include "backends/moe/jinja/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "backends/moe/jinja/characters.h"
#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

using Kind = Token::Kind;

constexpr std::size_t kNowhere = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c); }

// Size of the run of bytes that `fits` from `at` on.
template <typename Fits>
std::size_t run_length(std::string_view text, std::size_t at, Fits fits) {
  const auto begin = text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size()));
  return static_cast<std::size_t>(std::find_if_not(begin, text.end(), fits) - begin);
}

// Line ends become LF, and one at the very end goes.
std::string normalized(std::string_view source) {
  std::string text = replace_all(replace_all(source, "\r\n", "\n"), "\r", "\n");
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

// The value of a string literal, given what stands between its quotes; nullopt where it holds an escape of Python that
// is not supported.
std::optional<std::string> unescaped(std::string_view literal) {
  constexpr std::string_view kLetters = "\\'\"abfnrtv";
  constexpr std::string_view kValues = "\\'\"\a\b\f\n\r\t\v";
  std::string value;
  while (true) {
    const std::size_t backslash = literal.find('\\');
    value += literal.substr(0, backslash);
    if (backslash == kNowhere) return value;
    literal.remove_prefix(backslash + 1);
    const char letter = literal[0];
    const std::size_t size = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (const std::size_t at = kLetters.find(letter); at != kNowhere) {
      value += kValues[at];
      literal.remove_prefix(1);
    } else if (size == 0) {
      if (letter == 'N' || letter == '\n' || is_digit(letter)) return std::nullopt;
      value += '\\';  // Python keeps the backslash of what is no escape
    } else {
      const std::string_view digits = literal.substr(1, size);
      const char* const end = digits.data() + digits.size();
      std::uint32_t code = 0;
      const bool is_number = digits.size() == size && std::from_chars(digits.data(), end, code, 16).ptr == end;
      if (!is_number || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
      value += to_utf8(code);
      literal.remove_prefix(1 + size);
    }
  }
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

  void add(Kind kind, std::string_view text) { tokens_.push_back({kind, std::string(text), line_}); }

  std::string_view take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    line_ += static_cast<int>(std::count(taken.begin(), taken.end(), '\n'));
    if (!taken.empty()) at_line_start_ = taken.back() == '\n';
    rest_.remove_prefix(taken.size());
    return taken;
  }

  void take_space() { take(rest_.size() - stripped(rest_, std::nullopt, true, false).size()); }

  // Text up to the next tag, and that tag.
  Result<void> read_text() {
    std::size_t at = rest_.find('{');
    while (at != kNowhere && (at + 1 == rest_.size() || std::string_view("{%#").find(rest_[at + 1]) == kNowhere)) {
      at = rest_.find('{', at + 1);
    }
    std::string_view text = rest_.substr(0, at);
    const char type = at == kNowhere ? '\0' : rest_[at + 1];
    const char sign = at == kNowhere || at + 2 >= rest_.size() ? '\0' : rest_[at + 2];
    if (sign == '-') {
      text = stripped(text, std::nullopt, false, true);
    } else if (sign != '+' && (type == '%' || type == '#')) {
      text = without_indent(text);
    }
    if (!text.empty()) add(Kind::kText, text);
    take(at);
    if (type == '\0') return {};
    const std::size_t opening = sign == '-' || sign == '+' ? 3 : 2;
    return type == '#' ? skip_comment(opening) : read_tag(type == '%', opening);
  }

  // lstrip_blocks: white space between the start of a line and a block or comment goes.
  std::string_view without_indent(std::string_view text) const {
    const std::size_t line_start = text.rfind('\n') + 1;
    if (line_start == 0 && !at_line_start_) return text;
    const bool is_blank = stripped(text.substr(line_start), std::nullopt, true, false).empty();
    return is_blank ? text.substr(0, line_start) : text;
  }

  Result<void> read_tag(bool is_block, std::size_t opening) {
    const std::string_view begin = is_block ? "{%" : "{{", end = is_block ? "%}" : "}}";
    add(is_block ? Kind::kBlockBegin : Kind::kVariableBegin, begin);
    const int begun = line_;
    take(opening);
    open_brackets_ = 0;
    while (true) {
      take_space();
      if (rest_.empty()) return refuse_at(name_, begun, fmt::format("\"{}\" is never closed", begin));
      const std::size_t sign = rest_[0] == '-' || (is_block && rest_[0] == '+') ? 1 : 0;
      if (open_brackets_ == 0 && rest_.substr(sign).starts_with(end)) {
        add(is_block ? Kind::kBlockEnd : Kind::kVariableEnd, end);
        end_tag(sign + 2, is_block);
        return {};
      }
      TRIPOS_CHECK(read_token());
    }
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
    if (end == kNowhere) return failed("\"{#\" is never closed");
    const std::size_t sign = end > opening && (rest_[end - 1] == '-' || rest_[end - 1] == '+') ? 1 : 0;
    take(end - sign);
    end_tag(sign + 2, true);
    return {};
  }

  Result<void> read_token() {
    const char c = rest_[0];
    if (is_digit(c)) return read_number();
    if (c == '\'' || c == '"') return read_string(c);
    if (!is_name_part(c)) return read_operator();
    const std::size_t size = run_length(rest_, 0, is_name_part);
    add(Kind::kName, rest_.substr(0, size));
    take(size);
    return {};
  }

  // 12 or 1.5. Behind a dot, 0.1 is two items and no float: x.0.1.
  Result<void> read_number() {
    const bool is_item = rest_.data() > source_.data() && rest_.data()[-1] == '.';
    std::size_t size = run_length(rest_, 0, is_digit);
    const bool has_leading_zero = rest_[0] == '0' && size > 1;
    const std::size_t decimals =
        is_item || !rest_.substr(size).starts_with('.') ? 0 : run_length(rest_, size + 1, is_digit);
    if (decimals > 0) size += 1 + decimals;
    const std::size_t more = run_length(rest_, size, is_name_part);
    if (more > 0 || (has_leading_zero && decimals == 0)) {
      return failed(fmt::format("the number {} is not supported", prefix_utf8(rest_.substr(0, size + more), 40)));
    }
    add(decimals > 0 ? Kind::kFloat : Kind::kInteger, rest_.substr(0, size));
    take(size);
    return {};
  }

  Result<void> read_string(char quote) {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != quote) end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return failed("a string is never closed");
    const std::optional<std::string> value = unescaped(rest_.substr(1, end - 1));
    if (!value) return failed(fmt::format("a bad escape in {}", prefix_utf8(rest_.substr(0, end + 1), 40)));
    add(Kind::kString, *value);
    take(end + 1);
    return {};
  }

  Result<void> read_operator() {
    constexpr std::string_view kOperators[] = {"//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[",
                                               "]",  "(",  ")",  "{",  "}",  ">",  "<", "=", ".", ":", "|", ","};
    const auto found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                    [this](std::string_view text) { return rest_.starts_with(text); });
    if (found == std::end(kOperators)) return failed(fmt::format("unexpected \"{}\"", first_character(rest_).bytes));
    // The parser refuses brackets that do not match; here they only tell a dict's end from the tag's.
    if (std::string_view("([{").find(*found) != kNowhere) ++open_brackets_;
    if (std::string_view(")]}").find(*found) != kNowhere && open_brackets_ > 0) --open_brackets_;
    add(Kind::kOperator, *found);
    take(found->size());
    return {};
  }

  std::string source_;
  std::string_view rest_;
  std::string_view name_;
  int line_ = 1;
  bool at_line_start_ = true;
  int open_brackets_ = 0;  // within the tag
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
