// Holds the #include lines of the tree against the layers of harness/README.md, section 3.

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/file.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos::test {
namespace {

using Names = std::vector<std::string>;

// A folder and what its files may include: of ours, folders (without those below them) and single headers beside their
// own; of others, headers that are not for everyone.
struct Layer {
  std::string folder;
  Names ours;
  Names libraries;
};

const std::vector<Layer>& layers() {
  static const std::vector<Layer> kLayers = {
      {"harness/core", {}, {"openssl/", "utf8proc.h", "yaml-cpp/", "zlib.h"}},
      {"datasets", {"harness/core"}, {"curl/", "zip.h"}},
      {"harness/protocol", {"harness/core"}, {}},
      {"scorers", {"harness/core"}, {"acb.h", "calcium/", "flint/", "gmp.h", "gmpxx.h", "re2/"}},
      {"backends", {"harness/core"}, {}},
      {"backends/remote", {"harness/core", "backends"}, {"curl/"}},
      {"backends/moe", {"harness/core", "backends"}, {"cuda_runtime_api.h", "re2/", "utf8proc.h"}},
      {"harness/store", {"harness/core", "backends/backend.h"}, {"sqlite3.h", "zstd.h"}},
      {"harness/runner",
       {"harness/core", "harness/protocol", "harness/store", "datasets/dataset.h", "datasets/problems.h",
        "scorers/scorer.h", "backends/backend.h", "backends/recordings.h"},
       {}},
      {"harness/stats", {"harness/core"}, {"boost/"}},
      {"reports", {"harness/core", "harness/store", "harness/stats"}, {"zlib.h"}},
      {"harness/cli",
       {"harness/core", "harness/protocol", "harness/runner", "harness/store", "harness/stats", "datasets", "scorers",
        "backends", "backends/moe", "backends/remote", "reports"},
       {"CLI/", "curl/"}},
  };
  return kLayers;
}

struct Include {
  std::string file;    // from the root
  std::string header;  // as it stands between the marks
  bool is_ours;        // "..."
};

std::vector<Include> includes_of(const std::filesystem::path& root, const std::string& folder) {
  std::vector<Include> includes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp" && extension != ".cu" && extension != ".cuh") continue;
    const std::string text = read_file(entry.path()).value();
    for (const std::string_view line : split_lines(text)) {
      if (!line.starts_with("#include ")) continue;
      const std::string header(line.substr(10, line.find_last_of("\">") - 10));
      includes.push_back({std::filesystem::relative(entry.path(), root).string(), header, line[9] == '"'});
    }
  }
  return includes;
}

// The layer that a path belongs to: the deepest folder of the table that it lies in.
const Layer* layer_of(std::string_view path) {
  const Layer* found = nullptr;
  for (const Layer& layer : layers()) {
    const bool inside = path.starts_with(layer.folder + "/");
    if (inside && (found == nullptr || layer.folder.size() > found->folder.size())) found = &layer;
  }
  return found;
}

bool allows(const Layer& layer, const std::string& header) {
  const Layer* used = layer_of(header);
  if (used == nullptr) return false;
  const auto is_listed = [&](const std::string& name) {
    return std::find(layer.ours.begin(), layer.ours.end(), name) != layer.ours.end();
  };
  return used == &layer || is_listed(used->folder) || is_listed(header);
}

// Libraries that one layer wraps for all others.
bool is_wrapped(const std::string& header, const Names& libraries) {
  return std::any_of(libraries.begin(), libraries.end(),
                     [&](const std::string& library) { return header.starts_with(library); });
}

TEST_CASE("every include keeps to the layers", "[layers]") {
  const std::filesystem::path root = TRIPOS_SOURCE_DIR;
  std::vector<std::string> wrapped;
  for (const Layer& layer : layers()) wrapped.insert(wrapped.end(), layer.libraries.begin(), layer.libraries.end());
  int seen = 0;
  for (const std::string folder : {"harness", "datasets", "scorers", "backends", "reports"}) {
    for (const Include& include : includes_of(root, folder)) {
      CAPTURE(include.file, include.header);
      const Layer* layer = layer_of(include.file);
      REQUIRE(layer != nullptr);
      ++seen;
      if (include.is_ours) {
        CHECK(allows(*layer, include.header));
        CHECK(std::filesystem::exists(root / include.header));
      } else {
        CHECK((!is_wrapped(include.header, wrapped) || is_wrapped(include.header, layer->libraries)));
      }
    }
  }
  CHECK(seen > 500);
}

TEST_CASE("the layers of the design page are those of this test", "[layers]") {
  const std::string page = read_file(std::filesystem::path(TRIPOS_SOURCE_DIR) / "harness/README.md").value();
  for (const Layer& layer : layers()) {
    CAPTURE(layer.folder);
    CHECK(page.find("| `" + layer.folder + "/` |") != std::string::npos);
  }
}

}  // namespace
}  // namespace tripos::test
