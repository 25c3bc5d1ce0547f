#include <algorithm>
#include <limits>
#include <optional>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;

const std::vector<ScorerKey> kScorers = {make_scorer("mine@1", '1'), make_scorer("mine@1", '2'),
                                         make_scorer("other@1", '1')};

// What was put into a store, kept in the plainest form.
struct Fact {
  std::string task;
  std::string run;
  int sample = 0;
  int epoch = 0;
  std::optional<Response> response;
  std::vector<Failure> failures;  // before the response
  bool is_open = false;           // a further attempt was claimed and did not end
  std::vector<std::optional<Verdict>> verdicts = std::vector<std::optional<Verdict>>(kScorers.size());
};

Response random_response(std::mt19937& random) {
  constexpr StopClass kStops[] = {StopClass::kStop,    StopClass::kLength,          StopClass::kContentFilter,
                                  StopClass::kRefusal, StopClass::kContextOverflow, StopClass::kUnknown};
  Response response = make_response(random_text(random, 10));
  response.stop = kStops[random() % 6];
  if (random() % 3 != 0) response.usage.input_tokens = random() % 100;
  if (random() % 3 != 0) response.usage.output_tokens = random() % 100;
  response.total = std::chrono::milliseconds(random() % 5000);
  return response;
}

Failure random_failure(std::mt19937& random) {
  constexpr FailureClass kClasses[] = {FailureClass::kRate, FailureClass::kTransient, FailureClass::kCancelled,
                                       FailureClass::kBadRequest};
  return {kClasses[random() % 4], "it failed", 500, random() % 2 == 0};
}

// Asks one request as `fact` says.
void play(Journal& journal, const Fact& fact) {
  const Request request{.sample_id = "s/" + std::to_string(fact.sample), .epoch = fact.epoch, .target = "1"};
  std::vector<AttemptOutcome> outcomes(fact.failures.size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] = tl::unexpected(fact.failures[i]);
  if (fact.response) outcomes.emplace_back(*fact.response);
  for (AttemptOutcome& outcome : outcomes) {
    const auto attempt = value(journal.claim({&request, 1})).at(0);
    journal.sent(attempt);
    journal.finish(attempt, std::move(outcome), [](Result<void>) {});
  }
  if (fact.is_open) value(journal.claim({&request, 1}));
}

std::vector<Fact> random_run(std::mt19937& random, Store& store, const std::string& task, const std::string& model) {
  constexpr Verdict kVerdicts[] = {Verdict::kEqual, Verdict::kDifferent, Verdict::kUndecided, Verdict::kNoAnswer,
                                   Verdict::kGoldUnreadable};
  const int samples = 1 + static_cast<int>(random() % 6);
  const std::string run = value(store.begin_run(make_spec(model, task), {}, make_samples(samples)));
  std::vector<Fact> facts;
  {
    const auto journal = value(Journal::open(store, run));
    for (int i = 0; i < samples * 3; ++i) {
      if (random() % 4 == 0) continue;
      Fact fact{.task = task, .run = run, .sample = i / 3, .epoch = i % 3};
      while (random() % 3 == 0) fact.failures.push_back(random_failure(random));
      if (random() % 3 != 0) fact.response = random_response(random);
      fact.is_open = !fact.response && random() % 3 == 0;
      play(*journal, fact);
      facts.push_back(std::move(fact));
    }
  }
  for (std::size_t scorer = 0; scorer < kScorers.size(); ++scorer) {
    if (random() % 2 == 0) continue;
    std::vector<ScoreRow> rows;
    for (Fact& fact : facts) {
      if (!fact.response || random() % 5 == 0) continue;
      fact.verdicts[scorer] = kVerdicts[random() % 5];
      rows.push_back({run, "s/" + std::to_string(fact.sample), fact.epoch, {*fact.verdicts[scorer], "x", "rule"}});
    }
    check_ok(store.put_scores(kScorers[scorer], rows));
  }
  return facts;
}

