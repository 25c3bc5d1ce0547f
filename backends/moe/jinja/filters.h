#pragma once
// The tables of filters, one a file.

#include <span>

#include "backends/moe/jinja/function.h"

namespace tripos::moe::jinja {

std::span<const Function> text_filters();
std::span<const Function> number_filters();
std::span<const Function> sequence_filters();
std::span<const Function> selection_filters();

}  // namespace tripos::moe::jinja
