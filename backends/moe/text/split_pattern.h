#pragma once
// A tokenizer's split pattern, run by RE2 in time linear in the text. Patterns are written for Oniguruma; what RE2
// reads in another way is translated, and what it cannot read is an error:
// - "\s" and "\d" mean Unicode's White_Space and decimal digits, which RE2 must be told in full;
// - RE2 has no lookahead, but the one in use, the last alternatives "\s+(?!\S)|\s+", only says that blanks before other
//   text leave their last character to it.
// Categories such as "\p{L}" are those of RE2's version of Unicode (14 in Debian 12).

#include <memory>
#include <optional>
#include <string_view>

#include "harness/core/result.h"

namespace re2 {
class RE2;
}

namespace tripos::moe {

class SplitPattern {
 public:
  static Result<SplitPattern> compile(std::string_view pattern);
  SplitPattern(SplitPattern&&) noexcept;
  SplitPattern& operator=(SplitPattern&&) noexcept;
  ~SplitPattern();

  // The leftmost match, never empty, that starts at byte `from` or later. Well-formed UTF-8.
  std::optional<std::string_view> find(std::string_view text, std::size_t from) const;

 private:
  SplitPattern();
  std::size_t match_length(std::string_view text, std::size_t at) const;

  std::unique_ptr<re2::RE2> body_;
  bool takes_blanks_ = false;  // the pattern ended in "\s+(?!\S)|\s+", which is not part of body_
};

}  // namespace tripos::moe
