// A task file from outside: what is accepted says everything that a loader needs.
#include <cstdint>
#include <cstdlib>

#include "datasets/task_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view yaml(reinterpret_cast<const char*>(data), size);
  const auto task = tripos::datasets::parse_task_file(yaml, "fuzz.yaml");
  if (!task) return 0;
  const auto& fields = task->fields;
  const bool has_answer = !fields.answer.empty() || !fields.answer_index.empty() || !fields.right_choice.empty();
  if (task->info.name.empty() || fields.question.empty() || !has_answer) std::abort();
  if (task->info.kind == tripos::AnswerKind::kChoice && fields.choices.empty()) std::abort();
  return 0;
}
