// `tripos matrix` through the real program: its figures are those that scoring would store, and nothing is stored.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/cli/matrices.h"
#include "harness/cli/terminal.h"
#include "harness/core/text.h"
#include "harness/protocol/protocol.h"
#include "harness/store/store.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

Outcome tripos(const TempDir& folder, const Words& words) { return run({.arguments = words, .folder = folder.path()}); }

std::string stdout_of(const TempDir& folder, const Words& words) {
  const Outcome outcome = tripos(folder, words);
  CAPTURE(words, outcome.err);
  REQUIRE(outcome.exit == 0);
  return outcome.out;
}

Json json_of(const TempDir& folder, const Words& words) { return Json::parse(stdout_of(folder, words)); }

void import_recorded(const TempDir& folder) {
  const std::string recorded = TRIPOS_SOURCE_DIR "/examples/recorded/";
  stdout_of(folder, {"import", recorded + "qwen2.5-math-example.jsonl.gz", "--samples",
                     recorded + "math-boxed-problems.jsonl.gz"});
}

// Multiple choice in the forms that readers are known to part on.
constexpr const char* kForms[] = {
    "Answer: %", "The answer is (%).", "**Answer:** %", "ANSWER: %", "So \\boxed{%}.",
    "%",         "A or (B)? It is %.", "$%$",           "",          "I hope so: the final answer is %. I hope"};

void import_letters(const TempDir& folder, int questions) {
  std::string problems;
  std::string responses;
  for (int i = 0; i < questions; ++i) {
    const std::string id = "l/" + std::to_string(i);
    const std::string key(1, "ABCD"[i % 4]);
    problems +=
        Json{
            {"task", "letters"}, {"problem_id", id}, {"gold", key}, {"problem", "?"}, {"options", {"w", "x", "y", "z"}}}
            .dump() +
        "\n";
    for (int epoch = 0; epoch < 2; ++epoch) {
      std::string text = kForms[(i + 3 * epoch) % std::size(kForms)];
      const std::size_t place = text.find('%');
      if (place != std::string::npos) text.replace(place, 1, i % 3 == 0 ? "C" : key);
      responses +=
          Json{{"task", "letters"}, {"problem_id", id}, {"model", "m"}, {"sample_index", epoch}, {"response", text}}
              .dump() +
          "\n";
    }
  }
  write_all(folder / "problems.jsonl", problems);
  write_all(folder / "responses.jsonl", responses);
  stdout_of(folder, {"import", "responses.jsonl", "--samples", "problems.jsonl"});
}

// What `tripos score` stores under each preset, by the preset's label.
std::map<std::string, Json> stored_scores(const TempDir& folder, const std::string& task, AnswerKind kind) {
  std::map<std::string, Json> cells;
  for (const protocol::PresetInfo& preset : protocol::presets()) {
    if (preset.kind != kind) continue;
    stdout_of(folder, {"score", "--protocol", preset.name + "@" + preset.version, "--task", task, "--json"});
  }
  const Json compared = json_of(folder, {"compare", "--task", task, "--format", "json"});
  for (const Json& cell : compared.at("cells")) cells[cell.at("protocol")] = cell;
  return cells;
}

