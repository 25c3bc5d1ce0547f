#include "harness/store/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cstring>
#include <fstream>

namespace tripos::store {
namespace {

constexpr const char* kFullHint = "free some space and repeat the command";

struct Advice {
  std::string what;
  std::string hint;
};

// A disk without room comes as SQLITE_FULL; a quota or a limit comes as a failed write, at a commit without its errno.
Advice advise_on_io(int code, int system_errno) {
  const std::string reason = system_errno ? fmt::format(" ({})", std::strerror(system_errno)) : "";
  if (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE) return {"no room to write" + reason, kFullHint};
  return {"input/output error" + reason, "check the disk, then repeat the command"};
}

Advice advise(int code, int system_errno, std::string_view words) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {"the disk is full", kFullHint};
    case SQLITE_IOERR:
      return advise_on_io(code, system_errno);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {"is read-only", "give another file with --db, or make the file and its folder writable"};
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return {fmt::format("cannot be opened ({})", system_errno ? std::strerror(system_errno) : std::string(words)),
              "check the path given with --db and the permissions of its folder"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"is locked by another program", "end the program that has it open, then repeat the command"};
    case SQLITE_CORRUPT:
      return {fmt::format("is damaged ({})", words),
              "go on from a copy, or salvage it with: sqlite3 FILE .recover | sqlite3 NEW"};
    case SQLITE_NOTADB:
      return {"is no Tripos store", "give another file with --db"};
    default:
      return {std::string(words), ""};
  }
}

Error error_of(const std::string& path, int code, int system_errno = 0, std::string_view words = "") {
  const Advice advice = advise(code, system_errno, words);
  const char* separator = advice.what.starts_with("is ") || advice.what.starts_with("cannot ") ? " " : ": ";
  return Error{Error::Kind::kStorage, path + separator + advice.what, advice.hint};
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

// SQLite takes a file of a few bytes for an empty database and writes over it. One that a kill left behind half made
// has a journal beside it, from which SQLite puts it right.
bool is_other_file(const std::string& path) {
  static constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::array<char, kMagic.size()> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), start.size());
  const std::string_view found(start.data(), static_cast<std::size_t>(file.gcount()));
  std::error_code failed;
  return !found.empty() && found != kMagic && !std::filesystem::exists(path + "-journal", failed);
}

// Where nobody may make files beside a database, a WAL database cannot be read the usual way. But then, unless a writer
// left something in the log, it cannot change under us either and is read as it stands.
bool cannot_change(const std::string& path) {
  std::error_code none;
  std::error_code no_log;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) != 0 && std::filesystem::is_regular_file(path, none) &&
         (std::filesystem::file_size(path + "-wal", no_log) == 0 || no_log);
}

}  // namespace

Query::~Query() {
  if (statement_ == nullptr) return;  // clearing the bindings of none crashes
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

Result<std::int64_t> Query::only_integer() {
  TRIPOS_TRY(const bool found, next());
  if (!found) return database_.damaged("a row is missing");
  const std::int64_t value = integer(0);
  TRIPOS_CHECK(next());
  return value;
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
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
  // Nor is it changed, not even tidied up, before it turned out to be ours: see use_wal().
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  TRIPOS_CHECK(execute("PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536"));
  return integer("SELECT count(*) FROM sqlite_master").map([](std::int64_t) {});
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Access access) {
  std::error_code failed;
  const std::string name = std::filesystem::absolute(path, failed).string();
  std::unique_ptr<Database> database(new Database(path.string()));
  if (is_other_file(name)) return tl::unexpected(error_of(path.string(), SQLITE_NOTADB));
  if (access == Access::kReadWrite) {
    TRIPOS_CHECK(database->connect(name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    // SQLite falls back to reading where it may not write.
    if (database->read_only()) return tl::unexpected(error_of(path.string(), SQLITE_READONLY));
    return database;
  }
  const Result<void> opened = database->connect(name, SQLITE_OPEN_READONLY);
  if (opened) return database;
  if (cannot_change(name) &&
      database->connect("file:" + percent_encode(name) + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)) {
    return database;
  }
  return tl::unexpected(opened.error());
}

Result<void> Database::use_wal() {
  TRIPOS_TRY(const std::string mode, text("PRAGMA journal_mode = WAL"));
  if (mode != "wal") {
    return fail(Error::Kind::kStorage, fmt::format("{} lies on a file system without shared memory", path_),
                "keep the database on a local disk with --db");
  }
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  return {};
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

Result<std::string> Database::text(std::string_view sql) {
  Query query = this->query(sql);
  TRIPOS_TRY(const bool found, query.next());
  return found ? query.text(0) : "";
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
  return error_of(path_, sqlite3_errcode(handle), sqlite3_system_errno(handle), sqlite3_errmsg(handle));
}

tl::unexpected<Error> Database::damaged(std::string_view what) const {
  return tl::unexpected(error_of(path_, SQLITE_CORRUPT, 0, what));
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
