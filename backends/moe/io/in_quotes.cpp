#include "backends/moe/io/in_quotes.h"

#include <nlohmann/json.hpp>

#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::moe {

std::string in_quotes(std::string_view name) {
  constexpr std::size_t kMaxBytes = 100;
  const std::string shown(prefix_utf8(name, kMaxBytes));
  return canonical_json(shown.size() < name.size() ? shown + "..." : shown);
}

}  // namespace tripos::moe
