// A user's own task is a YAML file that says which field of a data file becomes what of a sample:
//
//   name: organic-chemistry         # letters, digits, ".", "_" and "-"; not a name of the task table
//   kind: choice                    # choice or math
//   file: questions.csv             # .jsonl or .csv, also with .gz behind; relative to this file
//   fields:
//     id: Number                    # left out: the row number
//     question: Question
//     choices: [A, B, C, D]         # a column each; or one name, of a field that holds a list
//     answer: Key                   # letter of the right choice; or
//     # answer_index: key           #   its index, from 0; or
//     # right_choice: A             #   the one of `choices` that always holds it. Letter and index: the letter decides
//   metadata: [Topic]               # fields that the results are broken down by
//   summary: exam questions 2025    # one line for lists
//   protocol: simple-evals          # asked with this unless --protocol names another; left out: boxed
//   private: true                   # question and choice text stays out of reports and exports; left out: false
//   licence: CC-BY-4.0
//   sha256: 9f86d0...               # of the data file, unpacked; left out: not checked
//
// For `kind: math` the fields are id, question, answer, and answer_after where the reference is what follows the last
// one of a text, without thousands commas (GSM8K: "#### "). Keys that are not listed here are errors.
#include "datasets/task_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/task_table.h"
#include "harness/core/file.h"
#include "harness/core/text.h"
#include "harness/core/yaml.h"

