#include "backends/moe/local/local_backend.h"

#include <fmt/format.h>

#include <chrono>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

#include "backends/durable_count.h"
#include "backends/moe/local/answerer.h"
#include "backends/moe/local/continuations.h"
#include "backends/moe/local/setup.h"
#include "harness/core/hash.h"
#include "harness/core/json.h"

namespace tripos::moe {
namespace {

using backends::AttemptId;
using backends::AttemptJournal;
using backends::ModelInfo;
using backends::RequestSource;
using Clock = std::chrono::steady_clock;

// New requests are taken when so many of the places for them are free: claiming writes to the disk, and prompts are
// read faster together.
constexpr int kFreeShare = 4;  // a quarter

// Two samples must not draw alike because they were given the same seed.
std::uint64_t seed_of(const Request& request) {
  const Sha256 digest = sha256(fmt::format("{} {}", request.sampling.seed.value_or(0), request.sample_id));
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < sizeof(seed); ++i) seed = seed << 8U | digest[i];
  return seed;
}

// One call of serve().
class Serving {
 public:
  Serving(const ModelFiles& files, Answerer& answerer, RequestSource& requests, AttemptJournal& journal, int places)
      : files_(files), answerer_(answerer), requests_(requests), journal_(journal), places_(places) {}

  Result<void> run(const std::stop_token& stop) {
    const Result<void> answered = answer_all(stop);
    const Result<void> written = durable_.wait();
    return answered ? written : answered;
  }

 private:
  // A request that was taken, and what is known of its answer.
  struct Turn {
    AttemptId attempt = 0;
    std::vector<std::string> continuations;
    std::vector<double> log_likelihoods;  // of the continuations
    int left = 1;                         // numbers of the answerer that are open
    Usage usage{.input_tokens = 0, .output_tokens = 0};
    Clock::time_point start = Clock::now();
  };
  struct Open {
    std::shared_ptr<Turn> turn;
    std::size_t continuation = 0;
  };

  Result<void> answer_all(const std::stop_token& stop) {
    std::int64_t told = 0;
    bool has_more = true;
    while (!durable_.has_failed()) {
      if (stop.stop_requested()) has_more = false;
      const int room = places_ - static_cast<int>(open_.size());
      if (has_more && room * kFreeShare >= places_) {
        TRIPOS_TRY(has_more, take(room));
      }
      if (answerer_.is_idle()) {
        if (has_more) continue;  // what was taken could not be asked
        return {};
      }
      TRIPOS_TRY(std::vector<Answer> answers, answerer_.step());
      for (Answer& answer : answers) finish(std::move(answer));
      journal_.generated(answerer_.stats().generated - std::exchange(told, answerer_.stats().generated));
    }
    return {};
  }

  // Takes up to `room` requests. False when there are no more.
  Result<bool> take(int room) {
    std::vector<Request> taken;
    bool has_more = true;
    while (has_more && static_cast<int>(taken.size()) < room) {
      std::optional<Request> request = requests_.next();
      has_more = request.has_value();
      if (request) taken.push_back(std::move(*request));
    }
    if (taken.empty()) return has_more;
    TRIPOS_TRY(const std::vector<AttemptId> attempts, journal_.claim(taken));
    for (std::size_t i = 0; i < taken.size(); ++i) {
      journal_.sent(attempts[i]);
      const auto turn = std::make_shared<Turn>(Turn{.attempt = attempts[i]});
      const Result<void> asked = taken[i].continuations.empty() ? ask(taken[i], turn) : score(taken[i], turn);
      if (asked) continue;
      const std::string& message = asked.error().message;
      journal_.finish(attempts[i],
                      tl::unexpected(Failure{.failure_class = FailureClass::kBadRequest, .message = message}),
                      durable_.next());
    }
    return has_more;
  }

