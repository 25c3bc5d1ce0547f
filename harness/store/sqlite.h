#pragma once
// SQLite with values instead of codes: prepared statements are cached by their text, reset when a Query goes, and every
// failure is an Error (kStorage) that names the file and says what to do.

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "harness/core/result.h"

namespace tripos::store {

struct Blob {
  std::string_view bytes;
};

class Database;

// One use of a prepared statement. Columns count from 0 and stay valid until the next step. A statement text is in use
// once at a time.
class Query {
 public:
  template <typename... Values>
  Query(Database& database, sqlite3_stmt* statement, sqlite3_destructor_type lifetime, const Values&... values)
      : database_(database), statement_(statement), lifetime_(lifetime) {
    (bind(values), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Result<bool> next();  // false: no more rows
  // Runs to the end of a statement that gives one row, and returns its first column. Error (kStorage) without a row.
  Result<std::int64_t> only_integer();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const;  // of a text or a blob
  std::string text(int column) const { return std::string(bytes(column)); }
  sqlite3_value* value(int column) const;  // as it stands, to be bound to another query

  const Database& database() const { return database_; }

 private:
  void bind(std::int64_t value);
  void bind(int value) { bind(std::int64_t{value}); }
  void bind(bool value) { bind(std::int64_t{value}); }
  void bind(std::string_view value);
  void bind(const std::string& value) { bind(std::string_view(value)); }
  void bind(const char* value) { bind(std::string_view(value)); }
  void bind(Blob value);
  void bind(sqlite3_value* value);
  template <typename T>
  void bind(const std::optional<T>& value) {
    if (value) {
      bind(*value);
    } else {
      ++parameter_;  // unbound is NULL
    }
  }
  void check(int code);

  Database& database_;
  sqlite3_stmt* statement_;
  sqlite3_destructor_type lifetime_;
  int parameter_ = 1;
  int bind_code_ = SQLITE_OK;
};

// One connection. Used by one thread at a time.
class Database {
 public:
  enum class Access { kReadWrite, kReadOnly };  // kReadWrite creates a missing file
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Access access);

  // Parameters are copied. An error in the statement shows at the first next().
  template <typename... Values>
  Query query(std::string_view sql, const Values&... values) {
    return Query(*this, prepare(sql), SQLITE_TRANSIENT, values...);
  }
  // Runs a statement to its end.
  template <typename... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    Query query(*this, prepare(sql), SQLITE_STATIC, values...);
    return finish(query);
  }
  Result<void> execute(const std::string& script);     // several statements, not cached
  Result<std::int64_t> integer(std::string_view sql);  // first column of the first row; 0 without one
  Result<std::string> text(std::string_view sql);      // the same; "" without one

  // From here on readers never wait for a writer. Changes the file, so find out first whether it is ours.
  Result<void> use_wal();

  std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
  int changes() const { return sqlite3_changes(handle_.get()); }
  bool read_only() const { return sqlite3_db_readonly(handle_.get(), "main") != 0; }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  const std::string& path() const { return path_; }
  Error error() const;  // of the last call that failed
  // The error (kStorage) of content that no store has: `what` says which.
  tl::unexpected<Error> damaged(std::string_view what) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  explicit Database(std::string path) : path_(std::move(path)) {}
  Result<void> connect(const std::string& name, int flags);
  sqlite3_stmt* prepare(std::string_view sql);  // nullptr: see error()
  static Result<void> finish(Query& query);

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, FinalizeStatement>> statements_;
};

// What a commit survives. In WAL mode a commit without a sync stays consistent and survives a kill, not a power cut.
enum class Durability { kProcessKill, kPowerCut };

// Rolls back when it goes without commit().
class Transaction {
 public:
  static Result<Transaction> begin(Database& database, Durability durability);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

// What is read while it lives is the file as it stood at the first read, whatever a writer does meanwhile.
class ReadTransaction {
 public:
  static Result<ReadTransaction> begin(Database& database);
  ReadTransaction(ReadTransaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

 private:
  explicit ReadTransaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace tripos::store
