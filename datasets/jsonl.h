#pragma once

#include <string_view>
#include <vector>

#include "datasets/record.h"
#include "harness/core/result.h"

namespace tripos::datasets {

// JSON Lines: one object a line, split on LF only; blank lines are skipped. Members that are neither a scalar nor a
// list of scalars (null, nested objects) are left out of the record. Errors (kData) name FILE:LINE: what is no JSON
// object, and what exceeds the bounds of record.h.
Result<std::vector<Record>> parse_jsonl(std::string_view text, std::string_view where);

}  // namespace tripos::datasets
