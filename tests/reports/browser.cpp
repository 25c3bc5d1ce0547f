#include "tests/reports/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/catch.h"

extern char** environ;

namespace tripos::test {
namespace {

using nlohmann::json;

constexpr int kPatienceMs = 60'000;  // a machine under load; reached only where something is broken

// A pipe whose ends are out of the way of descriptors 3 and 4, which the browser expects.
std::array<int, 2> make_pipe() {
  std::array<int, 2> low{};
  REQUIRE(::pipe(low.data()) == 0);
  std::array<int, 2> ends{};
  for (int i = 0; i < 2; ++i) {
    ends[i] = ::fcntl(low[i], F_DUPFD_CLOEXEC, 10);
    ::close(low[i]);
  }
  return ends;
}

pid_t spawn_browser(const std::string& profile, int commands, int replies) {
  const std::string profile_flag = "--user-data-dir=" + profile;
  const std::vector<const char*> flags = {"--headless",
                                          "--no-sandbox",
                                          "--disable-gpu",
                                          "--no-first-run",
                                          "--disable-background-networking",
                                          "--disable-dev-shm-usage",
                                          "--remote-debugging-pipe",
                                          profile_flag.c_str()};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, commands, 3);
  posix_spawn_file_actions_adddup2(&actions, replies, 4);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = -1;
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    std::vector<char*> arguments = {const_cast<char*>(name)};
    for (const char* flag : flags) arguments.push_back(const_cast<char*>(flag));
    arguments.push_back(const_cast<char*>("about:blank"));
    arguments.push_back(nullptr);
    if (::posix_spawnp(&process, name, &actions, nullptr, arguments.data(), environ) == 0) break;
    process = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

}  // namespace

Browser* Browser::get() {
  static const std::unique_ptr<Browser> browser = [] {
    ::signal(SIGPIPE, SIG_IGN);  // a browser that dies fails the test instead of ending it
    std::unique_ptr<Browser> started(new Browser);
    if (!started->start()) started.reset();
    return started;
  }();
  if (!browser) WARN("skipped: no Chromium that starts on this machine (Debian package chromium)");
  return browser.get();
}

Browser::~Browser() {
  if (process_ < 0) return;
  ::close(to_);  // the browser ends when its pipe does
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
  ::close(from_);
}

bool Browser::start() {
  const std::array<int, 2> commands = make_pipe();
  const std::array<int, 2> replies = make_pipe();
  process_ = spawn_browser(profile_.path().string(), commands[0], replies[1]);
  ::close(commands[0]);
  ::close(replies[1]);
  to_ = commands[1];
  from_ = replies[0];
  if (process_ < 0) return false;
  send({{"id", ++last_id_}, {"method", "Target.createTarget"}, {"params", {{"url", "about:blank"}}}});
  for (std::optional<json> message; (message = receive());) {
    if (message->value("id", 0) != last_id_) continue;
    const std::string target = message->at("result").at("targetId");
    session_ = call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}}).at("sessionId");
    for (const char* domain : {"Page", "Runtime", "Log", "Network"}) call(std::string(domain) + ".enable");
    return true;
  }
  return false;
}

void Browser::send(const json& message) {
  const std::string text = message.dump();
  std::string_view rest(text.c_str(), text.size() + 1);  // messages end in NUL
  while (!rest.empty()) {
    const ssize_t written = ::write(to_, rest.data(), rest.size());
    if (written <= 0) return;  // receive() will say that the browser is gone
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::optional<json> Browser::receive() {
  std::size_t end = std::string::npos;
  while ((end = buffer_.find('\0')) == std::string::npos) {
    pollfd ready{from_, POLLIN, 0};
    std::array<char, 65536> bytes;
    if (::poll(&ready, 1, kPatienceMs) <= 0) return std::nullopt;
    const ssize_t count = ::read(from_, bytes.data(), bytes.size());
    if (count <= 0) return std::nullopt;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  json message = json::parse(buffer_.substr(0, end));
  buffer_.erase(0, end + 1);
  note_event(message);
  return message;
}

void Browser::note_event(const json& event) {
  const std::string method = event.value("method", "");
  if (method == "Runtime.consoleAPICalled" || method == "Runtime.exceptionThrown" || method == "Log.entryAdded") {
    complaints.push_back(event.at("params").dump());
  }
  if (method == "Page.loadEventFired") ++loads_;
  if (method != "Network.requestWillBeSent") return;
  const std::string url = event.at("params").at("request").at("url");
  const bool is_page = event.at("params").value("type", "") == "Document" && url.starts_with("file:");
  if (!is_page && !url.starts_with("data:") && !url.starts_with("blob:")) requests.push_back(url);
}

json Browser::call(const std::string& method, json parameters) {
  json message = {{"id", ++last_id_}, {"method", method}, {"params", std::move(parameters)}};
  if (!session_.empty()) message["sessionId"] = session_;
  const int id = last_id_;
  send(message);
  for (std::optional<json> reply; (reply = receive());) {
    if (reply->value("id", 0) != id) continue;
    CAPTURE(method, reply->dump());
    REQUIRE_FALSE(reply->contains("error"));
    return std::move(reply->at("result"));
  }
  FAIL("the browser does not answer " << method);
  return {};
}

json Browser::evaluate(const std::string& expression) {
  const json reply =
      call("Runtime.evaluate", {{"expression", expression}, {"awaitPromise", true}, {"returnByValue", true}});
  CAPTURE(expression, reply.dump());
  REQUIRE_FALSE(reply.contains("exceptionDetails"));
  return reply.at("result").value("value", json());
}

void Browser::navigate(const std::string& url) {
  const int before = loads_;
  call("Page.navigate", {{"url", url}});
  while (loads_ == before) REQUIRE(receive());
}

void Browser::open(const std::filesystem::path& file, const std::string& fragment) {
  navigate("about:blank");  // so that a page is loaded again where only the fragment differs
  complaints.clear();
  requests.clear();
  navigate("file://" + file.string() + fragment);
  // report.js marks the page when all that was asked for is drawn.
  evaluate(
      "new Promise((done) => {"
      "  const look = () => document.documentElement.dataset.ready === undefined && document.getElementById('trouble')"
      "    .hidden ? setTimeout(look, 10) : done();"
      "  look(); })");
}

void Browser::show_as(int width, const std::string& color_scheme) {
  call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", 900}, {"deviceScaleFactor", 1}, {"mobile", width < 600}});
  call("Emulation.setEmulatedMedia",
       {{"media", ""}, {"features", json::array({{{"name", "prefers-color-scheme"}, {"value", color_scheme}}})}});
}

void Browser::press(const std::string& key) {
  json event = {{"type", "keyDown"}, {"key", key}};
  if (key == "Enter") event.update({{"text", "\r"}, {"windowsVirtualKeyCode", 13}});
  if (key.size() == 1) event["text"] = key;
  call("Input.dispatchKeyEvent", event);
  event["type"] = "keyUp";
  event.erase("text");
  call("Input.dispatchKeyEvent", event);
}

}  // namespace tripos::test
