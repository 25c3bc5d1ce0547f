// The functions that every template can call.

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/print.h"
#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

constexpr std::int64_t kMaxRange = 100'000;  // items, as in Jinja's sandbox

// Number of items from start to stop.
std::uint64_t range_size(std::int64_t start, std::int64_t stop, std::int64_t step) {
  if (step > 0 ? start >= stop : start <= stop) return 0;
  const auto low = static_cast<std::uint64_t>(step > 0 ? start : stop);
  const auto high = static_cast<std::uint64_t>(step > 0 ? stop : start);
  const std::uint64_t width = step > 0 ? static_cast<std::uint64_t>(step) : 0 - static_cast<std::uint64_t>(step);
  return (high - low - 1) / width + 1;
}

Result<Value> range(Call& call) {
  TRIPOS_TRY(const std::int64_t first, call.integer(0, 0));
  TRIPOS_TRY(const std::int64_t second, call.integer(1, 0));
  TRIPOS_TRY(const std::int64_t step, call.integer(2, 1));
  const std::int64_t start = call.has(1) ? first : 0;
  if (step == 0) return refuse("range() with step 0");
  const std::uint64_t size = range_size(start, call.has(1) ? second : first, step);
  if (size > kMaxRange) return refuse(fmt::format("range() of more than {} items", kMaxRange));
  std::vector<Value> items;
  // Unsigned: the distance from the start may be beyond 63 bits.
  for (std::uint64_t i = 0; i < size; ++i) {
    items.emplace_back(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(start) + i * static_cast<std::uint64_t>(step)));
  }
  return call.context.list(List::Kind::kRange, std::move(items));
}

// dict(mapping, name=value, ...)
Result<Dict> dict_of(const Call& call) {
  if (call.arguments.size() > 1) return refuse("expected one mapping at most");
  Dict dict;
  if (call.has(0)) {
    const Dict* given = as_dict(call[0]);
    if (given == nullptr) return refuse("a dict from what is no mapping is not supported");
    dict = *given;
  }
  for (const auto& [name, value] : call.named) TRIPOS_CHECK(insert(dict, make_text(name), value));
  return dict;
}

Result<Value> make_dict(Call& call) {
  TRIPOS_TRY(Dict dict, dict_of(call));
  return call.context.dict(std::move(dict));
}

Result<Value> make_namespace(Call& call) {
  TRIPOS_TRY(const Dict dict, dict_of(call));
  TRIPOS_CHECK(call.context.spend(dict.items.size()));
  Namespace* made = call.context.make_namespace();
  for (const auto& [key, value] : dict.items) {
    const std::string* name = as_text(key);
    if (name == nullptr) return refuse("the names in a namespace are strings");
    if (name->starts_with('_')) return refuse(fmt::format("the attribute \"{}\" is private", *name));
    made->attributes[*name] = value;
  }
  return Value(made);
}

Result<Value> raise_exception(Call& call) {
  TRIPOS_TRY(const std::string message, to_text(call.context, call[0]));
  constexpr std::size_t kMaxMessageBytes = 1000;
  return fail(Error::Kind::kData, fmt::format("the template refuses: {}", prefix_utf8(message, kMaxMessageBytes)),
              "the conversation has a form that this model was not made for");
}

// One directive of strftime() in the C locale; empty for one that is not supported.
std::string date_part(const std::tm& time, char directive) {
  constexpr std::string_view kSupported = "aAbBdeHIjmMpSyYDFTR%";
  if (kSupported.find(directive) == std::string_view::npos) return "";
  char text[64];
  const char format[] = {'%', directive, '\0'};
  return std::string(text, std::strftime(text, sizeof text, format, &time));
}

Result<Value> strftime_now(Call& call) {
  TRIPOS_TRY(const std::string format, call.text(0));
  const auto& now = call.context.options().now;
  if (!now) return fail(Error::Kind::kConfig, "the template asks for the date", "fix a date for this run");
  const std::tm time = fmt::gmtime(std::chrono::system_clock::to_time_t(*now));
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    const std::string part = i + 1 < format.size() ? date_part(time, format[i + 1]) : "";
    if (part.empty()) return refuse(fmt::format("the date format \"{}\" is not supported", prefix_utf8(format, 100)));
    TRIPOS_CHECK(call.context.spend(part.size()));
    text += part;
    ++i;
  }
  return call.context.text(std::move(text));
}

constexpr Function kGlobals[] = {
    {"range", "/ start stop? step?", range},  {"dict", "*", make_dict},
    {"namespace", "*", make_namespace},       {"raise_exception", "message", raise_exception},
    {"strftime_now", "format", strftime_now},
};

}  // namespace

const Function* find_global(std::string_view name) { return find_function(kGlobals, name); }

}  // namespace tripos::moe::jinja
