#pragma once

#include <span>
#include <string_view>

#include "scorers/extractors.h"
#include "scorers/graders.h"

namespace tripos::scorers {

struct ExtractorEntry {
  std::string_view name;
  std::string_view summary;
  Extract extract;
};

struct GraderEntry {
  std::string_view name;
  std::string_view summary;
  Grade grade;
};

std::span<const ExtractorEntry> extractor_entries();
std::span<const GraderEntry> grader_entries();

}  // namespace tripos::scorers
