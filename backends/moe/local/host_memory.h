#pragma once

#include <cstdint>

namespace tripos::moe {

// Bytes that this process can still take without swapping: what the system says is available, or what its control
// group leaves, whichever is less.
std::uint64_t available_memory();

}  // namespace tripos::moe
