#include "backends/scripted.h"

#include <map>

#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "tests/catch.h"
#include "tests/support/memory_journal.h"
#include "tests/support/temp_dir.h"

namespace tripos::backends {
namespace {

using test::ListedRequests;
using test::MemoryJournal;
using test::TempDir;

Request request(std::string sample, int epoch = 0) { return {.sample_id = std::move(sample), .epoch = epoch}; }

std::unique_ptr<Backend> scripted(const TempDir& folder, std::string_view rows) {
  REQUIRE(write_file(folder / "s.jsonl", rows).has_value());
  auto backend = make_scripted(folder / "s.jsonl");
  REQUIRE(backend.has_value());
  return std::move(*backend);
}

const Failure& failure(const MemoryJournal::Attempt& attempt) { return attempt.outcome->error(); }

TEST_CASE("a script answers by sample and epoch, and starts over when its epochs run out", "[backends][scripted]") {
  const TempDir folder;
  const std::string rows =
      "{\"sample\":\"a\",\"response\":\"a0\"}\n{\"sample\":\"b\",\"response\":\"b3\",\"epoch\":3}\n"
      "{\"sample\":\"b\",\"response\":\"b7\",\"epoch\":7}\n";
  const auto backend = scripted(folder, rows);
  CHECK(backend->model().fingerprint == sha256_hex(rows));
  CHECK(backend->model().name == "scripted/s.jsonl");
  ListedRequests requests(
      {request("a"), request("a", 5), request("b"), request("b", 1), request("b", 7), request("c")});
  MemoryJournal journal;
  REQUIRE(backend->serve(requests, journal, {}).has_value());
  const auto attempts = journal.attempts();
  REQUIRE(attempts.size() == 6);
  const std::vector<std::string> expected = {"a0", "a0", "b3", "b7", "b7"};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(attempts[i].sent == 1);
    REQUIRE(attempts[i].outcome->has_value());
    CHECK(attempts[i].outcome->value().text == expected[i]);
  }
  CHECK(failure(attempts[5]).failure_class == FailureClass::kBadRequest);
  CHECK(failure(attempts[5]).message.find("has no response to sample \"c\"") != std::string::npos);
  CHECK_FALSE(failure(attempts[5]).will_retry);
}

TEST_CASE("scripted failures are asked again as those of a server are", "[backends][scripted]") {
  struct Case {
    const char* fail;
    int attempts;
    bool answered;
  };
  const auto c = GENERATE(values<Case>({
      {R"("transient","fail_times":2)", 3, true},
      {R"("rate","fail_times":5)", 6, true},
      {R"("unknown","fail_times":1)", 2, true},
      {R"("transient")", 6, false},
      {R"("bad_request","fail_times":1)", 1, false},
  }));
  CAPTURE(c.fail);
  const TempDir folder;
  const auto backend = scripted(folder, std::string(R"({"sample":"a","response":"x","fail":)") + c.fail + "}");
  ListedRequests requests({request("a")});
  MemoryJournal journal;
  CHECK(backend->serve(requests, journal, {}).has_value());
  const auto attempts = journal.attempts();
  REQUIRE(static_cast<int>(attempts.size()) == c.attempts);
  CHECK(attempts.back().outcome->has_value() == c.answered);
  for (std::size_t i = 0; i + 1 < attempts.size(); ++i) CHECK(failure(attempts[i]).will_retry);
  if (!c.answered) CHECK_FALSE(failure(attempts.back()).will_retry);
}

TEST_CASE("a scripted refusal of the key ends the run, and nothing counts as failed", "[backends][scripted]") {
  const TempDir folder;
  const auto backend = scripted(folder,
                                "{\"sample\":\"a\",\"response\":\"x\"}\n{\"sample\":\"b\",\"fail\":\"auth\"}\n"
                                "{\"sample\":\"c\",\"response\":\"x\"}\n");
  ListedRequests requests({request("a"), request("b"), request("c")});
  MemoryJournal journal;
  const auto served = backend->serve(requests, journal, {});
  REQUIRE_FALSE(served.has_value());
  CHECK(served.error().kind == Error::Kind::kAuth);
  const auto attempts = journal.attempts();
  CHECK(attempts.at(0).outcome->has_value());
  CHECK(failure(attempts.at(1)).will_retry);
  CHECK(failure(attempts.at(2)).will_retry);
}

TEST_CASE("a stop leaves delayed answers to the next run at once", "[backends][scripted]") {
  const TempDir folder;
  const auto backend = scripted(folder, R"({"sample":"a","response":"x","delay_ms":86400000})");
  ListedRequests requests({request("a"), request("a", 1)});
  MemoryJournal journal;
  std::stop_source stop;
  const std::jthread user([&] {
    while (journal.attempts().empty()) std::this_thread::yield();
    stop.request_stop();
  });
  CHECK(backend->serve(requests, journal, stop.get_token()).has_value());
  REQUIRE(journal.attempts().size() == 2);
  for (const auto& attempt : journal.attempts()) {
    CHECK(failure(attempt).failure_class == FailureClass::kCancelled);
    CHECK(failure(attempt).will_retry);
  }
}

TEST_CASE("a script without end is asked in batches, each sample once", "[backends][scripted]") {
  const TempDir folder;
  const auto backend = scripted(folder, R"({"sample":"a","response":"x"})");
  std::vector<Request> list;
  for (int epoch = 0; epoch < 200; ++epoch) list.push_back(request("a", epoch));
  ListedRequests requests(list);
  MemoryJournal journal;
  REQUIRE(backend->serve(requests, journal, {}).has_value());
  CHECK(journal.claims() == std::vector<int>{64, 64, 64, 8});
  std::map<int, int> epochs;
  for (const auto& attempt : journal.attempts()) ++epochs[attempt.request.epoch];
  CHECK(epochs.size() == 200);
}

TEST_CASE("a journal that fails ends a scripted run with its error", "[backends][scripted]") {
  const TempDir folder;
  const auto backend = scripted(folder, R"({"sample":"a","response":"x"})");
  ListedRequests requests({request("a")});
  MemoryJournal journal;
  const bool at_claim = GENERATE(true, false);
  if (at_claim) {
    journal.break_claims();
  } else {
    journal.break_writes();
  }
  const auto served = backend->serve(requests, journal, {});
  REQUIRE_FALSE(served.has_value());
  CHECK(served.error().kind == Error::Kind::kStorage);
}

TEST_CASE("a script that gives two answers to one question is refused", "[backends][scripted]") {
  const TempDir folder;
  REQUIRE(
      write_file(folder / "s.jsonl", "{\"sample\":\"a\",\"response\":\"x\"}\n{\"sample\":\"a\",\"response\":\"y\"}\n")
          .has_value());
  const auto backend = make_scripted(folder / "s.jsonl");
  REQUIRE_FALSE(backend.has_value());
  CHECK(backend.error().kind == Error::Kind::kData);
  CHECK(backend.error().hint.find("sample_index") != std::string::npos);
  CHECK_FALSE(make_scripted(folder / "missing.jsonl").has_value());
}

}  // namespace
}  // namespace tripos::backends
