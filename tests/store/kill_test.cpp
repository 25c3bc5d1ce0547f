// kill -9 at any moment: nothing that was called durable is lost, nothing else is broken.

#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;

constexpr int kSamples = 12;

// What a process says before it dies. Written in one piece, so it is whole or missing.
struct Said {
  enum Kind : std::int32_t { kClaimed, kDurable } kind;
  std::int32_t sample;
  std::int32_t epoch;
};

// Asks the requests of a run that are missing, without end, and says what it was promised. Ends by being killed.
[[noreturn]] void ask_until_killed(const fs::path& path, int pipe) {
  const auto say = [pipe](Said said) {
    if (::write(pipe, &said, sizeof said) != sizeof said) ::_exit(1);
  };
  auto store = Store::open(path, Store::Mode::kReadWrite);
  if (!store) ::_exit(2);
  const auto run = (*store)->begin_run(make_spec("m"), {}, make_samples(kSamples));
  if (!run) ::_exit(3);
  const auto finished = (*store)->finished(*run);
  if (!finished) ::_exit(4);
  const std::set<std::pair<std::string, int>> done(finished->begin(), finished->end());
  const auto journal = Journal::open(**store, *run);
  if (!journal) ::_exit(5);
  for (int epoch = 0;; ++epoch) {
    std::vector<Request> requests;
    for (int i = 0; i < kSamples; ++i) {
      Request request{.sample_id = "s/" + std::to_string(i), .epoch = epoch};
      if (done.count({request.sample_id, epoch}) == 0) requests.push_back(std::move(request));
    }
    const auto attempts = (*journal)->claim(requests);
    if (!attempts) ::_exit(6);
    for (std::size_t k = 0; k < requests.size(); ++k) {
      const int sample = std::stoi(requests[k].sample_id.substr(2));
      say({Said::kClaimed, sample, epoch});
      (*journal)->sent((*attempts)[k]);
      (*journal)->finish((*attempts)[k], make_response(text_of(requests[k].sample_id, epoch)),
                         [say, sample, epoch](const Result<void>& written) {
                           if (written) say({Said::kDurable, sample, epoch});
                         });
    }
  }
}

// Kills a moment after `durable` answers were called durable, so that it comes to the same on a busy machine.
std::vector<Said> run_and_kill(const fs::path& path, int durable, std::chrono::microseconds moment) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    ask_until_killed(path, ends[1]);
  }
  ::close(ends[1]);
  std::vector<Said> all;
  const auto kill_when_due = [&] {
    if (durable-- != 0) return;
    std::this_thread::sleep_for(moment);
    ::kill(child, SIGKILL);
  };
  kill_when_due();
  for (Said said; ::read(ends[0], &said, sizeof said) == sizeof said;) {
    all.push_back(said);
    if (said.kind == Said::kDurable) kill_when_due();
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  return all;
}

TEST_CASE("killed at any moment, a run loses no durable answer and asks for none twice", "[store][kill]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  std::set<std::pair<std::string, int>> durable;
  std::mt19937 random(5);
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    std::set<std::pair<std::string, int>> claimed;
    for (const Said said :
         run_and_kill(path, static_cast<int>(random() % 30), std::chrono::microseconds(random() % 4'000))) {
      const std::pair request("s/" + std::to_string(said.sample), said.epoch);
      if (said.kind == Said::kDurable) {
        CHECK(durable.insert(request).second);
      } else {
        CHECK(durable.count(request) == 0);
        claimed.insert(request);
      }
    }
    const auto store = open_writer(path);
    CHECK(integrity(path) == "ok");
    const std::string run = value(store->begin_run(make_spec("m"), {}, make_samples(kSamples)));
    const auto finished = value(store->finished(run));
    const std::set<std::pair<std::string, int>> kept(finished.begin(), finished.end());
    CHECK(std::includes(kept.begin(), kept.end(), durable.begin(), durable.end()));
    durable = kept;  // an answer may be durable before anyone is told
    const auto database = look_into(path);
    for (const auto& [sample, epoch] : claimed) {
      Query query = database->query(
          "SELECT count(*) FROM attempt JOIN request ON request.id = request JOIN sample ON sample.id = sample"
          " WHERE name = ? AND epoch = ?",
          sample, epoch);
      CHECK(value(query.only_integer()) >= 1);
    }
  }
  const auto store = open_reader(path);
  check_ok(store->visit_answers(make_spec("m").id(), "", [](std::vector<Answer> answers) -> Result<void> {
    for (const Answer& answer : answers) CHECK(answer.response.text == text_of(answer.sample_id, answer.epoch));
    return {};
  }));
  const auto database = look_into(path);
  CHECK(value(database->integer("SELECT count(*) FROM (SELECT 1 FROM attempt WHERE state = 'answered'"
                                " GROUP BY request HAVING count(*) > 1)")) == 0);
}

}  // namespace
}  // namespace tripos::store