TEST_CASE("a matrix has the figures that scoring by each preset stores, and stores nothing itself", "[cli][matrix]") {
  const TempDir folder;
  const bool math = GENERATE(true, false);
  const std::string task = math ? "math-boxed" : "letters";
  if (math) {
    import_recorded(folder);
  } else {
    import_letters(folder, 80);
  }
  const std::string before = read_all(folder / "tripos.db");
  const Json document = json_of(folder, {"matrix", task, "--format", "json"});
  CHECK(read_all(folder / "tripos.db") == before);
  CHECK(document.at("schema") == 1);
  REQUIRE(document.at("runs").size() == 1);
  const Json& matrix = document.at("runs").at(0);
  CHECK(matrix.at("positions").is_null() == math);

  const std::map<std::string, Json> stored =
      stored_scores(folder, task, math ? AnswerKind::kMath : AnswerKind::kChoice);
  std::set<std::string> seen;
  std::set<std::string> rules;
  double best = 0;
  double worst = 1;
  for (const Json& reader : matrix.at("readers")) {
    CHECK(rules.insert(reader.at("scoring_sha256")).second);
    best = std::max(best, reader.at("accuracy").get<double>());
    worst = std::min(worst, reader.at("accuracy").get<double>());
    for (const Json& label : reader.at("protocols")) {
      CAPTURE(label);
      CHECK(seen.insert(label).second);
      const Json& cell = stored.at(label);
      for (const char* figure : {"accuracy", "correct", "unparsed", "undecided"}) {
        CAPTURE(figure);
        CHECK(reader.at(figure) == cell.at(figure));
      }
      CHECK(matrix.at("samples") == cell.at("samples"));
      CHECK(matrix.at("responses") == cell.at("responses"));
    }
  }
  CHECK(seen.size() == stored.size());
  CHECK(matrix.at("spread") == best - worst);
}

// The share of responses with one verdict of both, told from the list of all disagreements.
double agreement_by_the_list(const Json& matrix, std::size_t a, std::size_t b) {
  int differing = 0;
  for (const Json& disagreement : matrix.at("disagreements")) {
    std::map<std::size_t, std::string> verdicts;
    for (const Json& finding : disagreement.at("findings")) {
      for (const Json& reader : finding.at("readers")) verdicts[reader] = finding.at("verdict");
    }
    CHECK(verdicts.size() == matrix.at("readers").size());
    if (verdicts.at(a) != verdicts.at(b)) ++differing;
  }
  const int responses = matrix.at("responses");
  return static_cast<double>(responses - differing) / responses;
}

TEST_CASE("the table of agreement and the list of disagreements say the same", "[cli][matrix]") {
  const TempDir folder;
  import_letters(folder, 40);
  const Json matrix = json_of(folder, {"matrix", "letters", "--format", "json"}).at("runs").at(0);
  CHECK(matrix.at("disagreements").size() == matrix.at("disagreed"));
  for (std::size_t i = 0; i < matrix.at("readers").size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(i, j);
      CHECK(matrix.at("agreement").at(i).at(j) == agreement_by_the_list(matrix, i, j));
      CHECK(matrix.at("agreement").at(j).at(i) == matrix.at("agreement").at(i).at(j));
    }
    CHECK(matrix.at("agreement").at(i).at(i) == 1);
  }
  int alike = 0;
  for (const Json& listed : matrix.at("disagreements")) {
    CHECK(listed.at("alike") >= alike);
    alike = listed.at("alike");
  }
  const Json& positions = matrix.at("positions");
  CHECK(positions.at("keys") == Json({20, 20, 20, 20}));
  CHECK(positions.at("readers").size() == matrix.at("readers").size());
}

TEST_CASE("the number of threads changes no byte, of a matrix or of stored scores", "[cli][matrix]") {
  const TempDir folder;
  import_letters(folder, 600);  // more than two batches
  import_recorded(folder);
  for (const char* format : {"text", "json"}) {
    const Words words = {"matrix", "letters", "math-boxed", "--format", format, "--threads"};
    const auto with = [&](const char* threads) {
      Words all = words;
      all.emplace_back(threads);
      return stdout_of(folder, all);
    };
    const std::string one = with("1");
    CHECK(with("4") == one);
    CHECK(with("32") == one);
  }
  const auto rescored = [&](const char* threads) {
    stdout_of(folder, {"score", "--protocol", "boxed", "--rescore", "--threads", threads});
    return stdout_of(folder, {"compare", "--format", "json"}) + stdout_of(folder, {"show", "9fb2b7", "--json"});
  };
  const std::string one = rescored("1");
  CHECK(rescored("4") == one);
}

