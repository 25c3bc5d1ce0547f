#include "reports/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

#include "harness/core/text.h"
#include "reports/letters.h"

namespace tripos::reports {
namespace {

constexpr int kMostPositions = 26;
constexpr std::size_t kLongestExtracted = 200;

bool is_undecided(Verdict verdict) { return verdict == Verdict::kUndecided || verdict == Verdict::kGoldUnreadable; }

std::optional<std::size_t> position_of(std::string_view text) {
  const std::optional<char> letter = only_letter(text);
  if (!letter) return std::nullopt;
  return static_cast<std::size_t>((*letter & ~0x20) - 'A');  // a capital or a small letter
}

std::string shown(std::string_view text, bool is_private) {
  std::string shown(is_private ? text : prefix_utf8(text, kLongestExtracted));
  if (is_private) keep_letter(shown);
  return shown;
}

// Readers that found and judged the same stand together.
std::vector<Finding> findings_of(const std::vector<Score>& scores, bool is_private) {
  std::vector<Finding> findings;
  for (std::size_t reader = 0; reader < scores.size(); ++reader) {
    Finding finding{scores[reader].verdict, shown(scores[reader].extracted, is_private), {reader}};
    const auto same = std::ranges::find_if(findings, [&](const Finding& other) {
      return other.verdict == finding.verdict && other.extracted == finding.extracted;
    });
    if (same == findings.end()) {
      findings.push_back(std::move(finding));
    } else {
      same->readers.push_back(reader);
    }
  }
  return findings;
}

bool reads_before(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& finding) {
    return std::tuple(finding.verdict, -static_cast<std::ptrdiff_t>(finding.readers.size()), finding.readers.front());
  };
  return key(a) < key(b);
}

template <typename T>
void reorder(std::vector<T>& items, const std::vector<std::size_t>& order) {
  std::vector<T> old = std::move(items);
  items.clear();
  for (const std::size_t i : order) items.push_back(std::move(old[i]));
}

}  // namespace

double Matrix::spread() const {
  const auto [lowest, highest] = std::ranges::minmax_element(readers, {}, &MatrixReader::accuracy);
  return readers.empty() ? 0 : highest->accuracy - lowest->accuracy;
}

double Matrix::agreed(std::size_t a, std::size_t b) const {
  return static_cast<double>(agreement[a][b]) / std::max(1, responses);
}

std::string reader_numbers(const std::vector<std::size_t>& readers) {
  std::string text;
  for (std::size_t begin = 0; begin < readers.size();) {
    std::size_t end = begin;
    while (end + 1 < readers.size() && readers[end + 1] == readers[end] + 1) ++end;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", readers[begin] + 1);
    if (end > begin) text += fmt::format("-{}", readers[end] + 1);
    begin = end + 1;
  }
  return text;
}

std::vector<std::optional<double>> shares_of(const std::vector<int>& counts, const std::vector<int>& totals) {
  std::vector<std::optional<double>> shares(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (totals[i] > 0) shares[i] = static_cast<double>(counts[i]) / totals[i];
  }
  return shares;
}

std::vector<std::optional<double>> shares_of(const std::vector<int>& counts) {
  return shares_of(counts, std::vector<int>(counts.size(), std::accumulate(counts.begin(), counts.end(), 0)));
}

MatrixBuilder::MatrixBuilder(store::Run run, std::vector<MatrixReader> readers, std::size_t most_listed)
    : most_listed_(most_listed) {
  const std::size_t count = readers.size();
  matrix_.run = std::move(run);
  matrix_.readers = std::move(readers);
  matrix_.agreement.assign(count, std::vector<int>(count));
  shares_.resize(count);
  if (matrix_.run.details.kind != AnswerKind::kChoice) return;
  const std::vector<int> none(kMostPositions);
  matrix_.positions = Positions{none, {}, std::vector<ReaderPositions>(count, {none, none, {}, {}})};
  expected_keys_.resize(kMostPositions);
  letters_.assign(count, std::vector(kMostPositions, std::vector<double>(kMostPositions)));
}

void MatrixBuilder::add(const store::StoredResponse& response, const std::vector<Score>& scores) {
  count_scores(response, scores);
  count_agreement(scores);
  if (matrix_.positions) count_positions(response, scores);
  note_disagreement(response, scores);
  ++matrix_.responses;
}

void MatrixBuilder::count_scores(const store::StoredResponse& response, const std::vector<Score>& scores) {
  if (matrix_.samples == 0 || response.sample_id != last_sample_) {
    last_sample_ = response.sample_id;
    ++matrix_.samples;
    for (auto& shares : shares_) shares.emplace_back();
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    MatrixReader& reader = matrix_.readers[i];
    const Verdict verdict = scores[i].verdict;
    ++shares_[i].back().responses;
    if (verdict == Verdict::kEqual) {
      ++shares_[i].back().correct;
      ++reader.correct;
    }
    if (verdict == Verdict::kNoAnswer) ++reader.unparsed;
    if (is_undecided(verdict)) ++reader.undecided;
  }
}

