#include "reports/matrix.h"

#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "reports/html_report.h"
#include "reports/letters.h"
#include "tests/catch.h"
#include "tests/reports/sample_store.h"
#include "tests/support/temp_dir.h"

namespace tripos::reports {
namespace {

using Catch::Matchers::WithinAbs;
using Verdicts = std::vector<Verdict>;

constexpr Verdict kEqual = Verdict::kEqual;
constexpr Verdict kDifferent = Verdict::kDifferent;
constexpr Verdict kNoAnswer = Verdict::kNoAnswer;

store::Run run_of(AnswerKind kind, bool is_private = false) {
  store::Run run;
  run.id = "1";
  run.details.kind = kind;
  run.details.is_private = is_private;
  return run;
}

std::vector<MatrixReader> readers(const std::vector<std::string>& labels) {
  std::vector<MatrixReader> readers;
  for (const std::string& label : labels) readers.push_back({.protocols = {label}});
  return readers;
}

store::StoredResponse response(const std::string& sample, int epoch, const std::string& target = "7", int choices = 0) {
  store::StoredResponse response;
  response.sample_id = sample;
  response.epoch = epoch;
  response.reference = {target, choices};
  return response;
}

std::vector<Score> scores(const Verdicts& verdicts, const std::string& extracted = "7") {
  std::vector<Score> scores;
  for (const Verdict verdict : verdicts) scores.push_back({verdict, verdict == kNoAnswer ? "" : extracted, "rule"});
  return scores;
}

TEST_CASE("a matrix counts what each reader says and how often two agree, the best reader first", "[reports][matrix]") {
  MatrixBuilder builder(run_of(AnswerKind::kMath), readers({"strict", "robust"}), 10);
  builder.add(response("a", 0), scores({kEqual, kEqual}));
  builder.add(response("a", 1), scores({kNoAnswer, kEqual}));
  builder.add(response("b", 0), scores({Verdict::kUndecided, kEqual}));
  builder.add(response("c", 0), scores({Verdict::kGoldUnreadable, kDifferent}));
  const Matrix matrix = builder.finish();
  CHECK(matrix.samples == 3);
  CHECK(matrix.responses == 4);
  REQUIRE(matrix.readers.size() == 2);
  const MatrixReader& robust = matrix.readers[0];
  CHECK(robust.protocols == std::vector<std::string>{"robust"});
  CHECK(robust.correct == 3);
  CHECK_THAT(robust.accuracy, WithinAbs(2.0 / 3, 1e-15));                // the mean of 1, 1 and 0
  CHECK_THAT(robust.standard_error.value(), WithinAbs(1.0 / 3, 1e-15));  // sd sqrt(1/3) over sqrt(3)
  const MatrixReader& strict = matrix.readers[1];
  CHECK_THAT(strict.accuracy, WithinAbs(1.0 / 6, 1e-15));  // the mean of 1/2, 0 and 0
  CHECK(strict.unparsed == 1);
  CHECK(strict.undecided == 2);
  CHECK_THAT(matrix.spread(), WithinAbs(0.5, 1e-15));
  CHECK(matrix.agreement == std::vector<std::vector<int>>{{4, 1}, {1, 4}});
  CHECK(matrix.agreed(0, 1) == 0.25);
  CHECK(matrix.disagreed == 3);
  CHECK_FALSE(matrix.positions.has_value());
}

TEST_CASE("of what readers differ on, rare patterns of verdicts are listed first", "[reports][matrix]") {
  for (const std::size_t most : {0u, 1u, 3u, 100u}) {
    CAPTURE(most);
    MatrixBuilder builder(run_of(AnswerKind::kMath), readers({"x", "y", "z"}), most);
    for (int epoch = 0; epoch < 4; ++epoch) builder.add(response("often", epoch), scores({kNoAnswer, kEqual, kEqual}));
    builder.add(response("same", 0), scores({kNoAnswer, kNoAnswer, kNoAnswer}));
    builder.add(response("rare", 0), {{kDifferent, "6", ""}, {kEqual, "7", ""}, {kDifferent, "8", ""}});
    builder.add(response("often", 9), scores({kNoAnswer, kEqual, kEqual}));
    const Matrix matrix = builder.finish();
    CHECK(matrix.disagreed == 6);
    const std::vector<std::pair<std::string, int>> order = {{"rare", 0},  {"often", 0}, {"often", 1},
                                                            {"often", 2}, {"often", 3}, {"often", 9}};
    REQUIRE(matrix.disagreements.size() == std::min(most, order.size()));
    for (std::size_t i = 0; i < matrix.disagreements.size(); ++i) {
      const Disagreement& listed = matrix.disagreements[i];
      CHECK(std::pair(listed.sample_id, listed.epoch) == order[i]);
      CHECK(listed.alike == (i == 0 ? 1 : 5));
    }
    if (matrix.disagreements.empty()) continue;
    // "y" was right each time, "z" but once and "x" never: so they are numbered.
    const std::vector<Finding>& findings = matrix.disagreements[0].findings;
    REQUIRE(findings.size() == 3);
    CHECK(findings[0].verdict == kEqual);
    CHECK(findings[0].readers == std::vector<std::size_t>{0});
    CHECK(findings[1].extracted == "8");
    CHECK(findings[1].readers == std::vector<std::size_t>{1});
    CHECK(findings[2].extracted == "6");
  }
}

TEST_CASE("a list holds the start of what was extracted, and of a private task its letter", "[reports][matrix]") {
  for (const bool is_private : {false, true}) {
    MatrixBuilder builder(run_of(AnswerKind::kChoice, is_private), readers({"x", "y", "z"}), 10);
    builder.add(
        response("q", 0, "B", 4),
        {{kEqual, "(b).", ""}, {kDifferent, std::string(100'000, 'x'), ""}, {kDifferent, "the text of a choice", ""}});
    builder.add(response("r", 0, "\\text{secret}", 4), scores({kEqual, kNoAnswer, kNoAnswer}, "B"));
    const std::vector<Disagreement> listed = builder.finish().disagreements;
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].target == "B");
    CHECK(listed[1].target == (is_private ? "" : "\\text{secret}"));
    const std::vector<Finding>& findings = listed[0].findings;
    CHECK(findings[0].extracted == (is_private ? "b" : "(b)."));
    REQUIRE(findings.size() == (is_private ? 2 : 3));  // two that are left out are the same
    CHECK(findings[1].extracted == (is_private ? "" : std::string(200, 'x')));
  }
}

TEST_CASE("letters are counted by position, right and chosen, once a question", "[reports][matrix]") {
  // Rows chosen, columns right.
  const std::vector<std::vector<int>> table = {{40, 8, 3, 5}, {6, 39, 4, 4}, {2, 5, 41, 7}, {9, 3, 6, 38}};
  std::vector<std::vector<double>> counts(4);
  std::vector<stats::Share> shares(4);
  for (int chosen = 0; chosen < 4; ++chosen) {
    for (int key = 0; key < 4; ++key) {
      counts[chosen].push_back(table[chosen][key]);
      shares[key].responses += table[chosen][key];
      if (key == chosen) shares[key].correct += table[chosen][key];
    }
  }
  for (const int epochs : {1, 3}) {
    MatrixBuilder builder(run_of(AnswerKind::kChoice), readers({"blind", "reads"}), 0);
    int question = 0;
    for (int chosen = 0; chosen < 4; ++chosen) {
      for (int key = 0; key < 4; ++key) {
        for (int i = 0; i < table[chosen][key]; ++i, ++question) {
          for (int epoch = 0; epoch < epochs; ++epoch) {
            const Score read{key == chosen ? kEqual : kDifferent,
                             std::string("(") + static_cast<char>('a' + chosen) + ")", ""};
            builder.add(response(std::to_string(question), epoch, std::string(1, static_cast<char>('A' + key)), 4),
                        {{kNoAnswer, "", ""}, read});
          }
        }
      }
    }
    const Matrix matrix = builder.finish();
    REQUIRE(matrix.positions.has_value());
    const Positions& positions = *matrix.positions;
    CHECK(positions.keys == std::vector<int>{57 * epochs, 55 * epochs, 54 * epochs, 54 * epochs});
    const ReaderPositions& reads = positions.readers.at(0);  // the better one
    CHECK(reads.correct == std::vector<int>{40 * epochs, 39 * epochs, 41 * epochs, 38 * epochs});
    CHECK(reads.chosen == std::vector<int>{56 * epochs, 53 * epochs, 55 * epochs, 56 * epochs});
    const auto near = [](double expected) { return WithinAbs(expected, 1e-12); };
    CHECK_THAT(reads.same_shares.value().p_value, near(stats::equal_shares(shares)->p_value));
    CHECK_THAT(reads.no_favourite.value().p_value, near(stats::equal_margins(counts)->p_value));
    CHECK_THAT(positions.key_balance.value().p_value,
               near(stats::goodness_of_fit(std::vector<double>{57, 55, 54, 54}, std::vector<double>(4, 55))->p_value));
    CHECK(positions.readers.at(1).chosen == std::vector<int>(4));
    CHECK_FALSE(positions.readers.at(1).same_shares.has_value());
    CHECK_FALSE(positions.readers.at(1).no_favourite.has_value());
  }
}

TEST_CASE("a run without responses, and counts of choices beyond all bounds, make a matrix", "[reports][matrix]") {
  const Matrix none = MatrixBuilder(run_of(AnswerKind::kChoice), readers({"x", "y"}), 5).finish();
  CHECK(none.responses == 0);
  CHECK(none.spread() == 0);
  CHECK(none.agreed(0, 1) == 0);
  CHECK(none.positions->keys.empty());
  CHECK_FALSE(none.readers[0].standard_error.has_value());

  MatrixBuilder builder(run_of(AnswerKind::kChoice), readers({"x"}), 5);
  builder.add(response("a", 0, "Z", 2'000'000'000), scores({kEqual}, "Z"));
  // Neither a reference that was not offered nor one that is no letter has a position.
  builder.add(response("b", 0, "A", -7), scores({kEqual}, "A"));
  builder.add(response("c", 0, "E", 4), scores({kEqual}, "A"));
  builder.add(response("d", 0, "no letter", 4), scores({kEqual}, "A"));
  const std::vector<int> keys = builder.finish().positions->keys;
  REQUIRE(keys.size() == 26);
  CHECK(std::count(keys.begin(), keys.end(), 0) == 25);
  CHECK(keys[25] == 1);
}

TEST_CASE("readers are numbered from 1, neighbours as a range", "[reports][matrix]") {
  CHECK(reader_numbers({}) == "");
  CHECK(reader_numbers({0}) == "1");
  CHECK(reader_numbers({0, 1, 2, 6}) == "1-3, 7");
  CHECK(reader_numbers({2, 4, 5}) == "3, 5-6");
}

TEST_CASE("a text is its letter, or has none", "[reports][matrix]") {
  struct Case {
    const char* text;
    const char* kept;
  };
  const auto c = GENERATE(values<Case>({{"B", "B"},
                                        {"(c).", "c"},
                                        {" **D** ", "D"},
                                        {"", ""},
                                        {"42", ""},
                                        {"A1", ""},
                                        {"AB", ""},
                                        {"A B", ""},
                                        {"B\xc3\xa4", ""},
                                        {"\xff", ""},
                                        {"a word", ""}}));
  CAPTURE(c.text);
  std::string text = c.text;
  keep_letter(text);
  CHECK(text == c.kept);
}

TEST_CASE("no text of a private task is in the matrix of a report", "[reports][matrix]") {
  const test::TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  Sample sample;
  sample.id = "row/1";
  sample.input = "PRIVATE QUESTION";
  sample.choices = {"PRIVATE ONE", "PRIVATE TWO"};
  sample.target = "A";
  test::add_run(*store, "secret", {sample}, "m", {{"row/1", "PRIVATE TEXT", kEqual, "A"}}, "boxed@1", true);
  const store::Run run = store->runs()->front();
  MatrixBuilder builder(run, readers({"x", "y"}), 10);
  builder.add(response("row/1", 0, "A", 2), {{kEqual, "A", ""}, {kDifferent, "PRIVATE ONE", ""}});
  REQUIRE(write_html_report(*store, {.include_private = true}, folder / "report.html", {builder.finish()}));
  const std::string page = read_file(folder / "report.html").value();
  CHECK(page.find("Where they differ") != std::string::npos);
  CHECK(page.find("PRIVATE") == std::string::npos);  // the answers are packed
}

}  // namespace
}  // namespace tripos::reports
