#include "harness/core/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/catch.h"
#include "tests/support/faults.h"
#include "tests/support/temp_dir.h"

namespace tripos {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::StartsWith;

int files_in(const fs::path& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST_CASE("What write_file wrote is what read_file reads", "[core][file]") {
  const test::TempDir folder;
  for (const std::string& content : {std::string(), std::string("a\0\r\n\xff", 5), std::string(1'000'000, 'x')}) {
    REQUIRE(write_file(folder / "out", content));
    CHECK(read_file(folder / "out") == content);
  }
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("write_file works for a bare name in the current folder", "[core][file]") {
  const test::TempDir folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  const auto written = write_file("bare", "x");
  fs::current_path(before);
  REQUIRE(written);
  CHECK(read_file(folder / "bare") == "x");
}

TEST_CASE("write_file keeps the mode of the file and the link that led to it", "[core][file]") {
  const test::TempDir folder;
  REQUIRE(write_file(folder / "target", "old"));
  fs::permissions(folder / "target", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("target", folder / "link");
  REQUIRE(write_file(folder / "link", "new"));
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_file(folder / "target") == "new");
  CHECK(fs::status(folder / "target").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("A failed write leaves the old content and no litter", "[core][file]") {
  const test::TempDir folder;
  fs::create_directory(folder / "taken");
  const auto onto_folder = write_file(folder / "taken", "x");
  REQUIRE(!onto_folder);
  CHECK(onto_folder.error().kind == Error::Kind::kStorage);
  CHECK(onto_folder.error().message == "cannot write " + (folder / "taken").string() + ": Is a directory");

  const auto no_folder = write_file(folder / "absent/out", "x");
  REQUIRE(!no_folder);
  CHECK(no_folder.error().message ==
        "cannot write " + (folder / "absent/out").string() + ": No such file or directory");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("A folder that may not be written to is an error, and the old file stays", "[core][file]") {
  const test::TempDir folder;
  REQUIRE(write_file(folder / "out", "old"));
  fs::permissions(folder.path(), static_cast<fs::perms>(0555));
  const auto written = [&] {
    const test::Unprivileged unprivileged;
    return write_file(folder / "out", "new");
  }();
  fs::permissions(folder.path(), fs::perms::owner_all);
  REQUIRE(!written);
  CHECK(written.error().message == "cannot write " + (folder / "out").string() + ": Permission denied");
  CHECK(read_file(folder / "out") == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("A write that fails half-way leaves the old file and no litter", "[core][file]") {
  const test::TempDir folder;
  REQUIRE(write_file(folder / "out", "old"));
  const auto written = [&] {
    const test::FileSizeLimit limit(100'000);
    return write_file(folder / "out", std::string(200'000, 'x'));
  }();
  REQUIRE(!written);
  CHECK(written.error().message == "cannot write " + (folder / "out").string() + ": File too large");
  CHECK(read_file(folder / "out") == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("Devices are written to, never replaced", "[core][file]") {
  CHECK(write_file("/dev/null", "x"));
  CHECK(fs::is_character_file("/dev/null"));
  const auto full = write_file("/dev/full", "x");
  REQUIRE(!full);
  CHECK(full.error().message == "cannot write /dev/full: No space left on device");
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("A reader sees the old content or the new, never a part", "[core][file]") {
  const test::TempDir folder;
  const fs::path path = folder / "out";
  const std::string old_content(300'000, 'a');
  const std::string new_content(200'000, 'b');
  REQUIRE(write_file(path, old_content));
  bool torn = false;
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) {
      const auto seen = read_file(path);
      torn = torn || !seen || (*seen != old_content && *seen != new_content);
    }
  });
  for (int i = 0; i < 20; ++i) CHECK(write_file(path, i % 2 == 0 ? new_content : old_content));
  done = true;
  reader.join();
  CHECK(!torn);
}

TEST_CASE("read_file says why it cannot read", "[core][file]") {
  const test::TempDir folder;
  const auto absent = read_file(folder / "absent");
  REQUIRE(!absent);
  CHECK(absent.error().kind == Error::Kind::kData);
  CHECK(absent.error().message == "cannot read " + (folder / "absent").string() + ": No such file or directory");
  const auto directory = read_file(folder.path());
  REQUIRE(!directory);
  CHECK(directory.error().message == "cannot read " + folder.path().string() + ": Is a directory");
}

TEST_CASE("read_file reads up to its bound and not a byte more", "[core][file]") {
  const test::TempDir folder;
  REQUIRE(write_file(folder / "ten", "0123456789"));
  CHECK(read_file(folder / "ten", 10) == "0123456789");
  const auto bounded = read_file(folder / "ten", 9);
  REQUIRE(!bounded);
  CHECK(bounded.error().message == (folder / "ten").string() + " is larger than 9 bytes");
  CHECK(!read_file("/dev/zero", 1'000'000));
}

TEST_CASE("read_file reads what has no size", "[core][file]") {
  const auto status = read_file("/proc/self/status");
  REQUIRE(status);
  CHECK_THAT(*status, StartsWith("Name:"));

  const test::TempDir folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const std::string content(300'000, 'p');
  std::thread writer([&] { std::ofstream(folder / "pipe") << content; });
  const auto piped = read_file(folder / "pipe");
  writer.join();
  CHECK(piped == content);
}

}  // namespace
}  // namespace tripos
