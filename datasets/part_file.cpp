#include "datasets/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace tripos::datasets {
namespace {

const char* hint_for(int reason) {
  switch (reason) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "make room on the disk and type the same command again";
    case EACCES:
    case ENOENT:
    case EPERM:
    case EROFS:
    case ENOTDIR:
      return "set TRIPOS_DATA_DIR to a directory that you may write to";
    default:
      return "";
  }
}

tl::unexpected<Error> system_error(const std::filesystem::path& path, std::string_view what, int reason) {
  return fail(Error::Kind::kStorage, fmt::format("{}: cannot {}: {}", path.string(), what, std::strerror(reason)),
              hint_for(reason));
}

}  // namespace

PartFile::PartFile(std::filesystem::path part_path, int descriptor, std::uint64_t size)
    : part_path_(std::move(part_path)), descriptor_(descriptor), size_(size) {}

PartFile::PartFile(PartFile&& other) noexcept
    : part_path_(std::move(other.part_path_)), descriptor_(other.descriptor_), size_(other.size_) {
  other.descriptor_ = -1;
}

PartFile::~PartFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

tl::unexpected<Error> PartFile::error(std::string_view what) const { return system_error(part_path_, what, errno); }

Result<PartFile> PartFile::open(const std::filesystem::path& final_path, bool owner_only) {
  std::error_code failure;
  std::filesystem::create_directories(final_path.parent_path(), failure);
  if (failure) return system_error(final_path.parent_path(), "make this directory", failure.value());
  std::filesystem::path part_path = final_path;
  part_path += ".part";
  const mode_t mode = owner_only ? 0600 : 0644;
  PartFile file(part_path, ::open(part_path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode), 0);
  if (file.descriptor_ < 0) return file.error("open it");
  const bool locked = ::flock(file.descriptor_, LOCK_EX | LOCK_NB) == 0;
  if (!locked && errno != EWOULDBLOCK) return file.error("lock it");
  struct stat status {};
  struct stat named {};
  if (::fstat(file.descriptor_, &status) != 0) return file.error("open it");
  // Between open and lock the other program may have given the file its final name.
  const bool still_named = ::lstat(part_path.c_str(), &named) == 0 && named.st_ino == status.st_ino;
  if (!locked || !still_named) {
    return fail(Error::Kind::kStorage, part_path.string() + ": another tripos is fetching this file",
                "wait until it has finished");
  }
  // An older part may be readable by others.
  if (::fchmod(file.descriptor_, mode) != 0) return file.error("open it");
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

Result<void> PartFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return error("write to it");
    size_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> PartFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0) return error("empty it");
  size_ = 0;
  return {};
}

Result<void> PartFile::finish(const std::filesystem::path& final_path) {
  if (::fsync(descriptor_) != 0) return error("write it to the disk");
  if (std::rename(part_path_.c_str(), final_path.c_str()) != 0) return error("rename it to " + final_path.string());
  return {};
}

void PartFile::remove() { ::unlink(part_path_.c_str()); }

}  // namespace tripos::datasets
