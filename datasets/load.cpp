#include "datasets/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "datasets/csv.h"
#include "datasets/jsonl.h"
#include "datasets/samples.h"
#include "datasets/zip.h"
#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::datasets {
namespace {

// The content that is hashed and parsed: what lies in the zip or gzip file, held in `unpacked`, or the bytes
// themselves.
Result<std::string_view> unpack(const TaskSpec& task, std::string_view bytes, const std::string& where,
                                std::string& unpacked) {
  if (is_zip(bytes) && !task.zip.name.empty()) {
    TRIPOS_TRY(unpacked, read_zip_member(bytes, task.zip.name, task.zip.password, where));
    return unpacked;
  }
  if (bytes.starts_with("\x1f\x8b")) {
    TRIPOS_TRY(unpacked, gunzip(bytes, where, kMaxDataBytes));
    return unpacked;
  }
  return bytes;
}

Result<void> check_sha256(const TaskSpec& task, const std::string& sha256, const std::string& where) {
  if (task.sha256.empty() || task.sha256 == sha256) return {};
  return fail(Error::Kind::kData,
              fmt::format("{}: wrong checksum: SHA-256 is {}, {} has {}", where, sha256, task.info.name, task.sha256),
              task.file.empty() ? "to evaluate on this file as it is, describe it as a task of your own in a YAML file "
                                  "(name, kind, file, fields) and give its path in place of the task"
                                : "if the change is meant, correct sha256 in the task file");
}

// A user's data means nothing without the map it is read through, so its identity is what is asked and held to be
// right; metadata is left out, so that a further breakdown keeps the runs that exist.
std::string identity_of(const std::vector<Sample>& samples) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Sample& sample : samples) {
    rows.push_back({sample.id, sample.input, sample.choices, sample.target});
  }
  return sha256_hex(canonical_json(rows));
}

}  // namespace

Result<void> check_utf8(std::string_view content, const std::string& where) {
  const auto bad = find_invalid_utf8(content);
  if (!bad) return {};
  const std::string_view before = content.substr(0, *bad);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
  return fail(
      Error::Kind::kData,
      fmt::format("{}:{}:{}: invalid UTF-8 (0x{:02x})", where, line, column, static_cast<unsigned char>(content[*bad])),
      "convert the file to UTF-8, e.g. with iconv -t utf-8");
}

Result<std::filesystem::path> data_directory() {
  const auto variable = [](const char* name) -> std::filesystem::path {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const auto own = variable("TRIPOS_DATA_DIR"); !own.empty()) return own;
  // The XDG Base Directory rules: a relative path is to be ignored.
  if (const auto xdg = variable("XDG_DATA_HOME"); xdg.is_absolute()) return xdg / "tripos";
  if (const auto home = variable("HOME"); home.is_absolute()) return home / ".local/share/tripos";
  return fail(Error::Kind::kConfig, "no data directory: HOME is not set",
              "set TRIPOS_DATA_DIR to a directory of yours");
}

std::string data_file_name(const TaskSpec& task, std::string_view content) {
  const char* extension = task.format == Format::kCsv ? ".csv" : ".jsonl";
  return task.info.name + (is_zip(content) ? ".zip" : extension);
}

Result<Dataset> read_dataset(const TaskSpec& task, std::string_view bytes, const std::string& where) {
  std::string unpacked;
  TRIPOS_TRY(const std::string_view content, unpack(task, bytes, where, unpacked));
  std::string sha256 = sha256_hex(content);
  TRIPOS_CHECK(check_sha256(task, sha256, where));
  TRIPOS_CHECK(check_utf8(content, where));
  TRIPOS_TRY(const auto records, task.format == Format::kCsv ? parse_csv(content, where) : parse_jsonl(content, where));
  TRIPOS_TRY(CheckedSamples checked, read_samples(task, records, where));
  if (checked.samples.empty()) return fail(Error::Kind::kData, where + ": no questions in it");
  const int count = static_cast<int>(checked.samples.size());
  if (task.info.samples != 0 && count != task.info.samples) {
    return fail(Error::Kind::kData,
                fmt::format("{}: expected {} questions, found {}", where, task.info.samples, count));
  }
  Dataset dataset{task.info.name, task.revision, std::move(sha256), task.info.kind, task.info.is_private, {}, {}};
  dataset.samples = std::move(checked.samples);
  dataset.findings = std::move(checked.findings);
  if (!task.file.empty()) dataset.sha256 = identity_of(dataset.samples);
  return dataset;
}

}  // namespace tripos::datasets
