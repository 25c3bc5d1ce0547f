#include "harness/store/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tripos::store {
namespace {

// Magic numbers of statfs(2), the kernel's linux/magic.h, and of file systems outside the kernel their own headers.
struct NetworkType {
  unsigned long f_type;
  std::string_view name;
};
constexpr std::array kNetworkTypes = {
    NetworkType{0x6969, "NFS"},        NetworkType{0x517b, "SMB"},        NetworkType{0xff534d42, "CIFS"},
    NetworkType{0xfe534d42, "SMB2"},   NetworkType{0x0bd00bd0, "Lustre"}, NetworkType{0x47504653, "GPFS"},
    NetworkType{0x19830326, "BeeGFS"}, NetworkType{0x5346414f, "AFS"},    NetworkType{0x6b414653, "AFS"},
    NetworkType{0x00c36400, "CephFS"}, NetworkType{0x564c, "NCP"},        NetworkType{0x73757245, "Coda"},
};

// Without links, so that two names of one database mean one lock.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::weakly_canonical(path, failed);
  return failed ? std::filesystem::absolute(path, failed) : real;
}

std::string writer_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  return size > 0 ? fmt::format(" (process {})", std::atoi(text.data())) : "";
}

// Whether the open file is the one that stands at `path`: its last holder may have removed it meanwhile.
bool stands_at(int descriptor, const std::string& path) {
  struct stat open_file {};
  struct stat named_file {};
  return ::fstat(descriptor, &open_file) == 0 && ::stat(path.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

}  // namespace

std::string_view network_file_system(unsigned long f_type) {
  for (const NetworkType& type : kNetworkTypes) {
    if (type.f_type == (f_type & 0xffffffffUL)) return type.name;
  }
  return "";
}

Result<void> refuse_network_file_system(const std::filesystem::path& path) {
  const std::filesystem::path real = resolved(path);
  struct statfs info {};
  if (::statfs(real.c_str(), &info) != 0 && ::statfs(real.parent_path().c_str(), &info) != 0) return {};
  const std::string_view name = network_file_system(static_cast<unsigned long>(info.f_type));
  if (name.empty()) return {};
  return fail(Error::Kind::kStorage, fmt::format("{} lies on a network file system ({})", path.string(), name),
              "keep the database on a local disk with --db, and copy or merge it afterwards");
}

Result<WriterLock> WriterLock::take(const std::filesystem::path& database) {
  const std::string path = resolved(database).string() + ".lock";
  for (;;) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) {
      return fail(Error::Kind::kStorage,
                  fmt::format("{} cannot be opened for writing: {}: {}", database.string(), path, std::strerror(errno)),
                  "check the path given with --db and the permissions of its folder");
    }
    WriterLock lock(path, descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      lock.path_.clear();  // the holder's to remove
      if (errno != EWOULDBLOCK) {
        return fail(Error::Kind::kStorage, fmt::format("{} cannot be locked: {}", path, std::strerror(errno)),
                    "keep the database on a local disk with --db");
      }
      return fail(Error::Kind::kStorage,
                  fmt::format("{} is being written by another tripos{}", database.string(), writer_of(descriptor)),
                  "wait for it to end, or give another file with --db and join them with: tripos merge");
    }
    if (!stands_at(descriptor, path)) {
      lock.path_.clear();
      continue;
    }
    // The id only helps a reader of the message above; a full disk must not keep anyone from the store.
    const std::string id = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, id.data(), id.size(), 0) < 0) errno = 0;
    return lock;
  }
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : path_(std::exchange(other.path_, "")), descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock::~WriterLock() {
  if (descriptor_ < 0) return;
  if (!path_.empty()) ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace tripos::store
