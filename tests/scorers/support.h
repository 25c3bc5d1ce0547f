#pragma once
// Scorers of the embedded protocols, and the lines of goldens and recordings.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "harness/core/text.h"
#include "harness/protocol/protocol.h"
#include "scorers/scorer.h"
#include "tests/catch.h"

namespace tripos::test {

inline scorers::Scorer scorer_of(std::string_view protocol, AnswerKind kind) {
  const auto found = protocol::find_protocol(protocol, kind);
  REQUIRE(found);
  auto scorer = scorers::Scorer::make(found->scoring);
  REQUIRE(scorer);
  return std::move(*scorer);
}

inline scorers::Scorer scorer_with(const char* extractor, const char* grader = "exact") {
  auto scorer = scorers::Scorer::make({.extractors = {{.name = extractor}}, .grader = grader});
  REQUIRE(scorer);
  return std::move(*scorer);
}

inline std::vector<nlohmann::json> parse_lines(std::string_view text) {
  std::vector<nlohmann::json> rows;
  for (const std::string_view line : split_lines(text)) {
    auto row = parse_json(line, "line");
    REQUIRE(row);
    rows.push_back(std::move(*row));
  }
  return rows;
}

inline std::vector<nlohmann::json> golden_lines(const char* name) {
  const auto text = read_file(std::string(TRIPOS_SOURCE_DIR "/tests/golden/") + name);
  REQUIRE(text);
  return parse_lines(*text);
}

}  // namespace tripos::test
