#include "harness/stats/paired.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "tests/catch.h"

namespace tripos::stats {
namespace {

using Catch::Matchers::WithinAbs;

// A digit a question: how many of `k` responses are correct.
std::vector<double> shares(const nlohmann::json& row, const char* model) {
  std::vector<double> shares;
  for (const char digit : row.at(model).get<std::string>()) shares.push_back((digit - '0') / row.at("k").get<double>());
  return shares;
}

TEST_CASE("paired differences agree with SciPy", "[stats]") {
  const auto text = read_file(TRIPOS_SOURCE_DIR "/tests/golden/paired.json");
  REQUIRE(text);
  const nlohmann::json golden = parse_json(*text, "paired.json").value();
  for (const auto& row : golden.at("paired")) {
    const std::vector<double> a = shares(row, "a");
    const std::vector<double> b = shares(row, "b");
    const auto paired = paired_difference(a, b, row.at("confidence"));
    REQUIRE(paired);
    CHECK(paired->questions == static_cast<int>(a.size()));
    CHECK_THAT(paired->difference, WithinAbs(row.at("difference").get<double>(), 1e-12));
    CHECK_THAT(paired->standard_error, WithinAbs(row.at("standard_error").get<double>(), 1e-12));
    CHECK_THAT(paired->low, WithinAbs(row.at("low").get<double>(), 1e-12));
    CHECK_THAT(paired->high, WithinAbs(row.at("high").get<double>(), 1e-12));
    CHECK_THAT(paired->p_value, WithinAbs(row.at("p_value").get<double>(), 1e-12));
  }
}

TEST_CASE("models that differ nowhere, or alike everywhere, have no spread", "[stats]") {
  const std::vector<double> a = {1, 0, 0.5};
  const auto same = paired_difference(a, a);
  REQUIRE(same);
  CHECK(same->difference == 0);
  CHECK(same->p_value == 1);
  const auto wide = paired_difference(std::vector<double>{1, 0.9}, std::vector<double>{0, 0});
  REQUIRE(wide);
  CHECK(wide->high == 1);
  const auto apart = paired_difference(std::vector<double>{1, 1}, std::vector<double>{0, 0});
  REQUIRE(apart);
  CHECK(apart->difference == 1);
  CHECK(apart->p_value == 0);
  CHECK_FALSE(paired_difference(std::vector<double>{1}, std::vector<double>{0}));
  CHECK_FALSE(paired_difference(std::vector<double>{1, 1}, std::vector<double>{0}));
}

}  // namespace
}  // namespace tripos::stats
