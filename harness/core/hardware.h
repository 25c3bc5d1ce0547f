#pragma once

#include <algorithm>
#include <thread>

namespace tripos {

// Threads that the processor runs at once; 1 where that is not known.
inline int hardware_threads() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

}  // namespace tripos
