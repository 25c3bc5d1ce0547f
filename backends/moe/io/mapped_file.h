#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "harness/core/result.h"

namespace tripos::moe {

// A file mapped into memory, read-only. Moving it keeps the addresses, so views into bytes() stay valid. The file must
// not shrink meanwhile: the system ends a program that reads behind the end (SIGBUS).
class MappedFile {
 public:
  // Error (kData) with the system's reason; also for what is no regular file.
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace tripos::moe
