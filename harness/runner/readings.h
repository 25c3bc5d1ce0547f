#pragma once
// Stored responses, read and judged by several protocols at once.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/result.h"
#include "harness/core/score.h"
#include "harness/protocol/protocol.h"
#include "harness/store/store.h"
#include "scorers/scorer.h"

namespace tripos::runner {

// The scoring half that one or more protocols share.
struct Reader {
  std::vector<std::string> protocols;  // labels
  std::string scoring_sha256;
  std::string rule;  // extractors in ladder order and the grader: "last_box, answer_line / number"
  scorers::Scorer scorer;
};

// Each scoring half once, in the order in which `protocols` first have it. A label that stands for several of them (an
// edited file that kept its version) gets the start of the hash behind it, as in the cells of the store.
Result<std::vector<Reader>> make_readers(std::span<const protocol::Protocol> protocols);

// A response with the score of each reader, in their order.
struct Reading {
  store::StoredResponse response;  // without its text
  std::vector<Score> scores;
};

// Calls `visit` for all responses of a run, in dataset order and then by epoch, in batches and from this thread. Each
// is taken from the store once and read by all readers, on `threads` threads while the next batch is loaded; what comes
// out does not depend on their number. Memory is that of a few batches. Stops at the first error.
Result<void> visit_readings(const store::Store& store, std::string_view run_id, std::span<const Reader> readers,
                            int threads, const std::function<Result<void>(std::vector<Reading>)>& visit);

}  // namespace tripos::runner
