#pragma once
// What tests/golden/tokenizer_ids.py wrote, and the strings that both sides put together.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backends/moe/text/tokenizer_json.h"
#include "harness/core/file.h"

namespace tripos::moe::test {

inline const std::filesystem::path kGoldenFolder = std::filesystem::path(TRIPOS_SOURCE_DIR) / "tests/golden";

inline std::string golden_tokenizer_json(const std::string& name) {
  return read_maybe_gzip(kGoldenFolder / "tokenizer_ids" / (name + ".json.gz")).value();
}

inline Tokenizer golden_tokenizer(const std::string& name) {
  return parse_tokenizer_json(golden_tokenizer_json(name), name).value();
}

inline const nlohmann::json& golden_ids() {
  static const auto kGolden = nlohmann::json::parse(read_file(kGoldenFolder / "tokenizer_ids.json").value());
  return kGolden;
}

inline std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// strings() of the script.
inline std::vector<std::string> golden_strings() {
  const nlohmann::json& golden = golden_ids();
  auto pool = golden["fragments"].get<std::vector<std::string>>();
  for (const auto& hex : golden["invalid"]) pool.push_back(from_hex(hex));
  auto state = golden["seed"].get<std::uint64_t>();
  const auto below = [&](std::uint64_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % n;
  };
  std::vector<std::string> strings(golden["count"].get<std::size_t>());
  for (std::string& string : strings) {
    for (auto left = below(24) + 1; left > 0; --left) {
      const std::string& fragment = pool[below(pool.size())];
      for (auto times = below(8) == 0 ? below(9) + 1 : 1; times > 0; --times) string += fragment;
    }
  }
  return strings;
}

}  // namespace tripos::moe::test
