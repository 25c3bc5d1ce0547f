#include "datasets/download.h"

#include "harness/core/file.h"
#include "tests/catch.h"
#include "tests/datasets/loopback_server.h"
#include "tests/datasets/surroundings.h"

namespace tripos::datasets {
namespace {

namespace fs = std::filesystem;
using test::contains;
using test::LoopbackServer;
using test::reply;
using test::Surroundings;

Result<std::string> download_text(const Download& request, const fs::path& path) {
  TRIPOS_TRY(PartFile part, PartFile::open(path, false));
  TRIPOS_CHECK(download(request, part));
  TRIPOS_CHECK(part.finish(path));
  return read_file(path);
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

}  // namespace
}  // namespace tripos::datasets
