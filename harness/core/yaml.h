#pragma once
// Strict YAML: duplicate keys, unknown keys, anchors, tags and values of the wrong type are errors that name
// FILE:LINE:COLUMN. Documents are bounded in size and depth.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/core/result.h"

namespace tripos {

struct YamlDocument;
struct YamlTree;

// A node of a parsed document. Cheap to copy: nodes share the document they came from.
class YamlNode {
 public:
  // `where` names the source in errors, e.g. a path.
  static Result<YamlNode> parse(std::string_view text, std::string_view where);

  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  bool is_null() const;

  // Error (kConfig) at the first key of this map that is not in `known`, with a spelling hint.
  Result<void> check_keys(const std::vector<std::string>& known) const;
  std::vector<std::string> keys() const;  // in document order; empty unless a map

  // The value of a key of a map; nullopt where the key is absent or null.
  std::optional<YamlNode> find(std::string_view key) const;
  Result<YamlNode> get(std::string_view key) const;  // error where absent

  Result<std::vector<YamlNode>> list() const;
  Result<std::string> string() const;  // any scalar, as written: `no` and `1.10` stay text
  Result<std::int64_t> integer(std::int64_t low, std::int64_t high) const;  // decimal, without quotes
  Result<double> number() const;                                            // finite
  Result<bool> boolean() const;                                             // true or false

  // An error of kind kConfig that starts with this node's FILE:LINE:COLUMN.
  Error error(std::string message, std::string hint = "") const;

 private:
  YamlNode(std::shared_ptr<const YamlDocument> document, const YamlTree* tree)
      : document_(std::move(document)), tree_(tree) {}
  tl::unexpected<Error> expected(std::string_view what) const;

  std::shared_ptr<const YamlDocument> document_;  // shared with all nodes of the document
  const YamlTree* tree_;                          // a part of it
};

}  // namespace tripos
