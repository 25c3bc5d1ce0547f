#pragma once

#include <string>
#include <vector>

#include "harness/cli/command.h"
#include "harness/core/result.h"

namespace tripos::cli {

// What `arguments` (without program and command) give for each flag: result[i] belongs to flags[i], in the order typed;
// switches give "true" or "false". Errors (kUsage): an unknown flag, with a spelling hint; a missing value; an argument
// too many.
Result<std::vector<std::vector<std::string>>> parse_arguments(const std::vector<Flag>& flags,
                                                              const std::vector<std::string>& arguments);

}  // namespace tripos::cli
