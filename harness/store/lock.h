#pragma once
// What SQLite does not keep out by itself: a second writer over the whole time of a run, and network file systems.

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::store {

// Name of the network file system with this statfs f_type, "" for all others. A WAL index is shared memory, which
// machines do not share: readers crash and writers overwrite one another. FUSE cannot be told apart and passes.
std::string_view network_file_system(unsigned long f_type);

// Error (kStorage) where the file, or the folder it would be made in, lies on a network file system.
Result<void> refuse_network_file_system(const std::filesystem::path& path);

// Held by the one writer of a database: an flock() on FILE.lock, which holds the writer's process id and goes with it.
// The kernel frees it when the process dies.
class WriterLock {
 public:
  static Result<WriterLock> take(const std::filesystem::path& database);
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&&) = delete;
  ~WriterLock();

 private:
  WriterLock(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::string path_;
  int descriptor_;
};

}  // namespace tripos::store
