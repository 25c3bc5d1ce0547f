#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/layout.h"
#include "harness/cli/terminal.h"
#include "harness/core/text.h"
#include "harness/protocol/protocol.h"
#include "scorers/scorer.h"

namespace tripos::cli {
namespace {

constexpr std::size_t kShown = 300;  // bytes of a long answer

std::string shown(std::string_view text) {
  const std::string_view head = prefix_utf8(text, kShown);
  return printable(std::string(head)) + (head.size() < text.size() ? "..." : "");
}

// "percent unit" in words.
std::string in_words(std::string_view flags) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"percent", "a percent sign on one side"},
      {"unit", "a unit on one side, or converted"},
      {"name", "a name such as \"x =\" on one side"},
      {"rounded", "a decimal that the exact value rounds to"},
      {"sampling", "not proved: equal at random points with 512 bits"},
      {"brackets", "brackets on one side"},
      {"unsimplified", "not simplified as far as the reference"},
      {"unproved", "not proved: equal modulo three large primes, or in 2,000 bits"},
      {"comma", "a comma as decimal point"},
      {"open_reasoning", "the response ends while it thinks: <think> is not closed"},
  };
  std::string words;
  for (const auto& [flag, meaning] : kWords) {
    if (flags.find(flag) == std::string_view::npos) continue;
    if (!words.empty()) words += "; ";
    words += meaning;
  }
  return words;
}

nlohmann::ordered_json to_json(const Score& score) {
  return {{"rule", score.rule},
          {"extracted", score.extracted},
          {"verdict", to_string(score.verdict)},
          {"reference_form", score.reference_form},
          {"answer_form", score.answer_form},
          {"flags", score.flags}};
}

class ExplainCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "explain",
            .summary = "show how an answer is read and judged",
            .details =
                "Prints what is read in the reference and in the answer, the rule that decides whether they are equal, "
                "and what was forgiven. With --response the answer is a whole response, and every extractor of the "
                "protocol is shown with what it finds. \"--\" stands before values that begin with \"-\".",
            .examples = {"tripos explain '\\frac{1}{2}' '50\\%'", "tripos explain '(1,2]' '1 < x \\le 2' --json",
                         "tripos explain 42 'So the answer is \\boxed{42}.' --response"}};
  }

  std::vector<Flag> flags() override {
    return {
        {.name = "REFERENCE", .help = "the right answer, LaTeX or plain text", .target = &reference_, .required = true},
        {.name = "ANSWER", .help = "what is held against it", .target = &answer_, .required = true},
        {.name = "--response", .letter = 'r', .help = "ANSWER is a whole response", .target = &is_response_},
        {.name = "--protocol",
         .letter = 'p',
         .value = "PROTOCOL",
         .help = "how answers are found and judged (default tripos)",
         .target = &protocol_,
         .completes = Completes::kProtocol},
        {.name = "--json", .help = "as JSON", .target = &json_}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const protocol::Protocol protocol, protocol::find_protocol(protocol_, AnswerKind::kMath));
    TRIPOS_TRY(const scorers::Scorer scorer, scorers::Scorer::make(protocol.scoring));
    const Reference reference{reference_, 0};
    const Score score =
        is_response_ ? scorer.score_response(answer_, reference) : scorer.score_answer(answer_, reference);
    const std::vector<Score> steps = is_response_ ? scorer.score_steps(answer_, reference) : std::vector<Score>();
    context.terminal.print(json_ ? json(protocol, score, steps)
                                 : table(protocol, score, steps, context.terminal.width()));
    return Exit::kComplete;
  }

 private:
  std::string json(const protocol::Protocol& protocol, const Score& score, const std::vector<Score>& steps) const {
    nlohmann::ordered_json object = {{"schema", 1}, {"protocol", protocol.label()}, {"reference", reference_}};
    object.update(to_json(score));
    for (const Score& step : steps) object["steps"].push_back(to_json(step));
    return json_text(object);
  }

  std::string table(const protocol::Protocol& protocol, const Score& score, const std::vector<Score>& steps,
                    int width) const {
    std::vector<std::vector<std::string>> rows;
    for (const Score& step : steps) {
      const std::string extractor = step.rule.substr(0, step.rule.find('/'));
      const bool found = !step.extracted.empty();
      rows.push_back(
          {extractor, found ? std::string(to_string(step.verdict)) : "", found ? shown(step.extracted) : "nothing"});
    }
    std::string out = rows.empty() ? "" : columns(rows, width) + "\n";
    rows = {{"protocol", protocol.label()}, {"reference", shown(reference_)}};
    if (!score.reference_form.empty()) rows.push_back({"read as", shown(score.reference_form)});
    rows.push_back({"answer", score.extracted.empty() ? "none" : shown(score.extracted)});
    if (!score.answer_form.empty()) rows.push_back({"read as", shown(score.answer_form)});
    rows.push_back({"rule", shown(score.rule)});
    if (!score.flags.empty()) rows.push_back({"note", in_words(score.flags)});
    rows.push_back({"verdict", std::string(to_string(score.verdict))});
    return out + columns(rows, width);
  }

  std::string reference_;
  std::string answer_;
  bool is_response_ = false;
  std::string protocol_ = "tripos";
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<ExplainCommand>(); }

}  // namespace tripos::cli
