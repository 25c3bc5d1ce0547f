#pragma once

#include <string>
#include <string_view>

#include "datasets/record.h"
#include "harness/core/result.h"

namespace tripos::datasets {

// True where `bytes` start like a zip archive.
bool is_zip(std::string_view bytes);

// A member of a zip archive that lies in memory, inflated and decrypted (traditional cipher, ZipCrypto) in memory only.
// `where` names the archive in errors (kData): a truncated or damaged archive, a missing member, a wrong password, a
// member larger than `max_bytes`.
Result<std::string> read_zip_member(std::string_view archive, const std::string& member, const std::string& password,
                                    std::string_view where, std::uint64_t max_bytes = kMaxDataBytes);

}  // namespace tripos::datasets
