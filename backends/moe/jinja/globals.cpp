// The functions that every template can call.

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "backends/moe/jinja/function.h"
#include "backends/moe/jinja/print.h"
#include "harness/core/text.h"

namespace tripos::moe::jinja {
namespace {

Result<Value> range(Call& call) {
  constexpr std::size_t kMaxItems = 100'000;  // as in Jinja's sandbox
  TRIPOS_TRY(const std::int64_t first, call.integer(0, 0));
  TRIPOS_TRY(const std::int64_t stop, call.integer(1, first));
  TRIPOS_TRY(const std::int64_t step, call.integer(2, 1));
  if (step == 0) return refuse("range() with step 0");
  std::vector<Value> items;
  for (std::int64_t i = call.has(1) ? first : 0; step > 0 ? i < stop : i > stop;) {
    if (items.size() == kMaxItems) return refuse(fmt::format("range() of more than {} items", kMaxItems));
    items.emplace_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return call.context.list(List::Kind::kRange, std::move(items));
}

// dict(name=value, ...)
Result<Value> make_dict(Call& call) {
  if (!call.arguments.empty()) return refuse("dict() of a value is not supported, only dict(name=value)");
  Dict dict;
  for (auto& [name, value] : call.named) TRIPOS_CHECK(insert(dict, make_text(name), std::move(value)));
  return call.context.dict(std::move(dict));
}

// namespace(name=value, ...)
Result<Value> make_namespace(Call& call) {
  if (!call.arguments.empty()) return refuse("namespace() of a value is not supported, only namespace(name=value)");
  TRIPOS_CHECK(call.context.spend(call.named.size()));
  Namespace* made = call.context.make_namespace();
  for (auto& [name, value] : call.named) {
    if (name.starts_with('_')) return refuse(fmt::format("the attribute \"{}\" is private", name));
    made->attributes[name] = std::move(value);
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
    const std::string part = ++i < format.size() ? date_part(time, format[i]) : "";
    if (part.empty()) return refuse(fmt::format("the date format \"{}\" is not supported", prefix_utf8(format, 100)));
    text += part;
  }
  return call.context.text(std::move(text));
}

constexpr Function kGlobals[] = {
    {"range", "/ start stop? step?", range},  {"dict", "*", make_dict},
    {"namespace", "*", make_namespace},       {"raise_exception", "message", raise_exception},
    {"strftime_now", "format", strftime_now},
};

}  // namespace

std::span<const Function> globals() { return kGlobals; }

}  // namespace tripos::moe::jinja
