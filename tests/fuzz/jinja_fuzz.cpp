// Any template either renders a fixed conversation, the same twice, or fails with its name and line; and none runs
// long.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "backends/moe/jinja/template.h"

namespace {

const nlohmann::ordered_json& conversation() {
  static const auto kVariables = nlohmann::ordered_json::parse(R"({
    "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Größe 😀"},
                 {"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1.5}}}]}],
    "tools": [{"function": {"name": "f"}}], "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": true, "n": 3})");
  return kVariables;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tripos::moe::jinja::Template;
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto parsed = Template::parse(source, "chat.jinja");
  if (!parsed) {
    if (!parsed.error().message.starts_with("chat.jinja:")) std::abort();
    return 0;
  }
  tripos::moe::jinja::RenderOptions options;
  options.now = std::chrono::sys_seconds{std::chrono::seconds{1751620000}};
  options.max_steps = 100'000;
  options.max_output_bytes = 50'000;
  const auto text = parsed->render(conversation(), options);
  const auto again = parsed->render(conversation(), options);
  if (text.has_value() != again.has_value() || (text && *text != *again)) std::abort();
  if (text && text->size() > options.max_output_bytes) std::abort();
  if (!text && !text.error().message.starts_with("chat.jinja:")) std::abort();
  return 0;
}
