#pragma once

#include <optional>

#include "harness/store/lock.h"
#include "harness/store/sqlite.h"
#include "harness/store/store.h"

namespace tripos::store {

struct Store::State {
  std::filesystem::path path;
  std::optional<WriterLock> lock;  // held as long as the store is open for writing; goes after the connection
  std::unique_ptr<Database> database;
};

}  // namespace tripos::store
