#include "reports/report_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/core/text.h"

namespace tripos::reports {
namespace {

// Real answers shrink to about a sixth (gzip, then base64), so more text than this never fits into the file.
constexpr std::uint64_t kBestRatio = 10;
constexpr std::uint64_t kLongestText = 6 * 1024;
constexpr std::uint64_t kShortestText = 64;

std::uint64_t kept_bytes(const ReportOptions& options, int responses) {
  if (options.full_transcripts) return std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t share = kBestRatio * options.size_limit / static_cast<std::uint64_t>(std::max(1, responses));
  return std::clamp(share, kShortestText, kLongestText);
}

// The last at most `bytes` bytes, from a character boundary on.
std::string_view suffix_utf8(std::string_view text, std::size_t bytes) {
  std::string_view suffix = text.substr(text.size() - std::min(bytes, text.size()));
  while (!suffix.empty() && (suffix.front() & 0xC0) == 0x80) suffix.remove_prefix(1);
  return suffix;
}

bool is_letter(std::string_view text) { return text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z'; }

// Groups by task and dataset, in the order of the cells.
Section& section_for(std::vector<Section>& sections, const store::RunSpec& spec) {
  for (Section& section : sections) {
    const store::RunSpec& other = section.cells.front().run.spec;
    if (other.task == spec.task && other.dataset_sha256 == spec.dataset_sha256) return section;
  }
  return sections.emplace_back();
}

void finish_section(Section& section, bool task_is_unique) {
  const store::RunSpec spec = section.cells.front().run.spec;
  section.key = task_is_unique ? spec.task : fmt::format("{}@{}", spec.task, spec.dataset_sha256.substr(0, 8));
  std::vector<ComparisonRow> rows = compare(section.cells);
  std::vector<std::size_t> order(rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if ((rows[a].responses > 0) != (rows[b].responses > 0)) return rows[a].responses > 0;
    return rows[a].accuracy > rows[b].accuracy;
  });
  std::vector<store::Cell> cells;
  for (const std::size_t i : order) {
    store::Cell& cell = cells.emplace_back(std::move(section.cells[i]));
    section.rows.push_back(std::move(rows[i]));
    section.is_private = section.is_private || cell.run.details.is_private;
    const bool known = std::ranges::any_of(section.runs, [&](const auto& run) { return run.id == cell.run.id; });
    if (!known) section.runs.push_back(cell.run);
  }
  section.cells = std::move(cells);
}

}  // namespace

CutText cut_text(CutText text, std::uint64_t limit) {
  if (text.head.size() + text.tail.size() <= limit) return text;
  const std::uint64_t before = text.head.size() + text.tail.size();
  std::string tail(suffix_utf8(text.tail.empty() ? text.head : text.tail, limit / 3));
  text.head.resize(prefix_utf8(text.head, limit - limit / 3).size());
  text.tail = std::move(tail);
  text.bytes_left_out += before - text.head.size() - text.tail.size();
  return text;
}

ReportData make_report_data(std::vector<store::Cell> cells) {
  ReportData data;
  std::map<std::string, int> sections_of_task;
  for (store::Cell& cell : cells) {
    Section& section = section_for(data.sections, cell.run.spec);
    if (section.cells.empty()) ++sections_of_task[cell.run.spec.task];
    section.cells.push_back(std::move(cell));
  }
  for (Section& section : data.sections) {
    finish_section(section, sections_of_task[section.cells.front().run.spec.task] == 1);
    std::map<std::string, int> responses;  // a run that two scorers judged has its responses once
    for (const ComparisonRow& row : section.rows)
      responses[row.run_id] = std::max(responses[row.run_id], row.responses);
    for (const auto& [run, count] : responses) data.responses += count;
  }
  return data;
}

AnswerCollector::AnswerCollector(Section& section, const ReportOptions& options, std::uint64_t keep_bytes)
    : section_(section), withhold_(section.is_private && !options.include_private), keep_bytes_(keep_bytes) {
  for (std::size_t i = 0; i < section.questions.size(); ++i) {
    store::Question& question = section.questions[i].question;
    question_index_.emplace(question.sample_id, i);
    if (!section.is_private) continue;
    question.input.clear();
    question.choices.clear();
    if (!is_letter(question.target)) question.target.clear();
  }
}

void AnswerCollector::add(std::size_t cell, std::vector<store::Answer> answers) {
  const std::string& run_id = section_.cells[cell].run.id;
  const auto run = std::ranges::find_if(section_.runs, [&](const auto& r) { return r.id == run_id; });
  const auto run_index = static_cast<std::size_t>(run - section_.runs.begin());
  for (store::Answer& answer : answers) {
    std::optional<Score> score = std::exchange(answer.score, std::nullopt);
    ReportAnswer& place = place_for(run_index, std::move(answer));
    if (!score) continue;
    if (withhold_ && !is_letter(score->extracted)) score->extracted.clear();
    place.scores.emplace_back(cell, std::move(*score));
  }
}

ReportAnswer& AnswerCollector::place_for(std::size_t run, store::Answer answer) {
  const auto [entry, is_new] = question_index_.try_emplace(answer.sample_id, section_.questions.size());
  if (is_new) section_.questions.emplace_back().question.sample_id = answer.sample_id;
  std::vector<ReportAnswer>& known = section_.questions[entry->second].answers;
  const auto same = std::ranges::find_if(
      known, [&](const ReportAnswer& other) { return other.run == run && other.answer.epoch == answer.epoch; });
  if (same != known.end()) return *same;  // another scorer judged this run before

  ReportAnswer& added = known.emplace_back();
  added.run = run;
  if (withhold_) {
    if (!is_letter(answer.target)) answer.target.clear();
  } else {
    added.text = cut_text({std::move(answer.response.text), "", 0}, keep_bytes_);
    added.reasoning = cut_text({std::move(answer.response.reasoning), "", 0}, keep_bytes_);
  }
  answer.response.text.clear();
  answer.response.reasoning.clear();
  added.answer = std::move(answer);
  return added;
}

Result<ReportData> load_report_data(const store::Store& store, const ReportOptions& options) {
  TRIPOS_TRY(std::vector<store::Cell> cells, store.cells(options.task));
  if (cells.empty() && options.task) {
    return fail(Error::Kind::kUsage, fmt::format("no results for task \"{}\"", *options.task),
                "tripos compare --db FILE  shows what the store holds");
  }
  ReportData data = make_report_data(std::move(cells));
  const std::uint64_t keep = kept_bytes(options, data.responses);
  for (Section& section : data.sections) {
    const store::RunSpec& spec = section.cells.front().run.spec;
    TRIPOS_TRY(std::vector<store::Question> questions, store.questions(spec.task, spec.dataset_sha256));
    for (store::Question& question : questions) section.questions.push_back({std::move(question), {}});
    AnswerCollector collector(section, options, keep);
    for (std::size_t cell = 0; cell < section.cells.size(); ++cell) {
      TRIPOS_CHECK(store.visit_answers(section.cells[cell].run.id, section.cells[cell].scoring_sha256,
                                       [&](std::vector<store::Answer> answers) -> Result<void> {
                                         collector.add(cell, std::move(answers));
                                         return {};
                                       }));
    }
    std::erase_if(section.questions, [](const ReportQuestion& question) { return question.answers.empty(); });
    data.texts_withheld = data.texts_withheld || (section.is_private && !options.include_private);
  }
  return data;
}

}  // namespace tripos::reports
