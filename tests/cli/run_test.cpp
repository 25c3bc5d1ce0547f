// `tripos run` against a server on loopback: what is asked, what survives a kill, and what a user is told.

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "datasets/dataset.h"
#include "harness/store/store.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/chat_server.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

constexpr const char* kKey = "sk-a-key-that-must-not-be-seen";

// Knows MATH-500: the sample that a request asks, and an answer that is right for two samples of three.
class Examinee {
 public:
  Examinee() : dataset_(datasets::load("math500").value()) {
    for (std::size_t row = 0; row < dataset_.samples.size(); ++row) row_of_[dataset_.samples[row].input] = row;
  }

  const Sample& asked(const SeenRequest& request) const {
    const std::string prompt = Json::parse(request.body)["messages"].back()["content"];
    return dataset_.samples[row_of_.at(prompt.substr(0, prompt.rfind("\nPlease reason step by step")))];
  }

  std::string answer(const SeenRequest& request) const {
    const Sample& sample = asked(request);
    const bool right = row_of_.at(sample.input) % 3 != 0;
    return "So it is $\\boxed{" + (right ? sample.target : std::string("-12345")) + "}$.";
  }

  std::size_t size() const { return dataset_.samples.size(); }

 private:
  datasets::Dataset dataset_;
  std::map<std::string, std::size_t> row_of_;
};

Words run_words(const std::string& base_url, const Words& more = {}) {
  Words words = {"run", "math500", "-m", "openai-compatible/examinee", "--protocol", "boxed", "--base-url", base_url};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// The comparison without what differs between two runs of one thing.
Json cells_of(const TempDir& folder, const std::string& db) {
  const Outcome outcome = run({.arguments = {"compare", "--db", db, "--format", "json"}, .folder = folder.path()});
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit == 0);
  Json cells = Json::parse(outcome.out)["cells"];
  for (Json& cell : cells) cell.erase("seconds");
  return cells;
}

std::set<std::string> answered_in(const std::filesystem::path& db) {
  std::set<std::string> answered;
  const auto store = store::Store::open(db, store::Store::Mode::kReadOnly);
  if (!store) return answered;  // killed before there was a schema
  const std::vector<store::Run> runs = (*store)->runs().value();
  if (runs.empty()) return answered;
  const auto finished = (*store)->finished(runs.front().id).value();
  for (const auto& [sample, epoch] : finished) answered.insert(sample);
  return answered;
}

