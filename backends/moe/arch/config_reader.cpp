#include "backends/moe/arch/config_reader.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace tripos::moe {

using nlohmann::json;

void bad_config(Error::Kind kind, std::string message, std::string hint) {
  throw BadConfig{{kind, "config.json: " + std::move(message), std::move(hint)}};
}

namespace {

[[noreturn]] int missing(const char* key) { bad_config(Error::Kind::kData, fmt::format("\"{}\" is missing", key)); }

}  // namespace

const json* ConfigReader::find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

int ConfigReader::integer(const char* key, int highest, std::optional<int> otherwise, int lowest) const {
  const json* value = find(key);
  if (value == nullptr) return otherwise ? *otherwise : missing(key);
  if (!value->is_number_integer() || *value < lowest || *value > highest) {
    bad_config(Error::Kind::kData,
               fmt::format("\"{}\" must be an integer from {} to {}, got {}", key, lowest, highest, value->dump()));
  }
  return value->get<int>();
}

double ConfigReader::number(const char* key, std::optional<double> otherwise) const {
  const json* value = find(key);
  if (value == nullptr) return otherwise ? *otherwise : missing(key);
  if (!value->is_number()) {
    bad_config(Error::Kind::kData, fmt::format("\"{}\" must be a number, got {}", key, value->dump()));
  }
  return value->get<double>();
}

bool ConfigReader::flag(const char* key, bool otherwise) const {
  const json* value = find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) bad_config(Error::Kind::kData, fmt::format("\"{}\" must be true or false", key));
  return value->get<bool>();
}

std::string ConfigReader::text(const char* key, std::string otherwise) const {
  const json* value = find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_string()) bad_config(Error::Kind::kData, fmt::format("\"{}\" must be a string", key));
  return value->get<std::string>();
}

const json* ConfigReader::array(const char* key) const {
  const json* value = find(key);
  if (value != nullptr && !value->is_array()) {
    bad_config(Error::Kind::kData, fmt::format("\"{}\" must be a list", key));
  }
  return value;
}

const json* ConfigReader::object(const char* key) const {
  const json* value = find(key);
  if (value != nullptr && !value->is_object()) {
    bad_config(Error::Kind::kData, fmt::format("\"{}\" must be an object", key));
  }
  return value;
}

}  // namespace tripos::moe
