#include "harness/core/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_set>
#include <utility>

#include "harness/core/text.h"

namespace tripos {
namespace {

constexpr const char* kNoAliases = "aliases (*) are not read";

// True if the quoted text that begins at `offset` ends. yaml-cpp takes the end of the document for its end.
bool is_closed(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (std::size_t i = offset + 1; i < text.size(); ++i) {
    const bool escapes = quote == '"' ? text[i] == '\\' : text.substr(i, 2) == "''";
    if (escapes) {
      ++i;
    } else if (text[i] == quote) {
      return true;
    }
  }
  return false;
}

// Builds the tree from the events of yaml-cpp. Its first error stops the parser, so that hostile nesting costs no more
// than its first levels.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(YamlDocument& document) : document_(document) {}

  struct Stop {  // thrown through yaml-cpp
    Error error;
  };

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) stop(mark, "text after the end of the document", "write one document a file");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    YamlTree& null = add(mark, YamlTree::Kind::kNull);
    if (open_.empty()) return;
    const YamlTree& parent = *open_.back().tree;
    if (parent.kind != YamlTree::Kind::kMap) return;
    // A null that nobody wrote is placed where the next thing begins; the key is where a reader looks for it.
    const YamlTree& key = parent.keys.back();
    // yaml-cpp reads a line without a colon as a key; only the place of its value tells.
    if (null.offset <= key.offset) {
      stop(key.offset, fmt::format("expected \":\" after \"{}\"", quoted(key.text)), "or a bracket is not closed");
    }
    null.offset = key.offset;
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    const bool is_key = expects_key();
    YamlTree& scalar = add(mark, YamlTree::Kind::kScalar);
    scalar.plain = tag == "?";  // yaml-cpp's own mark of a scalar without quotes
    const char first = scalar.offset < document_.text.size() ? document_.text[scalar.offset] : '\0';
    if (!scalar.plain && (first == '"' || first == '\'') && !is_closed(document_.text, scalar.offset)) {
      stop(mark, "this quote is never closed", "inside '...' a quote is doubled, inside \"...\" it is \\\"");
    }
    // yaml-cpp makes lone bytes 0x85 and 0xa0 of these two, all other escapes come out as UTF-8.
    if (find_invalid_utf8(value)) stop(mark, "the escapes \\N and \\_ are not read", "write \\u0085 or \\u00a0");
    scalar.text = value;
    if (is_key && !open_.back().seen.insert(value).second) {
      stop(scalar.offset, fmt::format("\"{}\" is set twice", quoted(value)));
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, YamlTree::Kind::kList);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, YamlTree::Kind::kMap);
  }
  void OnMapEnd() override { open_.pop_back(); }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override { stop(mark, "anchors (&) are not read"); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { stop(mark, kNoAliases); }

 private:
  struct Open {
    YamlTree* tree;
    std::unordered_set<std::string> seen;  // keys of a map; yaml-cpp lets the last of two win
  };

  static std::string quoted(std::string_view text) { return std::string(prefix_utf8(text, 40)); }

  [[noreturn]] void stop(std::size_t offset, std::string_view message, std::string hint = "") const {
    throw Stop{document_.error(offset, message, std::move(hint))};
  }
  [[noreturn]] void stop(const YAML::Mark& mark, std::string_view message, std::string hint = "") const {
    stop(static_cast<std::size_t>(mark.pos), message, std::move(hint));
  }

  bool expects_key() const {
    if (open_.empty()) return false;
    const YamlTree& parent = *open_.back().tree;
    return parent.kind == YamlTree::Kind::kMap && parent.keys.size() == parent.values.size();
  }

  // Growing a vector moves only closed nodes: the open ones are the last of their parents.
  YamlTree& add(const YAML::Mark& mark, YamlTree::Kind kind) {
    const auto offset = static_cast<std::size_t>(mark.pos);
    if (offset < document_.text.size() && document_.text[offset] == '!') stop(mark, "tags (!) are not read");
    const bool is_key = expects_key();
    if (is_key && kind != YamlTree::Kind::kScalar) stop(mark, "a key must be text");
    if (open_.empty()) {
      document_.root = YamlTree{kind, false, offset};
      return document_.root;
    }
    YamlTree& parent = *open_.back().tree;
    return (is_key ? parent.keys : parent.values).emplace_back(YamlTree{kind, false, offset});
  }

  void open(const YAML::Mark& mark, YamlTree::Kind kind) {
    if (open_.size() == kMaxYamlDepth) stop(mark, fmt::format("nested more than {} levels deep", kMaxYamlDepth));
    YamlTree& tree = add(mark, kind);
    open_.push_back({&tree, {}});
  }

  YamlDocument& document_;
  std::vector<Open> open_;
  bool started_ = false;
};

// What yaml-cpp takes for something else: \x04 is its own end of file, \0 makes it guess UTF-16, and a lone CR joins
// two lines into one.
std::optional<std::size_t> find_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool line_end = byte == '\n' || (byte == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if ((byte < 0x20 && byte != '\t' && !line_end) || byte == 0x7f) return i;
  }
  return std::nullopt;
}

Result<void> parse(YamlDocument& document) {
  TreeBuilder builder(document);
  try {
    std::istringstream stream(document.text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return {};
  } catch (const TreeBuilder::Stop& stop) {
    return tl::unexpected(stop.error);
  } catch (const YAML::Exception& error) {
    const std::size_t offset = error.mark.is_null() ? 0 : static_cast<std::size_t>(error.mark.pos);
    if (error.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR) return tl::unexpected(document.error(offset, kNoAliases));
    return tl::unexpected(document.error(offset, "not valid YAML: " + error.msg,
                                         "text that holds \": \" or starts with a sign like * or { needs quotes"));
  }
}

}  // namespace

Error YamlDocument::error(std::size_t offset, std::string_view message, std::string hint) const {
  const std::string_view before = std::string_view(text).substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::string_view in_line = before.substr(before.rfind('\n') + 1);
  const auto is_lead = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  const auto column = 1 + std::count_if(in_line.begin(), in_line.end(), is_lead);
  return {Error::Kind::kConfig, fmt::format("{}:{}:{}: {}", where, line, column, message), std::move(hint)};
}

Result<std::shared_ptr<const YamlDocument>> read_yaml(std::string_view text, std::string_view where) {
  if (text.size() > kMaxYamlBytes) {
    return fail(Error::Kind::kConfig, fmt::format("{}: larger than {} bytes", where, kMaxYamlBytes));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  auto document = std::make_shared<YamlDocument>(YamlDocument{std::string(where), std::string(text), {}});
  if (const auto at = find_invalid_utf8(text)) {
    return tl::unexpected(document->error(*at, "not UTF-8", "save the file as UTF-8"));
  }
  if (const auto at = find_control_character(text)) {
    const auto byte = static_cast<unsigned char>(text[*at]);
    return tl::unexpected(document->error(*at, fmt::format("control character 0x{:02x}", byte)));
  }
  TRIPOS_CHECK(parse(*document));
  return document;
}

}  // namespace tripos
