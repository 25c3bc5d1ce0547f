#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::datasets {

// A file on its way: NAME.part beside its final place, kept between programs so that a download can go on, locked
// against a second program that writes it. Errors are kStorage.
class PartFile {
 public:
  // Makes the directory where there is none. `owner_only`: nobody else may read the file, from its first byte on.
  static Result<PartFile> open(const std::filesystem::path& final_path, bool owner_only);
  PartFile(PartFile&& other) noexcept;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  const std::filesystem::path& path() const { return part_path_; }
  std::uint64_t size() const { return size_; }
  Result<void> append(std::string_view bytes);
  Result<void> clear();

  // Syncs the file and gives it its final name, which may differ from the one it was opened for.
  Result<void> finish(const std::filesystem::path& final_path);
  void remove();

 private:
  PartFile(std::filesystem::path part_path, int descriptor, std::uint64_t size);
  tl::unexpected<Error> error(std::string_view what) const;  // with the reason of errno

  std::filesystem::path part_path_;
  int descriptor_;
  std::uint64_t size_;
};

}  // namespace tripos::datasets
