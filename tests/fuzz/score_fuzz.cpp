// A response, a bare answer and a reference from outside, through every preset's scorer: what comes out holds together.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "harness/core/text.h"
#include "harness/protocol/protocol.h"
#include "scorers/scorer.h"

namespace {

using namespace tripos;

std::vector<scorers::Scorer> make_scorers() {
  std::vector<scorers::Scorer> all;
  std::set<std::string> seen;
  for (const auto& preset : protocol::presets()) {
    const auto protocol = protocol::find_protocol(preset.name + "@" + preset.version, preset.kind);
    if (seen.insert(protocol->scoring_sha256).second) all.push_back(scorers::Scorer::make(protocol->scoring).value());
  }
  for (const auto& extractor : scorers::extractors()) {
    if (extractor.name == "pattern") continue;
    all.push_back(
        scorers::Scorer::make({.extractors = {{.name = std::string(extractor.name)}}, .grader = "exact"}).value());
  }
  return all;
}

void check(const Score& score, bool may_be_empty) {
  const bool is_none =
      score.verdict == Verdict::kNoAnswer || (score.verdict == Verdict::kGoldUnreadable && may_be_empty);
  if (score.extracted.empty() && !is_none) std::abort();
  if (score.verdict == Verdict::kNoAnswer && !score.extracted.empty()) std::abort();
  if (find_invalid_utf8(score.extracted) || score.rule.empty()) std::abort();
}

}  // namespace

// The bytes up to the first NUL are the reference, the rest is the response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kScorers = make_scorers();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = std::min(bytes.find('\0'), bytes.size());
  const std::string gold = repair_utf8(bytes.substr(0, middle));
  const std::string_view response = bytes.substr(std::min(middle + 1, bytes.size()));
  for (const auto& scorer : kScorers) {
    for (const Reference& reference : {Reference{gold, 0}, Reference{"C", 4}}) {
      check(scorer.score_response(response, reference), true);
      check(scorer.score_answer(response, reference), true);
    }
    // Whatever can be read is equal to itself.
    const Score self = scorer.score_answer(gold, {gold, 0});
    check(self, true);
    if (self.verdict == Verdict::kDifferent && self.rule != "answer/first_number") std::abort();
  }
  return 0;
}
