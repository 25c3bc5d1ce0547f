#include "scorers/formulas.h"

#include <algorithm>
#include <array>
#include <optional>

#include "harness/core/text.h"
#include "scorers/characters.h"
#include "scorers/extractors.h"
#include "scorers/regex.h"
#include "scorers/statements.h"

namespace tripos::scorers {
namespace {

constexpr std::array<std::string_view, 13> kDisplays = {"equation", "align",       "alignat",  "aligned", "gather",
                                                        "gathered", "multline",    "eqnarray", "flalign", "split",
                                                        "math",     "displaymath", "dmath"};
constexpr std::array<std::string_view, 9> kMatrices = {"matrix",  "pmatrix", "bmatrix",     "Bmatrix", "vmatrix",
                                                       "Vmatrix", "array",   "smallmatrix", "cases"};

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

constexpr std::string_view kBegin = "\\begin{";
constexpr std::string_view kEnd = "\\end{";

// The name of "align*}" at the front of `text`; empty where there is none.
std::string_view environment_name(std::string_view text) {
  constexpr std::size_t kLongest = 16;
  const std::size_t end = text.substr(0, kLongest).find('}');
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_display_name(std::string_view name) {
  if (!name.empty() && name.back() == '*') name.remove_suffix(1);
  return is_one_of(kDisplays, name);
}

// Words with spaces around them and nothing of LaTeX: "15 and " between two amounts of money.
bool is_prose(std::string_view content) {
  static const auto kWord = known_pattern(R"((?:\A|\s)[A-Za-z]{2,}\s)");
  return content.find('\\') == std::string_view::npos && re2::RE2::PartialMatch(to_piece(content), *kWord);
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Formulas scan() {
    for (at_ = next(0); at_ < text_.size(); at_ = next(at_)) {
      if (text_[at_] == '\n')
        read_line_end();
      else if (text_[at_] == '$')
        read_dollar();
      else
        read_backslash();
    }
    found_.ends_in_formula = open_ && open_->opener != "$";
    return std::move(found_);
  }

 private:
  struct Open {
    std::string_view opener;  // "$", "$$", "\(", "\[" or the name of an environment
    std::size_t begin;        // of the whole
    std::size_t content;
  };

  std::size_t next(std::size_t from) const { return find_sign<'$', '\\', '\n'>(text_, from); }
  bool is_open(std::string_view opener) const { return open_ && open_->opener == opener; }

  void open(std::string_view opener, std::size_t length) {
    open_ = Open{opener, at_, at_ + length};
    at_ += length;
  }

  void close(std::size_t length, bool is_display, bool keeps_delimiters = false) {
    const std::string_view whole = text_.substr(open_->begin, at_ + length - open_->begin);
    const std::string_view content = text_.substr(open_->content, at_ - open_->content);
    if (!trim_unicode(content).empty())
      found_.closed.push_back({whole, keeps_delimiters ? whole : content, is_display});
    open_.reset();
    at_ += length;
  }

  // A line without anything ends the paragraph.
  void read_line_end() {
    const std::size_t end = text_.find_first_not_of(" \t\r", ++at_);
    if (end != std::string_view::npos && text_[end] == '\n') open_.reset();
  }

  void read_dollar() {
    const bool is_double = starts_with(text_.substr(at_), "$$") && !is_open("$");
    const std::size_t length = is_double ? 2 : 1;
    const std::string_view delimiter = text_.substr(at_, length);
    if (open_ && open_->opener.front() != '$') {
      at_ += length;  // \( \text{if $x$} \)
    } else if (is_open(delimiter) && (is_double || closes_inline())) {
      close(length, is_double);
    } else {
      open(delimiter, length);
    }
  }

  bool closes_inline() const {
    const std::string_view after = text_.substr(at_ + 1, 1);
    const std::string_view content = text_.substr(open_->content, at_ - open_->content);
    const bool is_amount = !after.empty() && after[0] >= '0' && after[0] <= '9';
    return !is_amount && !trim_unicode(content).empty() && !is_prose(content);
  }

  void read_backslash() {
    const std::string_view rest = text_.substr(at_);
    const std::string_view two = rest.substr(0, 2);
    if (two == "\\$") {
      at_ += 2;
    } else if (two == "\\(" || two == "\\[") {
      // "\\[4pt]" of a matrix begins none.
      const bool is_line_break = open_ && at_ > 0 && text_[at_ - 1] == '\\';
      if (is_line_break || (open_ && is_environment(open_->opener)))
        at_ += 2;
      else
        open(two, 2);
    } else if (two == "\\)" && is_open("\\(")) {
      close(2, false);
    } else if (two == "\\]" && is_open("\\[")) {
      close(2, true);
    } else if (starts_with(rest, kBegin)) {
      open_environment(environment_name(rest.substr(kBegin.size())));
    } else if (starts_with(rest, kEnd)) {
      close_environment(environment_name(rest.substr(kEnd.size())));
    } else {
      ++at_;
    }
  }

  static bool is_environment(std::string_view opener) {
    return is_display_name(opener) || is_one_of(kMatrices, opener);
  }

  void open_environment(std::string_view name) {
    if (open_ || !is_environment(name))
      at_ += kBegin.size();
    else
      open(name, kBegin.size() + name.size() + 1);
  }

  void close_environment(std::string_view name) {
    if (name.empty() || !is_open(name))
      at_ += kEnd.size();
    else
      close(kEnd.size() + name.size() + 1, true, is_one_of(kMatrices, name));
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Open> open_;
  Formulas found_;
};

}  // namespace

Formulas find_formulas(std::string_view text) { return Scanner(text).scan(); }

}  // namespace tripos::scorers
