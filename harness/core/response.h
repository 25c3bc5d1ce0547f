#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace tripos {

// Why the model stopped. All of these are results: counted in columns of their own, never retried.
// A value that we do not know is kUnknown, never kStop.
enum class StopClass { kStop, kLength, kContentFilter, kRefusal, kContextOverflow, kTool, kUnknown };

// Token counts after normalisation: input includes cached tokens, output includes reasoning tokens.
struct Usage {
  std::optional<std::int64_t> input_tokens;
  std::optional<std::int64_t> cached_input_tokens;
  std::optional<std::int64_t> output_tokens;
  std::optional<std::int64_t> reasoning_tokens;
};

// A complete answer: its own end marker was seen.
struct Response {
  std::string text;
  std::string reasoning;  // reasoning text where the provider gives it apart
  StopClass stop = StopClass::kUnknown;
  std::string stop_raw;  // the provider's word, e.g. "stop", "MAX_TOKENS"
  Usage usage;
  std::string served_model;                 // the name the server says it used
  std::string request_id;                   // the provider's, for a support ticket
  std::chrono::milliseconds first_byte{0};  // since the request was sent
  std::chrono::milliseconds total{0};
};

// Why an attempt brought no response. None of these is a wrong answer.
enum class FailureClass {
  kRate,        // the provider asked us to wait
  kTransient,   // 5xx, connection refused or reset before anything was sent
  kUnknown,     // sent, and no complete reply came back: may have been billed
  kAuth,        // key missing or refused, no credit: the model cannot be asked at all
  kBadRequest,  // the provider will never accept this request
  kCancelled,   // stopped by the user before it was answered
};

struct Failure {
  FailureClass failure_class = FailureClass::kTransient;
  std::string message;      // what happened, without any secret
  int http_status = 0;      // 0: no HTTP reply
  bool will_retry = false;  // true: the request stays open, for another attempt of the backend or of the next run
};

using AttemptOutcome = tl::expected<Response, Failure>;

std::string_view to_string(StopClass stop);  // "stop", "length", "content_filter", ...
std::optional<StopClass> parse_stop_class(std::string_view text);
std::string_view to_string(FailureClass failure);  // "rate", "transient", ...

}  // namespace tripos
