#include "harness/stats/chi_square.h"

#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "tests/catch.h"

namespace tripos::stats {
namespace {

using Catch::Matchers::WithinAbs;
using nlohmann::json;

json golden() {
  const char* path = TRIPOS_SOURCE_DIR "/tests/golden/chi_square.json";
  const auto text = read_file(path);
  REQUIRE(text);
  const auto document = parse_json(*text, path);
  REQUIRE(document);
  return *document;
}

void check(const std::optional<ChiSquare>& result, const json& row) {
  CAPTURE(row.dump());
  REQUIRE(result.has_value());
  CHECK_THAT(result->statistic, WithinAbs(row.at("statistic").get<double>(), 1e-9));
  CHECK(result->degrees == row.at("degrees"));
  CHECK_THAT(result->p_value / row.at("p_value").get<double>(), WithinAbs(1, 1e-9));  // some are tiny
}

TEST_CASE("chi-square tests agree with SciPy and NumPy", "[stats]") {
  const json document = golden();
  for (const json& row : document.at("fit")) {
    check(goodness_of_fit(row.at("observed").get<std::vector<double>>(), row.at("expected").get<std::vector<double>>()),
          row);
  }
  for (const json& row : document.at("shares")) {
    std::vector<Share> positions;
    for (const json& position : row.at("positions")) positions.push_back({position.at(0), position.at(1)});
    check(equal_shares(positions), row);
  }
  for (const json& row : document.at("margins")) {
    check(equal_margins(row.at("table").get<std::vector<std::vector<double>>>()), row);
  }
}

TEST_CASE("repeating every response changes no test that counts questions", "[stats]") {
  const json document = golden();
  for (const json& row : document.at("margins")) {
    auto table = row.at("table").get<std::vector<std::vector<double>>>();
    for (auto& line : table) {
      for (double& count : line) count *= 8;
    }
    check(equal_margins(table, 8), row);
  }
  for (const json& row : document.at("shares")) {
    std::vector<Share> positions;
    for (const json& position : row.at("positions")) {
      positions.push_back({position.at(0).get<int>() * 8, position.at(1).get<int>() * 8});
    }
    check(equal_shares(positions, 8), row);
  }
}

TEST_CASE("empty positions count for nothing, and what cannot be compared has no test", "[stats]") {
  CHECK(equal_shares(std::vector<Share>{{3, 9}, {0, 0}, {5, 9}})->degrees == 1);
  CHECK(goodness_of_fit(std::vector<double>{3, 0, 5}, std::vector<double>{4, 0, 4})->degrees == 1);
  CHECK_FALSE(equal_shares({}).has_value());
  CHECK_FALSE(equal_shares(std::vector<Share>{{3, 9}}).has_value());
  CHECK_FALSE(equal_shares(std::vector<Share>{{9, 9}, {7, 7}}).has_value());
  CHECK_FALSE(equal_shares(std::vector<Share>{{0, 9}, {0, 7}}).has_value());
  CHECK_FALSE(goodness_of_fit(std::vector<double>{9}, std::vector<double>{9}).has_value());
  CHECK_FALSE(equal_margins({}).has_value());
  CHECK_FALSE(equal_margins({{5, 0}, {0, 9}}).has_value());
}

}  // namespace
}  // namespace tripos::stats
