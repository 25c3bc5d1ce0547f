// Models in this process from the shell: the embedded one of examples/tiny_moe.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "harness/core/text.h"
#include "harness/store/store.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

const std::string kModel = std::string("local/") + TRIPOS_SOURCE_DIR + "/examples/tiny_moe";

// Every stored answer: sample, epoch, text and tokens.
std::vector<std::string> answers_in(const std::filesystem::path& db) {
  std::vector<std::string> answers;
  const auto store = store::Store::open(db, store::Store::Mode::kReadOnly);
  if (!store) return answers;  // killed before there was a schema
  const std::vector<store::Run> runs = (*store)->runs().value();
  for (const store::Run& run : runs) {
    REQUIRE((*store)->visit_answers(run.id, "", [&](std::vector<store::Answer> batch) -> Result<void> {
      for (const store::Answer& answer : batch) {
        answers.push_back(answer.sample_id + " " + std::to_string(answer.epoch) + " " + answer.response.text);
      }
      return {};
    }));
  }
  std::sort(answers.begin(), answers.end());
  return answers;
}

Words run_words(const std::string& db) {
  return {"run",           "tiny_stem", "-m",           kModel, "--limit", "40", "--epochs", "2",
          "--temperature", "0.7",       "--max-tokens", "40",   "--db",    db,   "--device", "cpu"};
}

TEST_CASE("a run in this process that is killed again and again ends as one that is not", "[cli][local]") {
  const TempDir folder;
  REQUIRE(run({.arguments = run_words("whole.db"), .folder = folder.path()}).exit == 0);
  const auto whole = answers_in(folder / "whole.db");
  REQUIRE(whole.size() == 80);
  for (std::size_t wanted = 1; wanted < whole.size(); wanted += 37) {
    Running program({.arguments = run_words("killed.db"), .folder = folder.path()});
    while (program.is_running() && answers_in(folder / "killed.db").size() < wanted) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    program.signal(SIGKILL);
    program.wait();
  }
  const Outcome last = run({.arguments = run_words("killed.db"), .folder = folder.path()});
  CHECK(last.exit == 0);
  CHECK(answers_in(folder / "killed.db") == whole);
}

TEST_CASE("generate prints the same lines whatever is computed at once", "[cli][local]") {
  const TempDir folder;
  std::string chats;
  for (int i = 0; i < 9; ++i) {
    chats += R"({"messages": [{"role": "user", "content": "Compute the value of $)" + std::to_string(i) +
             R"(\\times13$."}]})"
             "\n";
  }
  write_all(folder / "chats.jsonl", chats);
  const auto generate = [&](Words more) {
    Words words = {"generate",     "-m", kModel,     "--messages", "chats.jsonl",
                   "--max-tokens", "20", "--device", "cpu",        "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = run({.arguments = words, .folder = folder.path()});
    CHECK(outcome.exit == 0);
    return outcome.out;
  };
  const std::string alone = generate({"--batch", "1", "--threads", "1"});
  CHECK(generate({"--batch", "9", "--threads", "2"}) == alone);
  const auto lines = split_lines(alone);
  REQUIRE(lines.size() == 9);
  const Json first = Json::parse(lines[0]);
  CHECK(first.at("prompt") == "<|begin|><|user|>Compute the value of $0\\times13$.<|end|><|assistant|>");
  CHECK(first.at("prompt_tokens").size() > 5);
  CHECK(first.at("tokens").size() == first.at("logprobs").size());
  CHECK(first.at("logprobs").at(0).get<double>() <= 0);
  CHECK((first.at("stop") == "stop" || first.at("stop") == "length"));
  CHECK(generate({"--temperature", "1", "--seed", "1"}) != generate({"--temperature", "1", "--seed", "2"}));
}

TEST_CASE("generate says what is wrong with what it is given", "[cli][local]") {
  const TempDir folder;
  write_all(folder / "bad.jsonl", "{\"messages\": []}\n");
  struct Case {
    Words words;
    std::string error;
  };
  const auto c = GENERATE(
      Case{{"-m", kModel}, "give one of --prompt TEXT and --messages FILE"},
      Case{{"-m", "openai-compatible/x", "--prompt", "a"}, "\"openai-compatible/x\" does not run in this process"},
      Case{{"-m", "local/nowhere", "--prompt", "a"}, "nowhere: no such model"},
      Case{{"-m", kModel, "--messages", "bad.jsonl"}, "bad.jsonl:1: no messages"},
      Case{{"-m", kModel, "--prompt", "a", "--template-variable", "x"}, "--template-variable x is not NAME=VALUE"});
  Words words = {"generate"};
  words.insert(words.end(), c.words.begin(), c.words.end());
  const Outcome outcome = run({.arguments = words, .folder = folder.path()});
  CHECK(outcome.exit != 0);
  CHECK(contains(outcome.err, c.error));
}

TEST_CASE("describe tells what a model is, and doctor what it can run on", "[cli][local]") {
  const TempDir folder;
  const Outcome described = run({.arguments = {"describe", kModel}, .folder = folder.path()});
  CHECK(described.exit == 0);
  for (const char* part : {"local/tiny_moe", "llama4_text", "experts", "shared", "<|end|>", "BF16", "weights"}) {
    CHECK(contains(described.out, part));
  }
  CHECK(contains(run({.arguments = {"doctor"}, .folder = folder.path()}).out, "free for local models"));
}

TEST_CASE("a protocol by log-likelihood is not for remote models", "[cli][local]") {
  const TempDir folder;
  const Outcome outcome =
      run({.arguments = {"plan", "gpqa_diamond", "-m", "openai-compatible/x", "-p", "lm-eval-zeroshot"},
           .folder = folder.path()});
  CHECK(outcome.exit == 2);
  CHECK(contains(outcome.err, "scores given texts, which openai-compatible/x cannot do"));
}

}  // namespace
}  // namespace tripos::test
