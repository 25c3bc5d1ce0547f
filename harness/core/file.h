#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos {

// Whole file. Error (kData) with the system's reason; also when the file is larger than `max_bytes`.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes = std::uint64_t{4} << 30);

// Writes a temporary file beside `path`, syncs it and renames it, so readers see the old content or all of the new.
Result<void> write_file(const std::filesystem::path& path, std::string_view content);

// Bytes of a gzip stream (several members allowed), bounded by `max_bytes`. `where` names the source in errors.
Result<std::string> gunzip(std::string_view compressed, std::string_view where,
                           std::uint64_t max_bytes = std::uint64_t{4} << 30);

// read_file(), and gunzip() where the content starts with the gzip magic number. `max_bytes` holds for both.
Result<std::string> read_maybe_gzip(const std::filesystem::path& path,
                                    std::uint64_t max_bytes = std::uint64_t{4} << 30);

}  // namespace tripos
