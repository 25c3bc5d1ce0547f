#include "reports/transcripts.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/core/text.h"
#include "reports/gzip.h"
#include "reports/number_text.h"

namespace tripos::reports {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kLongestText = 6 * 1024;  // 4 KB from the front, 2 KB from the end
constexpr std::uint64_t kShortestText = 64;
constexpr std::size_t kLongestExtracted = 500;

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

// [correct, responses] for each cell of the section.
ordered_json marks_json(const Section& section, const ReportQuestion& question) {
  std::vector<std::pair<int, int>> marks(section.cells.size());
  for (const ReportAnswer& answer : question.answers) {
    for (const auto& [cell, score] : answer.scores) {
      ++marks[cell].second;
      if (score.verdict == Verdict::kEqual) ++marks[cell].first;
    }
  }
  return marks;
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

// How long a text may be for all blocks to fit the budget. Judged by a sample of the questions, at even distances, so
// that the choice costs little and is the same every time.
std::uint64_t fitting_text_bytes(const std::vector<ReportQuestion*>& questions, std::uint64_t budget) {
  constexpr std::uint64_t kSampleBytes = 4'000'000;
  std::uint64_t text_bytes = 0;
  for (const ReportQuestion* question : questions) {
    for (const ReportAnswer& answer : question->answers)
      text_bytes += answer.text.head.size() + answer.text.tail.size();
  }
  const std::size_t stride = text_bytes / kSampleBytes + 1;
  std::vector<ReportQuestion> sample;
  for (std::size_t i = stride / 2; i < questions.size(); i += stride) sample.push_back(*questions[i]);
  if (sample.empty()) return kLongestText;

  const double share = static_cast<double>(sample.size()) / static_cast<double>(questions.size());
  const double sample_budget = static_cast<double>(budget) * share;
  std::uint64_t limit = kLongestText;
  for (int round = 0; round < 6 && limit > kShortestText; ++round) {
    const auto bytes = static_cast<double>(packed_bytes(sample, limit));
    if (bytes <= sample_budget) break;
    // A little under the proportional guess, because what does not shrink with the texts is in the figure too.
    limit =
        std::max(kShortestText, static_cast<std::uint64_t>(static_cast<double>(limit) * 0.95 * sample_budget / bytes));
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
    ordered_json object = {{"key", visible_line(section.key)}, {"private", section.is_private}};
    for (const store::Cell& cell : section.cells) {
      const auto run = std::ranges::find_if(section.runs, [&](const auto& r) { return r.id == cell.run.id; });
      object["cells"].push_back({{"model", visible_line(cell.run.spec.model)},
                                 {"protocol", visible_line(cell.protocol)},
                                 {"run", run - section.runs.begin()}});
    }
    object["first_block"] = block;
    object["questions"] = ordered_json::array();
    for (const ReportQuestion& entry : section.questions) {
      std::string about;
      for (const auto& [key, value] : entry.question.metadata) {
        if (value.size() <= 40) about += (about.empty() ? "" : " · ") + visible_line(value);
      }
      object["questions"].push_back({visible_line(entry.question.sample_id), about, marks_json(section, entry)});
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
  const bool cut = !full_transcripts;
  const std::uint64_t limit = cut ? fitting_text_bytes(questions, budget) : 0;
  on_all_cores(questions.size(), [&](std::size_t i) {
    if (cut) cut_answers(*questions[i], limit);
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
