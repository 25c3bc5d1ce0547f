#include "harness/core/hash.h"

#include "tests/catch.h"

namespace tripos {
namespace {

// FIPS 180-4 examples and the long-message vector of NIST's SHA-2 validation.
TEST_CASE("sha256_hex gives the published digests", "[core][hash]") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("A digest does not depend on how the bytes were cut", "[core][hash]") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(i * 7);
  const Sha256 whole = sha256(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Sha256Stream stream;
    stream.update(std::string_view(bytes).substr(0, cut));
    Sha256Stream moved = std::move(stream);
    moved.update(std::string_view(bytes).substr(cut));
    CHECK(moved.finish() == whole);
  }
}

}  // namespace
}  // namespace tripos
