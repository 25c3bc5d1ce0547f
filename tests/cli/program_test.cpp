#include <cstdlib>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

Json parsed(const std::string& text) { return Json::parse(text, nullptr, false); }

const std::vector<std::string>& command_names() {
  static const std::vector<std::string> names = {"run",    "plan",    "list",     "describe", "show",      "score",
                                                 "matrix", "compare", "report",   "import",   "fetch",     "merge",
                                                 "doctor", "render",  "generate", "grade",    "completion"};
  return names;
}

TEST_CASE("the help of every command fits 80 columns, shows examples and needs nothing else", "[cli]") {
  const TempDir folder;
  for (const std::string& name : command_names()) {
    CAPTURE(name);
    const Outcome outcome = run({.arguments = {name, "--help"}, .folder = folder.path()});
    CHECK(outcome.exit == 0);
    CHECK(outcome.err.empty());
    CHECK(contains(outcome.out, "usage: tripos " + name));
    CHECK(contains(outcome.out, "examples\n  tripos " + name) == (name != "completion" && name != "show"));
    CHECK(contains(outcome.out, "tripos " + name));
    for (const std::string_view line : split_lines(outcome.out)) {
      CAPTURE(line);
      CHECK(display_width(line) <= 80);
    }
    CHECK(run({.arguments = {"help", name}, .folder = folder.path()}).out == outcome.out);
  }
}

TEST_CASE("the help of the program names every command and every exit code", "[cli]") {
  const TempDir folder;
  const Outcome outcome = run({.arguments = {"--help"}, .folder = folder.path()});
  CHECK(outcome.exit == 0);
  for (const std::string& name : command_names()) CHECK(contains(outcome.out, "\n  " + name + " "));
  for (const char* code : {"0", "1", "2", "3", "4", "130"}) CHECK(contains(outcome.out, std::string("\n  ") + code));
  for (const std::string_view line : split_lines(outcome.out)) CHECK(display_width(line) <= 80);
  CHECK(run({.arguments = {}, .folder = folder.path()}).exit == 2);
  CHECK(contains(run({.arguments = {"--version"}, .folder = folder.path()}).out, "tripos 0."));
}

TEST_CASE("a mistake on the command line ends with code 2, says what and what to type", "[cli]") {
  struct Case {
    Words arguments;
    std::string error;
    std::string hint;
  };
  const auto c = GENERATE(values<Case>({
      {{"rnu"}, "unknown command \"rnu\"", "did you mean \"run\"?"},
      {{"--jsno"}, "unknown flag \"--jsno\"", "tripos --help"},
      {{"run", "math500", "-m", "scripted/x", "--epoch", "2"},
       "unknown flag \"--epoch\"",
       "did you mean \"--epochs\"?"},
      {{"run"}, "TASK is missing", "tripos run --help"},
      {{"run", "math500"}, "--model MODEL is missing", "tripos run --help"},
      {{"run", "math50", "-m", "scripted/x"}, "math50", "math500"},
      {{"run", "math500", "-m", "scriptde/x"}, "scriptde", "scripted"},
      {{"run", "math500", "-m", "openai-compatible/x"}, "needs the URL", "--base-url"},
      {{"run", "math500", "-m", "scripted/x", "--protocol", "simple-eval"}, "simple-eval", "simple-evals"},
      {{"run", "math500", "-m", "scripted/x", "--epochs", "0"}, "--epochs must be at least 1, got \"0\"", ""},
      {{"list", "task"}, "WHAT must be", "did you mean \"tasks\"?"},
      {{"compare", "--format", "yaml"}, "--format must be table, md, csv or json", ""},
      {{"describe", "simple-eval"}, "simple-eval", "simple-evals"},
      {{"score"}, "--protocol PROTOCOL is missing", "tripos score --help"},
      {{"merge", "out.db"}, "IN.db is missing", ""},
      {{"report"}, "--output FILE.html is missing", ""},
      {{"completion", "tcsh"}, "FOR must be bash, zsh, fish or man", ""},
      {{"list", "tasks", "extra"}, "unexpected argument \"extra\"", ""},
  }));
  CAPTURE(c.arguments);
  const TempDir folder;
  const Outcome outcome = run({.arguments = c.arguments, .folder = folder.path()});
  CHECK(outcome.exit == 2);
  CHECK(outcome.out.empty());
  CAPTURE(outcome.err);
  CHECK(outcome.err.starts_with("error: "));
  const std::size_t hint = outcome.err.find("\nhint: ");
  REQUIRE(hint != std::string::npos);
  CHECK(contains(outcome.err.substr(0, hint), c.error));
  CHECK(contains(outcome.err.substr(hint), c.hint));
  CHECK_FALSE(std::filesystem::exists(folder / "tripos.db"));
}

