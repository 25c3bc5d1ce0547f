#include "backends/moe/local/host_memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tripos::moe {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

// A file that holds one number, or the word "max".
std::optional<std::uint64_t> number_in(const char* path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (file >> value) return value;
  return std::nullopt;
}

// The value of a line "NAME VALUE ..." of a file; 0 for none.
std::uint64_t line_in(const char* path, std::string_view name) {
  std::ifstream file(path);
  std::string word;
  std::uint64_t value = 0;
  for (std::string rest; file >> word >> value; std::getline(file, rest)) {
    if (word == name) return value;
  }
  return 0;
}

std::uint64_t system_memory() {
  const std::uint64_t kilobytes = line_in("/proc/meminfo", "MemAvailable:");
  return kilobytes > 0 ? kilobytes * 1024 : kUnknown;
}

// Pages of files count as used there, and are given up when memory is asked for.
std::uint64_t group_memory() {
  const auto limit = number_in("/sys/fs/cgroup/memory.max");
  const auto used = number_in("/sys/fs/cgroup/memory.current");
  if (!limit || !used) return kUnknown;
  const std::uint64_t held = *used - std::min(*used, line_in("/sys/fs/cgroup/memory.stat", "file"));
  return *limit > held ? *limit - held : 0;
}

}  // namespace

std::uint64_t available_memory() { return std::min(system_memory(), group_memory()); }

}  // namespace tripos::moe
