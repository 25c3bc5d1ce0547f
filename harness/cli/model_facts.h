#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/core/result.h"

namespace tripos::cli {

// Names and values, as "tripos describe" shows them.
using Facts = std::vector<std::pair<std::string, std::string>>;

// All about the model in `path`, a folder or a GGUF file. Reads all of its weights.
Result<Facts> model_facts(const std::string& path);

}  // namespace tripos::cli
