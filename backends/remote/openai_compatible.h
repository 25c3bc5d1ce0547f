#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "backends/backend.h"
#include "backends/remote/retry.h"
#include "backends/remote/secret.h"

namespace tripos::backends {

struct RemoteOptions {
  std::string base_url;        // ".../v1", without credentials
  std::optional<Secret> key;   // sent as a bearer token where present
  std::string key_name;        // where the key comes from, for hints: "OPENAI_API_KEY"
  int max_connections = 20;    // requests in flight at most
  std::optional<bool> stream;  // absent: stream where max_tokens is above 4,096, or unset with reasoning
  RetryLimits retry;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds first_byte_timeout{600'000};    // reasoning models think in silence
  std::chrono::milliseconds idle_timeout{120'000};          // between bytes of a reply
  std::chrono::milliseconds payload_idle_timeout{600'000};  // between bytes that are more than signs of life
  std::chrono::milliseconds total_timeout{3'600'000};
  std::chrono::milliseconds stop_grace{60'000};  // how long requests in flight may go on after a stop
};

// Any server that speaks OpenAI's Chat Completions. `model_name` is the name sent to the server. Error (kUsage) for a
// base URL that is no http(s) URL or holds more than host, port and path, and for a key that is no header value.
Result<std::unique_ptr<Backend>> make_openai_compatible(std::string model_name, RemoteOptions options);

}  // namespace tripos::backends
