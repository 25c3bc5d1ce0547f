#include "datasets/samples.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "harness/core/spelling.h"
#include "harness/core/text.h"

namespace tripos::datasets {
namespace {

constexpr std::size_t kMaxChoices = 26;  // letters A to Z

char letter_of(int index) { return static_cast<char>('A' + index); }

bool is_blank(std::string_view text) { return trim_unicode(text).empty(); }

// Reads one record. The line stands in every error.
class RecordReader {
 public:
  RecordReader(const TaskSpec& task, const Record& record, std::size_t row, std::string_view where,
               std::vector<std::string>& findings)
      : task_(task), fields_(task.fields), record_(record), row_(row), where_(where), findings_(findings) {}

  Result<Sample> read() {
    Sample sample;
    TRIPOS_TRY(sample.id, id());
    TRIPOS_TRY(sample.input, text(fields_.question));
    if (is_blank(sample.input)) return error(fmt::format("empty question in \"{}\"", fields_.question));
    for (const auto& [key, field] : fields_.metadata) {
      TRIPOS_TRY(sample.metadata[key], text(field));
    }
    if (task_.info.kind == AnswerKind::kMath) {
      TRIPOS_TRY(sample.target, reference());
    } else {
      TRIPOS_TRY(sample.choices, choices());
      report_equal_choices(sample);
      TRIPOS_TRY(const int index, right_choice(sample));
      sample.target_index = index;
      sample.target = letter_of(index);
    }
    return sample;
  }

  tl::unexpected<Error> error(std::string_view what, std::string hint = "") const {
    return fail(Error::Kind::kData, fmt::format("{}:{}: {}", where_, record_.line, what), std::move(hint));
  }

 private:
  Result<const FieldValue*> find(const std::string& field) const {
    const auto at = record_.fields.find(field);
    if (at != record_.fields.end()) return &at->second;
    std::vector<std::string> names;
    for (const auto& [name, value] : record_.fields) names.push_back(name);
    std::string hint = did_you_mean(field, names);
    if (hint.empty()) hint = fmt::format("there are {}", prefix_utf8(fmt::format("{}", fmt::join(names, ", ")), 300));
    if (task_.format == Format::kCsv) {
      return fail(Error::Kind::kData, fmt::format("{}: no column \"{}\" in the header", where_, field),
                  std::move(hint));
    }
    return error(fmt::format("no field \"{}\"", field), std::move(hint));
  }

  Result<std::string> text(const std::string& field) const {
    TRIPOS_TRY(const FieldValue* value, find(field));
    const auto* text = std::get_if<std::string>(value);
    if (text == nullptr) return error(fmt::format("\"{}\" is a list, expected text", field));
    return *text;
  }

  Result<std::string> id() const {
    if (fields_.id.empty()) return fmt::format("{}{:04}", fields_.id_prefix, row_);
    TRIPOS_TRY(const std::string id, text(fields_.id));
    if (is_blank(id)) return error(fmt::format("empty id in \"{}\"", fields_.id));
    return fields_.id_prefix + id;
  }

  // A value in quotes for an error, where it may be shown.
  std::string shown(std::string_view value) const {
    return task_.info.is_private ? "(private)" : fmt::format("\"{}\"", prefix_utf8(value, 40));
  }

  Result<std::string> reference() const {
    TRIPOS_TRY(std::string answer, text(fields_.answer));
    if (!fields_.answer_after.empty()) {
      const std::size_t marker = answer.rfind(fields_.answer_after);
      if (marker == std::string::npos) {
        return error(fmt::format("no \"{}\" in \"{}\"", fields_.answer_after, fields_.answer));
      }
      answer = trim(std::string_view(answer).substr(marker + fields_.answer_after.size()));
      std::erase(answer, ',');
    }
    if (is_blank(answer)) return error(fmt::format("empty reference answer in \"{}\"", fields_.answer));
    return answer;
  }

