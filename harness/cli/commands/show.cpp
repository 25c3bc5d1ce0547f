#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/layout.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"
#include "harness/core/text.h"
#include "reports/comparison.h"

namespace tripos::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxCellBytes = 40;  // of an answer in the table of answers

std::string one_line(std::string_view text) {
  std::string line(prefix_utf8(text, kMaxCellBytes));
  std::replace(line.begin(), line.end(), '\n', ' ');
  return printable(line) + (text.size() > kMaxCellBytes ? "..." : "");
}

std::string verdict_of(const store::Answer& answer) {
  return answer.score ? std::string(to_string(answer.score->verdict)) : "not scored";
}

Json to_json(const store::Answer& answer, bool hide_text) {
  Json json = {{"sample", answer.sample_id},
               {"epoch", answer.epoch},
               {"order", answer.order},
               {"target", answer.target},
               {"stop", to_string(answer.response.stop)},
               {"attempts", answer.attempts},
               {"verdict", nullptr},
               {"response", hide_text ? Json(nullptr) : Json(answer.response.text)}};
  if (answer.response.usage.output_tokens) json["output_tokens"] = *answer.response.usage.output_tokens;
  if (!answer.score) return json;
  json["verdict"] = to_string(answer.score->verdict);
  json["extracted"] = hide_text ? Json(nullptr) : Json(answer.score->extracted);
  json["rule"] = answer.score->rule;
  json["flags"] = answer.score->flags;
  json["reference_form"] = hide_text ? Json(nullptr) : Json(answer.score->reference_form);
  json["answer_form"] = hide_text ? Json(nullptr) : Json(answer.score->answer_form);
  return json;
}

Json to_json(const reports::ComparisonRow& row) {
  return {{"protocol", row.protocol},
          {"samples", row.samples},
          {"epochs", row.epochs},
          {"correct", row.correct},
          {"accuracy", row.accuracy},
          {"ci_low", row.ci_low},
          {"ci_high", row.ci_high},
          {"truncated", row.truncated},
          {"refused", row.refused},
          {"unparsed", row.unparsed},
          {"errored", row.errored},
          {"undecided", row.undecided},
          {"output_tokens", row.output_tokens}};
}

class ShowCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "show",
            .summary = "show a run, or every answer to one sample in full",
            .examples = {"tripos list runs", "tripos show 7f3a91", "tripos show 7f3a91 test/algebra/2584.json"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "RUN", .help = "id of a run, or the start of it", .target = &run_, .required = true},
            {.name = "SAMPLE", .help = "id of a sample", .target = &sample_},
            db_flag(db_),
            {.name = "--protocol",
             .letter = 'p',
             .value = "PROTOCOL",
             .help = "whose verdicts are shown, where several have judged",
             .target = &protocol_,
             .completes = Completes::kProtocol},
            {.name = "--limit",
             .value = "N",
             .help = "answers listed that were not right (default 20)",
             .target = &limit_,
             .low = 0},
            {.name = "--include-private", .help = "responses to private tasks too", .target = &include_private_},
            {.name = "--json", .help = "one JSON document instead of text", .target = &json_}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const auto store, open_existing(db_, store::Store::Mode::kReadOnly));
    TRIPOS_TRY(const store::Run run, store->find_run(run_));
    TRIPOS_TRY(std::vector<store::Cell> cells, store->cells(run.spec.task));
    std::erase_if(cells, [&](const store::Cell& cell) { return cell.run.id != run.id; });
    TRIPOS_TRY(const std::string scorer, chosen_scorer(cells));
    return sample_ ? show_sample(*store, run, scorer, context.terminal)
                   : show_run(*store, run, cells, scorer, context.terminal);
  }

 private:
  // The hash of the scorer whose verdicts are shown: the one asked for, else that of the protocol that asked, else the
  // first; empty where nothing was scored.
  Result<std::string> chosen_scorer(const std::vector<store::Cell>& cells) const {
    const auto matches = [&](const std::string& label) {
      return label == *protocol_ || label.starts_with(*protocol_ + "@") || label.starts_with(*protocol_ + "+");
    };
    const store::Cell* chosen = nullptr;
    for (const store::Cell& cell : cells) {
      if (protocol_ && !matches(cell.protocol)) continue;
      if (chosen == nullptr || cell.protocol == cell.run.spec.protocol) chosen = &cell;
    }
    if (chosen == nullptr && protocol_) {
      return fail(Error::Kind::kUsage, fmt::format("run {} has no scores of protocol \"{}\"", run_, *protocol_),
                  fmt::format("\"tripos score --run {} --protocol {} --db {}\" makes them", run_, *protocol_, db_));
    }
    return chosen == nullptr ? "" : chosen->scoring_sha256;
  }

  Result<Exit> show_run(const store::Store& store, const store::Run& run, const std::vector<store::Cell>& cells,
                        const std::string& scorer, Terminal& terminal) const {
    const std::size_t limit = limit_.value_or(20);
    std::vector<store::Answer> wrong;
    std::size_t wrong_count = 0;
    TRIPOS_CHECK(store.visit_answers(run.id, scorer, [&](std::vector<store::Answer> answers) -> Result<void> {
      for (store::Answer& answer : answers) {
        if (!answer.score || answer.score->verdict == Verdict::kEqual) continue;
        if (++wrong_count <= limit) wrong.push_back(std::move(answer));
      }
      return {};
    }));
    const std::vector<reports::ComparisonRow> scores = reports::compare(cells);
    if (json_) {
      terminal.print(json_text(run_json(run, scores, wrong)));
      return Exit::kComplete;
    }
    terminal.print(run_text(run, cells, scores, wrong, terminal.width()));
    if (wrong_count > wrong.size()) {
      terminal.message(fmt::format("{} more not right; --limit N lists more",
                                   with_commas(static_cast<std::int64_t>(wrong_count - wrong.size()))));
    }
    if (!wrong.empty()) terminal.message(fmt::format("\"tripos show {} SAMPLE\" shows an answer in full", run_));
    return Exit::kComplete;
  }

  std::string run_text(const store::Run& run, const std::vector<store::Cell>& cells,
                       const std::vector<reports::ComparisonRow>& scores, const std::vector<store::Answer>& wrong,
                       int width) const {
    std::vector<std::vector<std::string>> facts = {{"run", run.id},
                                                   {"task", printable(run.spec.task)},
                                                   {"model", printable(run.spec.model)},
                                                   {"protocol", run.spec.protocol},
                                                   {"dataset", "sha256 " + run.spec.dataset_sha256}};
    if (!run.details.endpoint.empty()) facts.push_back({"endpoint", printable(run.details.endpoint)});
    if (!cells.empty() && cells.front().pending > 0) {
      facts.push_back({"pending", count_of(cells.front().pending, "request") + " without an answer"});
    }
    std::string out = columns(facts, width);
    if (!scores.empty()) out += "\n" + reports::render_comparison(scores, reports::TableFormat::kTable, width);
    std::vector<std::vector<std::string>> rows;
    if (!wrong.empty()) rows.push_back({"sample", "epoch", "verdict", "target", "answer"});
    const bool hide = run.details.is_private && !include_private_;
    for (const store::Answer& answer : wrong) {
      rows.push_back({printable(answer.sample_id), std::to_string(answer.epoch), verdict_of(answer),
                      one_line(answer.target), hide ? "-" : one_line(answer.score->extracted)});
    }
    return rows.empty() ? out : out + "\n" + columns(rows, width);
  }

  Json run_json(const store::Run& run, const std::vector<reports::ComparisonRow>& scores,
                const std::vector<store::Answer>& wrong) const {
    Json json = {{"schema", 1},
                 {"run", run.id},
                 {"task", run.spec.task},
                 {"model", run.spec.model},
                 {"protocol", run.spec.protocol},
                 {"dataset_sha256", run.spec.dataset_sha256},
                 {"scores", Json::array()},
                 {"not_right", Json::array()}};
    for (const auto& row : scores) json["scores"].push_back(to_json(row));
    for (const auto& answer : wrong) {
      json["not_right"].push_back(to_json(answer, run.details.is_private && !include_private_));
    }
    return json;
  }

  Result<Exit> show_sample(const store::Store& store, const store::Run& run, const std::string& scorer,
                           Terminal& terminal) const {
    TRIPOS_TRY(const std::vector<store::Answer> answers, store.answers_to(run.id, *sample_, scorer));
    if (answers.empty()) {
      return fail(Error::Kind::kUsage, fmt::format("run {} has no answer to sample \"{}\"", run.id, *sample_),
                  fmt::format("\"tripos show {}\" lists samples", run_));
    }
    const bool hide = run.details.is_private && !include_private_;
    Json document = {{"schema", 1}, {"run", run.id}, {"question", nullptr}, {"answers", Json::array()}};
    std::string text;
    TRIPOS_TRY(const std::vector<store::Question> questions, store.questions(run.spec.task, run.spec.dataset_sha256));
    for (const store::Question& question : questions) {
      if (question.sample_id != *sample_ || question.input.empty()) continue;
      document["question"] = question.input;
      text += printable(question.input) + "\n";
    }
    for (const store::Answer& answer : answers) {
      document["answers"].push_back(to_json(answer, hide));
      text += answer_text(answer, hide);
    }
    terminal.print(json_ ? json_text(document) : text);
    return Exit::kComplete;
  }

  static std::string answer_text(const store::Answer& answer, bool hide) {
    std::string head = fmt::format("\n--- epoch {}: {}", answer.epoch, verdict_of(answer));
    if (answer.score) head += fmt::format(" ({})", printable(answer.score->rule_with_flags()));
    head += fmt::format(", target {}", printable(answer.target));
    if (answer.score && !hide) head += fmt::format(", answer {}", one_line(answer.score->extracted));
    head += fmt::format(", stop {}", to_string(answer.response.stop));
    if (const auto tokens = answer.response.usage.output_tokens) head += ", " + count_of(*tokens, "token");
    if (hide) return head + "\n(private task: --include-private shows the response)\n";
    std::string body;
    if (!answer.response.reasoning.empty()) body += "[reasoning]\n" + answer.response.reasoning + "\n[answer]\n";
    return head + "\n" + printable(body + answer.response.text) + "\n";
  }

  std::string run_;
  std::optional<std::string> sample_;
  std::optional<std::string> protocol_;
  std::string db_ = kDefaultDb;
  std::optional<int> limit_;
  bool include_private_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_show_command() { return std::make_unique<ShowCommand>(); }

}  // namespace tripos::cli
