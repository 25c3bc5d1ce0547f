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

  // Row of a body of another store, made where it is missing. Its text is checked before it is taken over.
  Result<std::int64_t> copy(Database& from, std::int64_t id);

 private:
  Result<std::int64_t> insert(std::string_view sha256, std::int64_t length, std::optional<Blob> content);

  struct Compressor;
  Database& database_;
  std::unique_ptr<Compressor> compressor_;
};

// The text of a body by its columns `sha256`, `length` and `content`, of which the query has the first at `column`;
// "" where only the hash is kept. Error (kStorage) unless it is the text that was stored.
Result<std::string> read_body(const Query& query, int column);

}  // namespace tripos::store