  Result<std::vector<std::string>> choices() const {
    std::vector<std::string> choices;
    if (fields_.choices.size() == 1) {
      TRIPOS_TRY(const FieldValue* value, find(fields_.choices.front()));
      const auto* list = std::get_if<std::vector<std::string>>(value);
      if (list == nullptr) return error(fmt::format("\"{}\" is text, expected a list", fields_.choices.front()));
      choices = *list;
    } else {
      for (const std::string& field : fields_.choices) {
        TRIPOS_TRY(std::string choice, text(field));
        choices.push_back(std::move(choice));
      }
    }
    if (choices.size() < 2 || choices.size() > kMaxChoices) {
      return error(fmt::format("expected 2 to {} choices, found {}", kMaxChoices, choices.size()));
    }
    const auto blank = std::find_if(choices.begin(), choices.end(), is_blank);
    if (blank != choices.end()) {
      return error(fmt::format("choice {} is empty", letter_of(static_cast<int>(blank - choices.begin()))));
    }
    return choices;
  }

  Result<int> right_choice(const Sample& sample) {
    const int count = static_cast<int>(sample.choices.size());
    if (!fields_.right_choice.empty()) {
      const auto at = std::find(fields_.choices.begin(), fields_.choices.end(), fields_.right_choice);
      return static_cast<int>(at - fields_.choices.begin());
    }
    std::optional<int> by_letter;
    std::optional<int> by_index;
    if (!fields_.answer.empty()) {
      TRIPOS_TRY(by_letter, letter_index(count));
    }
    if (!fields_.answer_index.empty()) {
      TRIPOS_TRY(by_index, number_index(count));
    }
    if (by_letter && by_index && *by_letter != *by_index) {
      findings_.push_back(fmt::format("{}: the answer letter is {}, the answer index {} ({}): the letter is taken",
                                      sample.id, letter_of(*by_letter), *by_index, letter_of(*by_index)));
    }
    return by_letter ? *by_letter : *by_index;
  }

  Result<int> letter_index(int count) const {
    TRIPOS_TRY(const std::string answer, text(fields_.answer));
    const std::string_view letter = trim(answer);
    if (letter.size() != 1 || letter[0] < 'A' || letter[0] >= 'A' + count) {
      return error(fmt::format("answer {} is no letter from A to {}", shown(answer), letter_of(count - 1)));
    }
    return letter[0] - 'A';
  }

  Result<int> number_index(int count) const {
    TRIPOS_TRY(const std::string answer, text(fields_.answer_index));
    const std::string_view digits = trim(answer);
    int index = -1;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (failure != std::errc() || end != digits.data() + digits.size() || index < 0 || index >= count) {
      return error(fmt::format("answer index {} is no number from 0 to {}", shown(answer), count - 1));
    }
    return index;
  }

  void report_equal_choices(const Sample& sample) {
    for (std::size_t i = 0; i < sample.choices.size(); ++i) {
      const auto rest = sample.choices.begin() + static_cast<std::ptrdiff_t>(i) + 1;
      const auto twin = std::find(rest, sample.choices.end(), sample.choices[i]);
      if (twin == sample.choices.end()) continue;
      findings_.push_back(fmt::format("{} (row {} from 0): choices {} and {} read alike: the index tells them apart",
                                      sample.id, row_, letter_of(static_cast<int>(i)),
                                      letter_of(static_cast<int>(twin - sample.choices.begin()))));
    }
  }

  const TaskSpec& task_;
  const FieldMap& fields_;
  const Record& record_;
  std::size_t row_;
  std::string_view where_;
  std::vector<std::string>& findings_;
};

}  // namespace

Result<CheckedSamples> read_samples(const TaskSpec& task, const std::vector<Record>& records, std::string_view where) {
  CheckedSamples checked;
  std::unordered_map<std::string, std::size_t> line_of;
  for (std::size_t row = 0; row < records.size(); ++row) {
    RecordReader reader(task, records[row], row, where, checked.findings);
    TRIPOS_TRY(Sample sample, reader.read());
    const auto [first, is_new] = line_of.emplace(sample.id, records[row].line);
    if (!is_new) {
      return reader.error(
          fmt::format("the id \"{}\" stands in line {} already", prefix_utf8(sample.id, 80), first->second),
          "answers are kept by id: each question needs its own");
    }
    checked.samples.push_back(std::move(sample));
  }
  return checked;
}

}  // namespace tripos::datasets
