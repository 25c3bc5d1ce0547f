#include "reports/question_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/core/text.h"
#include "reports/number_text.h"

namespace tripos::reports {
namespace {

using nlohmann::ordered_json;

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
                      visible_text(prefix_utf8(score.extracted, kLongestExtracted)),
                      visible_line(score.rule_with_flags())});
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

}  // namespace tripos::reports
