#pragma once
// Numbers in English words.

#include <gmpxx.h>

#include <optional>
#include <string_view>

namespace tripos::scorers {

struct NumberInWords {
  mpq_class value;
  std::string_view rest;  // the words behind it
};

// The number that `words` (as words_of() has them) begin with: "twenty five apple", "one half", "two third". An ordinal
// alone ("third") is none.
std::optional<NumberInWords> number_in_words(std::string_view words);

// What the words behind a number multiply it by: "million dollar", "dozen", "third".
std::optional<NumberInWords> scale_in_words(std::string_view words);

}  // namespace tripos::scorers
