#include "scorers/regex.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace tripos::scorers {
namespace {

// What str.isspace() accepts, and everything else, as the inside of a bracket expression.
constexpr std::string_view kSpace =
    R"(\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kNotSpace =
    R"(\x00-\x08\x0e-\x1b\x21-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
constexpr std::string_view kWord = R"(\p{L}\p{N}_)";

std::string translate_escape(char escaped, bool in_brackets) {
  const auto either = [&](std::string_view inside) {
    return in_brackets ? std::string(inside) : fmt::format("[{}]", inside);
  };
  switch (escaped) {
    case 's':
      return either(kSpace);
    case 'S':
      return either(kNotSpace);
    case 'd':
      return R"(\p{Nd})";
    case 'D':
      return R"(\P{Nd})";
    case 'w':
      return either(kWord);
    case 'W':
      return in_brackets ? R"(\W)" : fmt::format("[^{}]", kWord);
    case 'Z':
      return R"(\z)";
    case '_':
      return "_";  // RE2 refuses an escape that Python finds needless
    default:
      return {'\\', escaped};
  }
}

bool is_multiline(std::string_view pattern) {
  if (pattern.substr(0, 2) != "(?") return false;
  const std::size_t end = pattern.find_first_not_of("aiLmsux", 2);
  return end != std::string_view::npos && pattern[end] == ')' &&
         pattern.substr(0, end).find('m') != std::string_view::npos;
}

re2::RE2::Options quiet_options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return options;
}

// The first group that took part in a match, or the whole match of a pattern without groups; groups[0] is the match.
std::string_view answer_of(const std::vector<re2::StringPiece>& groups) {
  if (groups.size() == 1) return to_view(groups[0]);
  const auto taking_part =
      std::find_if(groups.begin() + 1, groups.end(), [](const auto& group) { return group.data() != nullptr; });
  return taking_part == groups.end() ? std::string_view() : to_view(*taking_part);
}

// Calls visit(answer) for each match from the left until it returns false.
template <typename Visit>
void visit_matches(const re2::RE2& pattern, std::string_view text, Visit visit) {
  const re2::StringPiece piece = to_piece(text);
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(pattern.NumberOfCapturingGroups()) + 1);
  for (std::size_t at = 0; at <= text.size();) {
    const int wanted = static_cast<int>(groups.size());
    if (!pattern.Match(piece, at, text.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) return;
    if (!visit(answer_of(groups))) return;
    const std::size_t end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
    // After an empty match Python goes on one character later; inside a character RE2 finds nothing.
    at = groups[0].empty() ? end + 1 : end;
  }
}

}  // namespace

std::string python_pattern(std::string_view pattern) {
  const bool multiline = is_multiline(pattern);
  std::string translated;
  bool in_brackets = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      translated += translate_escape(pattern[++i], in_brackets);
    } else if (c == '[' && !in_brackets) {
      in_brackets = true;
      translated += c;
      if (pattern.substr(i + 1, 1) == "^") translated += pattern[++i];
      if (pattern.substr(i + 1, 1) == "]") translated += pattern[++i];  // first in brackets, it stands for itself
    } else if (c == '$' && !in_brackets && !multiline) {
      translated += R"((?:\n?\z))";
    } else {
      if (c == ']') in_brackets = false;
      translated += c;
    }
  }
  return translated;
}

Result<std::unique_ptr<re2::RE2>> compile_python(std::string_view pattern) {
  auto compiled = std::make_unique<re2::RE2>(python_pattern(pattern), quiet_options());
  if (compiled->ok()) return compiled;
  return fail(Error::Kind::kConfig, fmt::format("pattern \"{}\": {}", pattern, compiled->error()),
              "patterns are RE2 syntax: no lookaround, back references or (?x)");
}

std::unique_ptr<const re2::RE2> known_pattern(std::string_view pattern) {
  auto compiled = std::make_unique<const re2::RE2>(python_pattern(pattern), quiet_options());
  if (!compiled->ok()) {
    std::fprintf(stderr, "%s: %s\n", compiled->pattern().c_str(), compiled->error().c_str());
    std::abort();
  }
  return compiled;
}

std::optional<std::string_view> find_first(const re2::RE2& pattern, std::string_view text) {
  std::optional<std::string_view> found;
  visit_matches(pattern, text, [&](std::string_view answer) {
    found = answer;
    return false;
  });
  return found;
}

std::optional<std::string_view> find_last(const re2::RE2& pattern, std::string_view text) {
  std::optional<std::string_view> found;
  visit_matches(pattern, text, [&](std::string_view answer) {
    found = answer;
    return true;
  });
  return found;
}

}  // namespace tripos::scorers
