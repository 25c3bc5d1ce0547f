// Orders of choices, and the check that a shuffle spreads the right ones.

#include "harness/protocol/choices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/core/hash.h"
#include "harness/core/random.h"
#include "harness/core/text.h"
#include "harness/protocol/protocol.h"

namespace tripos::protocol {
namespace {

using Orders = std::vector<std::vector<int>>;  // of one epoch, row after row

std::vector<int> identity(std::size_t count) {
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

std::uint64_t question_seed(const Sample& sample) {
  const Sha256 digest = sha256(trim_unicode(sample.input));
  std::uint64_t seed = 0;
  for (int i = 0; i < 8; ++i) seed = seed << 8 | digest[i];
  return seed;
}

// Puts the right choice behind the others, where it is known.
void move_key(std::vector<int>& order, const Sample& sample, std::size_t position) {
  const auto at = key_position(sample, order);
  if (!at) return;
  const int key = order[*at];
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(*at));
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(position), key);
}

// The order of one row that has choices; `row` counts those rows from 1. Draws from `random` where the recipe has one
// generator for all rows.
std::vector<int> draw_order(const Protocol& protocol, const Sample& sample, int row, PythonRandom& random) {
  const int count = static_cast<int>(sample.choices.size());
  std::vector<int> start = identity(sample.choices.size());
  if (protocol.key_last) move_key(start, sample, start.size() - 1);
  switch (protocol.order) {
    case OrderRecipe::kPublished:
      break;
    case OrderRecipe::kPythonSample: {
      std::vector<int> order;
      for (const int drawn : random.sample(count, count)) order.push_back(start[drawn]);
      return order;
    }
    case OrderRecipe::kPythonShuffle:
      random.shuffle(start);
      break;
    case OrderRecipe::kPythonShuffleEachRow:
      PythonRandom(protocol.seed).shuffle(start);
      break;
    case OrderRecipe::kPythonInsert:
      move_key(start, sample, static_cast<std::size_t>(random.randint(0, count - 1)));
      break;
    case OrderRecipe::kQuestionShuffle:
      PythonRandom(question_seed(sample)).shuffle(start);
      break;
    case OrderRecipe::kCycle:
      std::rotate(start.begin(), start.begin() + row % count, start.end());
      break;
  }
  return start;
}

// Rows without choices draw nothing.
Orders draw_epoch(const Protocol& protocol, PythonRandom& random, const std::vector<Sample>& samples) {
  Orders orders;
  orders.reserve(samples.size());
  int row = 0;
  for (const Sample& sample : samples) {
    const bool has_choices = !sample.choices.empty();
    orders.push_back(has_choices ? draw_order(protocol, sample, ++row, random) : std::vector<int>{});
  }
  return orders;
}

}  // namespace

std::optional<std::size_t> key_position(const Sample& sample, const std::vector<int>& order) {
  int key = -1;
  if (sample.target_index) {
    key = *sample.target_index;
  } else if (sample.target.size() == 1) {
    key = sample.target[0] - 'A';
  }
  const auto found = std::find(order.begin(), order.end(), key);
  if (found == order.end()) return std::nullopt;
  return static_cast<std::size_t>(found - order.begin());
}

std::vector<Orders> draw_orders(const Protocol& protocol, const std::vector<Sample>& samples, int epochs) {
  PythonRandom random(protocol.seed);
  std::vector<Orders> orders;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const bool redraws = orders.empty() || protocol.order == OrderRecipe::kPythonSample;
    orders.push_back(redraws ? draw_epoch(protocol, random, samples) : orders.front());
  }
  return orders;
}

KeyBalance key_balance(const std::vector<Sample>& samples, const std::vector<Orders>& orders) {
  KeyBalance balance;
  std::vector<double> variance;
  for (std::size_t epoch = 0; epoch < orders.size(); ++epoch) {
    if (epoch > 0 && orders[epoch] == orders.front()) continue;
    for (std::size_t row = 0; row < samples.size(); ++row) {
      const std::vector<int>& order = orders[epoch][row];
      const auto position = key_position(samples[row], order);
      if (!position) continue;
      if (order.size() > variance.size()) {
        balance.observed.resize(order.size());
        balance.expected.resize(order.size());
        variance.resize(order.size());
      }
      ++balance.observed[*position];
      const double chance = 1.0 / static_cast<double>(order.size());
      for (std::size_t i = 0; i < order.size(); ++i) {
        balance.expected[i] += chance;
        variance[i] += chance * (1 - chance);
      }
    }
  }
  for (std::size_t i = 0; i < variance.size(); ++i) {
    if (variance[i] <= 0) continue;  // one choice only
    balance.largest_z =
        std::max(balance.largest_z, std::abs(balance.observed[i] - balance.expected[i]) / std::sqrt(variance[i]));
  }
  return balance;
}

Result<void> check_key_balance(const KeyBalance& balance) {
  constexpr int kFewestSamples = 10;
  constexpr double kLargestFairZ = 6;  // one fair shuffle in 500 million
  const int total = std::accumulate(balance.observed.begin(), balance.observed.end(), 0);
  if (total < kFewestSamples || balance.largest_z <= kLargestFairZ) return {};
  const auto most = std::max_element(balance.observed.begin(), balance.observed.end());
  if (*most * 2 <= total) return {};
  const auto position = most - balance.observed.begin();
  return fail(Error::Kind::kConfig,
              fmt::format("the right choice would be shown at {} in {} of {} prompts, where chance gives {:.0f}",
                          static_cast<char>('A' + position), *most, total, balance.expected[position]),
              "give the protocol an order, e.g. \"order: {recipe: python-shuffle, seed: 42}\"");
}

}  // namespace tripos::protocol
