#pragma once
// Long texts: content-addressed by SHA-256, zstd frames where that is smaller.

#include <memory>
#include <string>
#include <string_view>

#include "harness/store/sqlite.h"

namespace tripos::store {

enum class Keep { kText, kHashOnly };

// Writes texts. Keeps its compressor's memory, so make one for many texts; used by one thread at a time.
class BodyWriter {
 public:
  explicit BodyWriter(Database& database);
  ~BodyWriter();
  BodyWriter(const BodyWriter&) = delete;
  BodyWriter& operator=(const BodyWriter&) = delete;

  // Row of the text, made where it is missing. A row that had only the hash gets the text with kText.
  Result<std::int64_t> put(std::string_view text, Keep keep = Keep::kText);

  // Row of a body of another store, by its columns; content is checked against the hash before it is taken over.
  Result<std::int64_t> copy(Database& from, std::int64_t id);

 private:
  Result<std::int64_t> insert(std::string_view sha256, std::int64_t length, std::optional<Blob> content);

  struct Compressor;
  Database& database_;
  std::unique_ptr<Compressor> compressor_;
};

// The text that columns `length` and `content` of a query stand for; "" where only the hash is kept.
Result<std::string> read_body(const Query& query, int length_column, int content_column);

}  // namespace tripos::store
