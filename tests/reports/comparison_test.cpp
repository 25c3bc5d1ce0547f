#include "reports/comparison.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "datasets/csv.h"
#include "harness/core/file.h"
#include "harness/core/json.h"
#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/reports/cells.h"

namespace tripos::reports {
namespace {

using Catch::Matchers::WithinAbs;
using nlohmann::json;
using test::make_cell;

json golden() {
  const auto text = read_file(TRIPOS_SOURCE_DIR "/tests/golden/comparison.json");
  REQUIRE(text);
  const auto document = parse_json(*text, "comparison.json");
  REQUIRE(document);
  return *document;
}

store::Cell cell_of(const json& row) {
  std::vector<test::Tallies> tallies;
  for (const json& group : row.at("tallies")) tallies.push_back({group.at(0), group.at(1), group.at(2)});
  return make_cell(row.at("model"), row.at("task"), row.at("protocol"), tallies);
}

// A row with a different number in each field.
ComparisonRow full_row() {
  ComparisonRow row;
  row.run_id = "0123456789abcdef";
  row.model = "provider/model";
  row.task = "math500";
  row.protocol = "boxed@2026-08";
  row.asked = "simple-evals@2025-07";
  row.samples = 1234;
  row.epochs = 8;
  row.responses = 9872;
  row.correct = 7404;
  row.accuracy = 0.75;
  row.ci_low = 0.725;
  row.ci_high = 0.773;
  row.truncated = 1001;
  row.refused = 1002;
  row.unparsed = 1003;
  row.undecided = 1004;
  row.errored = 1005;
  row.pending = 1006;
  row.input_tokens = 1'234'567;
  row.output_tokens = 98'765'432;
  row.seconds = 86'399;
  return row;
}

// The numbers of full_row() as people read them.
const std::vector<std::string> kFullRowFacts = {
    "75.00 %", "[72.5, 77.3]", "7,404 of 1,234 x 8", "1,001",   "1,002", "1,003", "1,004",
    "1,005",   "1,006",        "98,765,432",         "23:59:59"};

ComparisonRow named(const std::string& model) {
  ComparisonRow row = full_row();
  row.model = model;
  return row;
}

int widest_line(const std::string& text) {
  int widest = 0;
  for (const std::string_view line : split_lines(text)) widest = std::max(widest, display_width(line));
  return widest;
}

TEST_CASE("accuracies and intervals agree with SciPy and statsmodels", "[reports]") {
  const json document = golden();
  for (const json& example : document.at("cells")) {
    CAPTURE(example.dump());
    const json& expect = example.at("expect");
    const ComparisonRow row = compare(cell_of(example));
    CHECK(row.samples == expect.at("samples"));
    CHECK(row.epochs == expect.at("epochs"));
    CHECK(row.responses == expect.at("responses"));
    CHECK(row.correct == expect.at("correct"));
    if (row.responses == 0) continue;
    CHECK_THAT(row.accuracy, WithinAbs(expect.at("accuracy").get<double>(), 1e-12));
    CHECK_THAT(row.ci_low, WithinAbs(expect.at("ci_low").get<double>(), 1e-9));
    CHECK_THAT(row.ci_high, WithinAbs(expect.at("ci_high").get<double>(), 1e-9));
  }
}

TEST_CASE("rows read by task and protocol, the best first and those without a result last", "[reports]") {
  const json document = golden();
  std::vector<store::Cell> cells;
  for (const json& example : document.at("cells")) cells.push_back(cell_of(example));
  for (int rotation = 0; rotation < static_cast<int>(cells.size()); ++rotation) {
    std::rotate(cells.begin(), cells.begin() + 1, cells.end());
    std::vector<std::string> order;
    for (const ComparisonRow& row : compare(cells)) order.push_back(row.model);
    CHECK(order == document.at("order").get<std::vector<std::string>>());
  }
}

TEST_CASE("what went wrong is carried over as counted", "[reports]") {
  store::Cell cell = make_cell("m", "t", "p@1", {{1, 1, 3}});
  cell.run.spec.protocol = "asked@1";
  cell.truncated = 1;
  cell.refused = 2;
  cell.unparsed = 3;
  cell.undecided = 4;
  cell.errored = 5;
  cell.pending = 6;
  cell.input_tokens = 7;
  cell.output_tokens = 8;
  cell.seconds = 9.5;
  const ComparisonRow row = compare(cell);
  CHECK(row.asked == "asked@1");
  CHECK(row.protocol == "p@1");
  CHECK(std::vector{row.truncated, row.refused, row.unparsed, row.undecided, row.errored, row.pending} ==
        std::vector{1, 2, 3, 4, 5, 6});
  CHECK(row.input_tokens == 7);
  CHECK(row.output_tokens == 8);
  CHECK(row.seconds == 9.5);
}

TEST_CASE("a breakdown counts each value of each key, with the Wilson interval of statsmodels", "[reports]") {
  store::Cell cell;
  const json document = golden();
  for (const json& group : document.at("groups")) {
    const int right = group.at(1);
    for (int i = 0; i < group.at(2).get<int>(); ++i) {
      cell.samples.push_back({"q", {{"level", group.at(0)}, {"half", i % 2 == 0 ? "a" : "b"}}, 1, i < right ? 1 : 0});
    }
  }
  const auto breakdown = break_down(cell);
  REQUIRE(breakdown.size() == 2);
  const std::vector<BreakdownRow>& levels = breakdown.at("level");
  REQUIRE(levels.size() == document.at("groups").size());
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const json& group = document.at("groups").at(i);
    CAPTURE(group.dump());
    CHECK(levels[i].value == group.at(0));
    CHECK(levels[i].samples == group.at(2));
    CHECK_THAT(levels[i].accuracy, WithinAbs(group.at(1).get<double>() / group.at(2).get<double>(), 1e-12));
    CHECK_THAT(levels[i].ci_low, WithinAbs(group.at(3).get<double>(), 1e-12));
    CHECK_THAT(levels[i].ci_high, WithinAbs(group.at(4).get<double>(), 1e-12));
  }
}

TEST_CASE("JSON has the promised keys in their order, and every fact", "[reports]") {
  const std::string text = render_comparison({full_row()}, TableFormat::kJson);
  const auto document = nlohmann::ordered_json::parse(text);
  CHECK(document.at("schema") == 1);
  REQUIRE(document.at("cells").size() == 1);
  const auto& cell = document.at("cells").at(0);
  std::vector<std::string> keys;
  for (const auto& [key, value] : cell.items()) keys.push_back(key);
  REQUIRE(keys.size() > 14);
  CHECK(std::vector(keys.begin(), keys.begin() + 14) ==
        std::vector<std::string>{"model", "task", "protocol", "samples", "epochs", "correct", "accuracy", "ci_low",
                                 "ci_high", "truncated", "refused", "unparsed", "errored", "output_tokens"});
  const json expected = {{"model", "provider/model"},
                         {"task", "math500"},
                         {"protocol", "boxed@2026-08"},
                         {"samples", 1234},
                         {"epochs", 8},
                         {"correct", 7404},
                         {"accuracy", 0.75},
                         {"ci_low", 0.725},
                         {"ci_high", 0.773},
                         {"truncated", 1001},
                         {"refused", 1002},
                         {"unparsed", 1003},
                         {"errored", 1005},
                         {"output_tokens", 98'765'432},
                         {"input_tokens", 1'234'567},
                         {"seconds", 86'399.0},
                         {"responses", 9872},
                         {"undecided", 1004},
                         {"pending", 1006},
                         {"asked", "simple-evals@2025-07"},
                         {"run", "0123456789abcdef"},
                         {"behind", nullptr},
                         {"behind_low", nullptr},
                         {"behind_high", nullptr},
                         {"behind_p", nullptr}};
  CHECK(json(cell) == expected);
}

TEST_CASE("models are compared on the questions of both, with the best of their table", "[reports]") {
  // make_cell() gives the samples of both the same names.
  const std::vector<ComparisonRow> rows =
      compare(std::vector{make_cell("worse", "t", "p", {{1, 4, 3}, {2, 4, 2}}),
                          make_cell("best", "t", "p", {{3, 4, 5}}), make_cell("alone", "u", "p", {{3, 4, 5}})});
  REQUIRE(rows.size() == 3);
  CHECK_FALSE(rows[0].behind);
  REQUIRE(rows[1].behind);
  CHECK(rows[1].model == "worse");
  CHECK(rows[1].behind->questions == 5);
  CHECK(rows[1].behind->difference == (3 * 0.5 + 2 * 0.25) / 5);
  CHECK_FALSE(rows[2].behind);
  const std::string table = render_comparison(rows, TableFormat::kTable, 200);
  CHECK(table.find("behind the best") != std::string::npos);
  CHECK(table.find("40.00 [28.0, 52.0]") != std::string::npos);
}

TEST_CASE("JSON gives numbers in full precision, and null where nothing was measured", "[reports]") {
  const ComparisonRow third = compare(make_cell("m", "t", "p", {{1, 1, 1}, {0, 1, 2}}));
  const json cells = json::parse(render_comparison({third, compare(make_cell("n", "t", "p", {}))}, TableFormat::kJson));
  CHECK(cells.at("cells").at(0).at("accuracy").get<double>() == 1.0 / 3);
  CHECK(cells.at("cells").at(0).at("ci_low").get<double>() == third.ci_low);
  for (const char* key : {"accuracy", "ci_low", "ci_high"}) CHECK(cells.at("cells").at(1).at(key).is_null());
  CHECK(cells.at("cells").at(1).at("samples") == 0);
}

TEST_CASE("CSV reads back as the cells of the JSON form", "[reports]") {
  const std::vector<ComparisonRow> rows = {full_row(), compare(make_cell("m,\"1\"", "t", "p", {{1, 1, 1}, {0, 1, 2}})),
                                           compare(make_cell("unscored", "t", "p", {}))};
  const json cells = json::parse(render_comparison(rows, TableFormat::kJson)).at("cells");
  const std::string text = render_comparison(rows, TableFormat::kCsv);
  const auto records = datasets::parse_csv(text, "compare.csv");
  REQUIRE(records);
  REQUIRE(records->size() == cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    REQUIRE((*records)[i].fields.size() == cells[i].size());
    for (const auto& [key, field] : (*records)[i].fields) {
      const std::string value = std::get<std::string>(field);
      CAPTURE(key, value);
      const json& expected = cells[i].at(key);
      CHECK(value == (expected.is_null() ? "" : expected.is_string() ? expected.get<std::string>() : expected.dump()));
    }
  }
  CHECK(text.find("\r\n") == text.find('\n') - 1);
}

TEST_CASE("names are written to CSV as Python's csv module does and to Markdown as text", "[reports]") {
  const json document = golden();
  for (const json& example : document.at("names")) {
    const std::string name = example.at(0);
    CAPTURE(name);
    const std::string csv = render_comparison({named(name)}, TableFormat::kCsv);
    CHECK(
        csv.substr(csv.find('\n') + 1).starts_with(example.at(1).get<std::string>() + ",math500,boxed@2026-08,1234,"));
    const std::string markdown = render_comparison({named(name)}, TableFormat::kMarkdown);
    CHECK(markdown.find("\n| math500 | " + example.at(2).get<std::string>() + " | boxed@2026-08 |") !=
          std::string::npos);
  }
}

TEST_CASE("a name cannot steer a terminal in any format", "[reports]") {
  const std::string hostile =
      "a\x1b[31mred\x07\r\n\t\x7f\xc2\x9b \xe2\x80\xae"
      "dlrow \xff\xc0\xaf" +
      std::string(1, '\0');
  for (const TableFormat format :
       {TableFormat::kTable, TableFormat::kMarkdown, TableFormat::kCsv, TableFormat::kJson}) {
    const std::string text = render_comparison({named(hostile)}, format);
    CHECK_FALSE(find_invalid_utf8(text));
    for (const char* control : {"\x1b", "\x07", "\x7f", "\t", "\xc2\x9b", "\xe2\x80\xae"}) {
      CHECK(text.find(control) == std::string::npos);
    }
    CHECK(text.find('\0') == std::string::npos);
  }
  const json cell = json::parse(render_comparison({named(hostile)}, TableFormat::kJson)).at("cells").at(0);
  CHECK(cell.at("model") == repair_utf8(hostile));
}

TEST_CASE("the tables for people show every fact of a row", "[reports]") {
  for (const int width : {40, 80, 100, 400}) {
    CAPTURE(width);
    const std::string table = render_comparison({full_row()}, TableFormat::kTable, width);
    CHECK(widest_line(table) <= width);
    for (const std::string& fact : kFullRowFacts) CHECK(table.find(fact) != std::string::npos);
    for (const char* text : {"math500  boxed@2026-08", "provider/model"}) CHECK(table.find(text) != std::string::npos);
  }
  const std::string markdown = render_comparison({full_row()}, TableFormat::kMarkdown);
  CHECK(markdown ==
        "| task | model | protocol | accuracy | 95 % interval | correct of n x k | truncated | refused | unparsed | "
        "undecided | errored | pending | tokens | time |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| math500 | provider/model | boxed@2026-08 | 75.00 % | [72.5, 77.3] | 7,404 of 1,234 x 8 | 1,001 | "
        "1,002 | 1,003 | 1,004 | 1,005 | 1,006 | 98,765,432 | 23:59:59 |\n");
}

TEST_CASE("undecided and pending have columns only where there are some, and nothing measured is said", "[reports]") {
  const std::string table = render_comparison({compare(make_cell("m", "t", "p", {}))}, TableFormat::kTable, 200);
  CHECK(table ==
        "t  p\n"
        "  model    accuracy  95 % interval  correct of n x k  truncated  refused  unparsed  errored  tokens  time\n"
        "  m      not scored              -                 -          0        0         0        0       -     -\n");
}

TEST_CASE("a table folds its columns and never cuts a number", "[reports]") {
  ComparisonRow other = full_row();
  other.model =
      "openai-compatible/a-model-with-a-name-that-is-far-longer-than-any-line-of-a-terminal-could-be-and-goes-on";
  other.accuracy = 1;
  other.ci_low = 0.999;
  other.ci_high = 1;
  const std::string table = render_comparison({other}, TableFormat::kTable, 80);
  CHECK(table ==
        "math500  boxed@2026-08\n"
        "  model                              accuracy  95 % interval    correct of n x k\n"
        "  openai-compatible/a-model-with-a-name-that-is-far-longer-than-any-line-of-a-te\n"
        "  rminal-could-be-and-goes-on\n"
        "                                     100.00 %  [99.9, 100.0]  7,404 of 1,234 x 8\n"
        "    truncated 1,001  refused 1,002  unparsed 1,003  undecided 1,004\n"
        "    errored 1,005  pending 1,006  tokens 98,765,432  time 23:59:59\n");
}

TEST_CASE("wide and combining characters keep the columns of a table in line", "[reports]") {
  const std::string table =
      render_comparison({named("模型"), named("e\xcc\x81t\xc3\xa9"), named("plain")}, TableFormat::kTable, 300);
  std::set<int> widths;
  const std::vector<std::string_view> lines = split_lines(table);
  for (std::size_t i = 1; i < lines.size(); ++i) widths.insert(display_width(lines[i]));
  CHECK(widths.size() == 1);
}

TEST_CASE("each task and protocol has a table of its own", "[reports]") {
  std::vector<ComparisonRow> rows(3, full_row());
  rows[1].protocol = "other@1";
  rows[2].task = "zoology";
  const std::string table = render_comparison(rows, TableFormat::kTable, 80);
  for (const char* head : {"math500  boxed@2026-08\n", "\nmath500  other@1\n", "\nzoology  boxed@2026-08\n"}) {
    CHECK(table.find(head) != std::string::npos);
  }
  CHECK(render_comparison({}, TableFormat::kTable).empty());
}

}  // namespace
}  // namespace tripos::reports