TEST_CASE("looking at a database that is not there says how to make one, and makes none", "[cli]") {
  const TempDir folder;
  for (const Words& arguments : {Words{"compare", "--db", "no.db"}, Words{"report", "--db", "no.db", "-o", "x.html"},
                                 Words{"score", "--db", "no.db", "--protocol", "boxed"},
                                 Words{"matrix", "math500", "--db", "no.db"}, Words{"show", "abc", "--db", "no.db"},
                                 Words{"list", "runs", "--db", "no.db"}, Words{"merge", "out.db", "no.db"}}) {
    CAPTURE(arguments);
    const Outcome outcome = run({.arguments = arguments, .folder = folder.path()});
    CHECK(outcome.exit == 1);
    CHECK(contains(outcome.err, "there is no database \"no.db\""));
    CHECK(contains(outcome.err, "hint: "));
    CHECK_FALSE(std::filesystem::exists(folder / "no.db"));
    CHECK_FALSE(std::filesystem::exists(folder / "out.db"));
    CHECK_FALSE(std::filesystem::exists(folder / "x.html"));
  }
}

TEST_CASE("lists are tables for people and documents for programs", "[cli]") {
  const TempDir folder;
  for (const char* what : {"tasks", "models", "protocols", "scorers"}) {
    CAPTURE(what);
    const Outcome text = run({.arguments = {"list", what}, .folder = folder.path()});
    CHECK(text.exit == 0);
    const Outcome json = run({.arguments = {"list", what, "--json"}, .folder = folder.path()});
    const Json document = parsed(json.out);
    REQUIRE(document.is_object());
    CHECK(document["schema"] == 1);
    // A heading, and a line (or more, where wrapped) for each item.
    CHECK(split_lines(text.out).size() > document[what].size());
    CHECK(document[what].size() > 1);
  }
  const Json tasks = parsed(run({.arguments = {"list", "--json"}, .folder = folder.path()}).out)["tasks"];
  CHECK(tasks[0]["task"] == "math500");
}

TEST_CASE("a reader that had enough is no error, and a full disk is one", "[cli]") {
  const TempDir folder;
  const std::string program = TRIPOS_PROGRAM;
  const std::string err = (folder / "err").string();
  const auto shell = [](const std::string& line) { return std::system(("bash -c '" + line + "'").c_str()); };
  CHECK(shell("set -o pipefail; " + program + " render math500 -p boxed 2>" + err + " | head -1 >/dev/null") == 0);
  CHECK(read_all(err).empty());
  if (std::filesystem::exists("/dev/full")) {
    CHECK(shell(program + " list >/dev/full 2>" + err) != 0);
    CHECK(contains(read_all(err), "error: cannot write the output: No space left on device"));
  }
}

