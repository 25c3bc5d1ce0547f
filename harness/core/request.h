#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tripos {

struct Message {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
  bool operator==(const Message&) const = default;
};

// What is sent along with the messages. Absent: the provider's default, and the report says so.
struct SamplingParams {
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<int> max_tokens;
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;
  std::optional<std::string> reasoning_effort;
  bool operator==(const SamplingParams&) const = default;
};

// Sample x epoch under a protocol, rendered: what is asked for exactly once per run. Everything that scoring needs
// is fixed here, so nothing is derived a second time.
struct Request {
  std::string sample_id;
  int epoch = 0;  // from 0
  std::vector<Message> messages;
  // Not empty: no answer is generated, but each of these is scored as what may follow the text of the only message,
  // which no chat template is put around.
  std::vector<std::string> continuations;
  std::vector<int> order;  // order[shown position] = index of the choice as published; empty without choices
  std::string target;      // reference answer as asked: LaTeX, or the letter at which the right choice is shown
  SamplingParams sampling;
};

}  // namespace tripos
