#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/result.h"
#include "harness/store/store.h"

namespace tripos::runner {

struct ImportOptions {
  std::optional<std::filesystem::path> problems;  // the questions; absent: those of the task of the same name
  std::optional<std::string> task;                // only rows of this task
};

// What one model x task of the file came to.
struct ImportedRun {
  std::string run_id;
  std::string task;
  std::string model;
  int responses = 0;  // rows of the file
  int added = 0;      // rows the store did not have
};

struct ImportSummary {
  std::vector<ImportedRun> runs;  // in the order of the file
};

// Reads recorded responses (backends/recordings.h) and files them as runs with the protocol "imported", one for each
// model x task of the file. A row is matched to its sample by id, within its task first, else anywhere in the problems.
// Errors (kData): a row whose sample is nowhere, with FILE:LINE; two rows for the same sample and epoch that differ.
// Nothing of a model x task is stored when one of its rows is in error.
Result<ImportSummary> import_recordings(store::Store& store, const std::filesystem::path& recordings,
                                        const ImportOptions& options);

}  // namespace tripos::runner
