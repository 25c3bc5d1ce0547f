#include "harness/store/schema.h"

#include <fmt/format.h>

#include <vector>

#include "harness/core/embedded.h"

namespace tripos::embedded {
std::span<const EmbeddedFile> store_schema();
}

namespace tripos::store {
namespace {

// Version of the file's schema; 0 for a file without any table.
Result<int> version_of(Database& database, int newest) {
  TRIPOS_TRY(const std::int64_t application, database.integer("PRAGMA application_id"));
  TRIPOS_TRY(const std::int64_t version, database.integer("PRAGMA user_version"));
  TRIPOS_TRY(const std::int64_t objects, database.integer("SELECT count(*) FROM sqlite_master"));
  if (application == 0 && version == 0 && objects == 0) return 0;
  if (application != kApplicationId || version < 1) {
    return fail(Error::Kind::kStorage, fmt::format("{} is no Tripos store", database.path()),
                "give another file with --db");
  }
  if (version > newest) {
    return fail(Error::Kind::kStorage,
                fmt::format("{} has schema version {}; this program reads up to {}", database.path(), version, newest),
                "use a newer tripos for it, or give another file with --db");
  }
  return static_cast<int>(version);
}

}  // namespace

std::span<const std::string> schema_steps() {
  static const std::vector<std::string> steps = [] {
    std::vector<std::string> sql;
    for (const EmbeddedFile& file : embedded::store_schema()) sql.emplace_back(file.content);
    return sql;
  }();
  return steps;
}

Result<void> migrate(Database& database, std::span<const std::string> steps) {
  const int newest = static_cast<int>(steps.size());
  TRIPOS_TRY(const int version, version_of(database, newest));
  if (version == newest) return {};
  TRIPOS_TRY(Transaction transaction, Transaction::begin(database, Durability::kPowerCut));
  for (int next = version; next < newest; ++next) TRIPOS_CHECK(database.execute(steps[next]));
  TRIPOS_CHECK(
      database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, newest)));
  return transaction.commit();
}

Result<void> check_current(Database& database, std::span<const std::string> steps) {
  const int newest = static_cast<int>(steps.size());
  TRIPOS_TRY(const int version, version_of(database, newest));
  if (version == newest) return {};
  if (version == 0) {
    return fail(Error::Kind::kStorage, fmt::format("{} is empty", database.path()), "give another file with --db");
  }
  return fail(Error::Kind::kStorage,
              fmt::format("{} has schema version {}, this program reads {}", database.path(), version, newest),
              "the next command that writes to it, such as tripos score, brings it forward");
}

}  // namespace tripos::store
