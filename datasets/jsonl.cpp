#include "datasets/jsonl.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::datasets {
namespace {

using nlohmann::json;

std::optional<std::string> scalar_text(const json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  if (!value.is_number_float()) return std::nullopt;
  // Reference answers such as 27.0 are integers that passed through a float; below 2^53 they are exact.
  const double number = value.get<double>();
  if (std::trunc(number) == number && std::abs(number) < 9007199254740992.0) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  return fmt::format("{}", number);
}

std::optional<FieldValue> field_value(const json& value) {
  if (!value.is_array()) {
    auto text = scalar_text(value);
    return text ? std::optional<FieldValue>(*std::move(text)) : std::nullopt;
  }
  std::vector<std::string> items;
  for (const json& item : value) {
    auto text = scalar_text(item);
    if (!text) return std::nullopt;
    items.push_back(*std::move(text));
  }
  return items;
}

Result<Record> read_line(std::string_view line, std::size_t line_number, const std::string& place) {
  if (line.size() > kMaxLineBytes) {
    return fail(Error::Kind::kData,
                fmt::format("{}: a line of {} bytes, at most {} are read", place, line.size(), kMaxLineBytes),
                "JSON Lines has one object a line, and a line end behind each");
  }
  TRIPOS_TRY(const json object, parse_json(line, place));
  if (!object.is_object()) {
    return fail(Error::Kind::kData, place + ": expected a JSON object on each line");
  }
  Record record{line_number, {}};
  for (const auto& [name, value] : object.items()) {
    if (auto field = field_value(value)) record.fields.emplace(name, *std::move(field));
  }
  return record;
}

// What a record costs, in fields.
std::size_t cost(const Record& record) {
  std::size_t fields = 1;
  for (const auto& [name, value] : record.fields) {
    const auto* list = std::get_if<std::vector<std::string>>(&value);
    fields += list == nullptr ? 1 : 1 + list->size();
  }
  return fields;
}

}  // namespace

Result<std::vector<Record>> parse_jsonl(std::string_view text, std::string_view where) {
  std::vector<Record> records;
  std::size_t line_number = 0;
  std::size_t fields = 0;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    ++line_number;
    if (trim(line).empty()) continue;
    const std::string place = fmt::format("{}:{}", where, line_number);
    TRIPOS_TRY(Record record, read_line(line, line_number, place));
    fields += cost(record);
    if (fields > kMaxFields) {
      return fail(Error::Kind::kData, fmt::format("{}: more than {} fields up to here", place, kMaxFields));
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace tripos::datasets
