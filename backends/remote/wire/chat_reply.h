#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/remote/http/exchange.h"
#include "backends/remote/wire/openai_chat.h"
#include "harness/core/response.h"

namespace tripos::backends {

// Makes the outcome of an attempt from the reply to it, as it comes in. Transport success is not message success, and
// the other way round: an answer counts once its own end marker was seen. Texts in failures are as the server sent
// them.
class ChatReply {
 public:
  explicit ChatReply(bool asked_for_stream) : asked_for_stream_(asked_for_stream) {}

  // False: only a sign of life (white space, comments).
  bool take(const HttpHead& head, std::string_view bytes);
  AttemptOutcome finish(const HttpHead& head, const HttpEnd& end);

 private:
  AttemptOutcome read(const HttpHead& head, const HttpEnd& end);
  AttemptOutcome read_answer(int status, const HttpEnd& end);

  bool asked_for_stream_;
  std::optional<ChatStream> stream_;
  std::string body_;
};

}  // namespace tripos::backends
