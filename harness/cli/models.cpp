#include "harness/cli/models.h"

#include <fmt/format.h>

#include "backends/model_spec.h"
#include "backends/remote/openai_compatible.h"
#include "backends/scripted.h"

namespace tripos::cli {
namespace {

constexpr const char* kKeyVariable = "OPENAI_API_KEY";

// Hosts that never answer without a key: better said before anything is planned.
bool wants_key(const std::string& base_url) { return base_url.find("//api.openai.com") != std::string::npos; }

Result<std::unique_ptr<backends::Backend>> make_remote(const std::string& name, const ModelOptions& options) {
  if (!options.base_url) {
    return fail(Error::Kind::kUsage, fmt::format("model \"openai-compatible/{}\" needs the URL of its server", name),
                "add --base-url URL, e.g. --base-url http://localhost:8000/v1");
  }
  backends::RemoteOptions remote;
  remote.base_url = *options.base_url;
  remote.key = backends::secret_from_environment(kKeyVariable);
  remote.key_name = kKeyVariable;
  if (options.max_connections) remote.max_connections = *options.max_connections;
  remote.stream = options.stream;
  if (!remote.key && wants_key(remote.base_url)) {
    return fail(Error::Kind::kAuth, fmt::format("{} wants a key, and {} is not set", remote.base_url, kKeyVariable),
                fmt::format("export {}=... and type the same command again", kKeyVariable));
  }
  return backends::make_openai_compatible(name, std::move(remote));
}

}  // namespace

Result<std::unique_ptr<backends::Backend>> make_backend(const std::string& model, const ModelOptions& options) {
  TRIPOS_TRY(const backends::ModelSpec spec, backends::parse_model_spec(model));
  if (spec.provider == "scripted") return backends::make_scripted(spec.name);
  return make_remote(spec.name, options);
}

Result<backends::ModelInfo> model_info(const std::string& model) {
  TRIPOS_TRY(const backends::ModelSpec spec, backends::parse_model_spec(model));
  if (spec.provider != "scripted") return backends::ModelInfo{.name = model};
  TRIPOS_TRY(const std::unique_ptr<backends::Backend> backend, backends::make_scripted(spec.name));
  return backend->model();
}

const std::vector<ProviderInfo>& providers() {
  static const std::vector<ProviderInfo> known = {
      {"openai-compatible/NAME",
       "any server that speaks Chat Completions (vLLM, llama.cpp, Ollama, OpenAI, ...): NAME is sent to the server at "
       "--base-url, with the key in OPENAI_API_KEY where it is set"},
      {"scripted/FILE", "no model: answers from recorded responses, matched by sample"},
  };
  return known;
}

}  // namespace tripos::cli
