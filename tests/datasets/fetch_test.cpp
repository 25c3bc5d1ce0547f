#include "datasets/fetch.h"

#include "datasets/dataset.h"
#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/datasets/loopback_server.h"
#include "tests/datasets/surroundings.h"
#include "tests/support/faults.h"

namespace tripos::datasets {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using test::contains;
using test::LoopbackServer;
using test::reply;
using test::Surroundings;
using test::Variable;

// The data beside the checkout, or "" (and a word) where it is not there.
std::string shared_file(const std::string& name) {
  const fs::path path = fs::path(TRIPOS_SHARED_DIR) / "data" / name;
  if (!fs::exists(path)) {
    WARN("skipped: no " << path);
    return "";
  }
  const auto content = read_file(path);
  REQUIRE(content);
  return *content;
}

TEST_CASE("a hub that refuses says which terms to accept, and the token is in no message", "[datasets][fetch]") {
  const std::string status = GENERATE("401 Unauthorized", "403 Forbidden");
  LoopbackServer server([&](const std::string&) { return reply(status, "Access is restricted"); });
  const Surroundings surroundings(server.url());
  const auto path = fetch("gpqa_diamond", std::nullopt, {});
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kAuth);
  CHECK(contains(path.error().message, "the server answered HTTP " + status.substr(0, 3)));
  CHECK_THAT(path.error().hint,
             StartsWith("accept the terms on https://huggingface.co/datasets/Idavidrein/gpqa and set "
                        "HF_TOKEN"));
  CHECK(!contains(path.error().message + path.error().hint, "hf_invented"));
  REQUIRE(server.requests().size() == 1);
  CHECK_THAT(server.requests()[0],
             StartsWith("GET /datasets/Idavidrein/gpqa/resolve/main/gpqa_diamond.csv HTTP/1.1\r\n"));
  CHECK(surroundings.is_empty());
}

TEST_CASE("a token is not sent over plain HTTP to another machine", "[datasets][fetch]") {
  const std::string host = GENERATE("http://192.0.2.1", "http://127.0.0.1.example.com", "http://localhost.example.com");
  const Surroundings surroundings(host);
  const auto path = fetch("gpqa_diamond", std::nullopt, {});
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kConfig);
  CHECK(surroundings.is_empty());
}

TEST_CASE("an address with a password in it is refused without being shown", "[datasets][fetch]") {
  const std::string endpoint =
      GENERATE("http://user:hidden@127.0.0.1", "http://127.0.0.1:hidden@192.0.2.1", "https://192.0.2.1/?key=hidden",
               "file:///hidden", "hidden", "https://a b/hidden");
  const Surroundings surroundings(endpoint);
  const char* task = GENERATE("gpqa_diamond", "gsm8k");
  const auto path = fetch(task, std::nullopt, {});
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kConfig);
  CHECK(contains(path.error().message, "_ENDPOINT is no plain http:// or https:// address"));
  CHECK(!contains(path.error().message + path.error().hint, "hidden"));
  CHECK(surroundings.is_empty());
}

TEST_CASE("a token that cannot be sent is refused without being shown", "[datasets][fetch]") {
  LoopbackServer server([](const std::string&) { return reply("200 OK", ""); });
  const Surroundings surroundings(server.url());
  const Variable token("HF_TOKEN", "hf_hidden\r\nHost: elsewhere");
  const auto path = fetch("gpqa_diamond", std::nullopt, {});
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kAuth);
  CHECK(path.error().message == "HF_TOKEN holds white space or control characters");
  CHECK(server.requests().empty());
}

TEST_CASE("a server that fails names its status and a way on", "[datasets][fetch]") {
  const std::string status = GENERATE("404 Not Found", "429 Too Many Requests", "500 Internal Server Error");
  LoopbackServer server([&](const std::string&) { return reply(status, "sorry"); });
  const Surroundings surroundings(server.url());
  const auto path = fetch("aime24", std::nullopt, {});
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kNetwork);
  CHECK(contains(path.error().message, "the server answered HTTP " + status.substr(0, 3)));
  CHECK(contains(path.error().hint, "--from FILE"));
  CHECK(surroundings.is_empty());
}

