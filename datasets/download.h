#pragma once

#include <functional>
#include <string>

#include "datasets/fetch.h"
#include "datasets/part_file.h"

namespace tripos::datasets {

struct Download {
  std::string url;
  std::string token;  // bearer token for the host of `url` only; "": none
  std::uint64_t max_bytes = std::uint64_t{64} << 20;
  std::function<void(const FetchProgress&)> progress;  // may be empty
};

// Appends what `part` lacks of the file at an HTTP(S) address. Redirects are followed, from https to https only. After
// a failure `part` keeps what came, for the next call. The content is not checked: a server that answers from another
// version of the file is found out by its checksum. Errors: kAuth (HTTP 401, 403), kNetwork, kStorage, kData (too
// large).
Result<void> download(const Download& request, PartFile& part);

}  // namespace tripos::datasets
