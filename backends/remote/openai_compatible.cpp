#include "backends/remote/openai_compatible.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "backends/remote/base_url.h"
#include "backends/remote/chat_run.h"

namespace tripos::backends {
namespace {

class OpenAiCompatible : public Backend {
 public:
  OpenAiCompatible(ModelInfo model, ChatDialect dialect, RemoteOptions options, std::unique_ptr<HttpClient> client)
      : model_(std::move(model)),
        options_(std::move(options)),
        target_{.endpoint = model_.endpoint, .dialect = std::move(dialect)},
        client_(std::move(client)) {}

  const ModelInfo& model() const override { return model_; }

  Result<void> serve(RequestSource& requests, AttemptJournal& journal, std::stop_token stop) override {
    return run_chat(options_, target_, *client_, requests, journal, std::move(stop));
  }

 private:
  ModelInfo model_;
  RemoteOptions options_;
  ChatTarget target_;
  std::unique_ptr<HttpClient> client_;
};

Result<void> check_key(const RemoteOptions& options) {
  if (!options.key || options.key->is_well_formed()) return {};
  return fail(Error::Kind::kUsage, fmt::format("the key in {} has white space or no ASCII in it", options.key_name),
              "it was not copied well");
}

// Each connection is a file to the system, and 1,024 is what a process often may have unless it asks for more.
Result<void> allow_connections(int connections) {
  constexpr rlim_t kOthers = 64;
  if (connections < 1)
    return fail(Error::Kind::kUsage, fmt::format("no answer comes over {} connections", connections));
  const rlim_t wanted = static_cast<rlim_t>(connections) + kOthers;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return {};
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  if (limit.rlim_cur == wanted && ::setrlimit(RLIMIT_NOFILE, &limit) == 0) return {};
  return fail(
      Error::Kind::kUsage,
      fmt::format("{} connections need {} open files, and the system allows {}", connections, wanted, limit.rlim_max),
      "ask for fewer connections, or see \"ulimit -n\"");
}

std::vector<std::string> headers_of(const RemoteOptions& options) {
  std::vector<std::string> headers = {
      "Content-Type: application/json", "User-Agent: tripos",
      "Expect:",  // a long prompt is not announced first: not every server knows what to say to that
  };
  if (options.key) headers.push_back("Authorization: Bearer " + options.key->reveal());
  return headers;
}

HttpOptions http_options(const BaseUrl& base, const RemoteOptions& options) {
  return {.url = base.text + "/chat/completions",
          .headers = headers_of(options),
          .timeouts = {.connect = options.connect_timeout,
                       .first_byte = options.first_byte_timeout,
                       .idle = options.idle_timeout,
                       .payload_idle = options.payload_idle_timeout,
                       .total = options.total_timeout},
          .connections = options.max_connections,
          .past_proxy = base.is_loopback()};
}

}  // namespace

Result<std::unique_ptr<Backend>> make_openai_compatible(std::string model_name, RemoteOptions options) {
  TRIPOS_TRY(const BaseUrl base, parse_base_url(options.base_url));
  TRIPOS_CHECK(check_key(options));
  TRIPOS_CHECK(allow_connections(options.max_connections));
  TRIPOS_TRY(auto client, HttpClient::make(http_options(base, options)));
  ModelInfo model{.name = "openai-compatible/" + model_name, .endpoint = base.text};
  ChatDialect dialect{.model = std::move(model_name)};
  if (base.host == "api.openai.com") dialect.token_limit_field = "max_completion_tokens";
  return std::make_unique<OpenAiCompatible>(std::move(model), std::move(dialect), std::move(options),
                                            std::move(client));
}

}  // namespace tripos::backends
