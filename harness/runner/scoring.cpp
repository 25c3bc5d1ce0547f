#include <algorithm>
#include <atomic>
#include <thread>

#include "harness/runner/runner.h"

namespace tripos::runner {
namespace {

// Scores a batch on `threads` threads, which take small pieces in turn so that one long answer holds up no other.
std::vector<store::ScoreRow> score_batch(const scorers::Scorer& scorer, std::vector<store::StoredResponse>& batch,
                                         int threads) {
  constexpr std::size_t kPiece = 16;
  std::vector<store::ScoreRow> rows(batch.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t begin = next.fetch_add(kPiece); begin < batch.size(); begin = next.fetch_add(kPiece)) {
      const std::size_t end = std::min(begin + kPiece, batch.size());
      for (std::size_t i = begin; i < end; ++i) {
        store::StoredResponse& response = batch[i];
        rows[i].score = scorer.score_response(response.text, response.reference);
        rows[i].run_id = std::move(response.run_id);
        rows[i].sample_id = std::move(response.sample_id);
        rows[i].epoch = response.epoch;
      }
    }
  };
  std::vector<std::jthread> helpers;
  for (int i = 1; i < threads && i * kPiece < batch.size(); ++i) helpers.emplace_back(work);
  work();
  helpers.clear();  // joins
  return rows;
}

}  // namespace

Result<int> score_run(store::Store& store, std::string_view run_id, const protocol::Protocol& protocol, bool rescore,
                      int threads) {
  TRIPOS_TRY(const scorers::Scorer scorer, scorers::Scorer::make(protocol.scoring));
  const store::ScorerKey key{protocol.label(), protocol.scoring_sha256};
  int scored = 0;
  TRIPOS_CHECK(store.visit_responses(run_id, key, rescore, [&](std::vector<store::StoredResponse> batch) {
    scored += static_cast<int>(batch.size());
    return store.put_scores(key, score_batch(scorer, batch, threads));
  }));
  return scored;
}

}  // namespace tripos::runner