TEST_CASE("completions are scripts that their shells accept, and offer what there is", "[cli]") {
  const TempDir folder;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    const Outcome outcome = run({.arguments = {"completion", shell}, .folder = folder.path()});
    CHECK(outcome.exit == 0);
    CHECK(contains(outcome.out, "math500"));
    CHECK(contains(outcome.out, "simple-evals"));
    for (const std::string& name : command_names()) CHECK(contains(outcome.out, name));
    write_all(folder / shell, outcome.out);
    const std::string has = std::string("command -v ") + shell + " >/dev/null";
    if (std::system(has.c_str()) != 0) {
      WARN(std::string(shell) + " is not installed: its syntax check is left out");
      continue;
    }
    CHECK(std::system((std::string(shell) + " -n " + (folder / shell).string()).c_str()) == 0);
  }
}

TEST_CASE("bash completes commands, flags, tasks and words", "[cli]") {
  struct Case {
    std::string words;  // the last one is completed
    std::string offered;
  };
  const auto c = GENERATE(values<Case>({{"tripos ru", "run"},
                                        {"tripos run math5", "math500"},
                                        {"tripos run --max-c", "--max-connections"},
                                        {"tripos run --no-st", "--no-stream"},
                                        {"tripos run --protocol boxe", "boxed"},
                                        {"tripos compare --format js", "json"},
                                        {"tripos matrix gpqa", "gpqa_diamond"},
                                        {"tripos matrix --fo", "--format"},
                                        {"tripos compare --db x", ""}}));
  CAPTURE(c.words);
  const TempDir folder;
  write_all(folder / "script", run({.arguments = {"completion", "bash"}, .folder = folder.path()}).out);
  const std::string script = "source " + (folder / "script").string() + "; COMP_WORDS=(" + c.words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _tripos; echo \"${COMPREPLY[*]}\"";
  write_all(folder / "ask", script);
  REQUIRE(std::system(("bash " + (folder / "ask").string() + " >" + (folder / "out").string()).c_str()) == 0);
  CHECK(read_all(folder / "out") == c.offered + "\n");
}

TEST_CASE("the man page is one that roff formats without a warning", "[cli]") {
  const TempDir folder;
  const Outcome outcome = run({.arguments = {"completion", "man"}, .folder = folder.path()});
  CHECK(outcome.exit == 0);
  for (const std::string& name : command_names()) CHECK(contains(outcome.out, ".SS \"tripos " + name + "\""));
  write_all(folder / "tripos.1", outcome.out);
  if (std::system("command -v groff >/dev/null") != 0) {
    WARN("groff is not installed: formatting the man page is left out");
    return;
  }
  const std::string line = "groff -man -Tutf8 -ww " + (folder / "tripos.1").string() + " >" +
                           (folder / "text").string() + " 2>" + (folder / "warnings").string();
  CHECK(std::system(line.c_str()) == 0);
  CHECK(read_all(folder / "warnings").empty());
  CHECK(contains(read_all(folder / "text"), "--max-connections"));
}

TEST_CASE("render prints each request as it would be sent", "[cli]") {
  const TempDir folder;
  const Outcome outcome =
      run({.arguments = {"render", "math500", "--protocol", "simple-evals", "--limit", "3", "--epochs", "2"},
           .folder = folder.path()});
  REQUIRE(outcome.exit == 0);
  const auto lines = split_lines(outcome.out);
  REQUIRE(lines.size() == 6);
  const Json first = parsed(std::string(lines[0]));
  CHECK(first["sample"].is_string());
  CHECK(first["epoch"] == 0);
  CHECK(first["order"] == Json::array());
  CHECK(first["messages"].back()["role"] == "user");
  CHECK(contains(first["messages"].back()["content"], "polar"));
  CHECK(first["target"].is_string());
  CHECK(first.size() == 5);
  CHECK(parsed(std::string(lines[3]))["sample"] == first["sample"]);
  CHECK(parsed(std::string(lines[3]))["epoch"] == 1);
}