int count(const std::vector<Fact>& facts, const std::function<bool(const Fact&)>& holds) {
  return static_cast<int>(std::count_if(facts.begin(), facts.end(), holds));
}
std::int64_t sum(const std::vector<Fact>& facts, const std::function<std::int64_t(const Fact&)>& term) {
  std::int64_t total = 0;
  for (const Fact& fact : facts) total += term(fact);
  return total;
}

void check_samples(const Cell& cell, const std::vector<Fact>& scored, std::size_t scorer) {
  std::vector<int> order;
  for (const Fact& fact : scored) order.push_back(fact.sample);
  std::sort(order.begin(), order.end());
  order.erase(std::unique(order.begin(), order.end()), order.end());
  REQUIRE(cell.samples.size() == order.size());
  int epochs = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto of_sample = [&](const Fact& fact) { return fact.sample == order[i]; };
    CHECK(cell.samples[i].sample_id == "s/" + std::to_string(order[i]));
    CHECK(cell.samples[i].metadata.at("level") == std::to_string(order[i] % 3));
    CHECK(cell.samples[i].responses == count(scored, of_sample));
    CHECK(cell.samples[i].correct ==
          count(scored, [&](const Fact& fact) { return of_sample(fact) && fact.verdicts[scorer] == Verdict::kEqual; }));
    epochs = std::max(epochs, cell.samples[i].responses);
  }
  CHECK(cell.epochs == epochs);
}

// `counted`: the facts of one run that the cell is made of; `scorer` past the end: none.
void check_cell(const Cell& cell, const std::vector<Fact>& run, const std::vector<Fact>& counted, std::size_t scorer) {
  const auto stopped = [&](StopClass a, StopClass b) {
    return count(counted, [&](const Fact& fact) { return fact.response->stop == a || fact.response->stop == b; });
  };
  CHECK(cell.truncated == stopped(StopClass::kLength, StopClass::kContextOverflow));
  CHECK(cell.refused == stopped(StopClass::kRefusal, StopClass::kContentFilter));
  CHECK(cell.input_tokens == sum(counted, [](const Fact& f) { return f.response->usage.input_tokens.value_or(0); }));
  CHECK(cell.output_tokens == sum(counted, [](const Fact& f) { return f.response->usage.output_tokens.value_or(0); }));
  const auto milliseconds = sum(counted, [](const Fact& f) { return f.response->total.count(); });
  CHECK_THAT(cell.seconds, Catch::Matchers::WithinAbs(static_cast<double>(milliseconds) / 1000, 1e-6));

  const auto failed_for_good = [](const Fact& fact) {
    return !fact.response && !fact.is_open && !fact.failures.empty() && !fact.failures.back().will_retry &&
           fact.failures.back().failure_class != FailureClass::kCancelled;
  };
  const auto waits = [&](const Fact& fact) {
    return !fact.response && !failed_for_good(fact) && (fact.is_open || !fact.failures.empty());
  };
  CHECK(cell.errored == count(run, failed_for_good));
  CHECK(cell.pending == count(run, waits));

  if (scorer == kScorers.size()) {
    CHECK(cell.samples.empty());
    CHECK(cell.scoring_sha256.empty());
    CHECK(cell.protocol == cell.run.spec.protocol);
    return;
  }
  CHECK(cell.scoring_sha256 == kScorers[scorer].scoring_sha256);
  CHECK(cell.protocol.starts_with(kScorers[scorer].protocol));
  CHECK(cell.unparsed == count(counted, [&](const Fact& f) { return f.verdicts[scorer] == Verdict::kNoAnswer; }));
  CHECK(cell.undecided == count(counted, [&](const Fact& f) {
          return f.verdicts[scorer] == Verdict::kUndecided || f.verdicts[scorer] == Verdict::kGoldUnreadable;
        }));
  check_samples(cell, counted, scorer);
}

const Cell* find_cell(const std::vector<Cell>& cells, const std::string& run, const ScorerKey& scorer) {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) {
    return cell.run.id == run && cell.scoring_sha256 == scorer.scoring_sha256 &&
           cell.protocol.starts_with(scorer.protocol);
  });
  return found == cells.end() ? nullptr : &*found;
}

