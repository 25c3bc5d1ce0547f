#include "backends/moe/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace tripos::moe {
namespace {

int pages_for(int positions) { return (positions + kPageRows - 1) / kPageRows; }

// Values of a page: its keys, or its values.
std::size_t page_size(const KvPages& pages) { return kPageRows * static_cast<std::size_t>(pages.width); }

}  // namespace

Result<Engine> Engine::make(Ops& ops, const ArchSpec& spec, const ModelWeights& weights, const EngineLimits& limits) {
  TRIPOS_TRY(Forward forward, Forward::make(ops, spec, weights, limits.rows, limits.sequences));
  TRIPOS_TRY(KvCache cache, KvCache::make(ops, spec, limits.pages));
  return Engine(ops, spec, limits, std::move(forward), std::move(cache));
}

Result<int> Engine::add(GenerationRequest request) {
  const int longest = std::min(spec_->context, limits_.pages * kPageRows);
  const auto length = static_cast<int>(request.prompt.size()) + request.max_tokens;
  if (length > longest) {
    return fail(Error::Kind::kUsage,
                fmt::format("{} tokens of prompt and {} to generate are more than {}", request.prompt.size(),
                            request.max_tokens, longest),
                longest < spec_->context ? "the KV cache holds no more: lower max_tokens, or free memory"
                                         : "the model's context ends there: lower max_tokens");
  }
  Sequence sequence;
  sequence.tokens = request.prompt;
  sequence.request = std::move(request);
  sequence.result.id = next_id_++;
  waiting_.push_back(std::move(sequence));
  return waiting_.back().result.id;
}

Result<std::vector<Generation>> Engine::step() {
  admit();
  TRIPOS_TRY(const std::vector<Row> rows, plan());
  std::vector<int> wanted;        // rows at the ends of their sequences
  std::vector<std::size_t> ends;  // those sequences
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Sequence& sequence = running_[rows[i].sequence];
    if (rows[i].position + 1 < static_cast<int>(sequence.tokens.size())) continue;
    wanted.push_back(static_cast<int>(i));
    ends.push_back(rows[i].sequence);
  }
  TRIPOS_TRY(const Logits logits, run(rows, wanted));
  advance(rows);
  std::vector<Generation> finished;
  const auto width = static_cast<std::size_t>(spec_->vocabulary);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    Sequence& sequence = running_[ends[i]];
    const TokenLogits of_token{std::span(logits.values).subspan(i * width, width), logits.terms[2 * i],
                               logits.terms[2 * i + 1]};
    if (extend(sequence, of_token)) continue;
    pool_.release(sequence.pages);
    sequence.pages.clear();
    finished.push_back(std::move(sequence.result));
    sequence.tokens.clear();  // marks it
  }
  std::erase_if(running_, [](const Sequence& sequence) { return sequence.tokens.empty(); });
  return finished;
}

// In the order in which they came, so that none starves.
void Engine::admit() {
  while (!waiting_.empty() && static_cast<int>(running_.size()) < limits_.sequences &&
         !is_shared_soon(waiting_.front()) && start(waiting_.front())) {
    running_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

// Whether a sequence is just computing pages that this one begins with, too: samples of one prompt read it once.
bool Engine::is_shared_soon(const Sequence& sequence) const {
  return std::any_of(running_.begin(), running_.end(), [&](const Sequence& other) {
    const auto [mine, theirs] = std::mismatch(sequence.tokens.begin(), sequence.tokens.end() - 1,
                                              other.request.prompt.begin(), other.request.prompt.end());
    return (mine - sequence.tokens.begin()) / kPageRows > other.stored / kPageRows;
  });
}

// Room for all that is known of it, and for a token more.
bool Engine::start(Sequence& sequence) {
  const int needed = pages_for(static_cast<int>(sequence.tokens.size()) + 1);
  if (sequence.swapped_pages > 0) {
    if (pool_.available() < needed) return false;
    swap_in(sequence);
    return true;
  }
  sequence.pages = pool_.take_prefix(sequence.tokens);
  if (pool_.available() < needed - static_cast<int>(sequence.pages.size())) {
    pool_.release(sequence.pages);
    sequence.pages.clear();
    return false;
  }
  sequence.stored = static_cast<int>(sequence.pages.size()) * kPageRows;
  return true;
}

// The rows of the next step: the oldest sequences first, each with all of its tokens that are not stored.
Result<std::vector<Engine::Row>> Engine::plan() {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    const int room = limits_.rows - static_cast<int>(rows.size());
    const int count = std::min(room, static_cast<int>(running_[i].tokens.size()) - running_[i].stored);
    while (i < running_.size() && !reserve(running_[i], running_[i].stored + count)) TRIPOS_CHECK(swap_out_last());
    if (i == running_.size()) break;  // it was the last one itself
    for (int k = 0; k < count; ++k) rows.push_back({i, running_[i].stored + k});
  }
  return rows;
}

bool Engine::reserve(Sequence& sequence, int positions) {
  while (static_cast<int>(sequence.pages.size()) < pages_for(positions)) {
    const auto page = pool_.take();
    if (!page) return false;
    sequence.pages.push_back(*page);
  }
  return true;
}

// Where the keys, then the values, of each of its pages and layers are on the device: in the order of `swapped`.
std::vector<float*> Engine::parts_of(const Sequence& sequence) const {
  std::vector<float*> parts;
  for (const int page : sequence.pages) {
    for (std::size_t layer = 0; layer < spec_->layers.size(); ++layer) {
      const KvPages pages = cache_.layer(layer);
      const std::size_t offset = static_cast<std::size_t>(page) * page_size(pages);
      parts.insert(parts.end(), {pages.keys + offset, pages.values + offset});
    }
  }
  return parts;
}

Result<void> Engine::swap_out_last() {
  Sequence& last = running_.back();
  const std::size_t size = page_size(cache_.layer(0));
  const std::vector<float*> parts = parts_of(last);
  last.swapped.resize(parts.size() * size);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    TRIPOS_CHECK(ops_->download(std::span(last.swapped).subspan(i * size, size), parts[i]));
  }
  last.swapped_pages = static_cast<int>(last.pages.size());
  pool_.release(last.pages);
  last.pages.clear();
  waiting_.push_front(std::move(last));
  running_.pop_back();
  ++stats_.swaps;
  return {};
}

