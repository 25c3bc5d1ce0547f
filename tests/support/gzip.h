#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

#include "tests/catch.h"

namespace tripos::test {

// `window_bits` as zlib has them: 15 + 16 makes a gzip file, -15 the bare deflate data of a zip member. With
// Z_FULL_FLUSH as `end` the data may be followed by more of its kind.
inline std::string deflated(std::string_view content, int window_bits, int end = Z_FINISH) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, content.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, end) == (end == Z_FINISH ? Z_STREAM_END : Z_OK));
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string gzip(std::string_view content) { return deflated(content, 15 + 16); }

}  // namespace tripos::test
