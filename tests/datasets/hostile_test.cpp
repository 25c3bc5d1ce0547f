// Files made to exhaust the machine end in an error, and cost no more memory than the bounds of record.h allow.
#include <sys/resource.h>

#include <cstring>

#include "datasets/load.h"
#include "datasets/record.h"
#include "datasets/zip.h"
#include "tests/catch.h"
#include "tests/support/gzip.h"

namespace tripos::datasets {
namespace {

using Catch::Matchers::StartsWith;

constexpr std::size_t kMegabyte = std::size_t{1} << 20;
// A text that doubles as it grows to its bound of 256 MiB passes through three times that.
constexpr std::size_t kMostMemory = 1024 * kMegabyte;

TaskSpec task_of(Format format) {
  TaskSpec task;
  task.info.name = "hostile";
  task.format = format;
  task.fields = {.question = "q", .answer = "a"};
  task.zip = {"member", "password"};
  return task;
}

std::size_t peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

std::string error_of(Format format, std::string_view bytes) {
  const std::size_t before = peak_memory();
  const auto dataset = read_dataset(task_of(format), bytes, "t");
  CHECK(peak_memory() - before < kMostMemory);
  return dataset ? "no error" : dataset.error().message;
}

// 300 MB of zeros, in as many bytes as one file of 10 MB takes thirty times.
std::string packed_zeros(int window_bits, int end) {
  const std::string part = test::deflated(std::string(10 * kMegabyte, '\0'), window_bits, end);
  std::string packed;
  for (int i = 0; i < 30; ++i) packed += part;
  return packed;
}

template <typename Number>
void put(std::string& bytes, Number number) {
  char raw[sizeof number];
  std::memcpy(raw, &number, sizeof number);  // zip is little-endian, as the machines this is tested on
  bytes.append(raw, sizeof raw);
}

// A zip archive with one deflated member that says it is `size` bytes long.
std::string zip_of(const std::string& deflated, std::uint32_t size) {
  const std::string name = "member";
  std::string fields;
  for (const std::uint16_t field : {20, 0, 8, 0, 0x21}) put(fields, field);  // version, flags, method, time, date
  for (const std::uint32_t field : {std::uint32_t{0}, static_cast<std::uint32_t>(deflated.size()), size})
    put(fields, field);
  put(fields, static_cast<std::uint16_t>(name.size()));
  put(fields, std::uint16_t{0});
  std::string zip = "PK\x03\x04" + fields + name + deflated;
  const std::size_t directory = zip.size();
  zip += "PK\x01\x02";
  put(zip, std::uint16_t{20});
  zip += fields + std::string(14, '\0') + name;
  const std::size_t directory_size = zip.size() - directory;
  zip += "PK\x05\x06" + std::string(4, '\0');
  put(zip, std::uint16_t{1});
  put(zip, std::uint16_t{1});
  put(zip, static_cast<std::uint32_t>(directory_size));
  put(zip, static_cast<std::uint32_t>(directory));
  put(zip, std::uint16_t{0});
  return zip;
}

TEST_CASE("a JSON line of 200 MB is an error", "[datasets][hostile]") {
  const std::string line = R"({"q":")" + std::string(200 * kMegabyte, 'x') + R"("})";
  CHECK(error_of(Format::kJsonLines, line) == "t:1: a line of 209715208 bytes, at most 16777216 are read");
}

TEST_CASE("a line of brackets is an error", "[datasets][hostile]") {
  CHECK(error_of(Format::kJsonLines, std::string(kMaxLineBytes, '[')) == "t:1: JSON nested more than 128 levels deep");
}

TEST_CASE("more fields than memory is meant for are an error, in lists, rows and columns", "[datasets][hostile]") {
  std::string list = R"({"q":[0)";
  while (list.size() < kMaxFields + 10) list += ",0";  // half of them
  list += "]}\n";
  CHECK(error_of(Format::kJsonLines, list + list) == "t:2: more than 2000000 fields up to here");
  std::string rows = "q\n";
  while (rows.size() < kMaxFields + 10) rows += "1\n";  // a row counts as one
  CHECK(error_of(Format::kCsv, rows) == "t:1000002:1: more than 2000000 fields up to here");
}

TEST_CASE("line ends alone cost nothing", "[datasets][hostile]") {
  const std::string blank(20 * kMegabyte, '\n');
  CHECK(error_of(Format::kJsonLines, blank) == "t: no questions in it");
  CHECK_THAT(error_of(Format::kCsv, blank), StartsWith("t:20971521:1: the file is empty"));
}

TEST_CASE("a gzip bomb is an error", "[datasets][hostile]") {
  const std::string bomb = packed_zeros(15 + 16, Z_FINISH);
  REQUIRE(bomb.size() < kMegabyte);
  CHECK(error_of(Format::kJsonLines, bomb) == "t: the gzip stream unpacks to more than 268435456 bytes");
}

TEST_CASE("a zip bomb is an error, whatever size it admits to", "[datasets][hostile]") {
  const std::string deflated = packed_zeros(-15, Z_FULL_FLUSH) + std::string("\x03\0", 2);  // and an empty last block
  const auto admitted = GENERATE(as<std::uint32_t>(), 10, 300 * kMegabyte);
  const std::string bomb = zip_of(deflated, admitted);
  REQUIRE(bomb.size() < kMegabyte);
  CHECK(error_of(Format::kJsonLines, bomb) == "t: member \"member\": larger than 268435456 bytes");
}

TEST_CASE("the zip of this test is a zip", "[datasets][hostile]") {
  // With the wrong checksum, which is noticed at its end.
  const auto content = read_zip_member(zip_of(test::deflated("text", -15), 4), "member", "", "t.zip");
  REQUIRE(!content);
  CHECK_THAT(content.error().message, StartsWith("t.zip: member \"member\": damaged (CRC error"));
}

TEST_CASE("a quote that is never closed is an error at the quote, however long the file", "[datasets][hostile]") {
  std::string csv = "q,a\n1,2\n3,\"";
  while (csv.size() < 50 * kMegabyte) csv += "4\n\"\"5,";
  CHECK(error_of(Format::kCsv, csv) == "t:3:3: this quote is never closed");
}

}  // namespace
}  // namespace tripos::datasets
