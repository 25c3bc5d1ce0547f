#pragma once

#include <filesystem>
#include <memory>

#include "backends/backend.h"

namespace tripos::backends {

// Model "scripted/FILE": answers from recorded responses, JSON Lines (plain or gzip) in the form of `tripos import`
// (fields problem_id or sample, response, optional sample_index or epoch), matched by sample id and epoch; an epoch
// that is not recorded takes epoch modulo the number recorded. Optional fields of a row program a delay and faults:
// delay_ms, stop ("length", ...), fail ("transient", "rate", "unknown", "auth", "bad_request"), fail_times (attempts
// that fail before the response comes). A sample without a row fails as kBadRequest. A stop cancels what is delayed at
// once: nobody pays for it. Its name leaves out the folder: where a file lies tells a leaderboard's reader nothing, and
// the fingerprint tells files apart.
Result<std::unique_ptr<Backend>> make_scripted(const std::filesystem::path& file);

}  // namespace tripos::backends
