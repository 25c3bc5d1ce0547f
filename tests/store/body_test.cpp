#include "harness/store/body.h"

#include <limits>

#include "harness/core/hash.h"
#include "tests/store/fixtures.h"

namespace tripos::store {
namespace {

using namespace test;

// A writer on a store file of its own.
struct Bodies {
  TempDir folder;
  std::unique_ptr<Store> store = open_writer(folder / "t.db");
  std::unique_ptr<Database> database = value(Database::open(folder / "t.db", Database::Access::kReadWrite));
  BodyWriter writer{*database};

  Result<std::string> read(std::int64_t id) {
    Query query = database->query("SELECT sha256, length, content FROM body WHERE id = ?", id);
    REQUIRE(value(query.next()));
    return read_body(query, 0);
  }
  std::int64_t size(std::int64_t id) {
    Query query = database->query("SELECT coalesce(length(content), -1) FROM body WHERE id = ?", id);
    return value(query.only_integer());
  }
  std::int64_t count() { return value(database->integer("SELECT count(*) FROM body")); }
};

TEST_CASE("a text reads back as it was, whatever its bytes and length", "[store][body]") {
  Bodies bodies;
  std::mt19937 random(1);
  std::vector<std::string> texts = {"", "a", std::string(1, '\0'), std::string("\xff\xfe\0x", 4),
                                    std::string(3'000'000, 'z')};
  for (int i = 0; i < 200; ++i) {
    std::string noise(random() % 300, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    texts.push_back(noise);
    texts.push_back(random_text(random, static_cast<int>(random() % 1000)));
  }
  for (const std::string& text : texts) CHECK(value(bodies.read(value(bodies.writer.put(text)))) == text);
}

TEST_CASE("the same text is kept once, under its SHA-256", "[store][body]") {
  Bodies bodies;
  const std::int64_t first = value(bodies.writer.put("the same"));
  CHECK(value(bodies.writer.put("the same")) == first);
  CHECK(value(bodies.writer.put("another")) != first);
  CHECK(bodies.count() == 2);
  CHECK(value(bodies.database->text("SELECT lower(hex(sha256)) FROM body WHERE id = 1")) == sha256_hex("the same"));
}

TEST_CASE("a text is kept as a frame only where that is smaller", "[store][body]") {
  Bodies bodies;
  CHECK(bodies.size(value(bodies.writer.put("short"))) == 5);
  CHECK(bodies.size(value(bodies.writer.put(std::string(100'000, 'a')))) < 200);
}

TEST_CASE("a text that may not be kept leaves its hash, and its content once it may", "[store][body]") {
  Bodies bodies;
  const std::string text = "a question that stays private";
  const std::int64_t id = value(bodies.writer.put(text, Keep::kHashOnly));
  CHECK(bodies.size(id) == -1);
  CHECK(value(bodies.read(id)).empty());
  CHECK(value(bodies.writer.put(text, Keep::kHashOnly)) == id);
  CHECK(bodies.count() == 1);

  CHECK(value(bodies.writer.put(text)) == id);
  CHECK(value(bodies.read(id)) == text);
  CHECK(value(bodies.writer.put(text, Keep::kHashOnly)) == id);
  CHECK(value(bodies.read(id)) == text);
}

TEST_CASE("content that is not what its row says is an error, never another text", "[store][body]") {
  Bodies bodies;
  std::mt19937 random(5);
  const std::string text = random_text(random, 400);
  const std::int64_t id = value(bodies.writer.put(text));
  const auto spoil = [&](const std::string& sql) {
    check_ok(bodies.database->execute("SAVEPOINT before; UPDATE body SET " + sql));
    const Result<std::string> read = bodies.read(id);
    check_ok(bodies.database->execute("ROLLBACK TO before; RELEASE before"));
    CAPTURE(sql);
    REQUIRE(!read);
    CHECK(read.error().kind == Error::Kind::kStorage);
  };
  spoil("length = length + 1");
  spoil("length = -1");
  spoil("length = 0");
  spoil("length = 9223372036854775807");
  spoil("length = length(content)");
  spoil("content = x''");
  spoil("content = x'28b52ffd'");
  spoil("content = substr(content, 1, length(content) - 1)");
  spoil("content = CAST(content || x'00' AS BLOB)");
  spoil("sha256 = zeroblob(32)");
  // A frame that claims the largest size there is.
  spoil("length = 9223372036854775807, content = x'28b52ffde0ffffffffffffff7f000000'");
  const std::int64_t size = bodies.size(id);
  for (std::int64_t at = 1; at <= size; ++at) {
    const std::string byte = "substr(content, " + std::to_string(at) + ", 1)";
    const std::string start = "substr(content, 1, " + std::to_string(at - 1) + ")";
    const std::string rest = "substr(content, " + std::to_string(at + 1) + ")";
    for (const char* changed : {"x'00'", "x'ff'", "x'41'"}) {
      if (value(bodies.database->integer("SELECT " + byte + " = " + changed + " FROM body")) != 0) continue;
      check_ok(bodies.database->execute("SAVEPOINT before; UPDATE body SET content = CAST(" + start + " || " + changed +
                                        " || " + rest + " AS BLOB)"));
      const Result<std::string> read = bodies.read(id);
      check_ok(bodies.database->execute("ROLLBACK TO before; RELEASE before"));
      if (read) CHECK(*read == text);  // not every bit of a frame's header means something
    }
  }
  CHECK(value(bodies.read(id)) == text);
}

TEST_CASE("a body is taken over from another store only where it is whole", "[store][body]") {
  Bodies from;
  Bodies to;
  const std::string text(1000, 'x');
  const std::int64_t whole = value(from.writer.put(text));
  const std::int64_t hash_only = value(from.writer.put("private", Keep::kHashOnly));
  const std::int64_t broken = value(from.writer.put("to be damaged"));
  check_ok(from.database->run("UPDATE body SET content = CAST('Xo be damaged' AS BLOB) WHERE id = ?", broken));

  CHECK(value(to.read(value(to.writer.copy(*from.database, whole)))) == text);
  CHECK(to.size(value(to.writer.copy(*from.database, hash_only))) == -1);
  CHECK(!to.writer.copy(*from.database, broken));
  CHECK(!to.writer.copy(*from.database, 99));
  CHECK(to.count() == 2);
  CHECK(value(to.writer.put("private")) == value(to.writer.copy(*from.database, hash_only)));
  CHECK(to.count() == 2);
}

}  // namespace
}  // namespace tripos::store
