#include "tests/support/gzip.h"
#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/support/temp_dir.h"

namespace tripos {
namespace {

using Catch::Matchers::StartsWith;
using test::gzip;

// Text that deflate stores in more than one kind of block.
std::string sample_text() {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "{\"id\": " + std::to_string(i * i) + ", \"answer\": \"\\\\frac{1}{2}\"}\n";
  return text;
}

TEST_CASE("gunzip unpacks what was packed", "[core][gzip]") {
  for (const std::string& content : {std::string(), std::string("a"), sample_text(), std::string(1'000'000, '\0')}) {
    CHECK(gunzip(gzip(content), "f.gz") == content);
  }
}

TEST_CASE("gunzip reads all members of a file", "[core][gzip]") {
  CHECK(gunzip(gzip("one ") + gzip("") + gzip("two"), "f.gz") == "one two");
}

TEST_CASE("A gzip file cut at any byte is an error", "[core][gzip]") {
  const std::string packed = gzip(sample_text()) + gzip("second member");
  const std::size_t first_end = gzip(sample_text()).size();
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto content = gunzip(std::string_view(packed).substr(0, size), "f.gz");
    CAPTURE(size);
    REQUIRE(content.has_value() == (size == first_end));  // a complete first member alone is a complete file
  }
  CHECK(gunzip("", "f.gz").error().message == "f.gz: the gzip stream ends early, after 0 bytes");
  CHECK(gunzip(std::string_view(packed).substr(0, 40), "f.gz").error().message ==
        "f.gz: the gzip stream ends early, after 40 bytes");
}

TEST_CASE("A gzip file with any bit of its data or checksum flipped never gives other content", "[core][gzip]") {
  const std::string content = "answer: \\frac{1}{2}, and again: \\frac{1}{2}";
  const std::string packed = gzip(content);
  for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
    std::string damaged = packed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto unpacked = gunzip(damaged, "f.gz");
    CAPTURE(bit);
    if (unpacked) CHECK(*unpacked == content);  // time stamp and operating system in the header mean nothing
  }
}

TEST_CASE("Bytes behind a gzip stream are an error", "[core][gzip]") {
  CHECK(gunzip(gzip("a") + "tail", "f.gz").error().message == "f.gz: 4 bytes after the end of the gzip stream");
  CHECK(!gunzip(gzip("a") + std::string(512, '\0'), "f.gz"));
  CHECK(!gunzip(gzip("a") + "\x1f\x8b", "f.gz"));
}

TEST_CASE("What is no gzip stream is said to be damaged", "[core][gzip]") {
  const auto content = gunzip("plain text, not packed", "f.gz");
  REQUIRE(!content);
  CHECK(content.error().kind == Error::Kind::kData);
  CHECK_THAT(content.error().message, StartsWith("f.gz: the gzip stream is damaged before byte 2: "));
}

TEST_CASE("gunzip stops at its bound", "[core][gzip]") {
  const std::string bomb = gzip(std::string(50'000'000, '\0'));
  REQUIRE(bomb.size() < 100'000);
  CHECK(gunzip(bomb, "f.gz", 50'000'000).has_value());
  CHECK(gunzip(bomb, "f.gz", 49'999'999).error().message ==
        "f.gz: the gzip stream unpacks to more than 49999999 bytes");
  CHECK(!gunzip(gzip("ab") + gzip("cd"), "f.gz", 3));
  CHECK(!gunzip(gzip("a"), "f.gz", 0));
}

TEST_CASE("read_maybe_gzip reads plain and packed files alike", "[core][gzip]") {
  const test::TempDir folder;
  for (const std::string& content : {std::string(), std::string("\x1f"), sample_text()}) {
    REQUIRE(write_file(folder / "plain", content));
    REQUIRE(write_file(folder / "packed", gzip(content)));
    CHECK(read_maybe_gzip(folder / "plain") == content);
    CHECK(read_maybe_gzip(folder / "packed") == content);
  }
  REQUIRE(write_file(folder / "cut", gzip(sample_text()).substr(0, 100)));
  CHECK(!read_maybe_gzip(folder / "cut"));
  CHECK(!read_maybe_gzip(folder / "absent"));
}

}  // namespace
}  // namespace tripos
