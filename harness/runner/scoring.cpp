#include "harness/runner/batches.h"
#include "harness/runner/runner.h"

namespace tripos::runner {

Result<int> score_run(store::Store& store, std::string_view run_id, const protocol::Protocol& protocol, bool rescore,
                      int threads) {
  TRIPOS_TRY(const scorers::Scorer scorer, scorers::Scorer::make(protocol.scoring));
  const store::ScorerKey key{protocol.label(), protocol.scoring_sha256};
  const auto score = [&](store::StoredResponse& response) {
    store::ScoreRow row;
    row.score = scorer.score_response(response.text, response.reference);
    row.run_id = std::move(response.run_id);
    row.sample_id = std::move(response.sample_id);
    row.epoch = response.epoch;
    return row;
  };
  int scored = 0;
  BatchesInOrder<store::ScoreRow> batches(threads, score, [&](const std::vector<store::ScoreRow>& rows) {
    scored += static_cast<int>(rows.size());
    return store.put_scores(key, rows);
  });
  TRIPOS_CHECK(store.visit_responses(
      run_id, key, rescore, [&](std::vector<store::StoredResponse> batch) { return batches.add(std::move(batch)); }));
  TRIPOS_CHECK(batches.finish());
  return scored;
}

}  // namespace tripos::runner
