#include "scorers/reasoning.h"

namespace tripos::scorers {
namespace {

constexpr std::string_view kBegin = "<think>";
constexpr std::string_view kEnd = "</think>";

}  // namespace

std::string_view without_reasoning(std::string_view response) {
  // By its last character, which is rare: a search for all of it from the back looks at every byte.
  for (std::size_t end = response.rfind('>'); end != std::string_view::npos; end = response.rfind('>', end - 1)) {
    if (response.substr(0, end + 1).ends_with(kEnd)) return response.substr(end + 1);
    if (end == 0) break;
  }
  return response;
}

bool has_open_reasoning(std::string_view response) {
  return without_reasoning(response).find(kBegin) != std::string_view::npos;
}

}  // namespace tripos::scorers
