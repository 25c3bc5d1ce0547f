#include "backends/moe/jinja/text_functions.h"

#include <cstring>

#include "backends/moe/jinja/characters.h"

namespace tripos::moe::jinja {
namespace {

bool ends_line(char32_t code) {
  return (code >= 0xA && code <= 0xD) || (code >= 0x1C && code <= 0x1E) || code == 0x85 || code == 0x2028 ||
         code == 0x2029;
}

}  // namespace

std::size_t find_part(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const void* found = memmem(text.data(), text.size(), part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

Result<Value> strip(Context& context, std::string_view text, const std::optional<std::string>& set, bool left,
                    bool right) {
  TRIPOS_CHECK(context.spend(text.size() * (set ? set->size() + 1 : 1)));
  return context.text(std::string(stripped(text, set, left, right)));
}

Result<Value> replaced(Context& context, std::string_view text, std::string_view from, std::string_view to,
                       std::int64_t limit) {
  TRIPOS_CHECK(context.spend(text.size() + 1));
  std::string out;
  for (; limit != 0; --limit) {
    // An empty `from` stands before each character, and at the end.
    const std::size_t at = find_part(text, from);
    if (at == std::string_view::npos) break;
    TRIPOS_CHECK(context.spend(to.size() + 1));
    out += text.substr(0, at);
    out += to;
    text.remove_prefix(at + from.size());
    if (!from.empty()) continue;
    if (text.empty()) break;
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    out += text.substr(0, size);
    text.remove_prefix(size);
  }
  out += text;
  return context.text(std::move(out));
}

std::vector<std::string_view> lines_of(std::string_view text, bool keep_ends) {
  std::vector<std::string_view> lines;
  const std::vector<Character> all = characters(text);
  const char* begin = text.data();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!ends_line(all[i].code)) continue;
    const char* content_end = all[i].bytes.data();
    if (all[i].bytes == "\r" && i + 1 < all.size() && all[i + 1].bytes == "\n") ++i;
    const char* end = all[i].bytes.data() + all[i].bytes.size();
    lines.emplace_back(begin, static_cast<std::size_t>((keep_ends ? end : content_end) - begin));
    begin = end;
  }
  if (begin != text.data() + text.size()) {
    lines.emplace_back(begin, static_cast<std::size_t>(text.data() + text.size() - begin));
  }
  return lines;
}

}  // namespace tripos::moe::jinja
