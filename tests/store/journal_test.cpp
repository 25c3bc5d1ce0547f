#include "harness/store/journal.h"

#include <atomic>
#include <future>
#include <thread>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;
using backends::AttemptId;

// A run of 300 samples, its journal, and a second connection that sees only what is committed.
struct Desk {
  TempDir folder;
  fs::path path = folder / "t.db";
  std::unique_ptr<Store> store = open_writer(path);
  std::string run = value(store->begin_run(make_spec("m"), {}, make_samples(300)));
  std::unique_ptr<Journal> journal = value(Journal::open(*store, run));
  std::unique_ptr<Database> committed = look_into(path);

  static Request request(int sample, int epoch = 0) {
    return {.sample_id = "s/" + std::to_string(sample), .epoch = epoch, .messages = {{"user", "?"}}, .target = "1"};
  }
  AttemptId claim(int sample, int epoch = 0) {
    const Request asked = request(sample, epoch);
    return value(journal->claim({&asked, 1})).at(0);
  }
  // Ends the attempt and waits until that is durable.
  Result<void> finish(AttemptId attempt, AttemptOutcome outcome) {
    std::promise<Result<void>> written;
    journal->finish(attempt, std::move(outcome), [&](Result<void> result) { written.set_value(std::move(result)); });
    return written.get_future().get();
  }
  // A claim comes after the marks before it.
  void write_marks() { claim(299, static_cast<int>(++barriers_)); }

  std::string state(AttemptId attempt) {
    Query query = committed->query("SELECT state FROM attempt WHERE id = ?", attempt);
    return value(query.next()) ? query.text(0) : "";
  }
  std::int64_t count(const std::string& what) {
    return value(look_into(path)->integer("SELECT count(*) FROM " + what));
  }
  void reopen() {
    journal.reset();
    journal = value(Journal::open(*store, run));
  }

 private:
  std::int64_t barriers_ = 1000;
};

AttemptOutcome answer(const std::string& text) { return make_response(text); }
AttemptOutcome failure(FailureClass failure_class, bool will_retry) {
  return tl::unexpected(Failure{failure_class, "it failed", 503, will_retry});
}

// Holds the writer in the callback of an attempt, so that what is queued meanwhile is one group.
class WriterHeld {
 public:
  WriterHeld(Desk& desk, AttemptId attempt) {
    desk.journal->finish(attempt, answer("first"), [this](Result<void>) {
      reached_.set_value();
      released_.get_future().wait();
    });
    reached_.get_future().wait();
  }
  void release() { released_.set_value(); }

 private:
  std::promise<void> reached_;
  std::promise<void> released_;
};

TEST_CASE("an attempt is claimed, sent and answered, each when it is said", "[store][journal]") {
  Desk desk;
  const AttemptId attempt = desk.claim(0);
  CHECK(desk.state(attempt) == "claimed");
  desk.journal->sent(attempt);
  desk.write_marks();
  CHECK(desk.state(attempt) == "sent");
  check_ok(desk.finish(attempt, answer("text")));
  CHECK(desk.state(attempt) == "answered");
  CHECK(!desk.finish(attempt, answer("again")));
  desk.journal.reset();
  CHECK(value(desk.store->finished(desk.run)) == std::vector<std::pair<std::string, int>>{{"s/0", 0}});
  CHECK(value(desk.store->answers_to(desk.run, "s/0", "")).at(0).response.text == "text");
}

TEST_CASE("claims come back in order, and all or none of a batch", "[store][journal]") {
  Desk desk;
  const std::vector<Request> batch = {Desk::request(4), Desk::request(2), Desk::request(9, 3)};
  const std::vector<AttemptId> attempts = value(desk.journal->claim(batch));
  REQUIRE(attempts.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    Query query = desk.committed->query(
        "SELECT sample.name, epoch FROM attempt JOIN request ON request.id = request JOIN sample ON sample.id = sample"
        " WHERE attempt.id = ?",
        attempts[i]);
    REQUIRE(value(query.next()));
    CHECK(query.text(0) == batch[i].sample_id);
    CHECK(query.integer(1) == batch[i].epoch);
  }
  Request unknown = Desk::request(5);
  unknown.sample_id = "no such sample";
  const auto refused = desk.journal->claim(std::vector{Desk::request(5), unknown});
  REQUIRE(!refused);
  CHECK(refused.error().kind == Error::Kind::kData);
  CHECK(desk.count("attempt") == 3);
  CHECK(value(desk.journal->claim({})).empty());
}

