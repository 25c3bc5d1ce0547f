// A YAML document from outside: what is read, written again with every text quoted, reads the same; and every error
// names a place in the file.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/core/yaml.h"

namespace {

using tripos::YamlNode;

constexpr std::size_t kLongestKey = 200;  // yaml-cpp finds the colon of a longer one only after a question mark

struct Writer {
  std::string text;
  bool has_long_key = false;

  void quote(const std::string& value) { text += nlohmann::json(value).dump(); }

  void write(const YamlNode& node) {
    if (node.is_null()) {
      text += "null";
    } else if (node.is_list()) {
      write_list(node);
    } else if (node.is_map()) {
      write_map(node);
    } else {
      quote(node.string().value());
    }
  }

  void write_list(const YamlNode& node) {
    const auto items = node.list();
    text += "[";
    for (const YamlNode& item : items.value()) {
      if (text.back() != '[') text += ", ";
      write(item);
    }
    text += "]";
  }

  void write_map(const YamlNode& node) {
    bool is_first = true;
    text += "{";
    for (const std::string& key : node.keys()) {
      has_long_key = has_long_key || key.size() > kLongestKey;
      if (!is_first) text += ", ";
      is_first = false;
      quote(key);
      text += ": ";
      if (const auto value = node.find(key)) {
        write(*value);
      } else {
        text += "null";
      }
    }
    text += "}";
  }
};

void read_as_everything(const YamlNode& node) {
  node.integer(0, 10);
  node.number();
  node.boolean();
  node.get("absent");
  node.check_keys({"known"});
  if (!node.error("here").message.starts_with("fuzz.yaml:")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto root = YamlNode::parse({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!root) {
    if (!root.error().message.starts_with("fuzz.yaml:")) std::abort();
    return 0;
  }
  read_as_everything(*root);
  Writer written;
  written.write(*root);
  if (written.has_long_key) return 0;
  const auto again = YamlNode::parse(written.text, "again.yaml");
  if (!again) std::abort();
  Writer rewritten;
  rewritten.write(*again);
  if (rewritten.text != written.text) std::abort();
  return 0;
}
