#include "harness/cli/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "harness/core/file.h"
#include "harness/core/spelling.h"
#include "harness/core/text.h"
#include "harness/core/yaml.h"

namespace tripos::cli {
namespace {

constexpr std::uint64_t kMaxEvalFileBytes = 1 << 20;

tl::unexpected<Error> bad_value(std::string_view source, std::string_view demand, std::string_view value,
                                std::string hint = "") {
  return fail(Error::Kind::kUsage, fmt::format("{} must be {}, got \"{}\"", source, demand, value), std::move(hint));
}

// "a number from 0 to 2", "a whole number of at least 1"
std::string demand_of(const Flag& flag, std::string_view noun) {
  if (flag.low && flag.high) return fmt::format("{} from {} to {}", noun, *flag.low, *flag.high);
  if (flag.low) return fmt::format("at least {}", *flag.low);
  return std::string(noun);
}

template <typename T>
Result<T> parse_number(const Flag& flag, std::string_view text, std::string_view source, std::string_view noun) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(static_cast<double>(value))) {
    return bad_value(source, noun, text);
  }
  if ((flag.low && value < *flag.low) || (flag.high && value > *flag.high)) {
    return bad_value(source, demand_of(flag, noun), text);
  }
  return value;
}

Result<bool> parse_switch(std::string_view text, std::string_view source) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return bad_value(source, "true or false", text);
}

Result<void> check_words(const Flag& flag, const std::vector<std::string>& values, std::string_view source) {
  for (const std::string& value : values) {
    if (flag.words.empty() || std::find(flag.words.begin(), flag.words.end(), value) != flag.words.end()) continue;
    std::string demand = flag.words.front();
    for (std::size_t i = 1; i < flag.words.size(); ++i) {
      demand += (i + 1 == flag.words.size() ? " or " : ", ") + flag.words[i];
    }
    return bad_value(source, demand, value, did_you_mean(value, flag.words));
  }
  return {};
}

struct Assign {
  const Flag& flag;
  const std::vector<std::string>& values;
  std::string_view source;
  const std::string& last() const { return values.back(); }

  Result<void> operator()(bool* target) const {
    TRIPOS_TRY(*target, parse_switch(last(), source));
    return {};
  }
  Result<void> operator()(std::optional<bool>* target) const {
    TRIPOS_TRY(*target, parse_switch(last(), source));
    return {};
  }
  Result<void> operator()(std::optional<int>* target) const {
    TRIPOS_TRY(*target, parse_number<int>(flag, last(), source, "a whole number"));
    return {};
  }
  Result<void> operator()(std::optional<std::int64_t>* target) const {
    TRIPOS_TRY(*target, parse_number<std::int64_t>(flag, last(), source, "a whole number"));
    return {};
  }
  Result<void> operator()(std::optional<double>* target) const {
    TRIPOS_TRY(*target, parse_number<double>(flag, last(), source, "a number"));
    return {};
  }
  Result<void> operator()(std::string* target) const { return set_text(target); }
  Result<void> operator()(std::optional<std::string>* target) const { return set_text(target); }
  Result<void> operator()(std::vector<std::string>* target) const {
    *target = values;
    return {};
  }

  template <typename Text>
  Result<void> set_text(Text* target) const {
    if (last().empty()) return fail(Error::Kind::kUsage, fmt::format("{} is empty", source));
    *target = last();
    return {};
  }
};

std::vector<std::string> split_commas(std::string_view text) {
  std::vector<std::string> pieces;
  while (true) {
    const std::size_t comma = text.find(',');
    if (const std::string_view piece = trim(text.substr(0, comma)); !piece.empty()) pieces.emplace_back(piece);
    if (comma == std::string_view::npos) return pieces;
    text.remove_prefix(comma + 1);
  }
}

