#pragma once

#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "tests/catch.h"

namespace tripos::test {

// A part of tests/golden/chat_wire.json: what OpenAI's own client sends and reads.
inline nlohmann::json golden_wire(const char* part) {
  const auto text = read_file(TRIPOS_SOURCE_DIR "/tests/golden/chat_wire.json");
  REQUIRE(text.has_value());
  nlohmann::json cases = nlohmann::json::parse(*text)[part];
  REQUIRE_FALSE(cases.empty());
  return cases;
}

}  // namespace tripos::test