TEST_CASE("a matrix in text fits 80 columns and lists as much as it is asked to", "[cli][matrix]") {
  const TempDir folder;
  import_recorded(folder);
  import_letters(folder, 30);
  const Outcome outcome = tripos(folder, {"matrix", "math-boxed", "letters"});
  CHECK(outcome.exit == 0);
  CHECK(outcome.err.empty());
  for (const std::string_view line : split_lines(outcome.out)) {
    CAPTURE(line);
    CHECK(display_width(line) <= 80);
  }
  CHECK(contains(outcome.out, "320 responses to 40 samples"));
  CHECK(contains(outcome.out, "Where they differ (20 of 320"));
  CHECK(contains(outcome.out, "By letter, %"));
  const auto listed = [&](const char* limit) {
    return json_of(folder, {"matrix", "math-boxed", "--format", "json", "--limit", limit})
        .at("runs")
        .at(0)
        .at("disagreements")
        .size();
  };
  CHECK(listed("0") == 0);
  CHECK(listed("3") == 3);
  CHECK(listed("100000") == 320);
  CHECK_FALSE(contains(stdout_of(folder, {"matrix", "math-boxed", "--limit", "0"}), "Where they differ"));
}

TEST_CASE("of a private task a matrix shows letters only", "[cli][matrix]") {
  const TempDir folder;
  write_all(folder / "secret.yaml",
            "name: secret\nkind: choice\nfile: secret.csv\nprivate: true\n"
            "fields: {id: id, question: q, choices: [a, b, c, d], answer: key}\n");
  write_all(folder / "secret.csv",
            "id,q,a,b,c,d,key\n1,PRIVATE QUESTION,PRIVATE one,PRIVATE two,PRIVATE three,PRIVATE four,B\n");
  write_all(folder / "recorded.jsonl",
            Json{{"sample", "1"}, {"response", "The answer is PRIVATE two.\nAnswer: B"}}.dump() + "\n");
  const Outcome asked = tripos(folder, {"run", "secret.yaml", "-m", "scripted/recorded.jsonl", "--protocol", "boxed"});
  CAPTURE(asked.err);
  REQUIRE(asked.exit == 0);
  for (const Words& words : {Words{"matrix", "secret"}, Words{"matrix", "secret", "--format", "json"}}) {
    const Outcome outcome = tripos(folder, words);
    CAPTURE(outcome.out, outcome.err);
    CHECK(outcome.exit == 0);
    CHECK(contains(outcome.out, "different"));
    CHECK_FALSE(contains(outcome.out + outcome.err, "PRIVATE"));
  }
  stdout_of(folder, {"report", "--matrix", "--include-private", "-o", "page.html"});
  CHECK(contains(read_all(folder / "page.html"), "Read by other protocols"));
  CHECK_FALSE(contains(read_all(folder / "page.html"), "PRIVATE"));
}

TEST_CASE("a protocol of one's own that asked is among the readers, unless it cannot be read any more",
          "[cli][matrix]") {
  const TempDir folder;
  import_letters(folder, 1);
  const auto matrix_under = [&](const std::string& model, const std::string& yaml) {
    {
      const auto store = store::Store::open(folder / "tripos.db", store::Store::Mode::kReadWrite);
      REQUIRE(store);
      const std::string run = (*store)
                                  ->begin_run({.task = "own", .protocol = "mine@1", .model = model},
                                              {.protocol_yaml = yaml}, {{.id = "a", .target = "a+b"}})
                                  .value();
      REQUIRE(
          (*store)->import(run, {{.sample_id = "a", .target = "a+b", .response = {.text = "it is <<a+b>>, not 3"}}}));
    }
    return tripos(folder, {"matrix", "own", "--format", "json"});
  };
  std::string yaml = protocol::find_protocol("boxed", AnswerKind::kMath).value().yaml;
  const auto replace = [&](const std::string& from, const std::string& to) {
    REQUIRE(contains(yaml, from));
    yaml.replace(yaml.find(from), from.size(), to);
  };
  replace("name: boxed", "name: mine");
  replace("[last_box]", "[{pattern: '<<(.*?)>>'}]");
  const Json own = Json::parse(matrix_under("a", yaml).out);
  const Json& best = own.at("runs").at(0).at("readers").at(0);
  CHECK(best.at("protocols").at(0).get<std::string>().starts_with("mine@"));
  CHECK(best.at("rule") == "pattern / symbolic");
  CHECK(best.at("correct") == 1);

  replace("grader: symbolic\n  policies: {percent: hundredth, units: ignored, decimal_places: 6}", "grader: gone");
  const Outcome outcome = matrix_under("b", yaml);
  CAPTURE(outcome.err);
  CHECK(outcome.exit == 0);
  CHECK(contains(outcome.err, "its own protocol is left out: unknown grader \"gone\""));
  CHECK(Json::parse(outcome.out).at("runs").size() == 2);
}

