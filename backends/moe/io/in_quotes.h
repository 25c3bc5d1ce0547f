#pragma once

#include <string>
#include <string_view>

namespace tripos::moe {

// A name from a file, fit for a message: in quotes, cut when long, without control characters.
std::string in_quotes(std::string_view name);

}  // namespace tripos::moe
