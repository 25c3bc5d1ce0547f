// A zip archive from outside never gives more than the bound, and never harms.
#include <cstdint>
#include <cstdlib>

#include "datasets/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kBound = 1 << 20;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const char* member : {"dataset/invented.csv", "stored.txt", "plain.txt"}) {
    const auto content = tripos::datasets::read_zip_member(bytes, member, "correct-horse", "fuzz.zip", kBound);
    if (content && content->size() > kBound) std::abort();
  }
  return 0;
}