TEST_CASE("a request that is answered cannot be claimed again", "[store][journal]") {
  Desk desk;
  check_ok(desk.finish(desk.claim(0), answer("text")));
  const Request again = Desk::request(0);
  const auto refused = desk.journal->claim({&again, 1});
  REQUIRE(!refused);
  CHECK(refused.error().kind == Error::Kind::kStorage);
}

TEST_CASE("a failure is kept with its reasons, and another attempt may follow", "[store][journal]") {
  Desk desk;
  check_ok(desk.finish(desk.claim(0), failure(FailureClass::kRate, true)));
  check_ok(desk.finish(desk.claim(0), failure(FailureClass::kBadRequest, false)));
  check_ok(desk.finish(desk.claim(0), answer("at last")));
  std::vector<std::string> rows;
  Query query = desk.committed->query(
      "SELECT json_array(number, state, failure, message, http_status, will_retry) FROM attempt ORDER BY number");
  while (value(query.next())) rows.push_back(query.text(0));
  CHECK(rows == std::vector<std::string>{R"([1,"failed","rate","it failed",503,1])",
                                         R"([2,"failed","bad_request","it failed",503,0])",
                                         R"([3,"answered",null,null,null,null])"});
}

TEST_CASE("what on_durable is told of is committed, whole groups at a time", "[store][journal]") {
  Desk desk;
  std::vector<AttemptId> attempts;
  for (int i = 0; i < 201; ++i) attempts.push_back(desk.claim(i));
  WriterHeld held(desk, attempts[200]);
  std::vector<std::int64_t> visible;
  std::promise<void> all;
  for (int i = 0; i < 200; ++i) {
    desk.journal->finish(attempts[i], answer(std::to_string(i)), [&](const Result<void>& written) {
      REQUIRE(written);
      visible.push_back(desk.count("attempt WHERE state = 'answered'"));
      if (visible.size() == 200) all.set_value();
    });
  }
  CHECK(desk.count("attempt WHERE state = 'answered'") == 1);
  held.release();
  all.get_future().wait();
  CHECK(visible == std::vector<std::int64_t>(200, 201));
}

TEST_CASE("an outcome that cannot be written takes no other of its group with it", "[store][journal]") {
  Desk desk;
  std::vector<AttemptId> attempts;
  for (int i = 0; i < 11; ++i) attempts.push_back(desk.claim(i));
  WriterHeld held(desk, attempts[10]);
  std::vector<Result<void>> results(11);
  std::promise<void> all;
  for (int i = 0; i < 10; ++i) {
    desk.journal->finish(attempts[i], answer("text"),
                         [&, i](Result<void> written) { results[i] = std::move(written); });
  }
  desk.journal->finish(attempts[3], answer("twice"), [&](Result<void> written) {
    results[10] = std::move(written);
    all.set_value();
  });
  held.release();
  all.get_future().wait();
  for (int i = 0; i < 10; ++i) CHECK(results[i]);
  REQUIRE(!results[10]);
  CHECK(results[10].error().kind == Error::Kind::kStorage);
  CHECK(desk.count("attempt WHERE state = 'answered'") == 11);
}

