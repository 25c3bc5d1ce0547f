#include "scorers/python_json.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace tripos::scorers {
namespace {

constexpr int kMaxDepth = 200;

void append_utf8(std::uint32_t c, std::string& text) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (c >= 0xd800 && c <= 0xdfff) c = 0xfffd;  // Python keeps a lone surrogate; UTF-8 cannot
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

// repr() of a string.
std::string quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string shown(1, quote);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == quote)
      shown += {'\\', c};
    else if (c == '\n')
      shown += "\\n";
    else if (c == '\r')
      shown += "\\r";
    else if (c == '\t')
      shown += "\\t";
    else if (byte < 0x20 || byte == 0x7f)
      shown += fmt::format("\\x{:02x}", byte);
    else
      shown += c;
  }
  return shown += quote;
}

// A strict reader that prints every value as Python would while it reads. All members return false on an error.
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
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  bool value(std::string& shown, int depth) {
    skip_space();
    if (rest_.empty() || depth > kMaxDepth) return false;
    if (rest_[0] == '{') return object(shown, depth);
    if (rest_[0] == '[') return list(shown, depth);
    if (rest_[0] == '"') {
      std::string text;
      if (!string(text)) return false;
      shown += quoted(text);
      return true;
    }
    return word(shown) || number(shown);
  }

  bool object(std::string& shown, int depth) {
    if (!take("{")) return false;
    shown += '{';
    for (bool first = true; !take("}"); first = false) {
      if (!first && !take(",")) return false;
      skip_space();
      std::string name;
      if (!string(name) || !take(":")) return false;
      if (!first) shown += ", ";
      shown += quoted(name) + ": ";
      const std::size_t start = shown.size();
      skip_space();
      const std::string_view source = rest_;
      if (!value(shown, depth + 1)) return false;
      if (depth == 0 && name == key_) keep_field(source, shown.substr(start));
    }
    shown += '}';
    return true;
  }

  // str() shows a string itself without the quotes of repr(). Of a key given twice the last value counts.
  void keep_field(std::string_view source, std::string shown) {
    found_ = std::move(shown);
    if (source[0] != '"') return;
    found_->clear();
    Reader(source, "").string(*found_);
  }

  bool list(std::string& shown, int depth) {
    if (!take("[")) return false;
    shown += '[';
    for (bool first = true; !take("]"); first = false) {
      if (!first && !take(",")) return false;
      if (!first) shown += ", ";
      if (!value(shown, depth + 1)) return false;
    }
    shown += ']';
    return true;
  }

  bool word(std::string& shown) {
    struct Word {
      std::string_view json, python;
    };
    for (const Word& known : {Word{"true", "True"}, Word{"false", "False"}, Word{"null", "None"}, Word{"NaN", "nan"},
                              Word{"Infinity", "inf"}, Word{"-Infinity", "-inf"}}) {
      if (!take(known.json)) continue;
      shown += known.python;
      return true;
    }
    return false;
  }

  bool number(std::string& shown) {
    const auto digits = [&](std::size_t from) {
      return std::min(rest_.find_first_not_of("0123456789", from), rest_.size());
    };
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
    if (end == whole)
      shown += token == "-0" ? "0" : token;
    else
      shown += python_float(token);
    return true;
  }

  static std::string python_float(std::string_view token) {
    double value = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
    if (read.ec == std::errc::result_out_of_range) return token.find('-', 1) == token.npos ? "inf" : "0.0";
    std::string shown = fmt::format("{}", value);
    if (shown.find_first_not_of("-0123456789") == std::string::npos) shown += ".0";
    return shown;
  }

  bool string(std::string& text) {
    if (rest_.empty() || rest_[0] != '"') return false;
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
    if (c >= 0xd800 && c <= 0xdbff && rest_.substr(0, 2) == "\\u") {
      const std::string_view after_first = rest_;
      rest_.remove_prefix(2);
      std::uint32_t low = 0;
      if (!hex4(low)) return false;
      if (low >= 0xdc00 && low <= 0xdfff)
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      else
        rest_ = after_first;
    }
    append_utf8(c, text);
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
