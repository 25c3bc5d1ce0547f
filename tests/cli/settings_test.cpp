#include "harness/cli/settings.h"

#include <map>

#include "harness/cli/parser.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/temp_dir.h"

namespace tripos::cli {
namespace {

// A command with one flag of each kind.
struct Values {
  std::vector<std::string> tasks;
  std::vector<std::string> models;
  std::optional<int> epochs;
  std::optional<double> temperature;
  std::optional<std::int64_t> seed;
  std::optional<bool> stream;
  std::optional<std::string> url;
  std::string format = "table";
  bool json = false;

  std::vector<Flag> flags() {
    return {{.name = "TASK", .help = "task", .target = &tasks, .required = true, .key = "tasks"},
            {.name = "--model", .letter = 'm', .value = "MODEL", .help = "model", .target = &models, .key = "models"},
            {.name = "--max-epochs", .value = "N", .help = "epochs", .target = &epochs, .low = 1},
            {.name = "--temperature", .value = "T", .help = "heat", .target = &temperature, .low = 0, .high = 2},
            {.name = "--seed", .value = "N", .help = "seed", .target = &seed},
            {.name = "--stream", .help = "stream", .target = &stream},
            {.name = "--url", .value = "URL", .help = "url", .target = &url, .other_variable = "OTHER_URL"},
            {.name = "--format", .value = "F", .help = "format", .target = &format, .words = {"table", "json"}},
            {.name = "--json", .help = "json", .target = &json}};
  }
};

using Variables = std::map<std::string, std::string>;

Result<void> set(Values& values, const std::vector<std::string>& arguments, const Variables& variables = {},
                 const std::string& eval_path = "") {
  const std::vector<Flag> flags = values.flags();
  TRIPOS_TRY(const auto typed, parse_arguments(flags, arguments));
  std::optional<EvalFile> eval_file;
  if (!eval_path.empty()) {
    TRIPOS_TRY(eval_file, EvalFile::load(eval_path, flags));
  }
  return apply(flags, typed, eval_file, [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST_CASE("every kind of flag takes its value from the command line", "[cli]") {
  Values values;
  REQUIRE(set(values, {"math500", "-m", "a/b", "gsm8k", "--model=c/d", "--max-epochs", "4", "--temperature", "0.5",
                       "--seed", "-7", "--no-stream", "--url", "http://x", "--format", "json", "--json"}));
  CHECK(values.tasks == std::vector<std::string>{"math500", "gsm8k"});
  CHECK(values.models == std::vector<std::string>{"a/b", "c/d"});
  CHECK(values.epochs == 4);
  CHECK(values.temperature == 0.5);
  CHECK(values.seed == -7);
  CHECK(values.stream == false);
  CHECK(values.url == "http://x");
  CHECK(values.format == "json");
  CHECK(values.json);
}

TEST_CASE("what is not given keeps its default, and the last of several values counts", "[cli]") {
  Values values;
  REQUIRE(set(values, {"t", "--max-epochs", "1", "--max-epochs", "2"}));
  CHECK(values.epochs == 2);
  CHECK_FALSE(values.stream.has_value());
  CHECK(values.format == "table");
}

TEST_CASE("an eval file wins over defaults, the environment over it, and flags over both", "[cli]") {
  const test::TempDir folder;
  const std::string eval = (folder / "eval.yaml").string();
  test::write_all(eval, "tasks: [math500, gsm8k]\nmodels: a/b\nmax-epochs: 2\ntemperature: 0.25\nstream: true\n");
  Values values;
  SECTION("eval file alone") {
    REQUIRE(set(values, {}, {}, eval));
    CHECK(values.tasks == std::vector<std::string>{"math500", "gsm8k"});
    CHECK(values.models == std::vector<std::string>{"a/b"});
    CHECK(values.epochs == 2);
    CHECK(values.temperature == 0.25);
    CHECK(values.stream == true);
  }
  SECTION("with the environment") {
    REQUIRE(set(values, {}, {{"TRIPOS_MAX_EPOCHS", "3"}, {"TRIPOS_MODEL", "x/y, u/v"}}, eval));
    CHECK(values.epochs == 3);
    CHECK(values.models == std::vector<std::string>{"x/y", "u/v"});
    CHECK(values.temperature == 0.25);
  }
  SECTION("with flags") {
    REQUIRE(set(values, {"--max-epochs", "5", "--no-stream"}, {{"TRIPOS_MAX_EPOCHS", "3"}}, eval));
    CHECK(values.epochs == 5);
    CHECK(values.stream == false);
  }
}

TEST_CASE("a variable of other tools counts after ours, and an empty variable counts as unset", "[cli]") {
  Values values;
  REQUIRE(set(values, {"t"}, {{"OTHER_URL", "http://other"}, {"TRIPOS_URL", ""}}));
  CHECK(values.url == "http://other");
  REQUIRE(set(values, {"t"}, {{"OTHER_URL", "http://other"}, {"TRIPOS_URL", "http://ours"}}));
  CHECK(values.url == "http://ours");
}

TEST_CASE("a wrong value is refused with the name that the user wrote", "[cli]") {
  struct Case {
    std::vector<std::string> arguments;
    Variables variables;
    std::string message;
    std::string hint;
  };
  const auto c = GENERATE(values<Case>({
      {{"t", "--max-epochs", "0"}, {}, "--max-epochs must be at least 1, got \"0\"", ""},
      {{"t", "--max-epochs", "x"}, {}, "--max-epochs must be a whole number, got \"x\"", ""},
      {{"t", "--max-epochs", "99999999999"}, {}, "--max-epochs must be a whole number, got \"99999999999\"", ""},
      {{"t", "--max-epochs", "1.5"}, {}, "--max-epochs must be a whole number, got \"1.5\"", ""},
      {{"t", "--temperature", "3"}, {}, "--temperature must be a number from 0 to 2, got \"3\"", ""},
      {{"t", "--temperature", "nan"}, {}, "--temperature must be a number, got \"nan\"", ""},
      {{"t", "--format", "jsn"}, {}, "--format must be table or json, got \"jsn\"", "did you mean \"json\"?"},
      {{"t", "--url", ""}, {}, "--url is empty", ""},
      {{"t"}, {{"TRIPOS_MAX_EPOCHS", "no"}}, "TRIPOS_MAX_EPOCHS must be a whole number, got \"no\"", ""},
      {{"t"}, {{"TRIPOS_JSON", "yes"}}, "TRIPOS_JSON must be true or false, got \"yes\"", ""},
      {{"t", "--sede", "1"}, {}, "unknown flag \"--sede\"", "did you mean \"--seed\"?"},
      {{"t", "--sede=1"}, {}, "unknown flag \"--sede\"", "did you mean \"--seed\"?"},
      {{"t", "--no-steam"}, {}, "unknown flag \"--no-steam\"", "did you mean \"--no-stream\"?"},
      {{"t", "-x"}, {}, "unknown flag \"-x\"", ""},
      {{"t", "--seed"}, {}, "--seed needs a value", ""},
      {{}, {}, "TASK is missing", ""},
  }));
  CAPTURE(c.message);
  Values target;
  const Result<void> result = set(target, c.arguments, c.variables);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == Error::Kind::kUsage);
  CHECK(result.error().message == c.message);
  CHECK(result.error().hint == c.hint);
}

TEST_CASE("a mistake in an eval file is shown with its line", "[cli]") {
  struct Case {
    std::string text;
    std::string place;
    std::string word;
  };
  const auto c = GENERATE(values<Case>({
      {"tasks: [t]\nmax-epoch: 2\n", "eval.yaml:2:", "max-epochs"},       // misspelt
      {"tasks: [t]\nmax-epochs: 0\n", "eval.yaml:2:", "at least 1"},      // out of bounds
      {"tasks: [t]\nmax-epochs: [1, 2]\n", "eval.yaml:2:", "one value"},  // a list for a number
      {"tasks: [t]\ntasks: [u]\n", "eval.yaml:2:", "tasks"},              // twice
      {"tasks: [t]\nurl: {a: b}\n", "eval.yaml:2:", "expected"},          // a map
      {"tasks: [t\n", "eval.yaml:", ""},                                  // no YAML
  }));
  CAPTURE(c.text);
  const test::TempDir folder;
  const std::string eval = (folder / "eval.yaml").string();
  test::write_all(eval, c.text);
  CHECK(EvalFile::is_eval_file(eval));
  Values target;
  const Result<void> result = set(target, {}, {}, eval);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().message.find(c.place) != std::string::npos);
  CHECK((result.error().message + result.error().hint).find(c.word) != std::string::npos);
}

TEST_CASE("only a YAML file with tasks is an eval file", "[cli]") {
  const test::TempDir folder;
  test::write_all(folder / "task.yaml", "name: mine\nkind: math\n");
  test::write_all(folder / "eval.txt", "tasks: [t]\n");
  CHECK_FALSE(EvalFile::is_eval_file((folder / "task.yaml").string()));
  CHECK_FALSE(EvalFile::is_eval_file((folder / "eval.txt").string()));
  CHECK_FALSE(EvalFile::is_eval_file((folder / "missing.yaml").string()));
  CHECK_FALSE(EvalFile::is_eval_file("math500"));
}

}  // namespace
}  // namespace tripos::cli
