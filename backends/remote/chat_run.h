#pragma once

#include <stop_token>
#include <string>

#include "backends/backend.h"
#include "backends/remote/http/client.h"
#include "backends/remote/openai_compatible.h"
#include "backends/remote/wire/openai_chat.h"

namespace tripos::backends {

struct ChatTarget {
  std::string endpoint;  // for messages
  ChatDialect dialect;
};

// Backend::serve() of a Chat Completions server: same contract. `client` posts to its URL and is idle.
Result<void> run_chat(const RemoteOptions& options, const ChatTarget& target, HttpClient& client,
                      RequestSource& requests, AttemptJournal& journal, std::stop_token stop);

}  // namespace tripos::backends
