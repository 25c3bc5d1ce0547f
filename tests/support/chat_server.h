#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tripos::test {

struct SeenRequest {
  int connection = 0;  // from 0, in the order they came
  int place = 0;       // on its connection, from 0
  std::string head;    // request line and headers, as sent
  std::string body;

  std::string header(std::string_view name) const;  // "" where it is not there
};

// One thing that the server does about a request.
struct Step {
  enum class Kind { kSend, kPause, kStall, kClose, kReset };
  Kind kind = Kind::kSend;
  std::string bytes;
  std::chrono::milliseconds pause{0};
};
// After the last step the connection stays open for the next request.
using Steps = std::vector<Step>;

Step send(std::string bytes);
Step pause(std::chrono::milliseconds time);
Step stall();  // nothing more comes, until the client or the server goes
Step close();
Step reset();  // the client sees "connection reset by peer"

using Headers = std::vector<std::pair<std::string, std::string>>;

// A whole HTTP/1.1 reply with a Content-Length.
std::string http_reply(int status, std::string_view body, const Headers& headers = {},
                       std::string_view content_type = "application/json");
// The same in chunks, one for each piece.
std::string http_chunks(const std::vector<std::string>& pieces, std::string_view content_type);

// A complete answer: the body of a plain reply, and the events of a streamed one.
std::string chat_body(std::string_view text, std::string_view finish_reason = "stop");
std::vector<std::string> chat_events(const std::vector<std::string>& deltas);

// Speaks HTTP on an ephemeral port of 127.0.0.1 and does what a script says for each request. One thread a connection,
// at most 256 at a time; all end with the object.
class ChatServer {
 public:
  // Called for one request at a time; it may call what is public here, but for the log.
  using Script = std::function<Steps(const SeenRequest&)>;

  explicit ChatServer(Script script);
  ~ChatServer();
  ChatServer(const ChatServer&) = delete;
  ChatServer& operator=(const ChatServer&) = delete;

  int port() const { return port_; }
  std::string base_url() const;  // "http://127.0.0.1:PORT/v1"

  // From now on the port refuses connections. Open ones go on.
  void refuse();

  std::vector<SeenRequest> requests() const;  // in the order they were read in full
  int request_count() const;

 private:
  void accept_all();
  void serve(int peer, int connection);
  bool perform(int peer, const Step& step);

  Script script_;
  int listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<SeenRequest> requests_;
  std::vector<int> peers_;  // open ones
  bool stopping_ = false;
  std::map<int, std::thread> threads_;  // by connection
  std::vector<int> ended_;              // connections whose threads are to be joined
  std::thread acceptor_;
};

// A port of 127.0.0.1 that refuses connections.
int refusing_port();

}  // namespace tripos::test
