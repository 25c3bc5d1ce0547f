#include "backends/remote/wire/openai_chat.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "backends/remote/wire/chat_json.h"
#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::backends {

using nlohmann::json;

namespace {

struct StopWord {
  std::string_view word;
  StopClass stop;
};
// OpenAI's words first, then those of Mistral ("model_length"), TGI ("eos_token", "stop_sequence") and Together
// ("eos").
constexpr std::array kStopWords = {
    StopWord{"stop", StopClass::kStop},
    StopWord{"length", StopClass::kLength},
    StopWord{"content_filter", StopClass::kContentFilter},
    StopWord{"tool_calls", StopClass::kTool},
    StopWord{"function_call", StopClass::kTool},
    StopWord{"model_length", StopClass::kLength},
    StopWord{"eos_token", StopClass::kStop},
    StopWord{"stop_sequence", StopClass::kStop},
    StopWord{"eos", StopClass::kStop},
};

StopClass stop_class(std::string_view word) {
  for (const StopWord& known : kStopWords) {
    if (known.word == word) return known.stop;
  }
  return StopClass::kUnknown;
}

tl::unexpected<Failure> incomplete(std::string message) {
  return tl::unexpected(
      Failure{.failure_class = FailureClass::kUnknown, .message = std::move(message), .http_status = 200});
}

// Text of a content part list, which Mistral and OpenRouter use: the members `field` of all parts that have it.
std::string joined(const json& parts, std::initializer_list<const char*> fields) {
  std::string text;
  if (!parts.is_array()) return text;
  for (const json& part : parts) {
    for (const char* field : fields) {
      const json* value = member(part, field);
      if (value == nullptr) continue;
      text += value->is_string() ? value->get<std::string>() : joined(*value, {"text"});
      break;
    }
  }
  return text;
}

// The same text often stands in two of these fields, so the first that is not empty counts.
std::string reasoning_of(const json& message) {
  if (const json* details = member(message, "reasoning_details")) {
    std::string text = joined(*details, {"text", "summary"});
    if (!text.empty()) return text;
  }
  for (const char* field : {"reasoning_content", "reasoning"}) {
    std::string text = text_member(message, field);
    if (!text.empty()) return text;
  }
  return "";
}

void add_message(const json& message, ChatAnswer& answer) {
  if (const json* content = member(message, "content")) {
    if (content->is_string()) {
      answer.response.text += content->get_ref<const std::string&>();
    } else {
      answer.response.text += joined(*content, {"text"});
      answer.response.reasoning += joined(*content, {"thinking"});
    }
  }
  answer.response.reasoning += reasoning_of(message);
  answer.refusal += text_member(message, "refusal");
}

// xAI counts reasoning apart from completion_tokens; its total gives it away.
bool reasoning_is_extra(const json& usage, std::int64_t input, std::int64_t output, std::int64_t reasoning) {
  const auto total = count_member(usage, "total_tokens");
  return reasoning > 0 && total && *total - input - output == reasoning;
}

Usage read_usage(const json& usage) {
  Usage counts;
  counts.input_tokens = count_member(usage, "prompt_tokens");
  counts.output_tokens = count_member(usage, "completion_tokens");
  if (const json* details = member(usage, "prompt_tokens_details")) {
    counts.cached_input_tokens = count_member(*details, "cached_tokens");
  } else {
    counts.cached_input_tokens = count_member(usage, "prompt_cache_hit_tokens");  // DeepSeek
  }
  if (const json* details = member(usage, "completion_tokens_details")) {
    counts.reasoning_tokens = count_member(*details, "reasoning_tokens");
  }
  if (counts.output_tokens && counts.reasoning_tokens &&
      reasoning_is_extra(usage, counts.input_tokens.value_or(0), *counts.output_tokens, *counts.reasoning_tokens)) {
    *counts.output_tokens += *counts.reasoning_tokens;
  }
  return counts;
}

// What stands beside the choices. Streams repeat it, and the usage that comes last is the whole one.
void read_envelope(const json& reply, Response& response) {
  if (const json* usage = member(reply, "usage"); usage != nullptr && usage->is_object()) {
    response.usage = read_usage(*usage);
  }
  if (response.served_model.empty()) response.served_model = text_member(reply, "model");
  if (response.request_id.empty()) response.request_id = text_member(reply, "id");
}

// Servers without a reasoning parser leave the reasoning in front of the answer.
void split_thinking(Response& response) {
  constexpr std::string_view kOpen = "<think>";
  constexpr std::string_view kClose = "</think>";
  const std::string_view text = trim(response.text);
  const std::size_t close = text.find(kClose);
  if (!response.reasoning.empty() || !text.starts_with(kOpen) || close == std::string_view::npos) return;
  response.reasoning = trim(text.substr(kOpen.size(), close - kOpen.size()));
  response.text = std::string(trim(text.substr(close + kClose.size())));
}

AttemptOutcome complete(ChatAnswer answer) {
  const std::string& reason = answer.finish_reason;
  if (reason.empty()) return incomplete("HTTP 200, but the reply has no finish_reason: it is not complete");
  // OpenRouter's and vLLM's words for an answer that broke off on their side.
  if (reason == "error" || reason == "abort") return incomplete(fmt::format("the server gave up (\"{}\")", reason));
  Response& response = answer.response;
  response.stop = answer.refusal.empty() ? stop_class(reason) : StopClass::kRefusal;
  response.stop_raw = reason;
  if (response.text.empty()) response.text = std::move(answer.refusal);
  split_thinking(response);
  return std::move(response);
}

// The choice at index 0: only one was asked for.
const json* first_choice(const json& reply) {
  const json* choices = member(reply, "choices");
  if (choices == nullptr || !choices->is_array()) return nullptr;
  for (const json& choice : *choices) {
    if (count_member(choice, "index").value_or(0) == 0) return &choice;
  }
  return nullptr;
}

}  // namespace

