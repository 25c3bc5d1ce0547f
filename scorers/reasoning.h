#pragma once
// Reasoning models think aloud between <think> and </think>; what stands there was not meant as the answer.

#include <string_view>

namespace tripos::scorers {

// What follows the last </think>, with or without a <think> in front of it. A response cut off before the end tag is
// left as it is: has_open_reasoning() tells.
std::string_view without_reasoning(std::string_view response);

// True if a <think> is never closed: the response was cut off while it thought.
bool has_open_reasoning(std::string_view response);

}  // namespace tripos::scorers
