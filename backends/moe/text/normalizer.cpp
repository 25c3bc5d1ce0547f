#include "backends/moe/text/normalizer.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <vector>

#include "harness/core/text.h"

namespace tripos::moe {
namespace {

int combining_class(utf8proc_int32_t character) { return utf8proc_get_property(character)->combining_class; }

std::vector<utf8proc_int32_t> decompose(std::string_view text) {
  std::vector<utf8proc_int32_t> characters;
  characters.reserve(text.size());
  std::array<utf8proc_int32_t, 32> parts{};  // no character has more than four
  int last_boundary_class = 0;
  while (!text.empty()) {
    utf8proc_int32_t character = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const utf8proc_ssize_t length = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &character);
    if (length <= 0) break;  // not well formed
    const utf8proc_ssize_t count =
        utf8proc_decompose_char(character, parts.data(), parts.size(), UTF8PROC_DECOMPOSE, &last_boundary_class);
    characters.insert(characters.end(), parts.begin(), parts.begin() + std::clamp<utf8proc_ssize_t>(count, 0, 32));
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return characters;
}

}  // namespace

// utf8proc_map() would do all of it, but sorts marks by exchanging neighbours: quadratic in a long run of them.
std::string to_nfc(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; })) return std::string(text);
  std::vector<utf8proc_int32_t> characters = decompose(text);
  for (auto mark = characters.begin(); mark != characters.end();) {
    const auto end = std::find_if(mark, characters.end(), [](auto c) { return combining_class(c) == 0; });
    std::stable_sort(mark, end, [](auto a, auto b) { return combining_class(a) < combining_class(b); });
    mark = end == characters.end() ? end : end + 1;
  }
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto count = static_cast<utf8proc_ssize_t>(characters.size());
  const utf8proc_ssize_t composed = utf8proc_normalize_utf32(characters.data(), count, options);
  std::string out;
  out.reserve(text.size());
  for (utf8proc_ssize_t i = 0; i < composed; ++i) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t length = utf8proc_encode_char(characters[static_cast<std::size_t>(i)], bytes.data());
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
  }
  return out;
}

std::string Normalizer::apply(std::string_view text, bool is_at_start) const {
  if (text.empty()) return {};
  std::string out = composes ? to_nfc(text) : std::string(text);
  if (marks_spaces) out = replace_all(out, " ", kMetaspace);
  const bool is_missing = !std::string_view(out).starts_with(kMetaspace);
  const bool is_due = prefix == Prefix::kAlways || (prefix == Prefix::kIfMissing && is_missing) ||
                      (prefix == Prefix::kIfMissingAtStart && is_missing && is_at_start);
  if (is_due) out.insert(0, kMetaspace);
  return out;
}

}  // namespace tripos::moe
