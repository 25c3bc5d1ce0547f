#include "scorers/reasoning.h"

namespace tripos::scorers {
namespace {

constexpr std::string_view kBegin = "<think>";
constexpr std::string_view kEnd = "</think>";

}  // namespace

std::string_view without_reasoning(std::string_view response) {
  const std::size_t end = response.rfind(kEnd);
  return end == std::string_view::npos ? response : response.substr(end + kEnd.size());
}

bool has_open_reasoning(std::string_view response) {
  return without_reasoning(response).find(kBegin) != std::string_view::npos;
}

}  // namespace tripos::scorers
