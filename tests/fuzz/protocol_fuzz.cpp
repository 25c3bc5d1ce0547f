// A protocol from outside: what is accepted can order and ask any sample that passes its check.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "harness/protocol/protocol.h"

namespace {

using tripos::AnswerKind;
using tripos::Sample;

std::vector<Sample> samples_for(AnswerKind kind) {
  if (kind == AnswerKind::kMath) return {{.id = "m", .input = " {question} ", .target = "1"}};
  Sample few{.id = "few", .input = "{choices}", .choices = {"{choice}", "b"}, .target = "A", .target_index = 1};
  Sample many = few;
  many.id = "many";
  many.choices.resize(26, "same");
  return {few, many};
}

bool is_permutation(std::vector<int> order, std::size_t count) {
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<int>(i)) return false;
  }
  return order.size() == count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto protocol = tripos::protocol::parse_protocol({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  if (!protocol) return 0;
  const auto samples = samples_for(protocol->kind);
  if (!tripos::protocol::check_samples(*protocol, samples)) return 0;
  const int epochs = std::min(protocol->epochs, 2);
  const auto orders = tripos::protocol::draw_orders(*protocol, samples, epochs);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (std::size_t row = 0; row < samples.size(); ++row) {
      if (!is_permutation(orders[epoch][row], samples[row].choices.size())) std::abort();
      const auto request = tripos::protocol::render(*protocol, samples[row], epoch, orders[epoch][row]);
      if (request.messages.empty() || request.target.empty()) std::abort();
    }
  }
  tripos::protocol::key_balance(samples, orders);
  return 0;
}
