#include "datasets/zip.h"

#include <fmt/format.h>

#include "harness/core/file.h"
#include "tests/catch.h"

namespace tripos::datasets {
namespace {

using Catch::Matchers::StartsWith;

constexpr const char* kPassword = "correct-horse";
constexpr const char* kCsv = "dataset/invented.csv";

std::string archive() {
  const auto bytes = read_file(TRIPOS_SOURCE_DIR "/tests/golden/zipcrypto.zip");
  REQUIRE(bytes);
  return *bytes;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_CASE("members of a zip archive are read, encrypted or not", "[datasets][zip]") {
  const std::string bytes = archive();
  CHECK(is_zip(bytes));
  const auto csv = read_zip_member(bytes, kCsv, kPassword, "a.zip");
  REQUIRE(csv);
  CHECK_THAT(*csv, StartsWith("Question,Answer\nWhat is 0 + 0?,0\n"));
  CHECK(csv->ends_with("What is 98 + 98?,196\n"));
  CHECK(read_zip_member(bytes, "stored.txt", kPassword, "a.zip") == "stored and encrypted\n");
  CHECK(read_zip_member(bytes, "plain.txt", kPassword, "a.zip") == "neither\n");
}

TEST_CASE("no wrong password gives content, early or late as it is noticed", "[datasets][zip]") {
  const std::string bytes = archive();
  int refused = 0;
  int noticed_late = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto content = read_zip_member(bytes, kCsv, fmt::format("wrong {}", i), "a.zip");
    REQUIRE(!content);
    CHECK(content.error().kind == Error::Kind::kData);
    refused += contains(content.error().message, "the password was refused") ? 1 : 0;
    noticed_late += contains(content.error().message, "damaged, or the password is wrong") ? 1 : 0;
  }
  CHECK(refused + noticed_late == 2000);
  CHECK(noticed_late > 0);  // one in 256 passes the check byte
}

TEST_CASE("a missing member is an error that names it", "[datasets][zip]") {
  const auto content = read_zip_member(archive(), "dataset/other.csv", kPassword, "a.zip");
  REQUIRE(!content);
  CHECK(content.error().message == "a.zip: no member \"dataset/other.csv\" in the zip archive");
  CHECK(content.error().hint == "is it the archive that the authors publish?");
}

TEST_CASE("an archive cut at any byte is an error", "[datasets][zip]") {
  const std::string bytes = archive();
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const auto content = read_zip_member(std::string_view(bytes).substr(0, size), kCsv, kPassword, "a.zip");
    CAPTURE(size);
    REQUIRE(!content);
    CHECK_THAT(content.error().message, StartsWith("a.zip: not a readable zip archive"));
  }
}

TEST_CASE("a member with a flipped byte never passes for the original", "[datasets][zip]") {
  const std::string bytes = archive();
  const auto whole = read_zip_member(bytes, kCsv, kPassword, "a.zip");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const auto content = read_zip_member(damaged, kCsv, kPassword, "a.zip");
    CAPTURE(at);
    CHECK((!content || *content == *whole));
  }
}

TEST_CASE("a member larger than the bound is an error", "[datasets][zip]") {
  const auto content = read_zip_member(archive(), kCsv, kPassword, "a.zip", 100);
  REQUIRE(!content);
  CHECK(contains(content.error().message, "larger than 100 bytes"));
}

}  // namespace
}  // namespace tripos::datasets
