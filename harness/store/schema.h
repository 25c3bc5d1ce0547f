#pragma once
// Which files are stores, and how older ones become current.

#include <span>
#include <string>

#include "harness/store/sqlite.h"

namespace tripos::store {

inline constexpr int kApplicationId = 0x54524950;  // "TRIP", in the header of every store

// steps[n] is the SQL that makes version n + 1 out of version n; version 0 is an empty file.
std::span<const std::string> schema_steps();

// Brings the file to version steps.size(), all of it or nothing. Error (kStorage): not a store, or a newer version.
Result<void> migrate(Database& database, std::span<const std::string> steps);

// Error (kStorage) unless the file is a store of version steps.size().
Result<void> check_current(Database& database, std::span<const std::string> steps);

}  // namespace tripos::store