void check_run(const std::vector<Cell>& cells, const std::string& run, const std::vector<Fact>& facts) {
  std::size_t found = 0;
  for (std::size_t scorer = 0; scorer < kScorers.size(); ++scorer) {
    std::vector<Fact> scored;
    for (const Fact& fact : facts) {
      if (fact.verdicts[scorer]) scored.push_back(fact);
    }
    if (scored.empty()) continue;
    const Cell* cell = find_cell(cells, run, kScorers[scorer]);
    REQUIRE(cell != nullptr);
    check_cell(*cell, facts, scored, scorer);
    ++found;
  }
  const auto of_run = std::count_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.run.id == run; });
  CHECK(of_run == static_cast<std::ptrdiff_t>(std::max<std::size_t>(found, 1)));
  if (found > 0) return;
  std::vector<Fact> answered;
  for (const Fact& fact : facts) {
    if (fact.response) answered.push_back(fact);
  }
  const auto cell = std::find_if(cells.begin(), cells.end(), [&](const Cell& c) { return c.run.id == run; });
  REQUIRE(cell != cells.end());
  check_cell(*cell, facts, answered, kScorers.size());
}

TEST_CASE("every number of every cell is what counting one by one gives", "[store][cells]") {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const TempDir folder;
    const auto store = open_writer(folder / "t.db");
    std::map<std::string, std::vector<Fact>> runs;
    for (const char* task : {"sums", "products"}) {
      for (const char* model : {"a", "b"}) {
        const std::vector<Fact> facts = random_run(random, *store, task, model);
        runs[make_spec(model, task).id()] = facts;
      }
    }
    const std::vector<Cell> cells = value(store->cells());
    for (const auto& [run, facts] : runs) check_run(cells, run, facts);
    CHECK(std::is_sorted(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) {
      return std::tie(a.run.spec.task, a.protocol, a.run.spec.model) <
             std::tie(b.run.spec.task, b.protocol, b.run.spec.model);
    }));
    const std::vector<Cell> sums = value(store->cells("sums"));
    CHECK(static_cast<int>(sums.size()) ==
          std::count_if(cells.begin(), cells.end(), [](const Cell& cell) { return cell.run.spec.task == "sums"; }));
  }
}

TEST_CASE("two scorings under one label stay apart, in the task that has both", "[store][cells]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const auto score = [&](const std::string& run, const ScorerKey& scorer) {
    check_ok(store->put_scores(scorer, {{run, "s/0", 0, {Verdict::kEqual, "1", "rule"}}}));
  };
  const std::string a = fill_run(*store, "a", 1, 1);
  const std::string b = fill_run(*store, "b", 1, 1);
  score(a, kScorers[0]);
  score(b, kScorers[0]);
  CHECK(value(store->cells()).at(0).protocol == "mine@1");

  score(a, kScorers[1]);  // mine.yaml was edited
  const std::string other = value(store->begin_run(make_spec("a", "products"), {}, make_samples(1)));
  value(store->import(other, {imported("s/0", 0, make_response("x"))}));
  score(other, kScorers[1]);
  std::vector<std::string> rows;
  for (const Cell& cell : value(store->cells())) {
    rows.push_back(cell.run.spec.task + " " + cell.run.spec.model + " " + cell.protocol);
  }
  CHECK(rows == std::vector<std::string>{"products a mine@1", "sums a mine@1+11111111", "sums b mine@1+11111111",
                                         "sums a mine@1+22222222"});
}

TEST_CASE("a server's absurd token counts overflow nothing", "[store][cells]") {
  const TempDir folder;
  const auto store = open_writer(folder / "t.db");
  const std::string run = value(store->begin_run(make_spec("m"), {}, make_samples(3)));
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::vector<ImportedResponse> rows;
  for (int i = 0; i < 3; ++i) {
    Response response = make_response(std::to_string(i));
    response.usage.input_tokens = kMax;
    response.usage.output_tokens = i == 0 ? -kMax : 5;
    rows.push_back(imported("s/" + std::to_string(i), 0, response));
  }
  value(store->import(run, rows));
  const Cell cell = value(store->cells()).at(0);
  CHECK(cell.input_tokens == kMax);
  CHECK(cell.output_tokens == 10);
}

}  // namespace
}  // namespace tripos::store
