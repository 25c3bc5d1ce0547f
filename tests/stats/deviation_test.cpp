#include "harness/stats/deviation.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "tests/catch.h"

namespace tripos::stats {
namespace {

using Catch::Matchers::WithinAbs;

TEST_CASE("the largest deviation of counts agrees with SciPy", "[stats]") {
  const char* path = TRIPOS_SOURCE_DIR "/tests/golden/deviation.json";
  const auto text = read_file(path);
  REQUIRE(text);
  const auto golden = parse_json(*text, path);
  REQUIRE(golden);
  for (const auto& row : golden->at("cases")) {
    CAPTURE(row.dump());
    std::vector<PositionCount> counts;
    for (const auto& count : row.at("counts")) counts.push_back({count.at(0), count.at(1), count.at(2)});
    const auto deviation = largest_deviation(counts);
    REQUIRE(deviation.has_value());
    CHECK(deviation->position == row.at("position").get<std::size_t>());
    CHECK_THAT(deviation->z, WithinAbs(row.at("z").get<double>(), 1e-12));
    CHECK_THAT(deviation->p_value / row.at("p_value").get<double>(), WithinAbs(1, 1e-9));  // some are tiny
  }
}

TEST_CASE("counts without a variance deviate from nothing", "[stats]") {
  CHECK_FALSE(largest_deviation({}).has_value());
  CHECK_FALSE(largest_deviation(std::vector<PositionCount>{{3, 0, 0}, {0, 3, 0}}).has_value());
}

}  // namespace
}  // namespace tripos::stats
