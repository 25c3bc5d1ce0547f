// What the presets hold beside their prompts, and how one is found.

#include <set>

#include "harness/core/file.h"
#include "harness/protocol/protocol.h"
#include "tests/catch.h"
#include "tests/support/temp_dir.h"

namespace tripos::protocol {
namespace {

using Catch::Matchers::StartsWith;

constexpr auto kMath = AnswerKind::kMath;
constexpr auto kChoice = AnswerKind::kChoice;

template <typename T>
std::string error_of(const Result<T>& result) {
  return result ? "no error" : result.error().message + " | " + result.error().hint;
}

// As the peers' code has them; the presets say where.
struct Facts {
  const char* name;
  AnswerKind kind;
  const char* label;
  const char* system;
  OrderRecipe order;
  std::uint64_t seed;
  int epochs;
  SamplingParams sampling;
};

TEST_CASE("presets have the order, epochs and sampling of the peers' code", "[protocol][presets]") {
  constexpr auto kPublished = OrderRecipe::kPublished;
  constexpr auto kSample = OrderRecipe::kPythonSample;
  constexpr auto kShuffle = OrderRecipe::kPythonShuffle;
  constexpr auto kEachRow = OrderRecipe::kPythonShuffleEachRow;
  constexpr auto kInsert = OrderRecipe::kPythonInsert;
  constexpr auto kQuestion = OrderRecipe::kQuestionShuffle;
  constexpr auto kCycle = OrderRecipe::kCycle;
  const char* helpful = "You are a helpful assistant.";
  const SamplingParams openai{.temperature = 0.5, .max_tokens = 2048};
  const SamplingParams deepseek{.temperature = 0.6, .top_p = 0.95, .max_tokens = 32768};
  const SamplingParams mmlu_pro{.temperature = 0, .max_tokens = 2048, .stop = {"Question:"}};
  const auto c = GENERATE_COPY(
      Facts{"simple-evals", kChoice, "simple-evals@2025-07", helpful, kSample, 0, 10, openai},
      Facts{"simple-evals", kMath, "simple-evals@2025-07", helpful, kPublished, 0, 10, openai},
      Facts{"gpt-oss", kChoice, "gpt-oss@2026-07", "", kSample, 0, 8, {.temperature = 1, .max_tokens = 131072}},
      Facts{"inspect@3-C", kChoice, "inspect@3-C", "", kShuffle, 42, 4, {}},
      Facts{"boxed", kChoice, "boxed@2026-08", "", kShuffle, 42, 1, {}},
      Facts{"boxed", kMath, "boxed@2026-08", "", kPublished, 0, 1, {}},
      Facts{"nemo-skills", kMath, "nemo-skills@2025-10", "", kPublished, 0, 1, {.temperature = 0, .top_p = 0.95}},
      Facts{"minerva", kMath, "minerva@3.0", "", kPublished, 0, 1, {.temperature = 0, .stop = {"Problem:"}}},
      Facts{"zeroeval",
            kMath,
            "zeroeval@2025-04",
            "",
            kPublished,
            0,
            1,
            {.temperature = 0, .top_p = 1, .max_tokens = 4096}},
      Facts{"inspect@2-0.3.220", kChoice, "inspect@2-0.3.220", "", kShuffle, 42, 4, {.temperature = 0.5}},
      Facts{"inspect@3-C-0.3.285", kChoice, "inspect@3-C-0.3.285", "", kShuffle, 42, 4, {}},
      Facts{"openbench@0.5.3", kChoice, "openbench@0.5.3", helpful, kEachRow, 0, 10, {.temperature = 0.5}},
      Facts{"openbench", kMath, "openbench@0.5.3", "", kPublished, 0, 1, {.max_tokens = 8192}},
      Facts{"lm-eval-cot", kChoice, "lm-eval-cot@2.2", "", kShuffle, 0, 1, {.temperature = 0, .stop = {"</s>"}}},
      Facts{"lighteval", kChoice, "lighteval@0.13", "", kInsert, 1234, 1, {.max_tokens = 32768}},
      Facts{"opencompass", kChoice, "opencompass@2026-08", "", kCycle, 0, 1, {}},
      Facts{"evalscope", kChoice, "evalscope@2026-08", "", kQuestion, 0, 1, {.temperature = 0}},
      Facts{"nemo-skills", kChoice, "nemo-skills@2025-10", "", kShuffle, 42, 1, {.temperature = 0, .top_p = 0.95}},
      Facts{"helm", kChoice, "helm@0.5.16", "", kShuffle, 42, 1, {.temperature = 1, .max_tokens = 4096}},
      Facts{"helm", kMath, "helm@0.5.16", "", kPublished, 0, 1, {.temperature = 0, .max_tokens = 20, .stop = {"$"}}},
      Facts{"gpqa-paper",
            kChoice,
            "gpqa-paper@2023-11",
            "You are a very intelligent assistant, who follows instructions directly.",
            kShuffle,
            0,
            1,
            {.temperature = 0, .max_tokens = 1000}},
      Facts{"deepseek-r1", kChoice, "deepseek-r1@2025-01", "", kSample, 0, 64, deepseek},
      Facts{"deepseek-r1", kMath, "deepseek-r1@2025-01", "", kPublished, 0, 64, deepseek},
      Facts{"matharena", kMath, "matharena@2026-05", "", kPublished, 0, 4, {}},
      Facts{"qwen2.5-math",
            kMath,
            "qwen2.5-math@2025-01",
            "Please reason step by step, and put your final answer within \\boxed{}.",
            kPublished,
            0,
            1,
            {.temperature = 0, .top_p = 1, .max_tokens = 2048}},
      Facts{"mmlu-pro", kChoice, "mmlu-pro@2024-06", "", kPublished, 0, 1, mmlu_pro},
      Facts{"mmlu-pro@2024-07", kChoice, "mmlu-pro@2024-07", "", kPublished, 0, 1, mmlu_pro});
  const auto protocol = find_protocol(c.name, c.kind);
  REQUIRE(protocol.has_value());
  CAPTURE(protocol->label());
  CHECK(protocol->label() == c.label);
  CHECK(protocol->kind == c.kind);
  CHECK(protocol->system == c.system);
  CHECK(protocol->order == c.order);
  CHECK(protocol->seed == c.seed);
  CHECK(protocol->epochs == c.epochs);
  CHECK(protocol->sampling == c.sampling);
  CHECK(!protocol->source.empty());
}

TEST_CASE("both versions of mmlu-pro ask alike and read differently", "[protocol][presets]") {
  const auto newer = find_protocol("mmlu-pro@2024-07", kChoice);
  const auto older = find_protocol("mmlu-pro@2024-06", kChoice);
  REQUIRE((newer && older));
  CHECK(newer->user == older->user);
  CHECK(newer->choice_line == older->choice_line);
  CHECK(newer->scoring_sha256 != older->scoring_sha256);
}

TEST_CASE("every embedded document is a preset, and none stands for another", "[protocol][presets]") {
  std::set<std::string> labels;
  for (const PresetInfo& preset : presets()) {
    CAPTURE(preset.name, preset.version);
    CHECK(!preset.summary.empty());
    const std::string label = preset.name + "@" + preset.version;
    CHECK(labels.insert(label + (preset.kind == kMath ? " math" : " choice")).second);
    const auto found = find_protocol(label, preset.kind);
    REQUIRE(found.has_value());
    CHECK(found->summary == preset.summary);
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TRIPOS_SOURCE_DIR "/harness/protocol/presets")) {
    files += entry.path().extension() == ".yaml" ? 1 : 0;
  }
  CHECK(presets().size() == static_cast<std::size_t>(files));
}

TEST_CASE("a protocol that is not there is an error with a way on", "[protocol][presets]") {
  CHECK(error_of(find_protocol("simple-eval", kMath)) ==
        "unknown protocol \"simple-eval\" | did you mean \"simple-evals\"? \"tripos list protocols\" shows all");
  CHECK(error_of(find_protocol("xyzzy", kMath)) == "unknown protocol \"xyzzy\" | \"tripos list protocols\" shows all");
  CHECK(error_of(find_protocol("mmlu-pro@2", kChoice)) ==
        "unknown protocol \"mmlu-pro@2\" | versions of mmlu-pro: 2024-06, 2024-07");
  CHECK(error_of(find_protocol("zeroeval", kChoice)) ==
        "protocol zeroeval@2025-04 is for mathematics, the task is multiple choice | \"tripos list protocols\" shows "
        "all");
  CHECK_THAT(error_of(find_protocol("./none.yaml", kMath)), StartsWith("cannot read ./none.yaml: No such file"));
}

TEST_CASE("a protocol of one's own is a file", "[protocol][presets]") {
  const test::TempDir folder;
  const auto preset = find_protocol("boxed", kMath);
  REQUIRE(preset.has_value());
  REQUIRE(write_file(folder / "mine.yaml", preset->yaml));
  const auto own = find_protocol((folder / "mine.yaml").string(), kMath);
  REQUIRE(own.has_value());
  CHECK(own->sha256 == preset->sha256);
  CHECK_THAT(error_of(find_protocol((folder / "mine.yaml").string(), kChoice)),
             StartsWith("protocol boxed@2026-08 is for mathematics"));
  REQUIRE(write_file(folder / "mine.yaml", "name: [\n"));
  CHECK_THAT(error_of(find_protocol((folder / "mine.yaml").string(), kMath)),
             StartsWith((folder / "mine.yaml").string() + ":"));
}

}  // namespace
}  // namespace tripos::protocol
