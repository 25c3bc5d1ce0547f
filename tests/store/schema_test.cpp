#include "harness/store/schema.h"

#include <fstream>

#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;
using Catch::Matchers::Contains;

void make_database(const fs::path& path, const std::string& sql) {
  const auto database = value(Database::open(path, Database::Access::kReadWrite));
  check_ok(database->execute(sql));
}

std::string write_error(const fs::path& path) {
  const auto opened = Store::open(path, Store::Mode::kReadWrite);
  REQUIRE(!opened);
  CHECK(opened.error().kind == Error::Kind::kStorage);
  CHECK(!opened.error().hint.empty());
  return opened.error().message;
}
std::string read_error(const fs::path& path) {
  const auto opened = Store::open(path, Store::Mode::kReadOnly);
  REQUIRE(!opened);
  CHECK(opened.error().kind == Error::Kind::kStorage);
  CHECK(!opened.error().hint.empty());
  return opened.error().message;
}

TEST_CASE("a new file becomes a store of the newest version in WAL mode", "[store][schema]") {
  const TempDir folder;
  open_writer(folder / "t.db").reset();
  const auto database = look_into(folder / "t.db");
  CHECK(value(database->integer("PRAGMA application_id")) == kApplicationId);
  CHECK(value(database->integer("PRAGMA user_version")) == static_cast<int>(schema_steps().size()));
  CHECK(value(database->text("PRAGMA journal_mode")) == "wal");
  CHECK(integrity(folder / "t.db") == "ok");
}

TEST_CASE("a file of version 0, empty or with empty pages, becomes a store", "[store][schema]") {
  const TempDir folder;
  std::ofstream(folder / "empty.db").close();
  make_database(folder / "pages.db", "CREATE TABLE t (x); DROP TABLE t");
  for (const char* name : {"empty.db", "pages.db"}) {
    CHECK_THAT(read_error(folder / name), Contains("is empty"));
    fill_run(*open_writer(folder / name), "m", 1, 1);
    CHECK(open_reader(folder / name)->runs()->size() == 1);
  }
}

// The version that a store of today has, and one more that does not exist yet.
std::vector<std::string> with_next_version(std::string next) {
  std::vector<std::string> steps(schema_steps().begin(), schema_steps().end());
  steps.push_back(std::move(next));
  return steps;
}

TEST_CASE("an older version is brought forward and keeps its rows", "[store][schema]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  fill_run(*open_writer(path), "m", 3, 2);
  const std::string before = dump(path);
  const auto steps = with_next_version("ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT 'none'");
  {
    const auto reader = look_into(path);
    const auto refused = check_current(*reader, steps);
    REQUIRE(!refused);
    CHECK_THAT(refused.error().message, Contains("has schema version 3, this program reads 4"));
  }
  const auto database = value(Database::open(path, Database::Access::kReadWrite));
  check_ok(migrate(*database, steps));
  check_ok(check_current(*database, steps));
  check_ok(migrate(*database, steps));
  CHECK(value(database->text("SELECT note FROM run")) == "none");
  CHECK(difference(dump(path), before) == "");
}

TEST_CASE("a migration that fails half-way changes nothing", "[store][schema]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  fill_run(*open_writer(path), "m", 3, 2);
  const auto steps = with_next_version("ALTER TABLE run ADD COLUMN note TEXT; UPDATE run SET no_such_column = 1");
  {
    const auto database = value(Database::open(path, Database::Access::kReadWrite));
    REQUIRE(!migrate(*database, steps));
    CHECK(value(database->integer("PRAGMA user_version")) == 3);
    CHECK(value(database->integer("SELECT count(*) FROM pragma_table_info('run') WHERE name = 'note'")) == 0);
  }
  CHECK(open_writer(path)->runs()->size() == 1);
}

TEST_CASE("a newer version is refused, and so is what is no store; neither is touched", "[store][schema]") {
  const TempDir folder;
  const fs::path path = folder / "t.db";
  std::string expected;
  SECTION("a newer store") {
    fill_run(*open_writer(path), "m", 1, 1);
    make_database(path, "PRAGMA user_version = 99");
    expected = "has schema version 99; this program reads up to 3";
  }
  SECTION("a database of another program") {
    make_database(path, "CREATE TABLE cookies (name)");
    expected = "is no Tripos store";
  }
  SECTION("a database of another program in WAL mode") {
    make_database(path, "PRAGMA journal_mode = WAL; CREATE TABLE cookies (name)");
    REQUIRE(fs::exists(folder / "t.db-wal"));
    expected = "is no Tripos store";
  }
  SECTION("a database with another application's number") {
    make_database(path, "PRAGMA application_id = 7; CREATE TABLE run (key)");
    expected = "is no Tripos store";
  }
  SECTION("a text") {
    std::ofstream(path) << "{\"problem_id\": 1}\n" << std::string(5000, ' ');
    expected = "is no Tripos store";
  }
  SECTION("a few bytes") {
    std::ofstream(path) << "x";
    expected = "is no Tripos store";
  }
  SECTION("the start of a database") {
    make_database(folder / "whole.db", "CREATE TABLE cookies (name)");
    std::ofstream(path) << file_bytes(folder / "whole.db").substr(0, 50);
    expected = "is damaged";
  }
  const std::string before = file_bytes(path);
  CHECK_THAT(write_error(path), Contains(expected));
  CHECK_THAT(read_error(path), Contains(expected));
  CHECK(file_bytes(path) == before);
}

}  // namespace
}  // namespace tripos::store
