#pragma once
// The one place that knows which backends there are.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "harness/core/result.h"

namespace tripos::cli {

struct ModelOptions {
  std::optional<std::string> base_url;
  std::optional<int> max_connections;
  std::optional<bool> stream;
};

// Backend of a model "provider/name". Errors: kUsage for an unknown provider or a missing --base-url; kAuth where the
// server is known to want a key and there is none.
Result<std::unique_ptr<backends::Backend>> make_backend(const std::string& model, const ModelOptions& options);

// What identifies the model, without asking it anything; needs no base URL and no key.
Result<backends::ModelInfo> model_info(const std::string& model);

struct ProviderInfo {
  std::string form;  // "openai-compatible/NAME"
  std::string summary;
};
const std::vector<ProviderInfo>& providers();

}  // namespace tripos::cli
