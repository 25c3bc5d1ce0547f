#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::datasets {

struct FetchProgress {
  std::uint64_t bytes = 0;
  std::uint64_t total = 0;  // 0: not known
};

// Brings the data of a task into the user's data directory and returns its path. With `from` it is copied from that
// file; otherwise downloaded, resumed where a part is already there. Either way it is loaded and checked before it
// takes the final name; what fails the check is removed. What was downloaded is kept as it came: an encrypted zip stays
// one, and files of private tasks are readable by their owner only.
//
// $HF_ENDPOINT            the hub, https://huggingface.co where not set
// $HF_TOKEN               sent to the hub alone: to no host that it redirects to, and over plain HTTP to loopback only
// $TRIPOS_GITHUB_ENDPOINT a mirror of https://raw.githubusercontent.com, for sets that the hub does not have as
// published
//
// Errors: kUsage for a task that is shipped or the user's own, kAuth where the hub wants terms accepted or a token,
// kNetwork, kData where the file fails its check, kStorage where it cannot be written.
Result<std::filesystem::path> fetch(std::string_view task, const std::optional<std::filesystem::path>& from,
                                    const std::function<void(const FetchProgress&)>& progress);

}  // namespace tripos::datasets
