#include "harness/runner/readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/runner/batches.h"

namespace tripos::runner {
namespace {

// Labels that stand for several scoring halves.
std::set<std::string> ambiguous_labels(std::span<const protocol::Protocol> protocols) {
  std::map<std::string, std::set<std::string>> scorings;
  for (const protocol::Protocol& protocol : protocols) scorings[protocol.label()].insert(protocol.scoring_sha256);
  std::set<std::string> labels;
  for (const auto& [label, hashes] : scorings) {
    if (hashes.size() > 1) labels.insert(label);
  }
  return labels;
}

// Patterns have no names: neighbours of one kind are counted.
std::string rule_text(const ScoringSpec& scoring) {
  std::string text;
  for (std::size_t begin = 0; begin < scoring.extractors.size();) {
    const std::string& name = scoring.extractors[begin].name;
    std::size_t end = begin;
    while (end < scoring.extractors.size() && scoring.extractors[end].name == name) ++end;
    text += (begin > 0 ? ", " : "") + (end - begin > 1 ? fmt::format("{} {}s", end - begin, name) : name);
    begin = end;
  }
  return text + " / " + scoring.grader;
}

Reading read(store::StoredResponse& response, std::span<const Reader> readers) {
  Reading reading;
  for (const Reader& reader : readers) {
    reading.scores.push_back(reader.scorer.score_response(response.text, response.reference));
  }
  reading.response = std::move(response);
  reading.response.text = {};
  return reading;
}

}  // namespace

Result<std::vector<Reader>> make_readers(std::span<const protocol::Protocol> protocols) {
  const std::set<std::string> ambiguous = ambiguous_labels(protocols);
  std::vector<Reader> readers;
  for (const protocol::Protocol& protocol : protocols) {
    std::string label = protocol.label();
    if (ambiguous.contains(label)) label += "+" + protocol.scoring_sha256.substr(0, 8);
    const auto known = std::ranges::find(readers, protocol.scoring_sha256, &Reader::scoring_sha256);
    if (known == readers.end()) {
      TRIPOS_TRY(scorers::Scorer scorer, scorers::Scorer::make(protocol.scoring));
      readers.push_back({{std::move(label)}, protocol.scoring_sha256, rule_text(protocol.scoring), std::move(scorer)});
    } else if (!std::ranges::count(known->protocols, label)) {
      known->protocols.push_back(std::move(label));
    }
  }
  return readers;
}

Result<void> visit_readings(const store::Store& store, std::string_view run_id, std::span<const Reader> readers,
                            int threads, const std::function<Result<void>(std::vector<Reading>)>& visit) {
  BatchesInOrder<Reading> batches(
      threads, [&](store::StoredResponse& response) { return read(response, readers); }, visit);
  TRIPOS_CHECK(store.visit_responses(
      run_id, {}, true, [&](std::vector<store::StoredResponse> batch) { return batches.add(std::move(batch)); }));
  return batches.finish();
}

}  // namespace tripos::runner
