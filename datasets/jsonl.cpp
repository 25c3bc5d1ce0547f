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

}  // namespace

Result<std::vector<Record>> parse_jsonl(std::string_view text, std::string_view where) {
  std::vector<Record> records;
  std::size_t line_number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++line_number;
    if (trim(line).empty()) continue;
    const std::string place = fmt::format("{}:{}", where, line_number);
    TRIPOS_TRY(const json object, parse_json(line, place));
    if (!object.is_object()) return fail(Error::Kind::kData, place + ": expected a JSON object on each line");
    Record record{line_number, {}};
    for (const auto& [name, value] : object.items()) {
      if (auto field = field_value(value)) record.fields.emplace(name, *std::move(field));
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace tripos::datasets
