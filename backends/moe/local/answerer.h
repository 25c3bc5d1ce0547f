#pragma once
// A loaded model that answers many prompts at once, in texts.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backends/moe/engine/engine.h"
#include "backends/moe/local/model_files.h"
#include "harness/core/request.h"
#include "harness/core/response.h"

namespace tripos::moe {

struct Answer {
  int number = 0;                         // as ask() gave it
  std::string text;                       // without special tokens; a stop string and what follows is left out
  std::vector<TokenId> tokens;            // a stop token is the last of them
  std::vector<double> log_probabilities;  // natural, of each token in the model's own distribution
  StopClass stop = StopClass::kStop;
  std::string stop_raw;  // the stop token or string, "length" or "context"
};

// One thread calls it.
class Answerer {
 public:
  // Loads the weights. `files` and `ops` outlive it.
  static Result<std::unique_ptr<Answerer>> make(const ModelFiles& files, Ops& ops, const EngineLimits& limits);

  // Takes a prompt in and returns its number. What `sampling` leaves open is as the model's files say, max_tokens as
  // much as the context has room for. `seed` and `epoch` and nothing else make the draws. Error (kUsage): the prompt
  // leaves no room for an answer.
  Result<int> ask(std::vector<TokenId> prompt, const SamplingParams& sampling, std::uint64_t seed, std::uint32_t epoch);

  // Scores a text that is given: an answer whose tokens are `given`. Error as of ask().
  Result<int> score(std::vector<TokenId> context, std::vector<TokenId> given);

  // Error (kUsage): a prompt and an answer of so many tokens do not fit into the context.
  Result<void> check_room(std::size_t prompt, std::size_t answer) const;

  // A token more for everything that was asked, and what has ended by it. Error (kDevice): the device failed; nothing
  // can be asked any more.
  Result<std::vector<Answer>> step();

  bool is_idle() const { return engine_->is_idle(); }
  int running() const { return static_cast<int>(open_.size()); }  // asked and not answered
  const EngineStats& stats() const { return engine_->stats(); }   // since the start

 private:
  explicit Answerer(const ModelFiles& files) : files_(&files) {}
  Answer answer_of(Generation generation);

  struct Open {
    std::vector<std::string> stops;
    bool reaches_context = false;  // its longest answer fills the context
  };

  const ModelFiles* files_;
  LoadedWeights loaded_;
  std::unique_ptr<Engine> engine_;
  std::map<int, Open> open_;
  int longest_ = 0;  // positions of a sequence
};

}  // namespace tripos::moe