TEST_CASE("a task stands for the newest run of each model", "[cli][matrix]") {
  const TempDir folder;
  std::vector<std::string> ids;
  {
    const auto store = store::Store::open(folder / "tripos.db", store::Store::Mode::kReadWrite);
    REQUIRE(store);
    for (const auto& [model, started] :
         std::vector<std::pair<std::string, int>>{{"m", 5}, {"m", 9}, {"m", 7}, {"n", 1}}) {
      const std::string run = (*store)
                                  ->begin_run({.task = "t", .protocol = std::to_string(started), .model = model},
                                              {.started_unix_ms = started}, {{.id = "a", .target = "7"}})
                                  .value();
      REQUIRE((*store)->import(run, {{.sample_id = "a", .target = "7", .response = {.text = "\\boxed{7}"}}}));
      ids.push_back(run);
    }
    REQUIRE((*store)->begin_run({.task = "empty"}, {}, {{.id = "a"}}));
  }
  const auto runs_of = [&](Words words) {
    words.insert(words.begin(), "matrix");
    words.insert(words.end(), {"--format", "json"});
    Words runs;
    const Json document = json_of(folder, words);
    for (const Json& matrix : document.at("runs")) runs.push_back(matrix.at("run"));
    return runs;
  };
  CHECK(runs_of({"t"}) == Words{ids[1], ids[3]});
  CHECK(runs_of({ids[0]}) == Words{ids[0]});
  CHECK(runs_of({ids[3].substr(0, 8), "t"}) == Words{ids[3], ids[1]});  // each once

  struct Case {
    Words words;
    int exit;
    std::string error;
    std::string hint;
  };
  for (const Case& c :
       {Case{{"matrix", "tt"}, 2, "neither a run nor a task \"tt\"", "did you mean \"t\"?"},
        Case{{"matrix", "0123456789"}, 2, "neither a run nor a task", "tripos list runs --db tripos.db"},
        Case{{"matrix", "empty"}, 1, "has no response yet", "tripos run empty"},
        Case{{"matrix", "t", "--format", "html"}, 2, "--format must be text or json", ""},
        Case{{"matrix", "t", "--threads", "0"}, 2, "--threads must be a whole number from 1 to 1024", ""},
        Case{{"matrix"}, 2, "RUN|TASK is missing", "tripos matrix --help"},
        Case{{"matrix", "t", "--db", "no.db"}, 1, "there is no database \"no.db\"", "tripos run"}}) {
    CAPTURE(c.words);
    const Outcome outcome = tripos(folder, c.words);
    CAPTURE(outcome.err);
    CHECK(outcome.exit == c.exit);
    CHECK(outcome.out.empty());
    CHECK(contains(outcome.err, "error: "));
    CHECK(contains(outcome.err, c.error));
    CHECK(contains(outcome.err, "hint: "));
    CHECK(contains(outcome.err, c.hint));
  }
}

TEST_CASE("a matrix that is stopped is none", "[cli][matrix]") {
  const TempDir folder;
  import_letters(folder, 10);
  const auto store = store::Store::open(folder / "tripos.db", store::Store::Mode::kReadOnly);
  REQUIRE(store);
  const store::Run run = (*store)->runs()->front();
  cli::Terminal terminal;
  terminal.configure({.no_progress = true});
  std::stop_source stop;
  CHECK(cli::make_matrix(**store, run, {.threads = 2}, terminal, stop.get_token()).value().has_value());
  stop.request_stop();
  CHECK_FALSE(cli::make_matrix(**store, run, {.threads = 2}, terminal, stop.get_token()).value().has_value());
}

}  // namespace
}  // namespace tripos::test
