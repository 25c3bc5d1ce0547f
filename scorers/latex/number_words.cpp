#include "scorers/latex/number_words.h"

#include <algorithm>
#include <array>

namespace tripos::scorers {
namespace {

constexpr std::array<std::string_view, 20> kOnes = {
    "zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
    "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> kTens = {"",      "",      "twenty",  "thirty", "forty",
                                                    "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array<std::string_view, 11> kParts = {"",      "",        "half",   "third", "quarter", "fifth",
                                                     "sixth", "seventh", "eighth", "ninth", "tenth"};

// The place of a word in a table, with or without the s of the plural; 0 where it has none.
template <std::size_t N>
std::size_t place(const std::array<std::string_view, N>& words, std::string_view word) {
  if (word.empty()) return 0;
  const auto* found = std::find(words.begin(), words.end(), word);
  if (found == words.end() && word.ends_with('s'))
    found = std::find(words.begin(), words.end(), word.substr(0, word.size() - 1));
  return found == words.end() ? 0 : static_cast<std::size_t>(found - words.begin());
}

std::string_view take_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

bool take(std::string_view& rest, std::string_view word) {
  std::string_view after = rest;
  if (take_word(after) != word) return false;
  rest = after;
  return true;
}

std::optional<long> take_below_hundred(std::string_view& rest) {
  std::string_view after = rest;
  const std::string_view word = take_word(after);
  const std::size_t ones = word.ends_with('s') ? 0 : place(kOnes, word);
  if (ones > 0 || word == "zero") {
    rest = after;
    return static_cast<long>(ones);
  }
  const std::size_t tens = word.ends_with('s') ? 0 : place(kTens, word);
  if (tens == 0) return std::nullopt;
  rest = after;
  const std::string_view unit = take_word(after);
  const std::size_t more = unit.ends_with('s') ? 0 : place(kOnes, unit);
  if (more == 0 || more > 9) return static_cast<long>(tens) * 10;
  rest = after;
  return static_cast<long>(tens * 10 + more);
}

}  // namespace

std::optional<NumberInWords> number_in_words(std::string_view words) {
  std::string_view rest = words;
  if (take(rest, "half")) return NumberInWords{mpq_class(1, 2), rest};
  auto value = take_below_hundred(rest);
  if (!value) return std::nullopt;
  for (const auto& [name, scale] :
       {std::pair("hundred", 100L), std::pair("thousand", 1000L), std::pair("million", 1'000'000L)}) {
    if (!take(rest, name)) continue;
    *value *= scale;
    take(rest, "and");
    if (const auto more = take_below_hundred(rest)) *value += *more;
  }
  std::string_view after = rest;
  if (const std::size_t part = place(kParts, take_word(after)); part > 0 && *value > 0) {
    mpq_class fraction(*value, static_cast<long>(part));
    fraction.canonicalize();
    return NumberInWords{fraction, after};
  }
  return NumberInWords{mpq_class(*value), rest};
}

}  // namespace tripos::scorers
