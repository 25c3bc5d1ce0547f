#pragma once
// What a rendering may still spend, and the makers of values, which charge for them.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "backends/moe/jinja/value.h"

namespace tripos::moe::jinja {

struct RenderOptions {
  // What strftime_now shows; absent: a template that asks for the date is an error, so that no run depends on its day.
  std::optional<std::chrono::sys_seconds> now;
  // A step is an evaluated node, or a byte or item that is made or looked at.
  std::uint64_t max_steps = 50'000'000;
  std::size_t max_output_bytes = std::size_t{16} << 20;
};

class Context {
 public:
  explicit Context(const RenderOptions& options) : options_(options), steps_left_(options.max_steps) {}
  const RenderOptions& options() const { return options_; }

  Result<void> spend(std::uint64_t steps);
  Result<Value> text(std::string text);
  Result<Value> list(List::Kind kind, std::vector<Value> items);
  Result<Value> dict(Dict dict);
  Namespace* make_namespace();

 private:
  const RenderOptions& options_;
  std::uint64_t steps_left_;
  std::vector<std::unique_ptr<Namespace>> namespaces_;
};

}  // namespace tripos::moe::jinja
