#include "reports/report_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "harness/core/text.h"
#include "reports/letters.h"

namespace tripos::reports {
namespace {

// Bytes of a text that are worth holding. Answers shrink to a sixth at best (gzip, then base64), so of more text than
// this not all fits into the file anyway.
std::uint64_t kept_bytes(const ReportOptions& options, std::size_t responses) {
  constexpr std::uint64_t kBestRatio = 6;
  constexpr std::uint64_t kShortest = 64;
  if (options.full_transcripts) return std::numeric_limits<std::uint64_t>::max();
  return std::max(kShortest, kBestRatio * options.size_limit / std::max<std::uint64_t>(1, responses));
}

// The last at most `bytes` bytes, from a character boundary on.
std::string_view suffix_utf8(std::string_view text, std::size_t bytes) {
  std::string_view suffix = text.substr(text.size() - std::min(bytes, text.size()));
  while (!suffix.empty() && (suffix.front() & 0xC0) == 0x80) suffix.remove_prefix(1);
  return suffix;
}

// The cells by task and dataset, in the order in which tasks are first seen.
std::vector<std::vector<store::Cell>> group_cells(std::vector<store::Cell> cells) {
  std::vector<std::vector<store::Cell>> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (store::Cell& cell : cells) {
    const auto [place, is_new] =
        places.emplace(std::pair{cell.run.spec.task, cell.run.spec.dataset_sha256}, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(std::move(cell));
  }
  return groups;
}

Section make_section(std::vector<store::Cell> cells, const ReportOptions& options) {
  std::vector<std::pair<ComparisonRow, store::Cell>> sorted;
  for (store::Cell& cell : cells) {
    ComparisonRow row = compare(cell);
    sorted.emplace_back(std::move(row), std::move(cell));
  }
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return reads_before(a.first, b.first); });
  Section section;
  for (auto& [row, cell] : sorted) {
    section.is_private = section.is_private || cell.run.details.is_private;
    if (!std::ranges::count(section.runs, cell.run.id, &store::Run::id)) section.runs.push_back(cell.run);
    section.rows.push_back(std::move(row));
    section.cells.push_back(std::move(cell));
  }
  section.key = section.rows.front().task;
  section.is_withheld = section.is_private && !options.include_private;
  return section;
}

std::vector<Section> make_sections(std::vector<store::Cell> cells, const ReportOptions& options) {
  std::vector<Section> sections;
  std::map<std::string, int> datasets_of_task;
  for (std::vector<store::Cell>& group : group_cells(std::move(cells))) {
    sections.push_back(make_section(std::move(group), options));
    ++datasets_of_task[sections.back().key];
  }
  for (Section& section : sections) {
    if (datasets_of_task[section.key] == 1) continue;
    section.key += "@" + section.cells.front().run.spec.dataset_sha256.substr(0, 8);
  }
  return sections;
}

// Brings the answers of each cell to the questions of a section.
class AnswerCollector {
 public:
  AnswerCollector(Section& section, std::vector<store::Question> questions, std::uint64_t keep_bytes)
      : section_(section), keep_bytes_(keep_bytes) {
    for (store::Question& question : questions) add_question(std::move(question));
  }

  void add(std::size_t cell, std::vector<store::Answer> answers) {
    const auto run = std::ranges::find(section_.runs, section_.cells[cell].run.id, &store::Run::id);
    for (store::Answer& answer : answers) {
      std::optional<Score> score = std::exchange(answer.score, std::nullopt);
      ReportAnswer& place = place_for(static_cast<std::size_t>(run - section_.runs.begin()), std::move(answer));
      if (!score) continue;
      if (section_.is_withheld) keep_letter(score->extracted);
      place.scores.emplace_back(cell, std::move(*score));
    }
  }

 private:
  std::size_t add_question(store::Question question) {
    if (section_.is_private) {
      question.input.clear();
      question.choices.clear();
      keep_letter(question.target);
    }
    const std::size_t place = section_.questions.size();
    index_.emplace(question.sample_id, place);
    section_.questions.push_back({std::move(question), {}});
    return place;
  }

  ReportAnswer& place_for(std::size_t run, store::Answer answer) {
    const auto known = index_.find(answer.sample_id);
    store::Question unknown;  // an answer whose question the store does not hold gets one without text
    unknown.sample_id = answer.sample_id;
    const std::size_t place = known != index_.end() ? known->second : add_question(std::move(unknown));
    std::vector<ReportAnswer>& answers = section_.questions[place].answers;
    const auto same = std::ranges::find_if(
        answers, [&](const ReportAnswer& other) { return other.run == run && other.answer.epoch == answer.epoch; });
    if (same != answers.end()) return *same;  // another scorer judged this run before

    ReportAnswer& added = answers.emplace_back();
    added.run = run;
    if (section_.is_withheld) {
      keep_letter(answer.target);
    } else {
      added.text = cut_text({std::move(answer.response.text), "", 0}, keep_bytes_);
      added.reasoning = cut_text({std::move(answer.response.reasoning), "", 0}, keep_bytes_);
    }
    answer.response.text.clear();
    answer.response.reasoning.clear();
    added.answer = std::move(answer);
    return added;
  }

  Section& section_;
  std::uint64_t keep_bytes_;
  std::map<std::string, std::size_t, std::less<>> index_;  // of the questions, by sample id
};

Result<void> load_answers(const store::Store& store, Section& section, std::uint64_t keep_bytes) {
  const store::RunSpec& spec = section.cells.front().run.spec;
  TRIPOS_TRY(std::vector<store::Question> questions, store.questions(spec.task, spec.dataset_sha256));
  AnswerCollector collector(section, std::move(questions), keep_bytes);
  for (std::size_t cell = 0; cell < section.cells.size(); ++cell) {
    TRIPOS_CHECK(store.visit_answers(section.cells[cell].run.id, section.cells[cell].scoring_sha256,
                                     [&](std::vector<store::Answer> answers) -> Result<void> {
                                       collector.add(cell, std::move(answers));
                                       return {};
                                     }));
  }
  std::erase_if(section.questions, [](const ReportQuestion& question) { return question.answers.empty(); });
  return {};
}

}  // namespace

CutText cut_text(CutText text, std::uint64_t limit) {
  const std::uint64_t before = text.head.size() + text.tail.size();
  if (before <= limit) return text;
  CutText cut;  // of new strings, so that the memory of the long ones goes back
  cut.head = prefix_utf8(text.head, limit - limit / 3);
  cut.tail = suffix_utf8(text.tail.empty() ? text.head : text.tail, limit / 3);
  cut.bytes_left_out = text.bytes_left_out + before - cut.head.size() - cut.tail.size();
  return cut;
}

Result<ReportData> load_report_data(const store::Store& store, const ReportOptions& options) {
  TRIPOS_TRY(std::vector<store::Cell> cells, store.cells(options.task));
  if (cells.empty() && options.task) {
    return fail(Error::Kind::kUsage, fmt::format("no results for task \"{}\"", *options.task),
                "\"tripos compare\" shows what the store holds");
  }
  ReportData data;
  data.sections = make_sections(std::move(cells), options);
  for (const Section& section : data.sections) {
    for (const store::Run& run : section.runs) {
      TRIPOS_TRY(const auto finished, store.finished(run.id));
      data.responses += finished.size();
    }
  }
  for (Section& section : data.sections) {
    TRIPOS_CHECK(load_answers(store, section, kept_bytes(options, data.responses)));
  }
  return data;
}

}  // namespace tripos::reports
