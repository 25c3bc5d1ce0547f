#include "backends/moe/io/byte_reader.h"

#include <fmt/format.h>

namespace tripos::moe {

Result<std::span<const std::byte>> ByteReader::bytes(std::uint64_t count, std::string_view what) {
  if (count > file_.size() - position_) {
    return fail(Error::Kind::kData,
                fmt::format("{}: the file ends at byte {}, inside {} of {} bytes that begins at byte {}", where_,
                            file_.size(), what, count, position_),
                "the file is damaged or not fully downloaded: fetch it again");
  }
  const std::span<const std::byte> found = file_.subspan(position_, count);
  position_ += count;
  return found;
}

Result<std::string_view> ByteReader::text(std::uint64_t count, std::string_view what) {
  TRIPOS_TRY(const std::span<const std::byte> found, bytes(count, what));
  return std::string_view(reinterpret_cast<const char*>(found.data()), found.size());
}

ByteReader ByteReader::within(std::string_view name) const {
  ByteReader reader = *this;
  reader.where_ = fmt::format("{}: {}", where_, name);
  return reader;
}

}  // namespace tripos::moe
