#include "reports/transcripts.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <thread>

#include "reports/gzip.h"
#include "reports/question_json.h"

namespace tripos::reports {
namespace {

constexpr std::uint64_t kShortestText = 64;

// Calls work(i) for each i below `count`, on all cores.
template <typename Work>
void on_all_cores(std::size_t count, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> helpers;
  const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
  for (unsigned i = 1; i < cores && i < count; ++i) helpers.emplace_back(take);
  take();
}

std::vector<ReportQuestion*> all_questions(ReportData& data) {
  std::vector<ReportQuestion*> questions;
  for (Section& section : data.sections) {
    for (ReportQuestion& question : section.questions) questions.push_back(&question);
  }
  return questions;
}

void cut_answers(ReportQuestion& question, std::uint64_t limit) {
  for (ReportAnswer& answer : question.answers) {
    answer.text = cut_text(std::move(answer.text), limit);
    answer.reasoning = cut_text(std::move(answer.reasoning), limit);
  }
}

std::string pack(const ReportQuestion& question) { return base64(gzip(question_json(question))); }

std::uint64_t packed_bytes(std::vector<ReportQuestion> questions, std::uint64_t limit) {
  std::atomic<std::uint64_t> bytes{0};
  on_all_cores(questions.size(), [&](std::size_t i) {
    cut_answers(questions[i], limit);
    bytes += pack(questions[i]).size();
  });
  return bytes;
}

std::vector<std::uint64_t> text_lengths(const ReportQuestion& question) {
  std::vector<std::uint64_t> lengths;
  for (const ReportAnswer& answer : question.answers) {
    for (const CutText* text : {&answer.text, &answer.reasoning}) {
      lengths.push_back(text->head.size() + text->tail.size());
    }
  }
  return lengths;
}

std::uint64_t cut_length(const std::vector<std::uint64_t>& lengths, std::uint64_t limit) {
  std::uint64_t sum = 0;
  for (const std::uint64_t length : lengths) sum += std::min(length, limit);
  return sum;
}

// The largest limit that leaves at most `bytes` of texts of these lengths.
std::uint64_t limit_that_leaves(const std::vector<std::uint64_t>& lengths, std::uint64_t bytes) {
  std::uint64_t low = 0;
  std::uint64_t high = std::ranges::max(lengths);
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    if (cut_length(lengths, middle) <= bytes) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

// Some questions at even distances, so that a choice made by them costs little and is the same every time.
std::vector<ReportQuestion> sample_of(const std::vector<ReportQuestion*>& questions) {
  constexpr std::uint64_t kSampleBytes = 2'000'000;
  std::uint64_t bytes = 0;
  for (const ReportQuestion* question : questions) bytes += cut_length(text_lengths(*question), UINT64_MAX);
  const std::size_t stride = std::min<std::size_t>(bytes / kSampleBytes + 1, questions.size());
  std::vector<ReportQuestion> sample;
  for (std::size_t i = stride / 2; i < questions.size(); i += stride) sample.push_back(*questions[i]);
  return sample;
}

// How long a text may be for all blocks to fit the budget.
std::uint64_t fitting_text_bytes(const std::vector<ReportQuestion*>& questions, std::uint64_t budget) {
  constexpr int kRounds = 6;  // shorter texts pack worse, so the first guesses are too long
  constexpr double kMargin = 0.97;
  const std::vector<ReportQuestion> sample = sample_of(questions);
  std::vector<std::uint64_t> lengths;
  for (const ReportQuestion& question : sample) std::ranges::copy(text_lengths(question), std::back_inserter(lengths));
  const double share = static_cast<double>(sample.size()) / static_cast<double>(questions.size());
  const double sample_budget = static_cast<double>(budget) * share;
  std::uint64_t limit = UINT64_MAX;
  for (int round = 0; round < kRounds && limit > kShortestText; ++round) {
    const auto packed = static_cast<double>(packed_bytes(sample, limit));
    if (packed <= sample_budget) break;
    const double text_budget = kMargin * sample_budget / packed * static_cast<double>(cut_length(lengths, limit));
    limit = std::max(kShortestText, limit_that_leaves(lengths, static_cast<std::uint64_t>(text_budget)));
  }
  return limit;
}

}  // namespace

Transcripts pack_transcripts(ReportData& data, std::uint64_t budget, bool full_transcripts) {
  const std::vector<ReportQuestion*> questions = all_questions(data);
  Transcripts transcripts;
  transcripts.index = base64(gzip(index_json(data)));
  transcripts.blocks.resize(questions.size());
  budget -= std::min<std::uint64_t>(budget, transcripts.index.size());
  const std::uint64_t limit =
      full_transcripts || questions.empty() ? UINT64_MAX : fitting_text_bytes(questions, budget);
  on_all_cores(questions.size(), [&](std::size_t i) {
    cut_answers(*questions[i], limit);
    transcripts.blocks[i] = pack(*questions[i]);
  });
  for (const ReportQuestion* question : questions) {
    for (const ReportAnswer& answer : question->answers) {
      if (answer.text.bytes_left_out + answer.reasoning.bytes_left_out > 0) ++transcripts.cut_answers;
    }
  }
  return transcripts;
}

}  // namespace tripos::reports
