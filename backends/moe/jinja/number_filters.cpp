// Filters that make numbers, or a value in place of one that is absent.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/operators.h"
#include "backends/moe/jinja/sequences.h"
#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

struct Number {
  std::optional<std::int64_t> integer;
  double real;
};

// The number that a text is; nullopt if it is none. Python also takes 1_000, "inf" and the digits of other scripts.
Result<std::optional<Number>> parse_number(std::string_view text) {
  const auto is_exotic = [](const Character& c) { return c.code >= 0x80 && is_decimal(c.code); };
  const std::vector<Character> all = characters(text);
  text = stripped(text, std::nullopt, true, true);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  const std::string word = to_lower_ascii(text.substr(0, 9));
  const bool has_digits = std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool is_word = word == "inf" || word == "infinity" || word == "nan";
  const bool has_underscore = has_digits && text.find('_') != std::string_view::npos;
  if (is_word || has_underscore || std::any_of(all.begin(), all.end(), is_exotic)) {
    return refuse(fmt::format("the number {} is not supported", prefix_utf8(text, 40)));
  }
  if (!has_digits || text[0] == '-') return std::nullopt;
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  double real = 0;
  const auto whole = std::from_chars(text.data(), end, integer);
  const auto read = std::from_chars(text.data(), end, real);
  if (read.ptr != end) return std::nullopt;
  if (read.ec != std::errc() || (whole.ptr == end && whole.ec != std::errc())) return refuse("a number beyond 64 bits");
  Number number{std::nullopt, is_negative ? -real : real};
  if (whole.ptr == end) number.integer = is_negative ? -integer : integer;
  return std::optional<Number>(number);
}

// The number that a value is or, for a string, holds; nullopt for any other value.
Result<std::optional<Number>> number_of(const Value& value) {
  TRIPOS_CHECK(check_defined(value));
  if (const double* real = std::get_if<double>(&value)) return Number{std::nullopt, *real};
  if (const auto index = as_index(value)) return Number{*index, static_cast<double>(*index)};
  return as_text(value) == nullptr ? std::nullopt : parse_number(*as_text(value));
}

Result<Value> to_integer(Call& call) {
  TRIPOS_TRY(const std::optional<Number> number, number_of(call[0]));
  if (!number) return call.has(1) ? call[1] : Value(std::int64_t{0});
  if (number->integer) return Value(*number->integer);
  if (std::abs(number->real) >= 9223372036854775808.0) return refuse("an integer beyond 64 bits");
  return Value(static_cast<std::int64_t>(number->real));
}

Result<Value> to_float(Call& call) {
  TRIPOS_TRY(const std::optional<Number> number, number_of(call[0]));
  if (!number) return call.has(1) ? call[1] : Value(0.0);
  return Value(number->real);
}

Result<Value> absolute(Call& call) {
  if (const double* number = std::get_if<double>(&call[0])) return Value(std::abs(*number));
  const auto index = as_index(call[0]);
  if (!index) return refuse(fmt::format("abs of a value of type {}", type_name(call[0])));
  return *index < 0 ? negated(*index) : Result<Value>(*index);
}

// The decimal nearest to the binary value, ties to even: what both Python's round() and printf do.
Result<Value> round_number(Call& call) {
  constexpr std::int64_t kMaxDigits = 300;
  TRIPOS_TRY(const std::int64_t digits, call.integer(1, 0));
  if (digits < 0 || digits > kMaxDigits) return refuse(fmt::format("round to {} digits is not supported", digits));
  if (const auto index = as_index(call[0])) return Value(*index);
  const double* number = std::get_if<double>(&call[0]);
  if (number == nullptr) return refuse(fmt::format("round of a value of type {}", type_name(call[0])));
  const std::string text = fmt::format("{:.{}f}", *number, digits);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return Value(result);
}

Result<Value> length_filter(Call& call) {
  return length_of(call[0]).map([](std::int64_t length) { return Value(length); });
}

Result<Value> preset(Call& call) {
  const bool is_absent = is_undefined(call[0]) || (call.flag(2) && !truth(call[0]));
  if (!is_absent) return call[0];
  return call.has(1) ? call[1] : make_text("");
}

constexpr Function kFilters[] = {
    {"int", "value default?", to_integer},
    {"float", "value default?", to_float},
    {"abs", "x", absolute},
    {"round", "value precision?", round_number},
    {"length", "/ obj", length_filter},
    {"count", "/ obj", length_filter},
    {"default", "value default_value? boolean?", preset},
    {"d", "value default_value? boolean?", preset},
};

}  // namespace

std::span<const Function> number_filters() { return kFilters; }

}  // namespace tripos::moe::jinja
