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

// The number that `words` (small letters, one space between) begins with: "twenty five apples", "one half", "two
// thirds". Ordinals ("third") are none.
std::optional<NumberInWords> number_in_words(std::string_view words);

}  // namespace tripos::scorers
