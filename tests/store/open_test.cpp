// Who may open a store: locks, permissions, file systems.

#include "harness/store/lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;
using Catch::Matchers::Contains;

std::string open_error(const fs::path& path, Store::Mode mode) {
  const auto opened = Store::open(path, mode);
  if (opened) return "";
  CHECK(opened.error().kind == Error::Kind::kStorage);
  CHECK(!opened.error().hint.empty());
  return opened.error().message;
}

// Runs `body` in a process without root's powers and returns what it returns. Catch's macros do not report from there.
std::string as_ordinary_user(const fs::path& folder, const std::function<std::string()>& body) {
  constexpr uid_t kNobody = 65534;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::string said = "cannot become an ordinary user";
    if (::geteuid() != 0 ||
        (::chown(folder.c_str(), kNobody, kNobody) == 0 && ::setresuid(kNobody, kNobody, kNobody) == 0)) {
      said = body();
    }
    const bool written = ::write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[512];
  for (ssize_t size; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;) said.append(buffer, size);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  return said;
}

std::string message_of(const fs::path& path, Store::Mode mode) {
  const auto opened = Store::open(path, mode);
  return opened ? "opened" : opened.error().message + " | " + opened.error().hint;
}

TEST_CASE("a second writer is refused and told which process writes", "[store][open]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  const auto writer = open_writer(path);
  fs::create_symlink(path, folder / "link.db");
  for (const char* name : {"t.db", "link.db"}) {
    CHECK_THAT(open_error(folder / name, Store::Mode::kReadWrite),
               Contains("is being written by another tripos (process " + std::to_string(::getpid()) + ")"));
  }
  CHECK(fs::exists(folder / "t.db.lock"));
}

TEST_CASE("the lock goes with the writer", "[store][open]") {
  const TempDir folder;
  open_writer(folder / "t.db").reset();
  CHECK(!fs::exists(folder / "t.db.lock"));
  open_writer(folder / "t.db");
}

TEST_CASE("a writer that died holds nobody up", "[store][open]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto store = Store::open(path, Store::Mode::kReadWrite);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(fs::exists(folder / "t.db.lock"));
  const auto store = open_writer(path);
  CHECK(file_bytes(folder / "t.db.lock") == std::to_string(::getpid()) + "\n");
}

TEST_CASE("a reader works beside a writer and sees what is committed", "[store][open]") {
  const TempDir folder;
  const auto writer = open_writer(folder / "t.db");
  fill_run(*writer, "first", 2, 1);
  const auto reader = open_reader(folder / "t.db");
  CHECK(value(reader->runs()).size() == 1);
  fill_run(*writer, "second", 2, 1);
  CHECK(value(reader->runs()).size() == 2);
  CHECK(!reader->begin_run(make_spec("third"), {}, {}));
}

TEST_CASE("network file systems are known by their number", "[store][open]") {
  struct Case {
    unsigned long f_type;
    std::string_view name;
  };
  const auto c = GENERATE(Case{0x6969, "NFS"}, Case{0xff534d42, "CIFS"}, Case{0xfe534d42, "SMB2"},
                          Case{0x0bd00bd0, "Lustre"}, Case{0x47504653, "GPFS"}, Case{0x00c36400, "CephFS"},
                          Case{0xffffffffff534d42, "CIFS"},  // sign-extended, as statfs has it
                          Case{0xef53, ""}, Case{0x01021994, ""}, Case{0x58465342, ""},       // ext4, tmpfs, XFS
                          Case{0x9123683e, ""}, Case{0x794c7630, ""}, Case{0x65735546, ""});  // Btrfs, overlay, FUSE
  CAPTURE(c.f_type);
  CHECK(network_file_system(c.f_type) == c.name);
  const TempDir folder;
  CHECK(refuse_network_file_system(folder / "t.db"));
}

TEST_CASE("what cannot be opened says why", "[store][open]") {
  const TempDir folder;
  CHECK_THAT(open_error(folder / "no/such/folder/t.db", Store::Mode::kReadWrite),
             Contains("No such file or directory"));
  CHECK_THAT(open_error(folder / "missing.db", Store::Mode::kReadOnly), Contains("No such file or directory"));
  CHECK(!fs::exists(folder / "missing.db"));
  fs::create_directory(folder / "folder.db");
  CHECK(!open_error(folder / "folder.db", Store::Mode::kReadWrite).empty());
  CHECK(!open_error(folder / "folder.db", Store::Mode::kReadOnly).empty());
}

TEST_CASE("a read-only file is refused for writing and can be read", "[store][open]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  fill_run(*open_writer(path), "m", 2, 1);
  fs::permissions(path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  CHECK(as_ordinary_user(folder.path(), [&] { return message_of(path, Store::Mode::kReadWrite); }) ==
        path.string() + " is read-only | give another file with --db, or make the file and its folder writable");
  CHECK(as_ordinary_user(folder.path(), [&] { return message_of(path, Store::Mode::kReadOnly); }) == "opened");
}

TEST_CASE("a store in a read-only folder can be read", "[store][open]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  fill_run(*open_writer(path), "m", 2, 1);
  const bool has_empty_log = GENERATE(false, true);  // as readers leave it
  if (has_empty_log) std::ofstream(path.string() + "-wal").close();
  const auto forbid = fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec;
  const std::string read = as_ordinary_user(folder.path(), [&] {
    fs::permissions(folder.path(), forbid);
    const auto store = Store::open(path, Store::Mode::kReadOnly);
    if (!store) return store.error().message;
    const auto runs = (*store)->runs();
    return runs ? std::to_string(runs->size()) + " run" : runs.error().message;
  });
  CHECK(read == "1 run");
  const std::string written =
      as_ordinary_user(folder.path(), [&] { return message_of(path, Store::Mode::kReadWrite); });
  CHECK_THAT(written, Contains("cannot be opened for writing") && Contains("Permission denied"));
  fs::permissions(folder.path(), fs::perms::owner_all);
}

}  // namespace
}  // namespace tripos::store
