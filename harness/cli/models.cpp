#include "harness/cli/models.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "backends/model_spec.h"
#include "backends/remote/openai_compatible.h"
#include "backends/scripted.h"
#include "harness/core/json.h"

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

std::vector<Flag> local_flags(ModelOptions& options) {
  const std::string group = "models in this process (local/PATH)";
  return {{.name = "--device",
           .value = "DEVICE",
           .help = "what to compute on: cpu or cuda (default: a GPU where there is one)",
           .target = &options.device,
           .group = group,
           .words = {"cpu", "cuda"}},
          {.name = "--threads",
           .value = "N",
           .help = "threads to compute with (default: one a core)",
           .target = &options.threads,
           .group = group,
           .low = 1,
           .high = 1024},
          {.name = "--chat-template",
           .value = "FILE",
           .help = "chat template (Jinja) instead of the model's own",
           .target = &options.chat_template,
           .group = group,
           .completes = Completes::kFile},
          {.name = "--template-variable",
           .value = "NAME=VALUE",
           .help = "a variable of the chat template, e.g. enable_thinking=false; may be repeated",
           .target = &options.template_variables,
           .group = group}};
}

Result<moe::LocalOptions> local_options(const ModelOptions& options) {
  moe::LocalOptions local{.threads = options.threads.value_or(0)};
  if (options.device) local.device = *options.device == "cpu" ? moe::DeviceChoice::kCpu : moe::DeviceChoice::kCuda;
  local.chat.file = options.chat_template;
  for (const std::string& variable : options.template_variables) {
    const std::size_t sign = variable.find('=');
    if (sign == 0 || sign == std::string::npos) {
      return fail(Error::Kind::kUsage, fmt::format("--template-variable {} is not NAME=VALUE", variable),
                  "e.g. --template-variable enable_thinking=false");
    }
    const std::string value = variable.substr(sign + 1);
    const auto json = parse_json(value, "value");
    local.chat.variables[variable.substr(0, sign)] =
        json ? nlohmann::ordered_json(*json) : nlohmann::ordered_json(value);
  }
  return local;
}

std::optional<std::string> local_path(const std::string& model) {
  const auto spec = backends::parse_model_spec(model);
  if (!spec || spec->provider != "local") return std::nullopt;
  return spec->name;
}

Result<std::unique_ptr<backends::Backend>> make_backend(const std::string& model, const ModelOptions& options,
                                                        std::function<void(const std::string&)> say) {
  TRIPOS_TRY(const backends::ModelSpec spec, backends::parse_model_spec(model));
  if (spec.provider == "scripted") return backends::make_scripted(spec.name);
  if (spec.provider != "local") return make_remote(spec.name, options);
  TRIPOS_TRY(moe::LocalOptions local, local_options(options));
  local.say = std::move(say);
  return moe::make_local(spec.name, std::move(local));
}

Result<backends::ModelInfo> model_info(const std::string& model, const ModelOptions& options) {
  TRIPOS_TRY(const backends::ModelSpec spec, backends::parse_model_spec(model));
  if (spec.provider != "scripted" && spec.provider != "local") return backends::ModelInfo{.name = model};
  TRIPOS_TRY(const std::unique_ptr<backends::Backend> backend, make_backend(model, options, {}));
  return backend->model();
}

const std::vector<ProviderInfo>& providers() {
  static const std::vector<ProviderInfo> known = {
      {"openai-compatible/NAME",
       "any server that speaks Chat Completions (vLLM, llama.cpp, Ollama, OpenAI, ...): NAME is sent to the server at "
       "--base-url, with the key in OPENAI_API_KEY where it is set"},
      {"local/PATH",
       "open weights run in this process: a folder with config.json and safetensors, or a GGUF file; families Llama 4, "
       "Qwen3 and Qwen3-MoE, Mixtral, OLMoE, gpt-oss, Granite MoE, Llama"},
      {"scripted/FILE", "no model: answers from recorded responses, matched by sample"},
  };
  return known;
}

}  // namespace tripos::cli
