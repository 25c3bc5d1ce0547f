#pragma once
// The tree behind YamlNode, and the reader that makes it from the events of yaml-cpp.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"

namespace tripos {

inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxYamlDepth = 32;

struct YamlTree {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  bool plain = false;          // a scalar without quotes and no block
  std::size_t offset = 0;      // of its first byte in the document
  std::string text;            // of a scalar
  std::vector<YamlTree> keys;  // of a map: scalars, no two alike
  std::vector<YamlTree> values;
};

struct YamlDocument {
  std::string where;
  std::string text;
  YamlTree root;

  // An error of kind kConfig that starts with FILE:LINE:COLUMN, counted in characters from 1.
  Error error(std::size_t offset, std::string_view message, std::string hint = "") const;
};

Result<std::shared_ptr<const YamlDocument>> read_yaml(std::string_view text, std::string_view where);

}  // namespace tripos
