#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "harness/core/result.h"

namespace tripos::moe {

// Thrown within the readers of config.json, whose interfaces catch it.
struct BadConfig {
  Error error;
};
[[noreturn]] void bad_config(Error::Kind kind, std::string message, std::string hint = "");

// The values of one object of config.json, which outlives it. A key that is null counts as missing. Throws BadConfig
// (kData), with the key, for what is missing or of another kind.
class ConfigReader {
 public:
  explicit ConfigReader(const nlohmann::json& object) : object_(object) {}

  bool has(const char* key) const { return find(key) != nullptr; }
  int integer(const char* key, int highest, std::optional<int> otherwise = std::nullopt, int lowest = 1) const;
  double number(const char* key, std::optional<double> otherwise = std::nullopt) const;
  bool flag(const char* key, bool otherwise) const;
  std::string text(const char* key, std::string otherwise) const;
  // Nothing where the key is missing.
  const nlohmann::json* array(const char* key) const;
  const nlohmann::json* object(const char* key) const;

 private:
  const nlohmann::json* find(const char* key) const;

  const nlohmann::json& object_;
};

}  // namespace tripos::moe
