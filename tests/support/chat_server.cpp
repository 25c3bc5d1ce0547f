#include "tests/support/chat_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/core/text.h"

namespace tripos::test {
namespace {

constexpr std::size_t kMaxConnections = 256;
constexpr std::size_t kMaxRequestBytes = std::size_t{8} << 20;

struct Listener {
  int socket;
  int port;
};

// Port 0: the system chooses one.
void bind_to_loopback(int socket, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
}

Listener listen_on_loopback(int backlog) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // for refuse(): connections keep the port, too
  bind_to_loopback(socket, 0);
  if (backlog > 0) ::listen(socket, backlog);
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
  return {socket, ntohs(address.sin_port)};
}

// Reads requests from one connection; what belongs to the next one is kept for it.
class RequestReader {
 public:
  explicit RequestReader(int peer) : peer_(peer) {}

  std::optional<SeenRequest> next() {
    std::size_t end = 0;
    while ((end = bytes_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return std::nullopt;
    }
    SeenRequest request;
    request.head = bytes_.substr(0, end + 2);
    bytes_.erase(0, end + 4);
    const std::size_t length = std::strtoull(request.header("content-length").c_str(), nullptr, 10);
    while (bytes_.size() < length) {
      if (!read_more()) return std::nullopt;
    }
    request.body = bytes_.substr(0, length);
    bytes_.erase(0, length);
    return request;
  }

 private:
  bool read_more() {
    char buffer[16384];
    const ssize_t count = bytes_.size() > kMaxRequestBytes ? -1 : ::recv(peer_, buffer, sizeof buffer, 0);
    if (count > 0) bytes_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  int peer_;
  std::string bytes_;
};

bool send_all(int peer, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

const char* reason_of(int status) { return status == 200 ? "OK" : "Not OK"; }

}  // namespace

std::string SeenRequest::header(std::string_view name) const {
  for (const std::string_view line : split_lines(head)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || to_lower_ascii(line.substr(0, colon)) != name) continue;
    return std::string(trim(line.substr(colon + 1)));
  }
  return "";
}

Step send(std::string bytes) { return {.kind = Step::Kind::kSend, .bytes = std::move(bytes)}; }
Step pause(std::chrono::milliseconds time) { return {.kind = Step::Kind::kPause, .pause = time}; }
Step stall() { return {.kind = Step::Kind::kStall}; }
Step close() { return {.kind = Step::Kind::kClose}; }
Step reset() { return {.kind = Step::Kind::kReset}; }

std::string http_reply(int status, std::string_view body, const Headers& headers, std::string_view content_type) {
  std::string reply = "HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) + "\r\n";
  reply += "Content-Type: " + std::string(content_type) + "\r\n";
  for (const auto& [name, value] : headers) reply += name + ": " + value + "\r\n";
  reply += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return reply.append(body);
}

std::string http_chunks(const std::vector<std::string>& pieces, std::string_view content_type) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string reply =
      "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(content_type) + "\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& piece : pieces) {
    std::string size;
    for (std::size_t rest = piece.size(); rest > 0; rest /= 16) size.insert(size.begin(), kHex[rest % 16]);
    reply += size + "\r\n" + piece + "\r\n";
  }
  return reply + "0\r\n\r\n";
}

std::string chat_body(std::string_view text, std::string_view finish_reason) {
  const nlohmann::json body = {
      {"id", "chatcmpl-1"},
      {"model", "served-1"},
      {"choices",
       {{{"index", 0}, {"message", {{"role", "assistant"}, {"content", text}}}, {"finish_reason", finish_reason}}}},
      {"usage", {{"prompt_tokens", 11}, {"completion_tokens", 7}, {"total_tokens", 18}}}};
  return body.dump();
}

std::vector<std::string> chat_events(const std::vector<std::string>& deltas) {
  const auto event = [](const nlohmann::json& data) { return "data: " + data.dump() + "\n\n"; };
  const auto chunk = [](const nlohmann::json& delta, const nlohmann::json& finish_reason) {
    return nlohmann::json{{"id", "chatcmpl-1"},
                          {"model", "served-1"},
                          {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish_reason}}}}};
  };
  std::vector<std::string> events = {event(chunk({{"role", "assistant"}, {"content", ""}}, nullptr))};
  for (const std::string& delta : deltas) events.push_back(event(chunk({{"content", delta}}, nullptr)));
  events.push_back(event(chunk(nlohmann::json::object(), "stop")));
  events.push_back(event({{"id", "chatcmpl-1"},
                          {"choices", nlohmann::json::array()},
                          {"usage", {{"prompt_tokens", 11}, {"completion_tokens", 7}, {"total_tokens", 18}}}}));
  events.push_back("data: [DONE]\n\n");
  return events;
}

ChatServer::ChatServer(Script script) : script_(std::move(script)) {
  const Listener listener = listen_on_loopback(kMaxConnections);
  listener_ = listener.socket;
  port_ = listener.port;
  acceptor_ = std::thread([this] { accept_all(); });
}

ChatServer::~ChatServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int peer : peers_) ::shutdown(peer, SHUT_RDWR);
  }
  refuse();
  acceptor_.join();
  for (auto& [connection, thread] : threads_) thread.join();
  ::close(listener_);
}

// A socket that was listening and is shut down refuses connections, but lets go of a port that the system chose: it is
// bound again, lest another server gets the port and answers. It is closed when nobody can be in accept().
void ChatServer::refuse() {
  ::shutdown(listener_, SHUT_RDWR);
  bind_to_loopback(listener_, port_);
}

std::string ChatServer::base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

std::vector<SeenRequest> ChatServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int ChatServer::request_count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(requests_.size());
}

void ChatServer::accept_all() {
  int connection = 0;
  for (int peer; (peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    const int on = 1;
    ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    for (const int ended : std::exchange(ended_, {})) {
      threads_[ended].join();
      threads_.erase(ended);
    }
    if (stopping_ || threads_.size() >= kMaxConnections) {
      ::close(peer);
      continue;
    }
    peers_.push_back(peer);
    threads_[connection] = std::thread([this, peer, connection] { serve(peer, connection); });
    ++connection;
  }
}

void ChatServer::serve(int peer, int connection) {
  RequestReader reader(peer);
  bool open = true;
  for (int place = 0; open; ++place) {
    std::optional<SeenRequest> request = reader.next();
    if (!request) break;
    request->connection = connection;
    request->place = place;
    Steps steps;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
      steps = script_(*request);
    }
    for (const Step& step : steps) {
      open = open && perform(peer, step);
    }
  }
  const std::lock_guard lock(mutex_);
  peers_.erase(std::find(peers_.begin(), peers_.end(), peer));
  ::close(peer);
  ended_.push_back(connection);
}

// False: the connection is at its end.
bool ChatServer::perform(int peer, const Step& step) {
  switch (step.kind) {
    case Step::Kind::kSend:
      return send_all(peer, step.bytes);
    case Step::Kind::kPause:
      std::this_thread::sleep_for(step.pause);
      return true;
    case Step::Kind::kStall: {
      char byte = 0;
      while (::recv(peer, &byte, 1, 0) > 0) {
      }
      return false;
    }
    case Step::Kind::kClose:
      return false;
    case Step::Kind::kReset: {
      const linger at_once{1, 0};
      ::setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return false;
    }
  }
  return false;
}

int refusing_port() {
  static const Listener bound = listen_on_loopback(0);  // stays open: nobody else gets the port
  return bound.port;
}

}  // namespace tripos::test
