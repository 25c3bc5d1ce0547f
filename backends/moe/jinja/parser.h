#pragma once

#include "backends/moe/jinja/syntax.h"

namespace tripos::moe::jinja {

// The statements of a template. Error (kData): "NAME:LINE: what is wrong"; whatever a chat template has no use for
// (extends, include, import, block, recursive loops, ...) is one.
Result<Body> parse_template(std::string_view source, std::string_view name);

}  // namespace tripos::moe::jinja
