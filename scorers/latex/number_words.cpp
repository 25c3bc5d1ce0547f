#include "scorers/latex/number_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tripos::scorers {
namespace {

constexpr std::array<std::string_view, 20> kOnes = {
    "zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
    "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> kTens = {"",      "",      "twenty",  "thirty", "forty",
                                                    "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::pair<std::string_view, long> kMultiples[] = {
    {"dozen", 12},          {"hundred", 100},           {"thousand", 1000},
    {"million", 1'000'000}, {"billion", 1'000'000'000}, {"trillion", 1'000'000'000'000}};
constexpr std::pair<std::string_view, long> kParts[] = {
    {"half", 2},   {"halve", 2},    {"third", 3},       {"quarter", 4},      {"fourth", 4},
    {"fifth", 5},  {"sixth", 6},    {"seventh", 7},     {"eighth", 8},       {"ninth", 9},
    {"tenth", 10}, {"twelfth", 12}, {"hundredth", 100}, {"thousandth", 1000}};

template <std::size_t N>
std::optional<long> place(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto* found = word.empty() ? words.end() : std::find(words.begin(), words.end(), word);
  return found == words.end() ? std::nullopt : std::optional(static_cast<long>(found - words.begin()));
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

// "seven", "twelve", "thirty", "thirty five"
std::optional<long> take_below_hundred(std::string_view& rest) {
  std::string_view after = rest;
  const std::string_view word = take_word(after);
  const auto ones = place(kOnes, word);
  const auto tens = place(kTens, word);
  if (!ones && !tens) return std::nullopt;
  rest = after;
  if (ones) return ones;
  const auto more = place(kOnes, take_word(after));
  if (!more || *more == 0 || *more > 9) return *tens * 10;
  rest = after;
  return *tens * 10 + *more;
}

}  // namespace

std::optional<NumberInWords> scale_in_words(std::string_view words) {
  std::string_view rest = words;
  mpq_class scale = 1;
  for (bool more = true; more;) {  // "hundred thousand"
    more = false;
    for (const auto& [name, factor] : kMultiples) {
      if (!take(rest, name)) continue;
      scale *= factor;
      more = true;
    }
  }
  for (const auto& [name, divisor] : kParts) {
    if (take(rest, name)) scale /= divisor;
  }
  return rest.size() == words.size() ? std::nullopt : std::optional(NumberInWords{scale, rest});
}

std::optional<NumberInWords> number_in_words(std::string_view words) {
  std::string_view rest = words;
  const bool negative = take(rest, "negative") || take(rest, "minus");
  const bool alone = rest.starts_with("half") || rest.starts_with("quarter");  // "a half"
  const auto first = alone ? std::optional(1L) : take_below_hundred(rest);
  if (!first) return std::nullopt;
  mpq_class value = *first;
  while (const auto scale = scale_in_words(rest)) {
    value *= scale->value;
    rest = scale->rest;
    std::string_view after = rest;
    take(after, "and");
    const auto more = scale->value >= 100 ? take_below_hundred(after) : std::nullopt;
    if (!more) break;
    rest = after;
    const auto last = value >= 1000 && *more > 0 ? scale_in_words(rest) : std::nullopt;  // "two thousand three hundred"
    value += last ? mpq_class(*more * last->value) : mpq_class(*more);
    if (last) rest = last->rest;
  }
  return NumberInWords{negative ? mpq_class(-value) : value, rest};
}

}  // namespace tripos::scorers
