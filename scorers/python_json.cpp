#include "scorers/python_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "scorers/characters.h"
#include "scorers/python_float.h"

namespace tripos::scorers {
namespace {

constexpr int kMaxDepth = 200;
constexpr std::uint32_t kReplacement = 0xfffd;

void append_utf8(std::uint32_t c, std::string& text) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

std::string escaped(std::string_view character) {
  switch (character[0]) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto c = static_cast<std::uint32_t>(code_point(character));
  return c < 0x100     ? fmt::format("\\x{:02x}", c)
         : c < 0x10000 ? fmt::format("\\u{:04x}", c)
                       : fmt::format("\\U{:08x}", c);
}

// repr() of a string.
std::string quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string shown(1, quote);
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    text.remove_prefix(character.size());
    if (character[0] == '\\' || character[0] == quote) shown += '\\';
    if (is_printable(character))
      shown += character;
    else
      shown += escaped(character);
  }
  return shown += quote;
}

// A value as Python shows it. repr() is what lists and objects show of what they hold.
struct Shown {
  std::string repr;
  std::string str;  // of a string: itself; otherwise empty, and repr() is the same
  bool is_string = false;
};

// A strict reader that prints every value while it reads. All members return false on an error.
class Reader {
 public:
  Reader(std::string_view text, std::string_view key) : rest_(text), key_(key) {}

  std::optional<std::string> field() {
    std::string whole;
    if (!object(whole, 0)) return std::nullopt;
    skip_space();
    return rest_.empty() ? found_ : std::nullopt;
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool take(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool value(Shown& shown, int depth) {
    skip_space();
    if (rest_.empty() || depth > kMaxDepth) return false;
    if (rest_[0] == '{') return object(shown.repr, depth);
    if (rest_[0] == '[') return list(shown.repr, depth);
    if (rest_[0] != '"') return word(shown.repr) || number(shown.repr);
    shown.is_string = true;
    if (!string(shown.str)) return false;
    if (depth > 1) shown.repr = quoted(shown.str);
    return true;
  }

  // Of a key given twice the last value counts, at the place of the first.
  bool object(std::string& repr, int depth) {
    if (!take("{")) return false;
    std::vector<std::pair<std::string, std::string>> members;
    std::unordered_map<std::string, std::size_t> places;
    for (bool first = true; !take("}"); first = false) {
      if (!first && !take(",")) return false;
      skip_space();
      std::string name;
      Shown shown;
      if (!string(name) || !take(":") || !value(shown, depth + 1)) return false;
      if (depth == 0) {
        if (name == key_) found_ = shown.is_string ? std::move(shown.str) : std::move(shown.repr);
        continue;
      }
      const auto [place, is_new] = places.emplace(name, members.size());
      if (is_new) members.emplace_back(std::move(name), "");
      members[place->second].second = std::move(shown.repr);
    }
    repr += '{';
    for (const auto& [name, shown] : members) {
      if (repr.size() > 1) repr += ", ";
      repr += quoted(name) + ": " + shown;
    }
    repr += '}';
    return true;
  }

  bool list(std::string& repr, int depth) {
    if (!take("[")) return false;
    repr += '[';
    for (bool first = true; !take("]"); first = false) {
      if (!first && !take(",")) return false;
      Shown shown;
      if (!value(shown, depth + 1)) return false;
      if (!first) repr += ", ";
      repr += shown.repr;
    }
    repr += ']';
    return true;
  }

  bool word(std::string& repr) {
    struct Word {
      std::string_view json, python;
    };
    for (const Word& known : {Word{"true", "True"}, Word{"false", "False"}, Word{"null", "None"}, Word{"NaN", "nan"},
                              Word{"Infinity", "inf"}, Word{"-Infinity", "-inf"}}) {
      if (!take(known.json)) continue;
      repr = known.python;
      return true;
    }
    return false;
  }

  // The end of the digits from `from` on.
  std::size_t digits(std::size_t from) const {
    return std::min(rest_.find_first_not_of("0123456789", from), rest_.size());
  }

  bool number(std::string& repr) {
    const std::size_t sign = rest_[0] == '-' ? 1 : 0;
    const std::size_t whole = rest_.substr(sign, 1) == "0" ? sign + 1 : digits(sign);
    if (whole == sign) return false;
    std::size_t end = whole;
    if (rest_.substr(end, 1) == "." && digits(end + 1) > end + 1) end = digits(end + 1);
    if (rest_.substr(end, 1) == "e" || rest_.substr(end, 1) == "E") {
      const std::string_view next = rest_.substr(end + 1, 1);
      const std::size_t from = end + 1 + (next == "+" || next == "-" ? 1 : 0);
      if (digits(from) > from) end = digits(from);
    }
    const std::string_view token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (end != whole)
      repr = show_python_float(read_python_float(token));
    else
      repr = token == "-0" ? "0" : token;
    return true;
  }

  bool string(std::string& text) {
    if (!rest_.starts_with('"')) return false;
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\')
        text += c;
      else if (!escape(text))
        return false;
    }
    return false;
  }

  bool escape(std::string& text) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) return false;
    const char letter = rest_[0];
    rest_.remove_prefix(1);
    if (letter != 'u') {
      const std::size_t which = kLetters.find(letter);
      if (which == std::string_view::npos) return false;
      text += kMeanings[which];
      return true;
    }
    std::uint32_t c = 0;
    if (!hex4(c)) return false;
    if (c >= 0xd800 && c <= 0xdbff && rest_.starts_with("\\u")) {
      const std::string_view after_first = rest_;
      rest_.remove_prefix(2);
      std::uint32_t low = 0;
      if (!hex4(low)) return false;
      if (low >= 0xdc00 && low <= 0xdfff)
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      else
        rest_ = after_first;
    }
    append_utf8(c >= 0xd800 && c <= 0xdfff ? kReplacement : c, text);
    return true;
  }

  bool hex4(std::uint32_t& c) {
    if (rest_.size() < 4) return false;
    const auto read = std::from_chars(rest_.data(), rest_.data() + 4, c, 16);
    if (read.ptr != rest_.data() + 4) return false;
    rest_.remove_prefix(4);
    return true;
  }

  std::string_view rest_;
  std::string_view key_;
  std::optional<std::string> found_;
};

}  // namespace

std::optional<std::string> python_json_field(std::string_view text, std::string_view key) {
  return Reader(text, key).field();
}

}  // namespace tripos::scorers