TEST_CASE("flags, environment and eval file reach a plan in that order", "[cli]") {
  const TempDir folder;
  write_all(folder / "eval.yaml",
            "tasks: [math500]\nmodels: [openai-compatible/x]\nprotocol: simple-evals\nlimit: 3\nepochs: 2\n");
  const auto requests = [&](const Words& extra, const std::map<std::string, std::string>& environment) {
    Words arguments = {"run", "eval.yaml", "--dry-run", "--json"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const Outcome outcome = run({.arguments = arguments, .environment = environment, .folder = folder.path()});
    CAPTURE(outcome.err);
    REQUIRE(outcome.exit == 0);
    return parsed(outcome.out)["plans"][0]["requests"].get<int>();
  };
  CHECK(requests({}, {}) == 6);
  CHECK(requests({}, {{"TRIPOS_LIMIT", "5"}}) == 10);
  CHECK(requests({"--limit", "7"}, {{"TRIPOS_LIMIT", "5"}}) == 14);
  CHECK_FALSE(std::filesystem::exists(folder / "tripos.db"));

  write_all(folder / "bad.yaml", "tasks: [math500]\nmodels: [openai-compatible/x]\nlimt: 3\n");
  const Outcome bad = run({.arguments = {"run", "bad.yaml"}, .folder = folder.path()});
  CHECK(bad.exit == 2);
  CHECK(contains(bad.err, "bad.yaml:3:1"));
  CHECK(contains(bad.err, "limit"));
}

TEST_CASE("a plan bounds the cost where prices are known", "[cli]") {
  const TempDir folder;
  const Outcome outcome =
      run({.arguments = {"plan", "math500", "-m", "openai-compatible/x", "--limit", "10", "--max-tokens", "1000",
                         "--price-in", "1", "--price-out", "10", "--epochs", "1", "--json"},
           .folder = folder.path()});
  REQUIRE(outcome.exit == 0);
  const Json plan = parsed(outcome.out)["plans"][0];
  CHECK(plan["requests"] == 10);
  CHECK(plan["output_tokens_bound"] == 10000);
  const double cost = 0.1 + plan["prompt_tokens"].get<double>() / 1e6;
  CHECK_THAT(plan["cost_bound_usd"].get<double>(), Catch::Matchers::WithinAbs(cost, 1e-9));
  const Outcome unknown = run({.arguments = {"plan", "math500", "-m", "openai-compatible/x"}, .folder = folder.path()});
  CHECK(contains(unknown.out, "not known"));
}

TEST_CASE("a missing key ends with code 4 before anything is asked", "[cli]") {
  const TempDir folder;
  const Outcome outcome = run({.arguments = {"run", "math500", "-m", "openai-compatible/x", "--limit", "1"},
                               .environment = {{"OPENAI_BASE_URL", "https://api.openai.com/v1"}},
                               .folder = folder.path()});
  CHECK(outcome.exit == 4);
  CHECK(contains(outcome.err, "OPENAI_API_KEY"));
}

TEST_CASE("doctor never shows a key and says what to type for what is missing", "[cli]") {
  const TempDir folder;
  const Outcome outcome = run({.arguments = {"doctor", "--json"},
                               .environment = {{"OPENAI_API_KEY", "sk-secret-of-a-test"}, {"HF_TOKEN", "hf-secret"}},
                               .folder = folder.path()});
  CHECK(outcome.exit == 0);
  CHECK_FALSE(contains(outcome.out + outcome.err, "secret"));
  const Json findings = parsed(outcome.out)["findings"];
  REQUIRE(findings.is_array());
  bool knows_math500 = false;
  for (const Json& finding : findings) {
    CHECK((finding["state"] == "ok" || !finding["fix"].get<std::string>().empty()));
    if (finding["what"] == "task math500") knows_math500 = finding["state"] == "ok";
    if (finding["what"] == "OPENAI_API_KEY") CHECK(finding["found"] == "set");
  }
  CHECK(knows_math500);
}

}  // namespace
}  // namespace tripos::test