void MatrixBuilder::count_agreement(const std::vector<Score>& scores) {
  for (std::size_t i = 0; i < scores.size(); ++i) {
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (scores[i].verdict == scores[j].verdict) ++matrix_.agreement[i][j];
    }
  }
}

void MatrixBuilder::count_positions(const store::StoredResponse& response, const std::vector<Score>& scores) {
  const std::optional<std::size_t> key = position_of(response.reference.target);
  const int choices = std::min(response.reference.choice_count, kMostPositions);
  if (!key || static_cast<int>(*key) >= choices) return;
  ++matrix_.positions->keys[*key];
  for (int i = 0; i < choices; ++i) expected_keys_[i] += 1.0 / choices;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    ReaderPositions& reader = matrix_.positions->readers[i];
    if (scores[i].verdict == Verdict::kEqual) ++reader.correct[*key];
    const std::optional<std::size_t> chosen = position_of(scores[i].extracted);
    if (!chosen || static_cast<int>(*chosen) >= choices) continue;
    ++reader.chosen[*chosen];
    ++letters_[i][*chosen][*key];
  }
}

void MatrixBuilder::note_disagreement(const store::StoredResponse& response, const std::vector<Score>& scores) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(scores.size());
  for (const Score& score : scores) verdicts.push_back(score.verdict);
  if (std::ranges::adjacent_find(verdicts, std::not_equal_to()) == verdicts.end()) return;
  ++matrix_.disagreed;
  Pattern& pattern = patterns_[std::move(verdicts)];
  ++pattern.count;
  if (pattern.first.size() == most_listed_) return;
  const bool is_private = matrix_.run.details.is_private;
  pattern.first.push_back({response.sample_id, response.epoch, shown(response.reference.target, is_private), 1,
                           findings_of(scores, is_private)});
}

// A pattern that is seen often says how two readers differ in general, as the table of agreement does; the rare ones
// are worth a look at the response.
std::vector<Disagreement> MatrixBuilder::rarest() {
  std::vector<Pattern*> patterns;
  for (auto& [verdicts, pattern] : patterns_) patterns.push_back(&pattern);
  std::ranges::stable_sort(patterns, {}, &Pattern::count);
  std::vector<Disagreement> listed;
  for (Pattern* pattern : patterns) {
    for (Disagreement& disagreement : pattern->first) {
      if (listed.size() == most_listed_) return listed;
      disagreement.alike = pattern->count;
      listed.push_back(std::move(disagreement));
    }
  }
  return listed;
}

Positions MatrixBuilder::make_positions() const {
  Positions positions = *matrix_.positions;
  const double per_question = static_cast<double>(matrix_.responses) / std::max(1, matrix_.samples);
  const std::vector<double> keys(positions.keys.begin(), positions.keys.end());
  positions.key_balance = stats::goodness_of_fit(keys, expected_keys_, per_question);
  const auto offered = static_cast<std::size_t>(std::ranges::count_if(expected_keys_, [](double n) { return n > 0; }));
  for (std::size_t i = 0; i < positions.readers.size(); ++i) {
    ReaderPositions& reader = positions.readers[i];
    std::vector<stats::Share> shares;
    for (std::size_t j = 0; j < offered; ++j) shares.push_back({reader.correct[j], positions.keys[j]});
    reader.same_shares = stats::equal_shares(shares, per_question);
    reader.no_favourite = stats::equal_margins(letters_[i], per_question);
    reader.correct.resize(offered);
    reader.chosen.resize(offered);
  }
  positions.keys.resize(offered);
  return positions;
}

Matrix MatrixBuilder::finish() {
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    matrix_.readers[i].accuracy = stats::accuracy(shares_[i]);
    matrix_.readers[i].standard_error = stats::standard_error(shares_[i]);
  }
  if (matrix_.positions) matrix_.positions = make_positions();
  matrix_.disagreements = rarest();
  sort_readers();
  return std::move(matrix_);
}

// Best first; of several alike in the order in which they came.
void MatrixBuilder::sort_readers() {
  std::vector<std::size_t> order(matrix_.readers.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return matrix_.readers[i].accuracy; });
  reorder(matrix_.readers, order);
  reorder(matrix_.agreement, order);
  for (std::vector<int>& row : matrix_.agreement) reorder(row, order);
  if (matrix_.positions) reorder(matrix_.positions->readers, order);

  std::vector<std::size_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  for (Disagreement& disagreement : matrix_.disagreements) {
    for (Finding& finding : disagreement.findings) {
      for (std::size_t& reader : finding.readers) reader = place[reader];
      std::ranges::sort(finding.readers);
    }
    std::ranges::sort(disagreement.findings, reads_before);
  }
}

}  // namespace tripos::reports