namespace tripos::datasets {
namespace {

// The text of an optional key: "" where it is absent.
Result<std::string> optional_text(const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  if (!node) return std::string();
  TRIPOS_TRY(std::string text, node->string());
  if (text.empty()) return tl::unexpected(node->error(fmt::format("\"{}\" is empty", key), "leave the key out"));
  return text;
}

// A text, or a list of texts; empty where the key is absent.
Result<std::vector<std::string>> optional_texts(const YamlNode& map, std::string_view key) {
  std::vector<std::string> texts;
  const auto node = map.find(key);
  if (!node) return texts;
  if (!node->is_list()) {
    TRIPOS_TRY(std::string text, optional_text(map, key));
    return std::vector{std::move(text)};
  }
  TRIPOS_TRY(const auto items, node->list());
  for (const YamlNode& item : items) {
    TRIPOS_TRY(std::string text, item.string());
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::string> task_name(const YamlNode& root) {
  TRIPOS_TRY(const YamlNode node, root.get("name"));
  TRIPOS_TRY(std::string name, node.string());
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  if (name.empty() || name.find_first_not_of(kAllowed) != std::string::npos) {
    return tl::unexpected(node.error(fmt::format("\"{}\" is no name for a task", prefix_utf8(name, 40)),
                                     "use letters, digits, \".\", \"_\" and \"-\""));
  }
  if (find_in_table(name) != nullptr) {
    return tl::unexpected(node.error(fmt::format("the name \"{}\" belongs to a task of the program", name),
                                     "results under one name must answer the same questions: choose another"));
  }
  return name;
}

Result<AnswerKind> answer_kind(const YamlNode& root) {
  TRIPOS_TRY(const YamlNode node, root.get("kind"));
  TRIPOS_TRY(const std::string kind, node.string());
  if (kind == "math") return AnswerKind::kMath;
  if (kind == "choice") return AnswerKind::kChoice;
  return tl::unexpected(node.error(fmt::format("unknown kind \"{}\"", kind), "write math or choice"));
}

Result<Format> format_of(const YamlNode& node, const std::filesystem::path& file) {
  const auto name = file.extension() == ".gz" ? file.stem() : file.filename();
  if (name.extension() == ".csv") return Format::kCsv;
  if (name.extension() == ".jsonl") return Format::kJsonLines;
  return tl::unexpected(node.error(fmt::format("\"{}\" is neither .jsonl nor .csv", file.string()),
                                   "JSON Lines and CSV are read, plain or with .gz behind"));
}

Result<std::string> checksum(const YamlNode& root) {
  TRIPOS_TRY(std::string sha256, optional_text(root, "sha256"));
  const bool is_hex = sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (sha256.empty() || (sha256.size() == 64 && is_hex)) return sha256;
  TRIPOS_TRY(const YamlNode node, root.get("sha256"));
  return tl::unexpected(node.error("sha256 is not 64 lower-case hexadecimal digits", "take it from sha256sum"));
}

Result<FieldMap> choice_fields(const YamlNode& node) {
  TRIPOS_CHECK(node.check_keys({"id", "question", "choices", "answer", "answer_index", "right_choice"}));
  FieldMap fields;
  TRIPOS_CHECK(node.get("choices"));
  TRIPOS_TRY(fields.choices, optional_texts(node, "choices"));
  TRIPOS_TRY(fields.answer, optional_text(node, "answer"));
  TRIPOS_TRY(fields.answer_index, optional_text(node, "answer_index"));
  TRIPOS_TRY(fields.right_choice, optional_text(node, "right_choice"));
  const bool has_answer = !fields.answer.empty() || !fields.answer_index.empty();
  if (has_answer == !fields.right_choice.empty()) {
    return tl::unexpected(node.error("which choice is right?", "give answer, answer_index or right_choice"));
  }
  const bool listed =
      std::find(fields.choices.begin(), fields.choices.end(), fields.right_choice) != fields.choices.end();
  if (!has_answer && (!listed || fields.choices.size() < 2)) {
    return tl::unexpected(
        node.error(fmt::format("right_choice \"{}\" is not one of several choices", fields.right_choice),
                   "name one of the columns under choices"));
  }
  if (fields.choices.empty()) return tl::unexpected(node.error("choices is empty"));
  return fields;
}

Result<FieldMap> math_fields(const YamlNode& node) {
  TRIPOS_CHECK(node.check_keys({"id", "question", "answer", "answer_after"}));
  FieldMap fields;
  TRIPOS_CHECK(node.get("answer"));
  TRIPOS_TRY(fields.answer, optional_text(node, "answer"));
  TRIPOS_TRY(fields.answer_after, optional_text(node, "answer_after"));
  return fields;
}

Result<FieldMap> field_map(const YamlNode& root, AnswerKind kind, const std::string& name) {
  TRIPOS_TRY(const YamlNode node, root.get("fields"));
  TRIPOS_TRY(FieldMap fields, kind == AnswerKind::kChoice ? choice_fields(node) : math_fields(node));
  TRIPOS_CHECK(node.get("question"));
  TRIPOS_TRY(fields.question, optional_text(node, "question"));
  TRIPOS_TRY(fields.id, optional_text(node, "id"));
  if (fields.id.empty()) fields.id_prefix = name + "/";
  TRIPOS_TRY(const auto metadata, optional_texts(root, "metadata"));
  for (const std::string& field : metadata) fields.metadata.emplace_back(field, field);
  return fields;
}

}  // namespace

bool is_task_file(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

Result<TaskSpec> parse_task_file(std::string_view yaml, const std::filesystem::path& path) {
  TRIPOS_TRY(const YamlNode root, YamlNode::parse(yaml, path.string()));
  TRIPOS_CHECK(root.check_keys(
      {"name", "kind", "file", "fields", "metadata", "summary", "protocol", "private", "licence", "sha256"}));
  TaskSpec task;
  TRIPOS_TRY(task.info.name, task_name(root));
  TRIPOS_TRY(task.info.kind, answer_kind(root));
  TRIPOS_TRY(const YamlNode file_node, root.get("file"));
  TRIPOS_TRY(const std::filesystem::path file, file_node.string());
  TRIPOS_TRY(task.format, format_of(file_node, file));
  task.file = path.parent_path() / file;
  TRIPOS_TRY(task.fields, field_map(root, task.info.kind, task.info.name));
  TRIPOS_TRY(task.info.summary, optional_text(root, "summary"));
  TRIPOS_TRY(task.info.default_protocol, optional_text(root, "protocol"));
  if (task.info.default_protocol.empty()) task.info.default_protocol = "boxed";
  if (const auto node = root.find("private")) {
    TRIPOS_TRY(task.info.is_private, node->boolean());
  }
  TRIPOS_TRY(task.info.licence, optional_text(root, "licence"));
  TRIPOS_TRY(task.sha256, checksum(root));
  task.info.source = task.file.string();
  return task;
}

Result<TaskSpec> read_task_file(const std::filesystem::path& path) {
  TRIPOS_TRY(const std::string yaml, read_file(path, std::uint64_t{1} << 20));
  return parse_task_file(yaml, path);
}

}  // namespace tripos::datasets
