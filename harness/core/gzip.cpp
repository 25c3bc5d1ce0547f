#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "harness/core/file.h"

namespace tripos {
namespace {

class Inflater {
 public:
  // 15: the largest window; 16: gzip headers and trailers, checksum and length checked.
  Inflater() : ready_(inflateInit2(&stream_, 15 + 16) == Z_OK) {}
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

// Unpacks into pieces of `buffer`, and moves `input` behind what was read.
int inflate_some(z_stream& stream, std::string_view& input, std::string& buffer, std::string_view& unpacked) {
  const auto size = static_cast<uInt>(std::min<std::size_t>(input.size(), std::numeric_limits<uInt>::max()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));  // zlib only reads it
  stream.avail_in = size;
  stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
  stream.avail_out = static_cast<uInt>(buffer.size());
  const int status = inflate(&stream, Z_NO_FLUSH);
  input.remove_prefix(size - stream.avail_in);
  unpacked = std::string_view(buffer).substr(0, buffer.size() - stream.avail_out);
  return status;
}

}  // namespace

Result<std::string> gunzip(std::string_view compressed, std::string_view where, std::uint64_t max_bytes) {
  const auto failed = [where](std::string_view what) {
    return fail(Error::Kind::kData, fmt::format("{}: {}", where, what));
  };
  Inflater inflater;
  if (!inflater.ready()) return failed("no memory to unpack the gzip stream");
  std::string content;
  std::string buffer(1 << 16, '\0');
  std::string_view input = compressed;
  while (true) {
    std::string_view unpacked;
    const int status = inflate_some(inflater.stream(), input, buffer, unpacked);
    if (unpacked.size() > max_bytes - content.size()) {
      return failed(fmt::format("the gzip stream unpacks to more than {} bytes", max_bytes));
    }
    content += unpacked;
    if (status == Z_STREAM_END) {
      if (input.empty()) return content;
      if (!input.starts_with("\x1f\x8b")) {
        return failed(fmt::format("{} bytes after the end of the gzip stream", input.size()));
      }
      inflateReset(&inflater.stream());
    } else if (status == Z_BUF_ERROR || (status == Z_OK && input.empty() && unpacked.empty())) {
      return failed(fmt::format("the gzip stream ends early, after {} bytes", compressed.size()));
    } else if (status != Z_OK) {
      const char* reason = inflater.stream().msg;
      return failed(fmt::format("the gzip stream is damaged before byte {}: {}", compressed.size() - input.size(),
                                reason == nullptr ? "cannot be unpacked" : reason));
    }
  }
}

}  // namespace tripos