TEST_CASE("what a dead process left open is settled by the next", "[store][journal]") {
  Desk desk;
  const AttemptId claimed = desk.claim(0);
  const AttemptId sent = desk.claim(1);
  const AttemptId failed = desk.claim(2);
  desk.journal->sent(sent);
  check_ok(desk.finish(failed, failure(FailureClass::kTransient, true)));
  const std::string other = value(desk.store->begin_run(make_spec("another"), {}, make_samples(2)));
  {
    const auto journal = value(Journal::open(*desk.store, other));
    const Request request = Desk::request(1);
    value(journal->claim({&request, 1}));
  }
  desk.reopen();
  CHECK(desk.state(claimed).empty());
  CHECK(desk.state(sent) == "failed");
  CHECK(desk.state(failed) == "failed");
  CHECK(value(look_into(desk.path)->text("SELECT failure FROM attempt WHERE id = " + std::to_string(sent))) ==
        "unknown");
  CHECK(desk.count("attempt WHERE state = 'claimed'") == 1);  // of the other run
  desk.journal.reset();
  for (const Cell& cell : value(desk.store->cells())) {
    CHECK(cell.errored == 0);
    CHECK(cell.pending == (cell.run.id == desk.run ? 2 : 1));
  }
}

TEST_CASE("the journal's end commits what is queued", "[store][journal]") {
  Desk desk;
  std::atomic<int> durable{0};
  std::vector<AttemptId> attempts;
  for (int i = 0; i < 150; ++i) attempts.push_back(desk.claim(i));
  for (const AttemptId attempt : attempts) {
    desk.journal->sent(attempt);
    desk.journal->finish(attempt, answer("text"), [&](const Result<void>& written) { durable += written ? 1 : 0; });
  }
  desk.journal.reset();
  CHECK(durable == 150);
  CHECK(value(desk.store->finished(desk.run)).size() == 150);
}

TEST_CASE("an error of the disk reaches the one who waits, and the attempt can be finished later", "[store][journal]") {
  Desk desk;
  const AttemptId attempt = desk.claim(0);
  std::mt19937 random(1);
  const std::string text = random_text(random, 20'000);
  {
    const FileSizeLimit full(fs::file_size(desk.path.string() + "-wal") + 5'000);
    const Result<void> written = desk.finish(attempt, answer(text));
    REQUIRE(!written);
    CHECK(written.error().kind == Error::Kind::kStorage);
    const std::vector<Request> many(1000, Desk::request(7));
    const auto refused = desk.journal->claim(many);
    REQUIRE(!refused);
    CHECK(refused.error().kind == Error::Kind::kStorage);
  }
  CHECK(desk.state(attempt) == "claimed");
  check_ok(desk.finish(attempt, answer(text)));
  CHECK(desk.state(attempt) == "answered");
  CHECK(desk.count("attempt") == 1);
  CHECK(integrity(desk.path) == "ok");
}

TEST_CASE("a mark that found the disk full is written with the next", "[store][journal]") {
  Desk desk;
  const AttemptId attempt = desk.claim(0);
  {
    const FileSizeLimit full(0);
    desk.journal->sent(attempt);
    const Request other = Desk::request(1);
    CHECK(!desk.journal->claim({&other, 1}));
  }
  CHECK(desk.state(attempt) == "claimed");
  desk.write_marks();
  CHECK(desk.state(attempt) == "sent");
}

TEST_CASE("many threads share one journal", "[store][journal]") {
  Desk desk;
  std::atomic<int> durable{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 60; ++i) {
          const std::vector<Request> pair = {Desk::request(i, 2 * thread), Desk::request(i, 2 * thread + 1)};
          const auto attempts = desk.journal->claim(pair);
          for (std::size_t k = 0; attempts && k < attempts->size(); ++k) {
            desk.journal->sent((*attempts)[k]);
            desk.journal->finish((*attempts)[k], answer(text_of(pair[k].sample_id, pair[k].epoch)),
                                 [&](const Result<void>& written) { durable += written ? 1 : 0; });
          }
        }
      });
    }
  }
  desk.journal.reset();
  CHECK(durable == 480);
  for (const auto& [sample, epoch] : value(desk.store->finished(desk.run))) {
    CHECK(value(desk.store->answers_to(desk.run, sample, "")).at(epoch).response.text == text_of(sample, epoch));
  }
  CHECK(value(desk.store->finished(desk.run)).size() == 480);
}

TEST_CASE("a journal needs a run", "[store][journal]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const auto journal = Journal::open(*store, "no such run");
  REQUIRE(!journal);
  CHECK(journal.error().kind == Error::Kind::kUsage);
}

}  // namespace
}  // namespace tripos::store
