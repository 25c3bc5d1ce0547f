// A Chat Completions server that answers everything at once with one text: prints its base URL, and ends when its
// standard input does.

#include <cstdio>
#include <string>

#include "tests/support/chat_server.h"

int main() {
  using namespace tripos::test;
  std::string text;
  while (text.size() < 1500) text += "First we write the sum as a product and look at each of its factors in turn. ";
  const std::string reply = http_reply(200, chat_body(text + "The answer is \\boxed{42}."));
  ChatServer server([&](const SeenRequest&) { return Steps{send(reply)}; });
  std::printf("%s\n", server.base_url().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}
