// What OpenAI-compatible servers say when they do not answer.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "backends/remote/wire/chat_json.h"
#include "backends/remote/wire/openai_chat.h"
#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::backends {

using nlohmann::json;

namespace {

// Codes and types that mean: no money or no permission, whatever the status says.
constexpr std::array<std::string_view, 7> kNoCredit = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_hard_limit_reached",
    "invalid_api_key",
};
// The prompt alone is too long (OpenAI; llama.cpp).
constexpr std::array<std::string_view, 2> kTooLong = {"context_length_exceeded", "exceed_context_size_error"};
constexpr std::array<std::string_view, 4> kFiltered = {"content_policy_violation", "content_filter", "invalid_prompt",
                                                       "cyber_policy"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, const json& error) {
  const auto known = [&](const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  return known(text_member(error, "code")) || known(text_member(error, "type"));
}

FailureClass class_of_status(int status) {
  switch (status) {
    case 401:
    case 402:
    case 403:
      return FailureClass::kAuth;
    case 408:
    case 409:
      return FailureClass::kTransient;
    case 429:
      return FailureClass::kRate;
    default:
      return status >= 500 ? FailureClass::kTransient : FailureClass::kBadRequest;
  }
}

// The status that an error inside a 200 reply would have had. OpenRouter puts it into `code`; others have only words.
int implied_status(const json& error) {
  if (const auto code = count_member(error, "code"); code && *code >= 400 && *code <= 599)
    return static_cast<int>(*code);
  const std::string words = text_member(error, "code") + " " + text_member(error, "type");
  if (words.find("rate_limit") != std::string::npos) return 429;
  if (words.find("invalid_request") != std::string::npos) return 400;
  return 500;
}

Response stopped_before_start(StopClass stop, const json& error) {
  Response response;
  response.stop = stop;
  response.stop_raw = text_member(error, "code");
  if (response.stop_raw.empty()) response.stop_raw = text_member(error, "type");
  return response;
}

// What a server without JSON says: the start of its text. A page of HTML says nothing that the status does not.
std::string plain_message(std::string_view body) {
  constexpr std::size_t kShown = 200;
  const std::string text = repair_utf8(trim(body).substr(0, kShown));
  return text.empty() || text.starts_with('<') ? "" : ": " + text;
}

// FastAPI says `detail`: a text, or a list of what is wrong with the request.
std::string reason_of(const json& error) {
  if (error.is_string()) return error.get<std::string>();
  for (const char* name : {"message", "detail"}) {
    std::string text = text_member(error, name);
    if (!text.empty()) return text;
  }
  const json* detail = member(error, "detail");
  return detail == nullptr ? "the server names no reason" : canonical_json(*detail);
}

}  // namespace

Failure failure_of_error(int status, const json& error) {
  const int meant = status == 200 ? implied_status(error) : status;
  return Failure{.failure_class = is_one_of(kNoCredit, error) ? FailureClass::kAuth : class_of_status(meant),
                 .message = fmt::format("HTTP {}: {}", status, reason_of(error)),
                 .http_status = status};
}

AttemptOutcome parse_chat_error(int status, std::string_view body) {
  const auto reply = parse_reply_json(body);
  // OpenAI and llama.cpp put all into `error`; FastAPI and vLLM before 0.10 say it at the top.
  const json* error = nullptr;
  if (reply) {
    error = member(*reply, "error");
    if (error == nullptr && reply->is_object()) error = &*reply;
  }
  if (error == nullptr) {
    return tl::unexpected(Failure{.failure_class = class_of_status(status),
                                  .message = fmt::format("HTTP {}{}", status, plain_message(body)),
                                  .http_status = status});
  }
  if (status == 400 && is_one_of(kTooLong, *error)) return stopped_before_start(StopClass::kContextOverflow, *error);
  if (status == 400 && is_one_of(kFiltered, *error)) return stopped_before_start(StopClass::kContentFilter, *error);
  return tl::unexpected(failure_of_error(status, *error));
}

}  // namespace tripos::backends
