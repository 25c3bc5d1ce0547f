#include "backends/moe/local/answerer.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/text.h"

namespace tripos::moe {
namespace {

// Where the first of `stops` begins at or after `from`; npos for nowhere.
std::size_t find_stop(const std::string& text, const std::vector<std::string>& stops, std::size_t from) {
  std::size_t first = std::string::npos;
  for (const std::string& stop : stops) first = std::min(first, text.find(stop, from));
  return first;
}

// Whether a stop string stands in what was generated, asked token by token.
class StopStrings {
 public:
  StopStrings(const Tokenizer& tokenizer, std::vector<std::string> stops)
      : tokenizer_(&tokenizer), stops_(std::move(stops)) {
    for (const std::string& stop : stops_) longest_ = std::max(longest_, stop.size());
  }

  bool operator()(std::span<const TokenId> tokens) {
    if (tokenizer_->is_special(tokens.back())) return false;
    const std::size_t from = text_.size() < longest_ ? 0 : text_.size() - longest_;
    text_ += tokenizer_->piece(tokens.back());
    return find_stop(text_, stops_, from) != std::string::npos;
  }

 private:
  const Tokenizer* tokenizer_;
  std::vector<std::string> stops_;
  std::size_t longest_ = 0;
  std::string text_;
};

SamplingRule rule_of(const SamplingParams& sampling, SamplingRule rule) {
  rule.temperature = sampling.temperature.value_or(rule.temperature);
  rule.top_p = sampling.top_p.value_or(rule.top_p);
  return rule;
}

}  // namespace

Result<std::unique_ptr<Answerer>> Answerer::make(const ModelFiles& files, Ops& ops, const EngineLimits& limits) {
  std::unique_ptr<Answerer> answerer(new Answerer(files));
  TRIPOS_TRY(answerer->loaded_, files.load(ops));
  TRIPOS_TRY(Engine engine, Engine::make(ops, files.spec(), answerer->loaded_.weights, limits));
  answerer->engine_ = std::make_unique<Engine>(std::move(engine));
  answerer->longest_ = std::min(files.spec().context, limits.pages * kPageRows);
  return answerer;
}

Result<int> Answerer::ask(std::vector<TokenId> prompt, const SamplingParams& sampling, std::uint64_t seed,
                          std::uint32_t epoch) {
  TRIPOS_CHECK(check_room(prompt.size(), 1));
  const int room = longest_ - static_cast<int>(prompt.size());
  const Tokenizer& tokenizer = files_->text().tokenizer;
  GenerationRequest request{.prompt = std::move(prompt),
                            .rule = rule_of(sampling, files_->text().sampling),
                            .seed = seed,
                            .epoch = epoch,
                            .max_tokens = std::min(sampling.max_tokens.value_or(room), room),
                            .stop_tokens = files_->text().stop_tokens};
  if (!sampling.stop.empty()) request.is_complete = StopStrings(tokenizer, sampling.stop);
  const bool reaches_context = request.max_tokens == room && sampling.max_tokens.value_or(room + 1) > room;
  TRIPOS_TRY(const int number, engine_->add(std::move(request)));
  open_[number] = {sampling.stop, reaches_context};
  return number;
}

Result<int> Answerer::score(std::vector<TokenId> context, std::vector<TokenId> given) {
  TRIPOS_CHECK(check_room(context.size(), given.size()));
  const auto count = static_cast<int>(given.size());
  TRIPOS_TRY(const int number,
             engine_->add({.prompt = std::move(context), .max_tokens = count, .given = std::move(given)}));
  open_[number] = {};
  return number;
}

Result<void> Answerer::check_room(std::size_t prompt, std::size_t answer) const {
  if (prompt > 0 && answer > 0 && prompt + answer <= static_cast<std::size_t>(longest_)) return {};
  return fail(Error::Kind::kUsage,
              fmt::format("{} tokens of prompt and {} of answer in a context of {}", prompt, answer, longest_));
}

Result<std::vector<Answer>> Answerer::step() {
  TRIPOS_TRY(std::vector<Generation> finished, engine_->step());
  std::vector<Answer> answers;
  for (Generation& generation : finished) answers.push_back(answer_of(std::move(generation)));
  return answers;
}

Answer Answerer::answer_of(Generation generation) {
  const Open open = open_.extract(generation.id).mapped();
  const Tokenizer& tokenizer = files_->text().tokenizer;
  Answer answer{.number = generation.id,
                .tokens = std::move(generation.tokens),
                .log_probabilities = std::move(generation.log_probabilities)};
  std::vector<TokenId> spoken = answer.tokens;
  if (generation.stop == Generation::Stop::kToken) spoken.pop_back();
  std::string text = tokenizer.decode(spoken, DecodedSpecials::kLeftOut);
  switch (generation.stop) {
    case Generation::Stop::kToken:
      answer.stop_raw = tokenizer.piece(answer.tokens.back());
      break;
    case Generation::Stop::kText: {
      const std::size_t at = std::min(text.size(), find_stop(text, open.stops, 0));
      const auto stop = std::find_if(open.stops.begin(), open.stops.end(),
                                     [&](const std::string& candidate) { return text.find(candidate) == at; });
      if (stop != open.stops.end()) answer.stop_raw = *stop;
      text.resize(at);
      break;
    }
    case Generation::Stop::kLength:
      answer.stop = open.reaches_context ? StopClass::kContextOverflow : StopClass::kLength;
      answer.stop_raw = open.reaches_context ? "context" : "length";
      break;
  }
  answer.text = repair_utf8(text);
  return answer;
}

}  // namespace tripos::moe
