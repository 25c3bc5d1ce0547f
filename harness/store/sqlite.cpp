#include "harness/store/sqlite.h"

#include <fmt/format.h>

#include <cassert>
#include <cerrno>
#include <cstring>

namespace tripos::store {
namespace {

constexpr const char* kNoStore = "is no Tripos store";

struct Advice {
  std::string what;
  std::string hint;
};

Advice advise_on_io(int system_errno) {
  if (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG) {
    return {fmt::format("no room to write ({})", std::strerror(system_errno)),
            "free some space and repeat the command"};
  }
  return {fmt::format("input/output error ({})", system_errno ? std::strerror(system_errno) : "no reason given"),
          "check the disk, then repeat the command"};
}

Advice advise(int code, int system_errno, const char* words) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {"the disk is full", "free some space and repeat the command"};
    case SQLITE_IOERR:
      return advise_on_io(system_errno);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {"is read-only", "give another file with --db, or make the file and its folder writable"};
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return {fmt::format("cannot be opened ({})", system_errno ? std::strerror(system_errno) : words),
              "check the path given with --db and the permissions of its folder"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"is locked by another program", "end the program that has it open, then repeat the command"};
    case SQLITE_CORRUPT:
      return {fmt::format("is damaged ({})", words),
              "go on from a copy, or salvage it with: sqlite3 FILE .recover | sqlite3 NEW"};
    case SQLITE_NOTADB:
      return {kNoStore, "give another file with --db"};
    default:
      return {words, ""};
  }
}

// As SQLite wants it in a URI.
std::string percent_encode(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::check(int code) {
  ++parameter_;
  if (code != SQLITE_OK) bind_code_ = code;
}

void Query::bind(std::int64_t value) { check(sqlite3_bind_int64(statement_, parameter_, value)); }

// A null pointer would bind NULL, so an empty view binds the address of an empty text.
void Query::bind(std::string_view value) {
  check(sqlite3_bind_text64(statement_, parameter_, value.empty() ? "" : value.data(), value.size(), lifetime_,
                            SQLITE_UTF8));
}

void Query::bind(Blob value) {
  const std::string_view bytes = value.bytes;
  check(sqlite3_bind_blob64(statement_, parameter_, bytes.empty() ? "" : bytes.data(), bytes.size(), lifetime_));
}

void Query::bind(sqlite3_value* value) { check(sqlite3_bind_value(statement_, parameter_, value)); }

Result<bool> Query::next() {
  if (statement_ == nullptr || bind_code_ != SQLITE_OK) return tl::unexpected(database_.error());
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected(database_.error());
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::real(int column) const { return sqlite3_column_double(statement_, column); }
sqlite3_value* Query::value(int column) const { return sqlite3_column_value(statement_, column); }

std::string_view Query::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

Result<void> Database::connect(const std::string& name, int flags) {
  statements_.clear();
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) return tl::unexpected(error());
  sqlite3_busy_timeout(handle, 5000);
  // The file may come from anyone: no SQL of its own runs, and broken pages are found before they are used.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  TRIPOS_CHECK(execute("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536"));
  return integer("SELECT count(*) FROM sqlite_master").map([](std::int64_t) {});
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Access access) {
  std::error_code failed;
  const std::string name = std::filesystem::absolute(path, failed).string();
  std::unique_ptr<Database> database(new Database(path.string()));
  if (access == Access::kReadWrite) {
    TRIPOS_CHECK(database->connect(name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    // SQLite falls back to reading where it may not write.
    if (database->read_only()) {
      const Advice advice = advise(SQLITE_READONLY, 0, "");
      return fail(Error::Kind::kStorage, fmt::format("{} {}", path.string(), advice.what), advice.hint);
    }
    return database;
  }
  const Result<void> opened = database->connect(name, SQLITE_OPEN_READONLY);
  if (opened) return database;
  // A reader of a WAL database makes files beside it. Where it may not, and no writer left a log behind, the file
  // cannot change under us and is read as it stands.
  const bool has_log = std::filesystem::exists(name + "-wal", failed);
  if (!has_log && std::filesystem::is_regular_file(name, failed) &&
      database->connect("file:" + percent_encode(name) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)) {
    return database;
  }
  return tl::unexpected(opened.error());
}

Result<void> Database::execute(const std::string& script) {
  if (sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return tl::unexpected(error());
  }
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  Query query = this->query(sql);
  TRIPOS_TRY(const bool found, query.next());
  return found ? query.integer(0) : 0;
}

sqlite3_stmt* Database::prepare(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    assert(sqlite3_stmt_busy(found->second.get()) == 0);
    return found->second.get();
  }
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                     nullptr);
  if (statement != nullptr) statements_.emplace(sqlite3_sql(statement), statement);
  return statement;
}

Result<void> Database::finish(Query& query) {
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return {};
  }
}

Error Database::error() const {
  sqlite3* handle = handle_.get();
  const Advice advice = advise(sqlite3_errcode(handle), sqlite3_system_errno(handle), sqlite3_errmsg(handle));
  const char* separator = advice.what.starts_with("is ") || advice.what.starts_with("cannot ") ? " " : ": ";
  return Error{Error::Kind::kStorage, path_ + separator + advice.what, advice.hint};
}

Result<Transaction> Transaction::begin(Database& database, Durability durability) {
  // This pragma does its work while it is prepared, so it cannot come from the cache.
  TRIPOS_CHECK(database.execute(durability == Durability::kPowerCut ? "PRAGMA synchronous = FULL"
                                                                    : "PRAGMA synchronous = NORMAL"));
  TRIPOS_CHECK(database.run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  // Some errors (a full disk among them) have rolled back already.
  if (database_ != nullptr && database_->in_transaction()) static_cast<void>(database_->run("ROLLBACK"));
}

Result<void> Transaction::commit() {
  TRIPOS_CHECK(database_->run("COMMIT"));
  database_ = nullptr;
  return {};
}

Result<ReadTransaction> ReadTransaction::begin(Database& database) {
  TRIPOS_CHECK(database.run("BEGIN"));
  return ReadTransaction(database);
}

ReadTransaction::~ReadTransaction() {
  if (database_ != nullptr && database_->in_transaction()) static_cast<void>(database_->run("COMMIT"));
}

}  // namespace tripos::store
