// Filters that make numbers, or a value in place of one that is absent.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "backends/moe/jinja/characters.h"
#include "backends/moe/jinja/filters.h"
#include "backends/moe/jinja/operators.h"

namespace tripos::moe::jinja {
namespace {

// Digits as Python's int() and float() take them: white space around, single underscores between digits.
std::optional<std::string> plain_number(std::string_view text) {
  text = stripped(text, std::nullopt, true, true);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain += text[i];
    } else if (i == 0 || !is_digit(i - 1) || !is_digit(i + 1)) {
      return std::nullopt;
    }
  }
  return plain;
}

Result<std::optional<double>> parse_float(const std::string& text) {
  for (const Character& c : characters(text)) {
    if (c.code >= 0x80 && is_decimal(c.code)) return refuse("digits other than 0 to 9 are not supported");
  }
  const auto plain = plain_number(text);
  if (!plain || plain->empty()) return std::nullopt;
  double number = 0;
  const char* end = plain->data() + plain->size();
  const auto [stop, status] = std::from_chars(plain->data(), end, number);
  if (stop != end || plain->find('(') != std::string::npos) return std::nullopt;
  if (status == std::errc::result_out_of_range) return refuse("a float out of range");
  return std::optional<double>(number);
}

Result<Value> float_to_integer(double number, const Value& preset) {
  if (!std::isfinite(number)) return preset;
  if (std::abs(number) >= 9223372036854775808.0) return refuse("an integer beyond 64 bits");
  return Value(static_cast<std::int64_t>(number));
}

Result<Value> to_integer(Call& call) {
  const Value preset = call.has(1) ? call[1] : Value(std::int64_t{0});
  TRIPOS_TRY(const std::int64_t base, call.integer(2, 10));
  if (base != 10) return refuse("int() to another base than 10 is not supported");
  if (const double* number = std::get_if<double>(&call[0])) return float_to_integer(*number, preset);
  if (const auto index = as_index(call[0])) return Value(*index);
  const std::string* text = as_text(call[0]);
  if (text == nullptr) {
    if (is_undefined(call[0])) return refuse("int of an undefined value");
    return preset;
  }
  TRIPOS_CHECK(call.context.spend(text->size()));
  const auto plain = plain_number(*text);
  std::int64_t number = 0;
  if (plain) {
    const char* end = plain->data() + plain->size();
    const auto [stop, status] = std::from_chars(plain->data(), end, number);
    if (stop == end && status == std::errc()) return Value(number);
    if (status == std::errc::result_out_of_range) return refuse("an integer beyond 64 bits");
  }
  TRIPOS_TRY(const std::optional<double> other, parse_float(*text));
  return other ? float_to_integer(*other, preset) : preset;
}

Result<Value> to_float(Call& call) {
  const Value preset = call.has(1) ? call[1] : Value(0.0);
  if (const double* number = std::get_if<double>(&call[0])) return Value(*number);
  if (const auto index = as_index(call[0])) return Value(static_cast<double>(*index));
  const std::string* text = as_text(call[0]);
  if (text == nullptr) {
    if (is_undefined(call[0])) return refuse("float of an undefined value");
    return preset;
  }
  TRIPOS_CHECK(call.context.spend(text->size()));
  TRIPOS_TRY(const std::optional<double> number, parse_float(*text));
  return number ? Value(*number) : preset;
}

Result<Value> absolute(Call& call) {
  if (const double* number = std::get_if<double>(&call[0])) return Value(std::abs(*number));
  if (const auto index = as_index(call[0])) return *index < 0 ? negate(*index, true) : Result<Value>(*index);
  return refuse(fmt::format("abs of a value of type {}", type_name(call[0])));
}

// The decimal nearest to the binary value, ties to even: what both Python's round() and printf do.
Result<Value> rounded(double number, std::int64_t digits) {
  if (!std::isfinite(number)) return Value(number);
  const std::string text = fmt::format("{:.{}f}", number, digits);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return Value(result);
}

Result<Value> round_number(Call& call) {
  constexpr std::int64_t kMaxDigits = 300;
  TRIPOS_TRY(const std::int64_t digits, call.integer(1, 0));
  if (digits < 0 || digits > kMaxDigits) return refuse(fmt::format("round to {} digits is not supported", digits));
  TRIPOS_TRY(const std::string method, call.has(2) ? call.text(2) : Result<std::string>("common"));
  const double* number = std::get_if<double>(&call[0]);
  const auto index = as_index(call[0]);
  if (number == nullptr && !index) return refuse(fmt::format("round of a value of type {}", type_name(call[0])));
  if (method == "common") return index ? Result<Value>(*index) : rounded(*number, digits);
  if (method != "ceil" && method != "floor") return refuse("round: the method is common, ceil or floor");
  const double scale = std::pow(10.0, static_cast<double>(digits));
  const double scaled = (index ? static_cast<double>(*index) : *number) * scale;
  if (!std::isfinite(scaled)) return refuse("round of a number that is not finite");
  return Value((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) / scale);
}

Result<Value> length_filter(Call& call) {
  TRIPOS_TRY(const std::int64_t length, length_of(call.context, call[0]));
  return Value(length);
}

Result<Value> preset(Call& call) {
  const bool is_absent = is_undefined(call[0]) || (call.flag(2, false) && !truth(call[0]));
  if (!is_absent) return call[0];
  return call.has(1) ? call[1] : make_text("");
}

constexpr Function kFilters[] = {
    {"int", "value default? base?", to_integer},
    {"float", "value default?", to_float},
    {"abs", "x", absolute},
    {"round", "value precision? method?", round_number},
    {"length", "/ obj", length_filter},
    {"count", "/ obj", length_filter},
    {"default", "value default_value? boolean?", preset},
    {"d", "value default_value? boolean?", preset},
};

}  // namespace

std::span<const Function> number_filters() { return kFilters; }

}  // namespace tripos::moe::jinja
