#pragma once

#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::moe::jinja {

// The value of a string literal, given what stands between its quotes: Python's escapes but for \N{...}.
Result<std::string> unescaped(std::string_view literal);

}  // namespace tripos::moe::jinja