TEST_CASE("a full disk ends a download with what to do, and the next one goes on", "[datasets][fetch]") {
  const std::string content(200'000, 'x');
  LoopbackServer server([&](const std::string& request) {
    if (!contains(request, "Range: bytes=100000-")) return reply("200 OK", content);
    return reply("206 Partial Content", std::string_view(content).substr(100'000));
  });
  const Surroundings surroundings(server.url());
  const auto stopped = [] {
    const test::FileSizeLimit limit(100'000);
    return fetch("gsm8k", std::nullopt, {});
  }();
  REQUIRE(!stopped);
  CHECK(stopped.error().kind == Error::Kind::kStorage);
  const fs::path part = surroundings.directory / "gsm8k.part";
  CHECK(stopped.error().message == part.string() + ": cannot write to it: File too large");
  CHECK(stopped.error().hint == "make room on the disk and type the same command again");
  CHECK(fs::file_size(part) == 100'000);
  const auto again = fetch("gsm8k", std::nullopt, {});
  REQUIRE(!again);  // the invented content has another checksum, so it was whole
  CHECK(contains(again.error().message, "wrong checksum"));
  CHECK(surroundings.is_empty());
}

TEST_CASE("a full disk while a file is copied leaves nothing behind", "[datasets][fetch]") {
  const Surroundings surroundings;
  const test::TempDir elsewhere;
  REQUIRE(write_file(elsewhere / "gsm8k.jsonl", std::string(200'000, 'x')));
  const auto stopped = [&] {
    const test::FileSizeLimit limit(100'000);
    return fetch("gsm8k", elsewhere / "gsm8k.jsonl", {});
  }();
  REQUIRE(!stopped);
  CHECK(stopped.error().kind == Error::Kind::kStorage);
  CHECK(surroundings.is_empty());
}

TEST_CASE("a data directory that may not be written to is an error that names the variable", "[datasets][fetch]") {
  const Surroundings surroundings;
  const std::string below = GENERATE("", "/below");
  const Variable data("TRIPOS_DATA_DIR", surroundings.directory.path().string() + below);
  fs::permissions(surroundings.directory.path(), static_cast<fs::perms>(0555));
  const auto path = [] {
    const test::Unprivileged unprivileged;
    return fetch("gsm8k", fs::path("/dev/null"), {});
  }();
  fs::permissions(surroundings.directory.path(), fs::perms::owner_all);
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kStorage);
  CHECK_THAT(path.error().message, StartsWith(surroundings.directory.path().string()));
  CHECK_THAT(path.error().message, EndsWith(": Permission denied"));
  CHECK(path.error().hint == "set TRIPOS_DATA_DIR to a directory that you may write to");
}

TEST_CASE("a file with the wrong checksum leaves nothing behind", "[datasets][fetch]") {
  LoopbackServer server(
      [](const std::string&) { return reply("200 OK", "{\"question\":\"?\",\"answer\":\"#### 1\"}\n"); });
  const Surroundings surroundings(server.url());
  const auto path = fetch("gsm8k", std::nullopt, {});
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kData);
  CHECK(contains(path.error().message, "wrong checksum"));
  CHECK(contains(path.error().message, "gsm8k has 3730d312"));
  CHECK(surroundings.is_empty());
  REQUIRE(server.requests().size() == 1);
  CHECK(!contains(server.requests()[0], "hf_invented"));
}

TEST_CASE("a fetched task can be loaded", "[datasets][fetch]") {
  const std::string content = shared_file("gsm8k/test.jsonl");
  if (content.empty()) return;
  LoopbackServer server([&](const std::string&) { return reply("200 OK", content); });
  const Surroundings surroundings(server.url());
  const auto missing = load("gsm8k");
  REQUIRE(!missing);
  CHECK(missing.error().hint == "tripos fetch gsm8k");
  const auto path = fetch("gsm8k", std::nullopt, {});
  REQUIRE(path);
  CHECK(*path == surroundings.directory / "gsm8k.jsonl");
  CHECK(read_file(*path) == content);
  const auto dataset = load("gsm8k");
  REQUIRE(dataset);
  CHECK(dataset->samples.size() == 1319);
}

TEST_CASE("the zip of GPQA is kept as a zip, for its owner only", "[datasets][fetch]") {
  const std::string zip = shared_file("gpqa/gpqa_diamond.repacked.zip");
  if (zip.empty()) return;
  const Surroundings surroundings;
  const auto path = fetch("gpqa_diamond", fs::path(TRIPOS_SHARED_DIR) / "data/gpqa/gpqa_diamond.repacked.zip", {});
  REQUIRE(path);
  CHECK(*path == surroundings.directory / "gpqa_diamond.zip");
  CHECK((fs::status(*path).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
  const bool is_same = read_file(*path) == zip;
  CHECK(is_same);
  const auto dataset = load("gpqa_diamond");
  REQUIRE(dataset.has_value());
  CHECK(dataset->samples.size() == 198);
}

TEST_CASE("the hub may give the zip for the CSV, to the token's owner, through its storage", "[datasets][fetch]") {
  const std::string zip = shared_file("gpqa/gpqa_diamond.repacked.zip");
  if (zip.empty()) return;
  LoopbackServer storage([&](const std::string&) { return reply("200 OK", zip); });
  LoopbackServer hub(
      [&](const std::string&) { return reply("302 Found", "", "Location: " + storage.url() + "/signed\r\n"); });
  const Surroundings surroundings(hub.url());
  const auto path = fetch("gpqa_diamond", std::nullopt, {});
  REQUIRE(path.has_value());
  CHECK(*path == surroundings.directory / "gpqa_diamond.zip");
  REQUIRE(hub.requests().size() == 1);
  CHECK(contains(hub.requests()[0], "Authorization: Bearer hf_invented\r\n"));
  REQUIRE(storage.requests().size() == 1);
  CHECK(!contains(storage.requests()[0], "hf_invented"));
  CHECK(load("gpqa_diamond").has_value());
}

TEST_CASE("what cannot be fetched says why", "[datasets][fetch]") {
  const Surroundings surroundings;
  struct Case {
    const char* task;
    const char* message;
    const char* hint;
  };
  const auto c = GENERATE(
      Case{"math500", "math500 is shipped with the program: there is nothing to fetch", "tripos run math500"},
      Case{"mine.yaml", "mine.yaml is a task of your own", ""},
      Case{"gsm9k", "unknown task \"gsm9k\"", "did you mean \"gsm8k\"?"},
      Case{"mmlu_pro_stem", "mmlu_pro_stem can only be fetched from a file", "the hub has this set as Parquet only"});
  CAPTURE(c.task);
  const auto path = fetch(c.task, std::nullopt, {});
  REQUIRE(!path);
  CHECK(path.error().kind == Error::Kind::kUsage);
  CHECK_THAT(path.error().message, StartsWith(c.message));
  CHECK_THAT(path.error().hint, StartsWith(c.hint));
  CHECK(surroundings.is_empty());
}

TEST_CASE("a file that is given and not there leaves nothing behind", "[datasets][fetch]") {
  const Surroundings surroundings;
  CHECK(!fetch("gsm8k", surroundings.directory / "none.jsonl", {}));
  CHECK(surroundings.is_empty());
}

}  // namespace
}  // namespace tripos::datasets
