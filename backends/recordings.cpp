#include "backends/recordings.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "harness/core/spelling.h"
#include "harness/core/text.h"

namespace tripos::backends {
namespace {

using nlohmann::json;

constexpr std::array kProgrammable = {FailureClass::kTransient, FailureClass::kRate, FailureClass::kUnknown,
                                      FailureClass::kAuth, FailureClass::kBadRequest};
constexpr std::int64_t kMaxDelayMs = 86'400'000;

// One row being read; `where` is FILE:LINE.
struct Row {
  const json& value;
  const std::string& where;

  // The field, or nullptr where it is absent or null.
  const json* find(const char* name) const {
    const auto at = value.find(name);
    return at == value.end() || at->is_null() ? nullptr : &*at;
  }

  tl::unexpected<Error> wrong(const char* name, std::string_view expected, const json& found) const {
    return fail(Error::Kind::kData,
                fmt::format("{}: field \"{}\" must be {}, got {}", where, name, expected, shown(found)));
  }

  Result<std::string> text(const char* name) const {
    const json* field = find(name);
    if (field == nullptr) return std::string();
    if (!field->is_string()) return wrong(name, "a string", *field);
    return field->get<std::string>();
  }

  Result<std::optional<std::int64_t>> integer(const char* name, std::int64_t high) const {
    const json* field = find(name);
    if (field == nullptr) return std::nullopt;
    const bool fits = field->is_number_unsigned() && field->get<std::uint64_t>() <= static_cast<std::uint64_t>(high);
    if (!fits) return wrong(name, fmt::format("a whole number from 0 to {}", high), *field);
    return field->get<std::int64_t>();
  }

  static std::string shown(const json& value) {
    constexpr std::size_t kShown = 60;
    const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    return text.size() <= kShown ? text : std::string(prefix_utf8(text, kShown)) + "...";
  }
};

constexpr std::int64_t kMaxInt = std::numeric_limits<int>::max();

Result<void> read_origin(const Row& row, Recording& recording) {
  TRIPOS_TRY(recording.task, row.text("task"));
  TRIPOS_TRY(recording.model, row.text("model"));
  TRIPOS_TRY(recording.gold, row.text("gold"));
  TRIPOS_TRY(recording.sample_id, row.text(row.find("problem_id") != nullptr ? "problem_id" : "sample"));
  if (recording.sample_id.empty()) {
    return fail(Error::Kind::kData, fmt::format("{}: no sample id", row.where),
                "each row needs a field \"problem_id\" or \"sample\"");
  }
  TRIPOS_TRY(const auto epoch, row.integer(row.find("sample_index") != nullptr ? "sample_index" : "epoch", kMaxInt));
  recording.epoch = static_cast<int>(epoch.value_or(0));
  if (const json* temperature = row.find("temperature")) {
    if (!temperature->is_number()) return row.wrong("temperature", "a number", *temperature);
    recording.temperature = temperature->get<double>();
  }
  TRIPOS_TRY(const auto max_tokens, row.integer("max_tokens", kMaxInt));
  if (max_tokens) recording.max_tokens = static_cast<int>(*max_tokens);
  return {};
}

Result<void> read_script(const Row& row, Recording& recording) {
  TRIPOS_TRY(const auto delay, row.integer("delay_ms", kMaxDelayMs));
  recording.delay = std::chrono::milliseconds(delay.value_or(0));
  TRIPOS_TRY(const auto fail_times, row.integer("fail_times", kMaxInt));
  recording.fail_times = static_cast<int>(fail_times.value_or(0));
  TRIPOS_TRY(const std::string word, row.text("fail"));
  if (word.empty()) return {};
  std::vector<std::string> known;
  for (const FailureClass failure : kProgrammable) {
    if (to_string(failure) == word) recording.failure = failure;
    known.emplace_back(to_string(failure));
  }
  if (recording.failure) return {};
  const std::string meant = did_you_mean(word, known);
  return fail(Error::Kind::kData, fmt::format("{}: unknown failure \"{}\" in field \"fail\"", row.where, word),
              meant.empty() ? fmt::format("one of {}", fmt::join(known, ", ")) : meant);
}

Result<void> read_response(const Row& row, Recording& recording) {
  if (row.find("response") == nullptr && !recording.failure) {
    return fail(Error::Kind::kData, fmt::format("{}: no field \"response\"", row.where));
  }
  TRIPOS_TRY(recording.response.text, row.text("response"));
  TRIPOS_TRY(recording.response.stop_raw, row.text("stop"));
  const std::string& stop = recording.response.stop_raw;
  recording.response.stop = stop.empty() ? StopClass::kStop : parse_stop_class(stop).value_or(StopClass::kUnknown);
  recording.response.served_model = recording.model;
  return {};
}

Result<Recording> read_row(std::string_view line, const std::string& where) {
  TRIPOS_TRY(const json value, parse_json(line, where));
  if (!value.is_object()) return fail(Error::Kind::kData, fmt::format("{}: expected a JSON object", where));
  const Row row{value, where};
  Recording recording;
  TRIPOS_CHECK(read_origin(row, recording));
  TRIPOS_CHECK(read_script(row, recording));
  TRIPOS_CHECK(read_response(row, recording));
  return recording;
}

}  // namespace

Result<void> visit_recordings(const std::filesystem::path& file, const std::function<Result<void>(Recording)>& visit) {
  TRIPOS_TRY(const std::string text, read_maybe_gzip(file));
  std::string_view rest = text;
  for (int line_number = 1; !rest.empty(); ++line_number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    TRIPOS_TRY(Recording recording, read_row(line, fmt::format("{}:{}", file.string(), line_number)));
    TRIPOS_CHECK(visit(std::move(recording)));
  }
  return {};
}

}  // namespace tripos::backends
