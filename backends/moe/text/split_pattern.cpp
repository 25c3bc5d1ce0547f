#include "backends/moe/text/split_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "backends/moe/text/byte_level.h"

namespace tripos::moe {
namespace {

constexpr std::string_view kBlanksTail = R"(|\s+(?!\S)|\s+)";
constexpr std::string_view kWhiteSpace =
    R"(\t-\r\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";
constexpr std::size_t kMaxPatternBytes = 4096;

// Writes an Oniguruma pattern for RE2. Only constructs that both read alike, or that can be written out, pass.
class Translator {
 public:
  explicit Translator(std::string_view pattern) : rest_(pattern) {}

  // The translation, or the construct that is not supported.
  tl::expected<std::string, std::string> run() {
    while (!rest_.empty() && unsupported_.empty()) in_class_ ? step_in_class() : step();
    if (!unsupported_.empty()) return tl::unexpected(unsupported_);
    return std::move(out_);
  }

 private:
  void step() {
    if (rest_[0] == '\\') return escape();
    if (rest_[0] == '^' || rest_[0] == '$') return refuse(1);
    if (rest_.starts_with("(?") && !rest_.starts_with("(?:") && !rest_.starts_with("(?i:")) return refuse(3);
    if (rest_[0] != '[') return copy(1);
    in_class_ = true;
    copy(rest_.starts_with("[^") ? 2 : 1);
    if (rest_.starts_with("]")) refuse(1);
  }

  void step_in_class() {
    if (rest_[0] == '\\') return escape();
    if (rest_[0] == '[') return refuse(2);
    if (rest_.starts_with("&&")) return refuse(2);
    in_class_ = rest_[0] != ']';
    copy(1);
  }

  void escape() {
    constexpr std::string_view kAlike = "pPrntfv";
    const char c = rest_.size() > 1 ? rest_[1] : '\0';
    const bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == 's') return replace(in_class_ ? std::string(kWhiteSpace) : fmt::format("[{}]", kWhiteSpace));
    if (c == 'S' && !in_class_) return replace(fmt::format("[^{}]", kWhiteSpace));
    if (c == 'd') return replace(R"(\p{Nd})");
    if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) return refuse(2);
    if (is_word && kAlike.find(c) == std::string_view::npos) return refuse(2);
    copy(2);
  }

  void copy(std::size_t bytes) {
    out_.append(rest_.substr(0, bytes));
    rest_.remove_prefix(bytes);
  }
  void replace(std::string_view escape) {
    out_.append(escape);
    rest_.remove_prefix(2);
  }
  void refuse(std::size_t bytes) { unsupported_ = std::string(rest_.substr(0, bytes)); }

  std::string_view rest_;
  std::string out_;
  std::string unsupported_;
  bool in_class_ = false;
};

// Bytes of the White_Space character that `text` starts with; 0 if it starts with another.
std::size_t blank_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return first == ' ' || (first >= '\t' && first <= '\r') ? 1 : 0;
  constexpr std::array<std::string_view, 6> kOthers = {"\u0085", "\u00A0", "\u1680", "\u202F", "\u205F", "\u3000"};
  for (const std::string_view blank : kOthers) {
    if (text.starts_with(blank)) return blank.size();
  }
  if (!text.starts_with("\xE2\x80") || text.size() < 3) return 0;
  const auto last = static_cast<unsigned char>(text[2]);
  return last <= 0x8A || last == 0xA8 || last == 0xA9 ? 3 : 0;
}

re2::StringPiece piece_of(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

SplitPattern::SplitPattern() = default;
SplitPattern::SplitPattern(SplitPattern&&) noexcept = default;
SplitPattern& SplitPattern::operator=(SplitPattern&&) noexcept = default;
SplitPattern::~SplitPattern() = default;

Result<SplitPattern> SplitPattern::compile(std::string_view pattern) {
  const auto failed = [&](std::string_view what) {
    return fail(Error::Kind::kData, fmt::format("split pattern \"{}\": {}", pattern.substr(0, 300), what),
                "only patterns that RE2 can run are supported");
  };
  if (pattern.size() > kMaxPatternBytes) return failed(fmt::format("longer than {} bytes", kMaxPatternBytes));
  SplitPattern split;
  std::string_view body = pattern;
  if (body.ends_with(kBlanksTail)) {
    split.takes_blanks_ = true;
    body.remove_suffix(kBlanksTail.size());
  }
  const auto translated = Translator(body).run();
  if (!translated) return failed(fmt::format("\"{}\" is not supported", translated.error()));
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(std::int64_t{32} << 20);
  split.body_ = std::make_unique<re2::RE2>(piece_of(*translated), options);
  if (!split.body_->ok()) return failed(split.body_->error());
  if (re2::RE2::FullMatch("", *split.body_)) return failed("matches the empty text");
  return split;
}

std::optional<std::string_view> SplitPattern::find(std::string_view text, std::size_t from) const {
  if (takes_blanks_) {
    for (std::size_t at = from; at < text.size(); at += utf8_length(text[at])) {
      if (const std::size_t length = match_length(text, at)) return text.substr(at, length);
    }
    return std::nullopt;
  }
  re2::StringPiece match;
  if (!body_->Match(piece_of(text), from, text.size(), re2::RE2::UNANCHORED, &match, 1)) return std::nullopt;
  return std::string_view(match.data(), match.size());
}

// The blanks are the last alternative: they count only where the body does not match.
std::size_t SplitPattern::match_length(std::string_view text, std::size_t at) const {
  re2::StringPiece match;
  if (body_->Match(piece_of(text), at, text.size(), re2::RE2::ANCHOR_START, &match, 1)) return match.size();
  std::size_t end = at;
  std::size_t last = 0;
  for (std::size_t length = 1; end < text.size() && length != 0; end += length) {
    length = blank_length(text.substr(end));
    if (length != 0) last = length;
  }
  const bool gives_back = end < text.size() && end - at > last;
  return gives_back ? end - at - last : end - at;
}

}  // namespace tripos::moe
