#pragma once
// OpenAI's Chat Completions as bytes: requests out, replies in. Pure functions; texts in failures come from outside and
// are as long as the server made them, with whatever it put in.

#include <string>
#include <string_view>

#include "backends/remote/sse.h"
#include "harness/core/request.h"
#include "harness/core/response.h"

namespace tripos::backends {

struct ChatDialect {
  std::string model;  // name sent to the server
  // OpenAI's own models refuse "max_tokens"; older servers know nothing else.
  std::string token_limit_field = "max_tokens";
};

std::string build_chat_request(const Request& request, const ChatDialect& dialect, bool stream);

// Body of a reply with status 200. An answer has a choice with a finish_reason and no `error`.
AttemptOutcome parse_chat_reply(std::string_view body);

// Body of a reply with another status. Some refusals are results: a prompt that is too long or was filtered.
AttemptOutcome parse_chat_error(int status, std::string_view body);

// What a choice says, gathered from one message or from many deltas.
struct ChatAnswer {
  Response response;
  std::string refusal;
  std::string finish_reason;
};

// A streamed reply with status 200, in whatever pieces it comes.
class ChatStream {
 public:
  // False: only signs of life (comments, events without data) or the rest of an earlier event.
  bool feed(std::string_view bytes);

  // `framed`: the body had a length or chunks, so its end is known to be the end. Without them a broken connection
  // looks the same, and only [DONE] says that nothing is missing.
  AttemptOutcome finish(bool framed);

 private:
  void read_event(std::string_view data);

  SseParser events_;
  ChatAnswer answer_;
  std::optional<Failure> failure_;
  bool done_ = false;
};

}  // namespace tripos::backends
