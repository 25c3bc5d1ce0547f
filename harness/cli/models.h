#pragma once
// The one place that knows which backends there are.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "backends/moe/local/local_backend.h"
#include "harness/cli/command.h"
#include "harness/core/result.h"

namespace tripos::cli {

struct ModelOptions {
  std::optional<std::string> base_url;
  std::optional<int> max_connections;
  std::optional<bool> stream;
  // Of models in this process:
  std::optional<std::string> device;
  std::optional<int> threads;
  std::optional<std::string> chat_template;
  std::vector<std::string> template_variables;  // NAME=VALUE
};

// The flags of models in this process.
std::vector<Flag> local_flags(ModelOptions& options);

// Error (kUsage) where a template variable is not NAME=VALUE.
Result<moe::LocalOptions> local_options(const ModelOptions& options);

// The path in "local/PATH"; nothing for another model.
std::optional<std::string> local_path(const std::string& model);

// Backend of a model "provider/name". Errors: kUsage for an unknown provider or a missing --base-url; kAuth where the
// server is known to want a key and there is none; kDevice for a model that does not fit into memory. `say` is told
// what a user may want to know before a model is loaded.
Result<std::unique_ptr<backends::Backend>> make_backend(const std::string& model, const ModelOptions& options,
                                                        std::function<void(const std::string&)> say);

// What identifies the model, without asking it anything; needs no base URL and no key.
Result<backends::ModelInfo> model_info(const std::string& model, const ModelOptions& options);

struct ProviderInfo {
  std::string form;  // "openai-compatible/NAME"
  std::string summary;
};
const std::vector<ProviderInfo>& providers();

}  // namespace tripos::cli
