#pragma once
// What tests of fetch() and download() stand in: a data directory of their own, and no way to the network.

#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "tests/datasets/environment.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

inline std::string reply(std::string_view status, std::string_view body, std::string_view headers = "") {
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

  bool is_empty() const { return std::filesystem::is_empty(directory.path()); }
};

}  // namespace tripos::test