template <typename Condition>
void wait_for(Running& program, Condition condition) {
  while (program.is_running() && !condition()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST_CASE("a run that is killed again and again loses no answer and asks for none twice", "[cli][run]") {
  const TempDir folder;
  const Examinee examinee;
  ChatServer server([&](const SeenRequest& request) {
    return Steps{pause(std::chrono::milliseconds(5)), send(http_reply(200, chat_body(examinee.answer(request))))};
  });
  const int connections = 16;
  const Words words =
      run_words(server.base_url(), {"--db", "killed.db", "--max-connections", std::to_string(connections)});

  // Moments spread over the run, some of them in its first and last milliseconds.
  std::set<std::string> answered;
  int kills = 0;
  for (const int moment : {0, 1, 9, 60, 150, 151, 260, 370, 470, 499}) {
    Running program({.arguments = words, .folder = folder.path()});
    wait_for(program, [&] { return server.request_count() >= moment + kills * connections; });
    const bool was_running = program.is_running();
    program.signal(SIGKILL);
    program.wait();
    if (was_running) ++kills;
    const std::set<std::string> before = answered;
    answered = answered_in(folder / "killed.db");
    CHECK(std::includes(answered.begin(), answered.end(), before.begin(), before.end()));
  }
  const auto sent_before = static_cast<std::size_t>(server.request_count());
  const Outcome last = run({.arguments = words, .folder = folder.path()});
  CAPTURE(last.err);
  CHECK(last.exit == 0);
  CHECK(kills > 5);

  const std::vector<SeenRequest> seen = server.requests();
  std::map<std::string, int> times;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::string sample = examinee.asked(seen[i]).id;
    ++times[sample];
    if (i >= sent_before) CHECK(answered.count(sample) == 0);
  }
  CHECK(times.size() == examinee.size());
  // Only what was on its way at a kill was asked again.
  CHECK(seen.size() <= examinee.size() + static_cast<std::size_t>(kills * connections));

  const Outcome whole = run({.arguments = run_words(server.base_url(), {"--db", "whole.db"}), .folder = folder.path()});
  CHECK(whole.exit == 0);
  CHECK(server.request_count() == static_cast<int>(seen.size() + examinee.size()));
  CHECK(cells_of(folder, "killed.db") == cells_of(folder, "whole.db"));
  CHECK(cells_of(folder, "whole.db")[0]["samples"] == 500);
}

TEST_CASE("the same command again asks nothing, and more epochs ask for the rest only", "[cli][run]") {
  const TempDir folder;
  const Examinee examinee;
  ChatServer server(
      [&](const SeenRequest& request) { return Steps{send(http_reply(200, chat_body(examinee.answer(request))))}; });
  const auto ask = [&](const Words& more) {
    const Outcome outcome = run({.arguments = run_words(server.base_url(), more), .folder = folder.path()});
    CAPTURE(outcome.err);
    REQUIRE(outcome.exit == 0);
    return server.request_count();
  };
  CHECK(ask({"--limit", "10"}) == 10);
  CHECK(ask({"--limit", "10"}) == 10);
  CHECK(ask({"--limit", "12"}) == 12);
  CHECK(ask({"--limit", "10", "--epochs", "2"}) == 22);
  CHECK(ask({"--limit", "10", "--epochs", "2", "--stream"}) == 22);
}

TEST_CASE("a streamed answer is kept like a plain one", "[cli][run]") {
  const TempDir folder;
  const Examinee examinee;
  ChatServer server([&](const SeenRequest& request) {
    const std::string answer = examinee.answer(request);
    if (!Json::parse(request.body).contains("stream")) return Steps{send(http_reply(200, chat_body(answer)))};
    return Steps{send(http_chunks(chat_events({answer.substr(0, 7), answer.substr(7)}), "text/event-stream"))};
  });
  for (const char* how : {"--stream", "--no-stream"}) {
    const Words more = {how, "--limit", "9", "--db", std::string("db") + how};
    CHECK(run({.arguments = run_words(server.base_url(), more), .folder = folder.path()}).exit == 0);
  }
  CHECK(cells_of(folder, "db--stream") == cells_of(folder, "db--no-stream"));
  CHECK(cells_of(folder, "db--stream")[0]["correct"] == 6);
}

TEST_CASE("Ctrl-C finishes what is on its way, says what is kept, and names the command that goes on", "[cli][run]") {
  const TempDir folder;
  const Examinee examinee;
  ChatServer server([&](const SeenRequest& request) {
    return Steps{pause(std::chrono::milliseconds(10)), send(http_reply(200, chat_body(examinee.answer(request))))};
  });
  const Words words = run_words(server.base_url(), {"--limit", "120", "--max-connections", "4"});
  Running program({.arguments = words, .folder = folder.path()});
  wait_for(program, [&] { return server.request_count() >= 20; });
  program.signal(SIGINT);
  const Outcome stopped = program.wait();
  CHECK(stopped.exit == 130);
  CAPTURE(stopped.err);
  CHECK(contains(stopped.err, "what was answered is kept"));
  CHECK(contains(stopped.err, "run math500 -m openai-compatible/examinee"));
  const int asked = server.request_count();
  CHECK(asked < 120);
  CHECK(answered_in(folder / "tripos.db").size() == static_cast<std::size_t>(asked));  // none was cut off
  const Json cell = cells_of(folder, "tripos.db")[0];
  CHECK(cell["samples"] == asked);
  CHECK(cell["errored"] == 0);
  CHECK(run({.arguments = words, .folder = folder.path()}).exit == 0);
  CHECK(server.request_count() == 120);
}

TEST_CASE("a second writer is refused and does not disturb the first", "[cli][run]") {
  const TempDir folder;
  const Examinee examinee;
  ChatServer server([&](const SeenRequest& request) {
    return Steps{pause(std::chrono::milliseconds(10)), send(http_reply(200, chat_body(examinee.answer(request))))};
  });
  const Words words = run_words(server.base_url(), {"--limit", "60", "--max-connections", "4"});
  Running first({.arguments = words, .folder = folder.path()});
  wait_for(first, [&] { return server.request_count() >= 5; });
  const Outcome second = run({.arguments = words, .folder = folder.path()});
  CHECK(second.exit == 1);
  CHECK(contains(second.err, "is being written by another tripos"));
  CHECK(contains(second.err, "hint: "));
  CHECK(first.wait().exit == 0);
  CHECK(server.request_count() == 60);
}

TEST_CASE("a refused key ends the run with code 4 and is seen nowhere", "[cli][run]") {
  const TempDir folder;
  ChatServer server([&](const SeenRequest& request) {
    CHECK(request.header("authorization") == std::string("Bearer ") + kKey);
    return Steps{send(http_reply(
        401, std::string(R"({"error":{"message":"Incorrect API key: )") + kKey + R"(","code":"invalid_api_key"}})"))};
  });
  const Outcome outcome = run({.arguments = run_words(server.base_url(), {"--verbose"}),
                               .environment = {{"OPENAI_API_KEY", kKey}},
                               .folder = folder.path()});
  CHECK(outcome.exit == 4);
  CHECK(contains(outcome.err, "OPENAI_API_KEY"));
  CHECK_FALSE(contains(outcome.out + outcome.err, kKey));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    CAPTURE(entry.path());
    CHECK_FALSE(contains(read_all(entry.path()), kKey));
  }
}

TEST_CASE("a server that is not there is said to be so, once", "[cli][run]") {
  const TempDir folder;
  const std::string url = "http://127.0.0.1:" + std::to_string(refusing_port()) + "/v1";
  const Outcome outcome = run({.arguments = run_words(url), .folder = folder.path()});
  CHECK(outcome.exit == 1);
  CHECK(contains(outcome.err, "error: cannot connect to " + url));
  CHECK(contains(outcome.err, "hint: "));
}

TEST_CASE("a request that failed is no wrong answer, and the next run asks it again", "[cli][run]") {
  const TempDir folder;
  const Examinee examinee;
  bool mended = false;
  int asked = 0;
  ChatServer server([&](const SeenRequest& request) {
    if (++asked % 5 == 0 && !mended) {
      return Steps{send(http_reply(400, R"({"error":{"message":"no such thing","type":"invalid_request_error"}})"))};
    }
    return Steps{send(http_reply(200, chat_body(examinee.answer(request))))};
  });
  const Words words = run_words(server.base_url(), {"--limit", "20", "--max-connections", "1"});
  const Outcome some = run({.arguments = words, .folder = folder.path()});
  CHECK(some.exit == 3);
  CHECK(contains(some.err, "no such thing"));
  const Json cell = cells_of(folder, "tripos.db")[0];
  CHECK(cell["samples"] == 16);
  CHECK(cell["errored"] == 4);
  mended = true;
  CHECK(run({.arguments = words, .folder = folder.path()}).exit == 0);
  CHECK(server.request_count() == 24);
  CHECK(cells_of(folder, "tripos.db")[0]["errored"] == 0);
}

}  // namespace
}  // namespace tripos::test
