#include "backends/model_spec.h"

#include "tests/catch.h"

namespace tripos::backends {
namespace {

TEST_CASE("a model is a provider and a name, and the name may hold slashes", "[backends][model_spec]") {
  struct Case {
    const char* text;
    const char* provider;
    const char* name;
  };
  const auto c = GENERATE(values<Case>({
      {"openai-compatible/qwen3-8b", "openai-compatible", "qwen3-8b"},
      {"openai-compatible/meta-llama/Llama-4", "openai-compatible", "meta-llama/Llama-4"},
      {"scripted//tmp/a b.jsonl", "scripted", "/tmp/a b.jsonl"},
  }));
  const auto spec = parse_model_spec(c.text);
  REQUIRE(spec.has_value());
  CHECK(spec->provider == c.provider);
  CHECK(spec->name == c.name);
}

TEST_CASE("a model that cannot be is refused with what to type", "[backends][model_spec]") {
  struct Case {
    const char* text;
    const char* message;
    const char* hint;
  };
  const auto c = GENERATE(values<Case>({
      {"qwen3-8b", "model \"qwen3-8b\" names no provider", "provider/name"},
      {"", "model \"\" names no provider", "provider/name"},
      {"openai-compatable/x", "unknown provider \"openai-compatable\"", "did you mean \"openai-compatible\"?"},
      {"/x", "unknown provider \"\"", "known providers"},
      {"nobody/x", "unknown provider \"nobody\"", "openai-compatible, scripted"},
      {"scripted/", "model \"scripted/\" has no name", "scripted/NAME"},
  }));
  CAPTURE(c.text);
  const auto spec = parse_model_spec(c.text);
  REQUIRE_FALSE(spec.has_value());
  CHECK(spec.error().kind == Error::Kind::kUsage);
  CAPTURE(spec.error().message, spec.error().hint);
  CHECK(spec.error().message.find(c.message) != std::string::npos);
  CHECK(spec.error().hint.find(c.hint) != std::string::npos);
}

}  // namespace
}  // namespace tripos::backends
