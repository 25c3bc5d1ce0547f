#include "datasets/csv.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos::datasets {
namespace {

using Catch::Matchers::StartsWith;

std::string text_of(const Record& record, const std::string& field) {
  return std::get<std::string>(record.fields.at(field));
}

TEST_CASE("CSV is read as Python's csv module reads it", "[datasets][csv]") {
  const auto golden = read_file(TRIPOS_SOURCE_DIR "/tests/golden/csv_rows.jsonl");
  REQUIRE(golden);
  int cases = 0;
  for (const std::string_view line : split_lines(*golden)) {
    const auto expected = parse_json(line, "golden");
    REQUIRE(expected);
    const auto records = parse_csv((*expected)["csv"].get<std::string>(), "golden.csv");
    CAPTURE(line);
    REQUIRE(records);
    nlohmann::json rows = nlohmann::json::array();
    for (const Record& record : *records) {
      nlohmann::json row = nlohmann::json::object();
      for (const auto& [name, value] : record.fields) row[name] = std::get<std::string>(value);
      rows.push_back(row);
    }
    CHECK(rows == (*expected)["rows"]);
    ++cases;
  }
  CHECK(cases == 150);
}

TEST_CASE("CSV fields keep line ends, quotes, commas and white space", "[datasets][csv]") {
  const auto records = parse_csv(
      "\xef\xbb\xbf"
      "id,text\r\n1,\"a \"\"b\"\",\r\n c \"\r\n\r\n2,  d \n",
      "t.csv");
  REQUIRE(records);
  REQUIRE(records->size() == 2);
  CHECK(text_of((*records)[0], "id") == "1");
  CHECK(text_of((*records)[0], "text") == "a \"b\",\r\n c ");
  CHECK((*records)[0].line == 2);
  CHECK(text_of((*records)[1], "text") == "  d ");
  CHECK((*records)[1].line == 5);
}

TEST_CASE("broken CSV is an error that names line and column", "[datasets][csv]") {
  struct Case {
    std::string text;
    std::string expected;
  };
  const auto c = GENERATE(Case{"", "t.csv:1:1: the file is empty"}, Case{"\n\n", "t.csv:3:1: the file is empty"},
                          Case{"a,a\n1,2\n", "t.csv:1:1: the header names the column \"a\" twice"},
                          Case{"a,b\n1,2\n3\n", "t.csv:3:1: expected 2 fields, found 1"},
                          Case{"a,b\n1,2,3\n", "t.csv:2:1: expected 2 fields, found 3"},
                          Case{"a,b\n\"x\ny\",\"z", "t.csv:3:4: this quote is never closed"},
                          Case{"a,b\n1,x\"y\n", "t.csv:2:4: a quote inside an unquoted field"},
                          Case{"a,b\n1,\"x\"y\n", "t.csv:2:6: text after a closing quote"},
                          Case{"a,b\n1,x\ry\n", "t.csv:2:4: a carriage return inside an unquoted field"},
                          Case{"a" + std::string(kMaxCsvColumns, ',') + "\n",
                               fmt::format("t.csv:1:{}: more than 4096", kMaxCsvColumns + 2)});
  CAPTURE(c.text.substr(0, 40));
  const auto records = parse_csv(c.text, "t.csv");
  REQUIRE(!records);
  CHECK(records.error().kind == Error::Kind::kData);
  CHECK_THAT(records.error().message, StartsWith(c.expected));
}

}  // namespace
}  // namespace tripos::datasets