  Result<void> ask(const Request& request, const std::shared_ptr<Turn>& turn) {
    if (files_.chat() == nullptr) return fail(Error::Kind::kUsage, files_.name() + " has no chat template");
    nlohmann::ordered_json more = nlohmann::ordered_json::object();
    if (request.sampling.reasoning_effort) more["reasoning_effort"] = *request.sampling.reasoning_effort;
    TRIPOS_TRY(Prompt prompt, files_.chat()->render(request.messages, more));
    turn->usage.input_tokens = static_cast<std::int64_t>(prompt.tokens.size());
    TRIPOS_TRY(const int number, answerer_.ask(std::move(prompt.tokens), request.sampling, seed_of(request),
                                               static_cast<std::uint32_t>(request.epoch)));
    open_[number] = {turn};
    return {};
  }

  Result<void> score(const Request& request, const std::shared_ptr<Turn>& turn) {
    std::vector<GivenText> texts;
    for (const std::string& continuation : request.continuations) {
      texts.push_back(encode_given(files_.text().tokenizer, request.messages.back().content, continuation));
      TRIPOS_CHECK(answerer_.check_room(texts.back().context.size(), texts.back().given.size()));
    }
    turn->continuations = request.continuations;
    turn->log_likelihoods.resize(texts.size());
    turn->left = static_cast<int>(texts.size());
    turn->usage.input_tokens = static_cast<std::int64_t>(texts.front().context.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      TRIPOS_TRY(const int number, answerer_.score(std::move(texts[i].context), std::move(texts[i].given)));
      open_[number] = {turn, i};
    }
    return {};
  }

  void finish(Answer answer) {
    const auto [turn, continuation] = open_.extract(answer.number).mapped();
    *turn->usage.output_tokens += static_cast<std::int64_t>(answer.tokens.size());
    if (!turn->continuations.empty()) {
      const auto& each = answer.log_probabilities;
      turn->log_likelihoods[continuation] = std::accumulate(each.begin(), each.end(), 0.0);
      answer.text = likelihoods_json(turn->continuations, turn->log_likelihoods);
      answer.stop = StopClass::kStop;
      answer.stop_raw = "scored";
    }
    if (--turn->left > 0) return;
    Response response{.text = std::move(answer.text),
                      .stop = answer.stop,
                      .stop_raw = std::move(answer.stop_raw),
                      .usage = turn->usage,
                      .served_model = files_.name(),
                      .total = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - turn->start)};
    journal_.finish(turn->attempt, std::move(response), durable_.next());
  }

  const ModelFiles& files_;
  Answerer& answerer_;
  RequestSource& requests_;
  AttemptJournal& journal_;
  const int places_;
  backends::DurableCount durable_;
  std::unordered_map<int, Open> open_;  // by the answerer's number
};

class LocalBackend : public backends::Backend {
 public:
  LocalBackend(ModelInfo model, ModelFiles files, Device device, Setup setup, LocalOptions options)
      : model_(std::move(model)),
        files_(std::move(files)),
        device_(std::move(device)),
        setup_(setup),
        options_(std::move(options)) {}

  const ModelInfo& model() const override { return model_; }

  Result<void> serve(RequestSource& requests, AttemptJournal& journal, std::stop_token stop) override {
    if (options_.say) options_.say(to_text(files_, device_, setup_));
    TRIPOS_TRY(const std::unique_ptr<Ops> ops, open_device(device_, options_.threads));
    TRIPOS_TRY(const std::unique_ptr<Answerer> answerer, Answerer::make(files_, *ops, setup_.limits));
    return Serving(files_, *answerer, requests, journal, setup_.limits.sequences).run(stop);
  }

 private:
  ModelInfo model_;
  ModelFiles files_;
  Device device_;
  Setup setup_;
  LocalOptions options_;
};

}  // namespace

Result<std::unique_ptr<backends::Backend>> make_local(const std::string& path, LocalOptions options) {
  TRIPOS_TRY(ModelFiles files, ModelFiles::open(path, options.chat));
  TRIPOS_TRY(Device device, find_device(options.device, files.activations()));
  TRIPOS_TRY(const Setup setup, plan_setup(files, device));
  TRIPOS_TRY(const nlohmann::ordered_json settings, settings_of(files, device));
  ModelInfo model{.name = fmt::format("local/{}", files.name()), .settings = canonical_json(settings)};
  model.fingerprint = sha256_hex(model.settings);
  return std::make_unique<LocalBackend>(std::move(model), std::move(files), std::move(device), setup,
                                        std::move(options));
}

}  // namespace tripos::moe
