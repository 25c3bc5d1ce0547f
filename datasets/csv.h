#pragma once

#include <string_view>
#include <vector>

#include "datasets/record.h"
#include "harness/core/result.h"

namespace tripos::datasets {

inline constexpr std::size_t kMaxCsvColumns = 4096;

// Comma-separated values of RFC 4180 with a header row: quoted fields may hold line ends, commas and doubled quotes;
// lines end in CRLF or LF; a byte order mark and empty lines are skipped. Fields keep their white space. The text is
// UTF-8 already. Errors (kData) name FILE:LINE:COLUMN (bytes, from 1): an open quote, a stray quote or CR, a row with
// more or fewer fields than the header, a header that is missing or names a column twice, more than the bounds allow.
Result<std::vector<Record>> parse_csv(std::string_view text, std::string_view where);

}  // namespace tripos::datasets
