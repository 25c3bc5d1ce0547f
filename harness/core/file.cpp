#include "harness/core/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

namespace tripos {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // A full disk may show only here (NFS, quotas).
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

tl::unexpected<Error> system_failure(Error::Kind kind, std::string_view what, const fs::path& path) {
  return fail(kind, fmt::format("cannot {} {}: {}", what, path.string(), std::generic_category().message(errno)));
}

tl::unexpected<Error> cannot_write(const fs::path& path) {
  return system_failure(Error::Kind::kStorage, "write", path);
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    content.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
}

// A device or a pipe is written to: replacing /dev/null by a file would break the machine.
Result<void> write_in_place(const fs::path& path, std::string_view content) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || !write_all(file.get(), content) || !file.close()) return cannot_write(path);
  return {};
}

// A new file beside the target, removed unless it gets the target's name.
class Temporary {
 public:
  explicit Temporary(const fs::path& target) {
    static std::atomic<int> counter{0};
    do {  // a killed process with our id may have left one
      path_ = target.parent_path() / fmt::format(".tripos-{}-{}.tmp", ::getpid(), ++counter);
      file_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    } while (!file_ && errno == EEXIST);
    created_ = static_cast<bool>(file_);
  }
  ~Temporary() {
    if (created_ && !renamed_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  Descriptor& file() { return file_; }
  bool rename_to(const fs::path& target) { return renamed_ = ::rename(path_.c_str(), target.c_str()) == 0; }

 private:
  fs::path path_;
  Descriptor file_;
  bool created_ = false;
  bool renamed_ = false;
};

Result<void> sync_folder(const fs::path& folder) {
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some file systems cannot sync a folder and say EINVAL; there the rename is all that can be had.
  if (!directory || (::fsync(directory.get()) != 0 && errno != EINVAL)) return cannot_write(folder);
  return {};
}

// `mode` is that of the file which is replaced; 0: there is none.
Result<void> replace(const fs::path& path, mode_t mode, std::string_view content) {
  Temporary temporary(path);
  Descriptor& file = temporary.file();
  const bool written = file && (mode == 0 || ::fchmod(file.get(), mode & 07777) == 0) &&
                       write_all(file.get(), content) && ::fsync(file.get()) == 0 && file.close() &&
                       temporary.rename_to(path);
  if (!written) return cannot_write(path);
  return sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes) {
  const auto cannot_read = [&path] { return system_failure(Error::Kind::kData, "read", path); };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (!file || ::fstat(file.get(), &status) != 0) return cannot_read();
  std::string content;
  // The size is a hint: pipes and files of /proc have none, and a file may grow while it is read.
  constexpr std::size_t kChunk = 1 << 16;
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  content.resize(static_cast<std::size_t>(std::min(size, max_bytes)) + kChunk);
  std::size_t used = 0;
  while (true) {
    const ssize_t got = ::read(file.get(), content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read();
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) {
      return fail(Error::Kind::kData, fmt::format("{} is larger than {} bytes", path.string(), max_bytes));
    }
    if (got == 0) break;
    if (used == content.size()) content.resize(2 * used);
  }
  content.resize(used);
  return content;
}

Result<void> write_file(const fs::path& path, std::string_view content) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return replace(path, 0, content);
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return cannot_write(path);
  }
  if (!S_ISREG(status.st_mode)) return write_in_place(path, content);
  // What a symbolic link points to is replaced, not the link.
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  return replace(error ? path : target, status.st_mode, content);
}

Result<std::string> read_maybe_gzip(const fs::path& path, std::uint64_t max_bytes) {
  TRIPOS_TRY(std::string content, read_file(path, max_bytes));
  if (!content.starts_with("\x1f\x8b")) return content;
  return gunzip(content, path.string(), max_bytes);
}

}  // namespace tripos