std::string build_chat_request(const Request& request, const ChatDialect& dialect, bool stream) {
  json body = {{"model", dialect.model}};
  json& messages = body["messages"] = json::array();
  for (const Message& message : request.messages) {
    messages.push_back({{"role", message.role}, {"content", message.content}});
  }
  const SamplingParams& sampling = request.sampling;
  if (sampling.temperature) body["temperature"] = *sampling.temperature;
  if (sampling.top_p) body["top_p"] = *sampling.top_p;
  if (sampling.max_tokens) body[dialect.token_limit_field] = *sampling.max_tokens;
  if (sampling.seed) body["seed"] = *sampling.seed;
  if (!sampling.stop.empty()) body["stop"] = sampling.stop;
  if (sampling.reasoning_effort) body["reasoning_effort"] = *sampling.reasoning_effort;
  if (stream) {
    body["stream"] = true;
    body["stream_options"] = {{"include_usage", true}};
  }
  return canonical_json(body);
}

AttemptOutcome parse_chat_reply(std::string_view body) {
  const auto reply = parse_reply_json(body);
  if (!reply) return incomplete(fmt::format("HTTP 200, but its {} bytes are no complete JSON", body.size()));
  if (const json* error = member(*reply, "error")) return tl::unexpected(failure_of_error(200, *error));
  const json* choice = first_choice(*reply);
  if (choice == nullptr) {
    // OpenRouter's way of saying that the model is still warming up.
    return tl::unexpected(Failure{.failure_class = FailureClass::kTransient,
                                  .message = "HTTP 200, but the reply has no choices",
                                  .http_status = 200});
  }
  ChatAnswer answer;
  read_envelope(*reply, answer.response);
  if (const json* message = member(*choice, "message")) add_message(*message, answer);
  answer.finish_reason = text_member(*choice, "finish_reason");
  return complete(std::move(answer));
}

bool ChatStream::feed(std::string_view bytes) {
  bool progress = false;
  const bool fits = events_.feed(bytes, [&](std::string_view data) {
    progress = progress || !trim(data).empty();
    read_event(data);
  });
  if (!fits && !failure_) failure_ = incomplete("the stream has an event of more than 8 MiB").value();
  return progress;
}

void ChatStream::read_event(std::string_view data) {
  data = trim(data);
  if (done_ || failure_ || data.empty()) return;
  if (data == "[DONE]") {
    done_ = true;
    return;
  }
  const auto chunk = parse_reply_json(data);
  if (!chunk) {
    failure_ = incomplete("the stream has an event that is no complete JSON").value();
    return;
  }
  if (const json* error = member(*chunk, "error")) {
    failure_ = failure_of_error(200, *error);
    // Part of an answer was made, and may be billed.
    if (failure_->failure_class == FailureClass::kTransient) failure_->failure_class = FailureClass::kUnknown;
    return;
  }
  read_envelope(*chunk, answer_.response);
  const json* choice = first_choice(*chunk);
  if (choice == nullptr) return;
  if (const json* delta = member(*choice, "delta")) add_message(*delta, answer_);
  if (std::string reason = text_member(*choice, "finish_reason"); !reason.empty()) {
    answer_.finish_reason = std::move(reason);
  }
}

AttemptOutcome ChatStream::finish(bool framed) {
  events_.finish([&](std::string_view data) { read_event(data); });
  if (failure_) return tl::unexpected(std::move(*failure_));
  if (!done_ && !framed) return incomplete("the stream ended without its end marker");
  return complete(std::move(answer_));
}

}  // namespace tripos::backends
