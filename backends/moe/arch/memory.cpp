#include "backends/moe/arch/memory.h"

#include <fmt/format.h>

#include <array>

namespace tripos::moe {

std::string describe(const MemoryNeed& need) {
  return fmt::format("{}: weights {}, keys and values {}, working space {}", bytes_text(need.total()),
                     bytes_text(need.weights), bytes_text(need.cache), bytes_text(need.scratch));
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array kUnits = {"bytes", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return fmt::format("{:.{}f} {}", value, unit == 0 ? 0 : 1, kUnits[unit]);
}

Result<void> check_fits(const MemoryNeed& need, std::uint64_t free_bytes, std::string_view device) {
  if (need.total() <= free_bytes) return {};
  return fail(Error::Kind::kDevice,
              fmt::format("{} has {} free, and the model needs {}", device, bytes_text(free_bytes), describe(need)),
              "quantise the weights at load, or compute fewer sequences at once");
}

}  // namespace tripos::moe
