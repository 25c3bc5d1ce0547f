#pragma once
// tokenizer.json, the file of Hugging Face's `tokenizers`: byte-level BPE, and BPE with byte fallback. What a published
// file of our models does not use is an error that names it. Truncation and padding are left out of account.

#include <string_view>

#include "backends/moe/text/tokenizer.h"
#include "harness/core/result.h"

namespace tripos::moe {

// `where` names the source in errors, e.g. its path.
Result<Tokenizer> parse_tokenizer_json(std::string_view text, std::string_view where);

}  // namespace tripos::moe
