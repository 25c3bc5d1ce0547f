#include "backends/remote/openai_compatible.h"
#include "tests/catch.h"
#include "tests/support/chat_server.h"
#include "tests/support/memory_journal.h"

namespace tripos::backends {
namespace {
using namespace test;
using std::chrono::milliseconds;

TEST_CASE("smoke") {
  ChatServer server([](const SeenRequest&) { return Steps{send(http_reply(200, chat_body("hi")))}; });
  RemoteOptions o;
  o.base_url = server.base_url();
  auto b = make_openai_compatible("m", o);
  REQUIRE(b.has_value());
  std::vector<Request> list(2000);
  for (int i = 0; i < 2000; ++i) {
    list[i].sample_id = std::to_string(i);
    list[i].messages = {{"user", std::string(500, 'x')}};
  }
  ListedRequests r(list);
  MemoryJournal j;
  auto served = (*b)->serve(r, j, {});
  CHECK(served.has_value());
  CHECK(server.request_count() == 2000);
  CHECK(j.sent_count() == 2000);
  WARN(j.claims().size());
  WARN(j.most_open());
}
}  // namespace
}  // namespace tripos::backends
