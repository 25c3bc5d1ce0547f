#include "backends/moe/jinja/context.h"

#include <fmt/format.h>

#include <algorithm>

namespace tripos::moe::jinja {
namespace {

tl::unexpected<Error> too_deep() {
  return refuse(fmt::format("values nested more than {} levels deep", kMaxValueDepth));
}

}  // namespace

Result<void> Context::spend(std::uint64_t steps) {
  if (steps > steps_left_) {
    return fail(Error::Kind::kData, fmt::format("the template takes more than {} steps", options_.max_steps),
                "it may loop without end; a long conversation may need a higher limit");
  }
  steps_left_ -= steps;
  return {};
}

Result<Value> Context::text(std::string text) {
  TRIPOS_CHECK(spend(text.size()));
  return make_text(std::move(text));
}

Result<Value> Context::list(List::Kind kind, std::vector<Value> items) {
  TRIPOS_CHECK(spend(items.size()));
  int depth = 1;
  for (const Value& item : items) depth = std::max(depth, depth_of(item) + 1);
  if (depth > kMaxValueDepth) return too_deep();
  return Value(std::make_shared<const List>(List{kind, std::move(items), depth}));
}

Result<Value> Context::dict(Dict dict) {
  TRIPOS_CHECK(spend(dict.items.size()));
  if (dict.depth > kMaxValueDepth) return too_deep();
  return Value(std::make_shared<const Dict>(std::move(dict)));
}

Namespace* Context::make_namespace() {
  namespaces_.push_back(std::make_unique<Namespace>());
  return namespaces_.back().get();
}

}  // namespace tripos::moe::jinja
