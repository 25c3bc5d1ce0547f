#include "harness/core/yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "harness/core/spelling.h"
#include "harness/core/text.h"
#include "harness/core/yaml_document.h"

namespace tripos {
namespace {

using Kind = YamlTree::Kind;

std::string describe(const YamlTree& tree) {
  if (tree.kind == Kind::kNull) return "nothing";
  if (tree.kind == Kind::kList) return "a list";
  if (tree.kind == Kind::kMap) return "a map";
  const std::string_view shown = prefix_utf8(tree.text, 40);
  return fmt::format("\"{}{}\"", shown, shown.size() < tree.text.size() ? "..." : "");
}

// A quoted number is text, as YAML has it.
template <typename Number>
std::optional<Number> read_number(const YamlTree& tree) {
  if (tree.kind != Kind::kScalar || !tree.plain) return std::nullopt;
  Number number{};
  const char* const end = tree.text.data() + tree.text.size();
  const std::from_chars_result read = std::from_chars(tree.text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

Result<YamlNode> YamlNode::parse(std::string_view text, std::string_view where) {
  TRIPOS_TRY(const auto document, read_yaml(text, where));
  return YamlNode(document, &document->root);
}

bool YamlNode::is_map() const { return tree_->kind == Kind::kMap; }
bool YamlNode::is_list() const { return tree_->kind == Kind::kList; }
bool YamlNode::is_scalar() const { return tree_->kind == Kind::kScalar; }
bool YamlNode::is_null() const { return tree_->kind == Kind::kNull; }

Error YamlNode::error(std::string message, std::string hint) const {
  return document_->error(tree_->offset, message, std::move(hint));
}

tl::unexpected<Error> YamlNode::expected(std::string_view what) const {
  const bool quoted_scalar = is_scalar() && !tree_->plain;
  return tl::unexpected(
      error(fmt::format("expected {}, found {}", what, describe(*tree_)), quoted_scalar ? "without quotes" : ""));
}

Result<void> YamlNode::check_keys(const std::vector<std::string>& known) const {
  if (!is_map()) return expected("a map");
  for (const YamlTree& key : tree_->keys) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    std::string hint = did_you_mean(key.text, known);
    if (hint.empty()) hint = fmt::format("known keys: {}", fmt::join(known, ", "));
    return tl::unexpected(document_->error(key.offset, fmt::format("unknown key {}", describe(key)), std::move(hint)));
  }
  return {};
}

std::vector<std::string> YamlNode::keys() const {
  std::vector<std::string> texts;
  for (const YamlTree& key : tree_->keys) texts.push_back(key.text);
  return texts;
}

std::optional<YamlNode> YamlNode::find(std::string_view key) const {
  for (std::size_t i = 0; i < tree_->keys.size(); ++i) {
    if (tree_->keys[i].text != key) continue;
    const YamlTree& value = tree_->values[i];
    return value.kind == Kind::kNull ? std::nullopt : std::optional(YamlNode(document_, &value));
  }
  return std::nullopt;
}

Result<YamlNode> YamlNode::get(std::string_view key) const {
  if (!is_map()) return expected("a map");
  if (auto node = find(key)) return *std::move(node);
  return tl::unexpected(error(fmt::format("\"{}\" is missing", key)));
}

Result<std::vector<YamlNode>> YamlNode::list() const {
  if (!is_list()) return expected("a list");
  std::vector<YamlNode> nodes;
  for (const YamlTree& value : tree_->values) nodes.push_back(YamlNode(document_, &value));
  return nodes;
}

Result<std::string> YamlNode::string() const {
  if (!is_scalar()) return expected("text");
  return tree_->text;
}

Result<std::int64_t> YamlNode::integer(std::int64_t low, std::int64_t high) const {
  const auto number = read_number<std::int64_t>(*tree_);
  if (number && *number >= low && *number <= high) return *number;
  return expected(fmt::format("a whole number from {} to {}", low, high));
}

Result<double> YamlNode::number() const {
  const auto number = read_number<double>(*tree_);
  if (number && std::isfinite(*number)) return *number;
  return expected("a number");
}

Result<bool> YamlNode::boolean() const {
  const bool is_true = is_scalar() && tree_->plain && tree_->text == "true";
  if (is_true || (is_scalar() && tree_->plain && tree_->text == "false")) return is_true;
  return expected("true or false");
}

}  // namespace tripos
