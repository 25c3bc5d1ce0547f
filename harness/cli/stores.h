#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/cli/command.h"
#include "harness/core/result.h"
#include "harness/store/store.h"

namespace tripos::cli {

// The --db flag of every command that has one.
Flag db_flag(std::string& target);
inline constexpr const char* kDefaultDb = "tripos.db";

// The --threads flag of the commands that read stored responses, and what it means where it is not given.
Flag threads_flag(std::optional<int>& target);
int threads_or_all(const std::optional<int>& threads);

// Opens a database that must be there already: looking at one never makes one. Error (kStorage) says how to make one.
Result<std::unique_ptr<store::Store>> open_existing(const std::string& path, store::Store::Mode mode);

// Error where the store holds no run (of `task`, unless empty).
Error no_runs(const std::string& path, const std::string& task);

}  // namespace tripos::cli
