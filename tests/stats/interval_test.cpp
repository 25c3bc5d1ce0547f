#include "harness/stats/interval.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "tests/catch.h"

namespace tripos::stats {
namespace {

using Catch::Matchers::WithinAbs;
using nlohmann::json;

json load(const char* path) {
  const auto text = read_file(path);
  REQUIRE(text);
  const auto document = parse_json(*text, path);
  REQUIRE(document);
  return *document;
}

TEST_CASE("intervals agree with SciPy", "[stats]") {
  const json golden = load(TRIPOS_SOURCE_DIR "/tests/golden/interval.json");
  for (const json& row : golden.at("wilson")) {
    CAPTURE(row.dump());
    const Interval interval = wilson(row.at("successes"), row.at("n"), row.at("confidence"));
    CHECK_THAT(interval.low, WithinAbs(row.at("low").get<double>(), 1e-12));
    CHECK_THAT(interval.high, WithinAbs(row.at("high").get<double>(), 1e-12));
  }
  for (const json& row : golden.at("mean")) {
    CAPTURE(row.dump());
    std::vector<Share> questions;
    for (const json& run : row.at("rows")) {
      questions.insert(questions.end(), run.at(2).get<std::size_t>(), Share{run.at(0), run.at(1)});
    }
    const Interval interval = accuracy_interval(questions, row.at("confidence"));
    CHECK_THAT(accuracy(questions), WithinAbs(row.at("accuracy").get<double>(), 1e-12));
    CHECK_THAT(interval.low, WithinAbs(row.at("low").get<double>(), 1e-9));
    CHECK_THAT(interval.high, WithinAbs(row.at("high").get<double>(), 1e-9));
  }
}

TEST_CASE("Wilson agrees with the shared worked examples", "[stats]") {
  const char* path = TRIPOS_SHARED_DIR "/data/stats-cases.json";
  if (!read_file(path)) {
    WARN("skipped: " << path << " is not there");
    return;
  }
  int checked = 0;
  const json cases = load(path);
  for (const json& example : cases.at("cases")) {
    if (example.at("fn") != "wilson") continue;
    CAPTURE(example.dump());
    const json& input = example.at("input");
    const Interval interval = wilson(input.at("successes"), input.at("n"), input.at("confidence"));
    CHECK_THAT(interval.low, WithinAbs(example.at("expect").at("lower").get<double>(), example.at("tol")));
    CHECK_THAT(interval.high, WithinAbs(example.at("expect").at("upper").get<double>(), example.at("tol")));
    ++checked;
  }
  CHECK(checked == 4);
}

TEST_CASE("an interval holds its own estimate and stays between 0 and 1", "[stats]") {
  const int n = GENERATE(1, 2, 30, 198, 100000);
  for (const int successes : {0, 1, n / 2, n - 1, n}) {
    CAPTURE(n, successes);
    const Interval interval = wilson(successes, n);
    CHECK(interval.low >= 0);
    CHECK(interval.high <= 1);
    CHECK(interval.low <= static_cast<double>(successes) / n);
    CHECK(interval.high >= static_cast<double>(successes) / n);
  }
  CHECK(wilson(0, n).low == 0);
  CHECK(wilson(n, n).high == 1);
}

TEST_CASE("nothing measured says nothing", "[stats]") {
  CHECK(wilson(0, 0).low == 0);
  CHECK(wilson(0, 0).high == 1);
  CHECK(accuracy({}) == 0);
  CHECK(accuracy_interval({}).high == 1);
}

TEST_CASE("the interval of a mean falls back to Wilson where there is no spread to measure", "[stats]") {
  const Interval one_each = accuracy_interval(std::vector<Share>{{1, 1}, {0, 1}, {1, 1}});
  CHECK(one_each.low == wilson(2, 3).low);
  const Interval all_equal = accuracy_interval(std::vector<Share>(10, Share{4, 8}));
  CHECK_THAT(all_equal.low, WithinAbs(wilson(5, 10).low, 1e-15));
  CHECK_THAT(all_equal.high, WithinAbs(wilson(5, 10).high, 1e-15));
  const Interval single = accuracy_interval(std::vector<Share>{{3, 8}});
  CHECK_THAT(single.low, WithinAbs(wilson(3.0 / 8, 1).low, 1e-15));
}

TEST_CASE("the standard error is that of the questions' mean share", "[stats]") {
  // Shares 1, 0.5, 0: mean 0.5, squares 0.25 + 0 + 0.25 over n - 1 = 2, so 0.25; over n = 3.
  const std::vector<Share> questions = {{4, 4}, {2, 4}, {0, 4}};
  REQUIRE(standard_error(questions).has_value());
  CHECK_THAT(*standard_error(questions), Catch::Matchers::WithinAbs(std::sqrt(0.25 / 3), 1e-15));
  CHECK_FALSE(standard_error(std::vector<Share>{{1, 2}}).has_value());
}

}  // namespace
}  // namespace tripos::stats
