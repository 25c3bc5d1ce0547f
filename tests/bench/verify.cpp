// Time of each verification alone, on one thread: reading and judging an answer or a whole response against its
// reference. Usage: verify CASES [ROUNDS]. CASES: JSON lines of {id, gold, prediction, kind: "answer" | "response"}.
//
// The first round is cold: whatever is made once (patterns, constants) is made in it. Of the later rounds the rate is
// that of all their verifications, and the other figures are over the medians of each case.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "harness/core/file.h"
#include "harness/core/json.h"
#include "harness/core/text.h"
#include "harness/protocol/protocol.h"
#include "scorers/scorer.h"

namespace {

using namespace tripos;
using Clock = std::chrono::steady_clock;

struct Case {
  std::string id;
  std::string prediction;
  Reference reference;
  bool is_answer;
};

struct Timed {
  double milliseconds;
  std::size_t index;  // of the case
};

template <typename T>
T value_or_exit(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "error: {}\n", result.error().message);
  std::exit(1);
}

std::vector<Case> load_cases(const char* path) {
  const std::string text = value_or_exit(read_maybe_gzip(path));
  std::vector<Case> cases;
  for (const std::string_view line : split_lines(text)) {
    const nlohmann::json row = value_or_exit(parse_json(line, path));
    cases.push_back({row.at("id"), row.at("prediction"), {row.at("gold"), 0}, row.at("kind") == "answer"});
  }
  return cases;
}

double verify(const scorers::Scorer& scorer, const Case& entry) {
  const auto begin = Clock::now();
  const Score score = entry.is_answer ? scorer.score_answer(entry.prediction, entry.reference)
                                      : scorer.score_response(entry.prediction, entry.reference);
  const auto end = Clock::now();
  if (score.rule.empty()) std::abort();
  return std::chrono::duration<double, std::milli>(end - begin).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The line that verify.sh reads.
void report(const char* name, double per_second, std::vector<Timed> times) {
  std::sort(times.begin(), times.end(), [](const Timed& a, const Timed& b) { return a.milliseconds < b.milliseconds; });
  const auto at = [&](std::size_t percent) { return times[(times.size() * percent + 99) / 100 - 1].milliseconds; };
  fmt::print("{:<14} {:10.0f} /s   median {:9.4f} ms   p99 {:9.4f} ms   max {:9.3f} ms\n", name, per_second, at(50),
             at(99), at(100));
}

void report_slowest(std::vector<Timed> times, const std::vector<Case>& cases) {
  const std::size_t count = std::min<std::size_t>(5, times.size());
  std::partial_sort(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(count), times.end(),
                    [](const Timed& a, const Timed& b) { return a.milliseconds > b.milliseconds; });
  fmt::print("slowest       ");
  for (std::size_t i = 0; i < count; ++i) fmt::print(" {} {:.3f} ms", cases[times[i].index].id, times[i].milliseconds);
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: verify CASES [ROUNDS]\n");
    return 2;
  }
  const std::vector<Case> cases = load_cases(argv[1]);
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 21;
  if (cases.empty() || rounds < 2) {
    fmt::print(stderr, "error: needs at least one case and two rounds\n");
    return 1;
  }
  const auto protocol = value_or_exit(protocol::find_protocol("tripos", AnswerKind::kMath));
  const auto scorer = value_or_exit(scorers::Scorer::make(protocol.scoring));

  std::vector<std::vector<double>> rounds_of(cases.size());  // milliseconds of each round
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < cases.size(); ++i) rounds_of[i].push_back(verify(scorer, cases[i]));
  }

  std::vector<Timed> first;
  std::vector<Timed> later;
  double first_sum = 0;
  double later_sum = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::vector<double> warm(rounds_of[i].begin() + 1, rounds_of[i].end());
    first_sum += rounds_of[i][0];
    later_sum += std::accumulate(warm.begin(), warm.end(), 0.0);
    first.push_back({rounds_of[i][0], i});
    later.push_back({median(warm), i});
  }
  const auto count = static_cast<double>(cases.size());
  report("first round", count / first_sum * 1000, first);
  report_slowest(first, cases);
  report("later rounds", count * (rounds - 1) / later_sum * 1000, later);
  report_slowest(later, cases);
}
