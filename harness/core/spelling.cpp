#include "harness/core/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "harness/core/text.h"

namespace tripos {
namespace {

// Longer words come from files, not from a slip of the finger; the cost of the distance is quadratic.
constexpr std::size_t kMaxLength = 64;

// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, each place edited once.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(previous);
    previous.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, previous[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// One edit for every three letters: "gsm" is not "mmlu", but "--epohcs" is "--epochs".
std::size_t allowed_distance(std::size_t length) { return std::min<std::size_t>(3, (length + 1) / 3); }

// "gpqa" for "gpqa_diamond": far by edits, near by meaning.
bool is_beginning(std::string_view word, const std::string& candidate) {
  return word.size() >= 3 && to_lower_ascii(candidate).starts_with(word);
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kMaxLength) return "";
  const std::string typed = to_lower_ascii(word);
  const std::string* nearest = nullptr;
  std::size_t least = 0;
  for (const std::string& candidate : candidates) {
    const std::size_t length = std::max(typed.size(), candidate.size());
    if (length > kMaxLength) continue;
    const std::size_t distance = edit_distance(typed, to_lower_ascii(candidate));
    if (distance > allowed_distance(length) || (nearest != nullptr && distance >= least)) continue;
    nearest = &candidate;
    least = distance;
  }
  if (nearest != nullptr) return *nearest;
  const auto begun = std::find_if(candidates.begin(), candidates.end(),
                                  [&typed](const std::string& candidate) { return is_beginning(typed, candidate); });
  return begun == candidates.end() ? "" : *begun;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_word(word, candidates);
  return nearest.empty() ? "" : fmt::format("did you mean \"{}\"?", nearest);
}

}  // namespace tripos
