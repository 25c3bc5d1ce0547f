#pragma once
// What the tests of the store share.

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "harness/store/journal.h"
#include "harness/store/sqlite.h"
#include "harness/store/store.h"
#include "tests/catch.h"
#include "tests/support/faults.h"
#include "tests/support/temp_dir.h"

namespace tripos::store::test {

namespace fs = std::filesystem;
using tripos::test::FileSizeLimit;

// In memory where the machine has such a place: hundreds of stores that each wait for the disk take minutes.
struct TempDir : tripos::test::TempDir {
  TempDir() : tripos::test::TempDir(fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) {}
};

// The value, or a failed test that says the error.
template <typename T>
T value(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}
inline void check_ok(const Result<void>& result) {
  if (!result) FAIL(result.error().message);
}

std::unique_ptr<Store> open_writer(const fs::path& path);
std::unique_ptr<Store> open_reader(const fs::path& path);
// A second connection, past the store.
std::unique_ptr<Database> look_into(const fs::path& path);

// Samples "s/0", "s/1", ... with a question each.
std::vector<Sample> make_samples(int count);
RunSpec make_spec(std::string model, std::string task = "sums");
Response make_response(std::string text);
ImportedResponse imported(std::string sample, int epoch, Response response);
ScorerKey make_scorer(std::string protocol, char hash_digit = 'a');
// A run of `make_samples(samples)` whose answers "text/SAMPLE/EPOCH" are imported.
std::string fill_run(Store& store, const std::string& model, int samples, int epochs);
std::string text_of(std::string_view sample, int epoch);

// "ok", or what SQLite finds wrong with the file.
std::string integrity(const fs::path& path);

// Everything the file says, by the names that hold everywhere: row ids are left out, and so are texts that no row
// refers to any more. Equal for equal content.
std::string dump(const fs::path& path);
// The lines that only one of two dumps has; "" for equal ones.
std::string difference(const std::string& a, const std::string& b);

std::string file_bytes(const fs::path& path);
// Words, so that it compresses like prose.
std::string random_text(std::mt19937& random, int words);

}  // namespace tripos::store::test
