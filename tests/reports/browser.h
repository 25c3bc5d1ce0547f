#pragma once
// A headless Chromium, driven over a pipe with the Chrome DevTools Protocol. Scripts that are evaluated so are not held
// back by the page's content security policy, and everything the page complains about or asks for is seen.

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace tripos::test {

class Browser {
 public:
  // The one browser of this program, started when it is first asked for; null where there is none, and says so.
  static Browser* get();
  ~Browser();

  // Opens a local file at a fragment ("#..." or empty) in a fresh page and waits until its script is done.
  void open(const std::filesystem::path& file, const std::string& fragment = "");
  // Value of a JavaScript expression, awaited. A thrown exception fails the test.
  nlohmann::json evaluate(const std::string& expression);
  nlohmann::json call(const std::string& method, nlohmann::json parameters = nlohmann::json::object());

  void show_as(int width, const std::string& color_scheme);
  void press(const std::string& key);

  // Since the page was opened:
  std::vector<std::string> complaints;  // console messages, uncaught exceptions, violations of the policy
  std::vector<std::string> requests;    // addresses asked for, but for the page itself and data: and blob: URLs

 private:
  Browser() = default;
  bool start();
  void send(const nlohmann::json& message);
  std::optional<nlohmann::json> receive();  // nothing where the browser is gone or silent for a minute
  void navigate(const std::string& url);
  void note_event(const nlohmann::json& event);

  TempDir profile_;
  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
  int last_id_ = 0;
  int loads_ = 0;
  std::string session_;
  std::string buffer_;
};

}  // namespace tripos::test
