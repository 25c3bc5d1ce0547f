#include "harness/stats/interval.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace tripos::stats {
namespace {

double share_of(const Share& question) { return static_cast<double>(question.correct) / question.responses; }

}  // namespace

Interval wilson(double successes, double n, double confidence) {
  if (n <= 0) return {0, 1};
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + confidence / 2);
  const double center = (successes + z * z / 2) / (n + z * z);
  const double half = z / (n + z * z) * std::sqrt(successes * (n - successes) / n + z * z / 4);
  // At the ends center and half are equal, and rounding must not leave a sliver.
  return {successes <= 0 ? 0 : std::max(0.0, center - half), successes >= n ? 1 : std::min(1.0, center + half)};
}

double accuracy(std::span<const Share> questions) {
  if (questions.empty()) return 0;
  double sum = 0;
  for (const Share& question : questions) sum += share_of(question);
  return sum / static_cast<double>(questions.size());
}

std::optional<double> standard_error(std::span<const Share> questions) {
  if (questions.size() < 2) return std::nullopt;
  const double n = static_cast<double>(questions.size());
  const double mean = accuracy(questions);
  double squares = 0;
  for (const Share& question : questions) squares += (share_of(question) - mean) * (share_of(question) - mean);
  return std::sqrt(squares / (n - 1) / n);
}

Interval accuracy_interval(std::span<const Share> questions, double confidence) {
  const double n = static_cast<double>(questions.size());
  const double mean = accuracy(questions);
  const bool one_response = std::ranges::all_of(questions, [](const Share& q) { return q.responses == 1; });
  const bool all_equal =
      std::ranges::all_of(questions, [&](const Share& q) { return share_of(q) == share_of(questions.front()); });
  if (one_response || all_equal) return wilson(mean * n, n, confidence);

  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.5 + confidence / 2);
  const double half = t * *standard_error(questions);  // unequal shares are at least two
  return {std::max(0.0, mean - half), std::min(1.0, mean + half)};
}

}  // namespace tripos::stats
