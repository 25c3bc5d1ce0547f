// Tokens a second of the in-process engine on a GGUF model, greedy: reading a prompt of 512, one sequence, and 16 at
// once. Usage: engine MODEL.gguf THREADS [a8]. a8: with rounded activations. Prints a line for each with its name and
// the number.

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>

#include "backends/moe/arch/gguf_model.h"
#include "backends/moe/engine/engine.h"
#include "backends/moe/ops/cpu/cpu_ops.h"

namespace tripos::moe {
namespace {

struct Load {
  const char* name;
  int sequences;
  int prompt;     // tokens of each
  int generated;  // tokens of each, besides the first, which comes with the prompt
};

constexpr Load kLoads[] = {{"prompt", 1, 512, 0}, {"decode", 1, 8, 48}, {"sequences", 16, 8, 16}};

double seconds_of(const auto& function) {
  const auto begin = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Result<double> tokens_per_second(Ops& ops, const ArchSpec& spec, const ModelWeights& weights, const Load& load) {
  std::mt19937 random(7);
  TRIPOS_TRY(Engine engine, Engine::make(ops, spec, weights, {.pages = 128, .rows = 512, .sequences = 16}));
  for (int i = 0; i < load.sequences; ++i) {
    GenerationRequest request{.rule = {.temperature = 0}, .max_tokens = load.generated + 1};
    for (int k = 0; k < load.prompt; ++k) {
      request.prompt.push_back(static_cast<int>(random() % static_cast<unsigned>(spec.vocabulary)));
    }
    TRIPOS_CHECK(engine.add(std::move(request)));
  }
  Result<void> done;
  const auto step = [&] {
    if (const auto stepped = engine.step(); !stepped) done = tl::unexpected(stepped.error());
  };
  const double reading = seconds_of(step);
  const double writing = seconds_of([&] {
    while (done && !engine.is_idle()) step();
  });
  TRIPOS_CHECK(done);
  return load.sequences * (load.generated == 0 ? load.prompt / reading : load.generated / writing);
}

Result<void> measure(const char* path, int threads, Activations activations) {
  TRIPOS_TRY(const Gguf model, open_gguf(path));
  TRIPOS_TRY(const ArchSpec spec, spec_of_gguf(model));
  const auto ops = cpu_ops(threads, best_cpu_kernels(), activations);
  TRIPOS_TRY(const LoadedWeights loaded, load_gguf_weights(model.tensors, spec, *ops));
  for (const Load& load : kLoads) {
    TRIPOS_TRY(const double speed, tokens_per_second(*ops, spec, loaded.weights, load));
    fmt::print("{} {:.1f}\n", load.name, speed);
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace tripos::moe

int main(int argc, char** argv) {
  int threads = 0;
  using tripos::moe::Activations;
  const bool is_rounded = argc == 4 && std::strcmp(argv[3], "a8") == 0;
  if (argc != (is_rounded ? 4 : 3) ||
      std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), threads).ec != std::errc()) {
    fmt::print(stderr, "usage: engine MODEL.gguf THREADS [a8]\n");
    return 2;
  }
  if (const auto measured =
          tripos::moe::measure(argv[1], threads, is_rounded ? Activations::kInt8 : Activations::kFloat);
      !measured) {
    fmt::print(stderr, "error: {}\n", measured.error().message);
    return 1;
  }
}
