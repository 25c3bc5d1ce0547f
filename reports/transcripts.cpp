#include "reports/transcripts.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/core/text.h"
#include "reports/gzip.h"
#include "reports/number_text.h"

namespace tripos::reports {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kShortestText = 64;
constexpr std::size_t kLongestExtracted = 500;
constexpr std::size_t kPreview = 160;
constexpr std::size_t kLongestAbout = 40;  // a metadata value that is longer says nothing in a list

ordered_json text_json(const CutText& text) {
  if (text.bytes_left_out == 0) return visible_text(text.head);
  return {{"head", visible_text(text.head)}, {"tail", visible_text(text.tail)}, {"out", text.bytes_left_out}};
}

void put(ordered_json& object, const char* key, const std::optional<std::int64_t>& value) {
  if (value) object[key] = *value;
}

ordered_json answer_json(const ReportAnswer& entry) {
  const store::Answer& answer = entry.answer;
  const Response& response = answer.response;
  ordered_json object = {{"run", entry.run}, {"epoch", answer.epoch}, {"stop", std::string(to_string(response.stop))}};
  if (!answer.target.empty()) object["target"] = visible_line(answer.target);
  if (!answer.order.empty()) object["order"] = answer.order;
  put(object, "tokens", response.usage.output_tokens);
  put(object, "thought", response.usage.reasoning_tokens);
  if (response.total.count() > 0) object["ms"] = response.total.count();
  if (answer.attempts > 1) object["attempts"] = answer.attempts;
  auto scores = ordered_json::array();
  for (const auto& [cell, score] : entry.scores) {
    scores.push_back({cell, std::string(to_string(score.verdict)),
                      visible_text(prefix_utf8(score.extracted, kLongestExtracted)), visible_line(score.rule)});
  }
  object["scores"] = std::move(scores);
  object["text"] = text_json(entry.text);
  if (!entry.reasoning.head.empty()) object["reasoning"] = text_json(entry.reasoning);
  return object;
}

// Right, wrong, no answer, and anything else, of the answers that each cell of the section judged.
ordered_json marks_json(const Section& section, const ReportQuestion& question) {
  std::vector<std::array<int, 4>> marks(section.cells.size());
  for (const ReportAnswer& answer : question.answers) {
    for (const auto& [cell, score] : answer.scores) {
      const Verdict verdict = score.verdict;
      ++marks[cell][verdict == Verdict::kEqual       ? 0
                    : verdict == Verdict::kDifferent ? 1
                    : verdict == Verdict::kNoAnswer  ? 2
                                                     : 3];
    }
  }
  return marks;
}

// Metadata on one line: "Algebra · level 5". A value that says nothing without its key has it in front.
std::string about_text(const std::map<std::string, std::string>& metadata) {
  std::string about;
  for (const auto& [key, value] : metadata) {
    if (value.empty() || value.size() > kLongestAbout || value == "false") continue;
    const bool is_number = value.find_first_not_of("0123456789.-") == std::string::npos;
    if (!about.empty()) about += " · ";
    about += visible_line(value == "true" ? key : is_number ? key + " " + value : value);
  }
  return about;
}

// [id, metadata, first words, marks]
ordered_json question_entry_json(const Section& section, const ReportQuestion& entry) {
  return {visible_line(entry.question.sample_id), about_text(entry.question.metadata),
          visible_text(prefix_utf8(entry.question.input, kPreview)), marks_json(section, entry)};
}

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

std::string question_json(const ReportQuestion& entry) {
  const store::Question& question = entry.question;
  ordered_json object = {{"input", visible_text(question.input)}, {"target", visible_text(question.target)}};
  if (!question.choices.empty()) {
    for (const std::string& choice : question.choices) object["choices"].push_back(visible_text(choice));
  }
  auto answers = ordered_json::array();
  for (const ReportAnswer& answer : entry.answers) answers.push_back(answer_json(answer));
  object["answers"] = std::move(answers);
  return object.dump();
}

std::string index_json(const ReportData& data) {
  auto sections = ordered_json::array();
  std::size_t block = 0;
  for (const Section& section : data.sections) {
    ordered_json object = {
        {"key", visible_line(section.key)}, {"private", section.is_private}, {"withheld", section.is_withheld}};
    for (const store::Cell& cell : section.cells) {
      const auto run = std::ranges::find(section.runs, cell.run.id, &store::Run::id);
      object["cells"].push_back({{"model", visible_line(cell.run.spec.model)},
                                 {"protocol", visible_line(cell.protocol)},
                                 {"run", run - section.runs.begin()}});
    }
    object["first_block"] = block;
    object["questions"] = ordered_json::array();
    for (const ReportQuestion& entry : section.questions) {
      object["questions"].push_back(question_entry_json(section, entry));
    }
    block += section.questions.size();
    sections.push_back(std::move(object));
  }
  return ordered_json{{"sections", std::move(sections)}}.dump();
}

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
