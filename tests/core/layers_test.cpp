// The table of harness/README.md section 3, held against every #include of the tree.

#include <filesystem>

#include "harness/core/file.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos {
namespace {

namespace fs = std::filesystem;

struct Layer {
  std::string folder;
  std::vector<std::string> may_use;  // folders of ours, or single headers of them: seams
};

// A folder comes after those that it lies in.
const std::vector<Layer> kLayers = {
    {"harness/core/", {}},
    {"datasets/", {"harness/core/"}},
    {"harness/protocol/", {"harness/core/"}},
    {"scorers/", {"harness/core/"}},
    {"backends/", {"harness/core/"}},
    {"backends/remote/", {"harness/core/", "backends/"}},
    {"backends/moe/", {"harness/core/", "backends/"}},
    {"harness/store/", {"harness/core/", "backends/backend.h"}},
    {"harness/runner/",
     {"harness/core/", "harness/protocol/", "harness/store/", "datasets/dataset.h", "datasets/problems.h",
      "scorers/scorer.h", "backends/backend.h", "backends/recordings.h"}},
    {"harness/stats/", {"harness/core/"}},
    {"reports/", {"harness/core/", "harness/store/", "harness/stats/"}},
    {"harness/cli/", {"harness/", "datasets/", "scorers/", "backends/", "reports/"}},
};

// Libraries that stay behind the layers which wrap them.
const std::vector<Layer> kLibraries = {
    {"yaml-cpp/", {"harness/core/"}},
    {"openssl/", {"harness/core/"}},
    {"utf8proc.h", {"harness/core/"}},
    {"zip.h", {"datasets/"}},
    {"curl/", {"datasets/", "backends/remote/", "harness/cli/"}},
    {"re2/", {"scorers/"}},
    {"sqlite3.h", {"harness/store/"}},
    {"CLI/", {"harness/cli/"}},
};

bool starts_with_any(std::string_view path, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [path](const auto& prefix) { return path.starts_with(prefix); });
}

const Layer* layer_of(std::string_view path) {
  const Layer* found = nullptr;
  for (const Layer& layer : kLayers) {
    if (path.starts_with(layer.folder)) found = &layer;
  }
  return found;
}

bool may_include(const Layer& layer, const std::string& file, std::string_view header, bool is_ours) {
  if (is_ours) return layer_of(header) == &layer || starts_with_any(header, layer.may_use);
  for (const Layer& library : kLibraries) {
    if (header.starts_with(library.folder)) return starts_with_any(file, library.may_use);
  }
  return true;
}

// Checks one file, and returns how many headers it includes.
int check_includes(const std::string& file) {
  const auto text = read_file(fs::path(TRIPOS_SOURCE_DIR) / file);
  REQUIRE(text);
  const Layer* layer = layer_of(file);
  CAPTURE(file);
  REQUIRE(layer != nullptr);
  int count = 0;
  for (const std::string_view line : split_lines(*text)) {
    constexpr std::string_view kInclude = "#include ";
    if (!line.starts_with(kInclude)) continue;
    const bool is_ours = line[kInclude.size()] == '"';
    const std::string_view rest = line.substr(kInclude.size() + 1);
    const std::string header(rest.substr(0, rest.find(is_ours ? '"' : '>')));
    CAPTURE(header);
    CHECK(may_include(*layer, file, header, is_ours));
    ++count;
  }
  return count;
}

TEST_CASE("each layer includes only what the table of layers allows", "[core][layers]") {
  int includes = 0;
  for (const char* folder : {"harness", "datasets", "scorers", "backends", "reports"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(TRIPOS_SOURCE_DIR) / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".h" && extension != ".cu") continue;
      includes += check_includes(fs::relative(entry.path(), TRIPOS_SOURCE_DIR).string());
    }
  }
  CHECK(includes > 500);
}

TEST_CASE("the table of layers refuses what it should", "[core][layers]") {
  const auto allowed = [](const std::string& file, std::string_view header, bool is_ours = true) {
    return may_include(*layer_of(file), file, header, is_ours);
  };
  CHECK(allowed("backends/remote/sse.cpp", "backends/backend.h"));
  CHECK_FALSE(allowed("backends/scripted.cpp", "backends/remote/sse.h"));
  CHECK_FALSE(allowed("scorers/scorer.cpp", "harness/protocol/protocol.h"));
  CHECK_FALSE(allowed("harness/runner/plan.cpp", "datasets/csv.h"));
  CHECK_FALSE(allowed("reports/page.cpp", "sqlite3.h", false));
  CHECK(allowed("reports/page.cpp", "string", false));
}

}  // namespace
}  // namespace tripos
