// A JSON Lines file from outside, plain or gzip, through the whole loader: every sample that comes out can be asked.
#include <cstdint>
#include <cstdlib>

#include "datasets/load.h"

namespace {

using tripos::AnswerKind;
using tripos::Sample;
using tripos::datasets::TaskSpec;

TaskSpec task_of(AnswerKind kind) {
  TaskSpec task;
  task.info.name = "fuzz";
  task.info.kind = kind;
  task.fields = {.id = "id", .question = "question", .answer = "answer", .metadata = {{"level", "level"}}};
  if (kind == AnswerKind::kChoice) {
    task.fields.choices = {"choices"};
    task.fields.answer_index = "index";
  }
  return task;
}

void check(const Sample& sample, AnswerKind kind) {
  if (sample.id.empty() || sample.input.empty() || sample.target.empty()) std::abort();
  if (kind == AnswerKind::kMath) return;
  const int index = sample.target_index.value();
  if (index < 0 || index >= static_cast<int>(sample.choices.size()) || sample.target[0] != 'A' + index) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const AnswerKind kind : {AnswerKind::kMath, AnswerKind::kChoice}) {
    const auto dataset = tripos::datasets::read_dataset(task_of(kind), bytes, "fuzz.jsonl");
    if (!dataset) continue;
    for (const Sample& sample : dataset->samples) check(sample, kind);
  }
  return 0;
}
