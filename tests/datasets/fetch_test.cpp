#include "datasets/fetch.h"

#include <fmt/format.h>

#include "datasets/dataset.h"
#include "datasets/download.h"
#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/datasets/environment.h"
#include "tests/datasets/loopback_server.h"
#include "tests/support/temp_dir.h"

namespace tripos::datasets {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::StartsWith;
using test::LoopbackServer;
using test::TempDir;
using test::Variable;

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string reply(std::string_view status, std::string_view body, std::string_view headers = "") {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}", status, body.size(), headers,
                     body);
}

// Every address that fetch() would ask leads to `endpoint`, and the data directory is a fresh one.
struct Surroundings {
  explicit Surroundings(const std::string& endpoint = "http://127.0.0.1:1")
      : data("TRIPOS_DATA_DIR", directory.path().string()),
        hub("HF_ENDPOINT", endpoint + "/"),
        github("TRIPOS_GITHUB_ENDPOINT", endpoint),
        token("HF_TOKEN", "hf_invented"),
        no_proxy("no_proxy", "127.0.0.1") {}
  TempDir directory;
  Variable data, hub, github, token, no_proxy;

  bool is_empty() const { return fs::is_empty(directory.path()); }
};

Result<std::string> download_text(const Download& request, const fs::path& path) {
  TRIPOS_TRY(PartFile part, PartFile::open(path, false));
  TRIPOS_CHECK(download(request, part));
  TRIPOS_CHECK(part.finish(path));
  return read_file(path);
}

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

TEST_CASE("a download goes on where a cut one stopped", "[datasets][fetch]") {
  const Surroundings surroundings;
  const std::string whole(100'000, 'x');
  std::string cut_reply = reply("200 OK", whole);
  cut_reply.resize(cut_reply.size() - 40'000);
  LoopbackServer server([&](const std::string& request) {
    if (!contains(request, "Range: bytes=60000-")) return cut_reply;
    return reply("206 Partial Content", std::string_view(whole).substr(60'000),
                 "Content-Range: bytes 60000-99999/100000\r\n");
  });
  const fs::path path = surroundings.directory / "file";
  const Download request{server.url() + "/file", "", 1 << 20, {}};
  const auto cut = download_text(request, path);
  REQUIRE(!cut);
  CHECK(cut.error().kind == Error::Kind::kNetwork);
  CHECK(contains(cut.error().message, "(after 60000 bytes)"));
  CHECK(contains(cut.error().hint, "again"));
  CHECK(!fs::exists(path));
  CHECK(download_text(request, path) == whole);
}

TEST_CASE("a server that does not resume is read from the start", "[datasets][fetch]") {
  const Surroundings surroundings;
  const fs::path path = surroundings.directory / "file";
  REQUIRE(write_file(path.string() + ".part", "older and "));
  LoopbackServer server([](const std::string&) { return reply("200 OK", "all of it"); });
  CHECK(download_text({server.url() + "/file", "", 1 << 20, {}}, path) == "all of it");
}

TEST_CASE("a part as long as the file is brought anew", "[datasets][fetch]") {
  const Surroundings surroundings;
  const fs::path path = surroundings.directory / "file";
  REQUIRE(write_file(path.string() + ".part", "garbage!!"));
  LoopbackServer server([](const std::string& request) {
    return contains(request, "Range:") ? reply("416 Range Not Satisfiable", "") : reply("200 OK", "all of it");
  });
  CHECK(download_text({server.url() + "/file", "", 1 << 20, {}}, path) == "all of it");
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a download larger than its bound stops", "[datasets][fetch]") {
  const Surroundings surroundings;
  LoopbackServer server([](const std::string&) { return reply("200 OK", std::string(5000, 'x')); });
  const auto content = download_text({server.url() + "/file", "", 4999, {}}, surroundings.directory / "file");
  REQUIRE(!content);
  CHECK(content.error().kind == Error::Kind::kData);
  CHECK(contains(content.error().message, "larger than 4999 bytes"));
}

TEST_CASE("progress tells the bytes of the whole file", "[datasets][fetch]") {
  const Surroundings surroundings;
  const fs::path path = surroundings.directory / "file";
  REQUIRE(write_file(path.string() + ".part", "0123"));
  LoopbackServer server([](const std::string&) { return reply("206 Partial Content", "456789"); });
  FetchProgress last;
  CHECK(download_text({server.url() + "/file", "", 100, [&](const FetchProgress& now) { last = now; }}, path) ==
        "0123456789");
  CHECK(last.bytes == 10);
  CHECK(last.total == 10);
}

TEST_CASE("a redirect does not take the token to another host", "[datasets][fetch]") {
  const Surroundings surroundings;
  LoopbackServer storage([](const std::string&) { return reply("200 OK", "content"); });
  LoopbackServer hub(
      [&](const std::string&) { return reply("302 Found", "", "Location: " + storage.url() + "/signed?key=1\r\n"); });
  CHECK(download_text({hub.url() + "/file", "hf_invented", 100, {}}, surroundings.directory / "file") == "content");
  REQUIRE(hub.requests().size() == 1);
  REQUIRE(storage.requests().size() == 1);
  CHECK(contains(hub.requests()[0], "Authorization: Bearer hf_invented\r\n"));
  CHECK(!contains(storage.requests()[0], "hf_invented"));
}

TEST_CASE("redirects end and lead to no file of this machine", "[datasets][fetch]") {
  const Surroundings surroundings;
  const std::string location = GENERATE("/again", "file:///etc/hostname");
  LoopbackServer server([&](const std::string&) { return reply("302 Found", "", "Location: " + location + "\r\n"); });
  const auto content = download_text({server.url() + "/file", "", 100, {}}, surroundings.directory / "file");
  REQUIRE(!content);
  CHECK(content.error().kind == Error::Kind::kNetwork);
  CHECK(server.requests().size() <= 6);
}

TEST_CASE("two programs do not write one file", "[datasets][fetch]") {
  const Surroundings surroundings;
  const auto first = PartFile::open(surroundings.directory / "file", false);
  REQUIRE(first);
  const auto second = PartFile::open(surroundings.directory / "file", false);
  REQUIRE(!second);
  CHECK(contains(second.error().message, "another tripos is fetching this file"));
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