void Engine::swap_in(Sequence& sequence) {
  while (static_cast<int>(sequence.pages.size()) < sequence.swapped_pages) sequence.pages.push_back(*pool_.take());
  const std::size_t size = page_size(cache_.layer(0));
  const std::vector<float*> parts = parts_of(sequence);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    ops_->upload(parts[i], std::as_bytes(std::span(sequence.swapped).subspan(i * size, size)));
  }
  sequence.swapped = {};
  sequence.swapped_pages = 0;
}

Result<Logits> Engine::run(const std::vector<Row>& rows, std::span<const int> wanted) {
  if (rows.empty()) return Logits();
  stats_.rows += static_cast<std::int64_t>(rows.size());
  std::vector<int> tokens;
  std::vector<int> positions;
  std::vector<int> sequences;
  for (const Row& row : rows) {
    tokens.push_back(running_[row.sequence].tokens[static_cast<std::size_t>(row.position)]);
    positions.push_back(row.position);
    sequences.push_back(static_cast<int>(row.sequence));
  }
  std::vector<std::span<const int>> tables;
  for (const Sequence& sequence : running_) tables.emplace_back(sequence.pages);
  return forward_.run(tokens, {positions, sequences, tables}, cache_, wanted);
}

void Engine::advance(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Sequence& sequence = running_[row.sequence];
    sequence.stored = row.position + 1;
    if (sequence.stored % kPageRows != 0) continue;
    const auto full = static_cast<std::size_t>(sequence.stored / kPageRows);
    pool_.publish(std::span(sequence.pages).first(full),
                  std::span(sequence.tokens).first(static_cast<std::size_t>(sequence.stored)));
  }
}

// False where the sequence has ended.
bool Engine::extend(Sequence& sequence, const TokenLogits& logits) {
  const GenerationRequest& request = sequence.request;
  Generation& result = sequence.result;
  const auto position = static_cast<std::uint32_t>(sequence.tokens.size());
  const std::size_t done = result.tokens.size();
  const bool is_given = done < request.given.size();
  const Choice choice = is_given ? Choice{request.given[done], log_probability(logits, request.given[done])}
                                 : choose(logits, request.rule, {request.seed, request.epoch, position});
  sequence.tokens.push_back(choice.token);
  result.tokens.push_back(choice.token);
  ++stats_.generated;
  result.log_probabilities.push_back(choice.log_probability);
  if (is_given) return result.tokens.size() < request.given.size();
  const auto& stops = request.stop_tokens;
  if (std::find(stops.begin(), stops.end(), choice.token) != stops.end()) {
    result.stop = Generation::Stop::kToken;
    return false;
  }
  if (request.is_complete && request.is_complete(result.tokens)) {
    result.stop = Generation::Stop::kText;
    return false;
  }
  return static_cast<int>(result.tokens.size()) < request.max_tokens;
}

}  // namespace tripos::moe