Result<EvalFile::Value> read_value(const Flag& flag, const YamlNode& node) {
  EvalFile::Value value;
  value.source = node.error(flag.eval_key()).message;  // "eval.yaml:3:9: epochs", so that errors point into the file
  if (!node.is_list()) {
    TRIPOS_TRY(std::string text, node.string());
    value.values.push_back(std::move(text));
    return value;
  }
  if (!flag.is_list()) return tl::unexpected(node.error(fmt::format("{} takes one value", flag.eval_key())));
  TRIPOS_TRY(const std::vector<YamlNode> items, node.list());
  if (items.empty()) {
    return tl::unexpected(
        node.error(fmt::format("{} is an empty list", flag.eval_key()), "give at least one, or leave the key out"));
  }
  for (const YamlNode& item : items) {
    TRIPOS_TRY(std::string text, item.string());
    value.values.push_back(std::move(text));
  }
  return value;
}

// Sets `flag` from the environment; false where no variable of it is set.
Result<bool> apply_environment(const Flag& flag, const Environment& environment) {
  for (const std::string& variable : {flag.variable(), flag.other_variable}) {
    if (variable.empty()) continue;
    const std::optional<std::string> text = environment(variable);
    if (!text || text->empty()) continue;
    TRIPOS_CHECK(assign(flag, flag.is_list() ? split_commas(*text) : std::vector{*text}, variable));
    return true;
  }
  return false;
}

}  // namespace

std::string Flag::eval_key() const {
  if (!key.empty()) return key;
  return is_positional() ? to_lower_ascii(name) : name.substr(2);
}

std::string Flag::variable() const {
  if (is_positional()) return "";
  std::string variable = "TRIPOS_";
  for (const char c : name.substr(2)) variable += c == '-' ? '_' : static_cast<char>(c & ~0x20);
  return variable;
}

Result<void> assign(const Flag& flag, const std::vector<std::string>& values, std::string_view source) {
  if (values.empty()) return {};
  TRIPOS_CHECK(check_words(flag, values, source));
  return std::visit(Assign{flag, values, source}, flag.target);
}

bool EvalFile::is_eval_file(std::string_view argument) {
  if (!argument.ends_with(".yaml") && !argument.ends_with(".yml")) return false;
  const Result<std::string> text = read_file(std::string(argument), kMaxEvalFileBytes);
  if (!text) return false;
  // A document that cannot be parsed is told from a task file by its lines, so that its errors reach the user.
  const Result<YamlNode> document = YamlNode::parse(*text, argument);
  if (document) return document->is_map() && document->find("tasks").has_value();
  return text->starts_with("tasks:") || text->find("\ntasks:") != std::string::npos;
}

Result<EvalFile> EvalFile::load(const std::string& path, const std::vector<Flag>& flags) {
  TRIPOS_TRY(const std::string text, read_file(path, kMaxEvalFileBytes));
  TRIPOS_TRY(const YamlNode document, YamlNode::parse(text, path));
  std::vector<std::string> keys;
  for (const Flag& flag : flags) keys.push_back(flag.eval_key());
  TRIPOS_CHECK(document.check_keys(keys));
  EvalFile file;
  for (const Flag& flag : flags) {
    const std::optional<YamlNode> node = document.find(flag.eval_key());
    file.values_.emplace_back();
    if (!node) continue;
    TRIPOS_TRY(file.values_.back(), read_value(flag, *node));
  }
  return file;
}

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<void> apply(const std::vector<Flag>& flags, const std::vector<std::vector<std::string>>& typed,
                   const std::optional<EvalFile>& eval_file, const Environment& environment) {
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const Flag& flag = flags[i];
    if (!typed[i].empty()) {
      TRIPOS_CHECK(assign(flag, typed[i], flag.name));
      continue;
    }
    TRIPOS_TRY(const bool is_set, apply_environment(flag, environment));
    if (is_set) continue;
    if (eval_file && eval_file->value(i)) {
      TRIPOS_CHECK(assign(flag, eval_file->value(i)->values, eval_file->value(i)->source));
    } else if (flag.required) {
      return fail(Error::Kind::kUsage, flag.is_positional() ? fmt::format("{} is missing", flag.name)
                                                            : fmt::format("{} {} is missing", flag.name, flag.value));
    }
  }
  return {};
}

}  // namespace tripos::cli
