#pragma once

#include <memory>
#include <string>

#include "harness/cli/command.h"
#include "harness/core/result.h"
#include "harness/store/store.h"

namespace tripos::cli {

// The --db flag of every command that has one.
Flag db_flag(std::string& target);
inline constexpr const char* kDefaultDb = "tripos.db";

// Opens a database that must be there already: looking at one never makes one. Error (kStorage) says how to make one.
Result<std::unique_ptr<store::Store>> open_existing(const std::string& path, store::Store::Mode mode);

// Error where the store holds no run (of `task`, unless empty).
Error no_runs(const std::string& path, const std::string& task);

}  // namespace tripos::cli
