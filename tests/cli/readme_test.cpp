// Runs what README.md shows: each line "$ COMMAND" of a ```console block, in order, in one folder, and holds what it
// prints against the lines below it. A line "..." stands for any lines, and "..." inside a line for any text.

#include <cstdlib>
#include <regex>
#include <string>
#include <vector>

#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/cli/program.h"
#include "tests/support/temp_dir.h"

namespace tripos::test {
namespace {

struct Shown {
  std::string command;
  std::vector<std::string> output;
};

// How long a thing took is the machine's: "0:07" counts as "0:00".
std::string without_times(std::string_view text) {
  static const std::regex kTime(R"(\b\d+:\d\d\b)");
  return std::regex_replace(std::string(text), kTime, "0:00");
}

std::vector<Shown> shown_in(const std::string& page) {
  std::vector<Shown> shown;
  bool inside = false;
  bool continues = false;
  for (const std::string_view line : split_lines(page)) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && continues) {
      shown.back().command += "\n" + std::string(line);
      continues = line.ends_with("\\");
    } else if (inside && line.starts_with("$ ")) {
      shown.push_back({std::string(line.substr(2)), {}});
      continues = line.ends_with("\\");
    } else if (inside) {
      shown.back().output.push_back(without_times(line));
    }
  }
  return shown;
}

bool line_matches(std::string_view pattern, std::string_view line) {
  const std::size_t gap = pattern.find("...");
  if (gap == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, gap))) return false;
  const std::string_view rest = pattern.substr(gap + 3);
  for (std::size_t at = gap; at <= line.size(); ++at) {
    if (line_matches(rest, line.substr(at))) return true;
  }
  return false;
}

bool matches(const std::vector<std::string>& patterns, std::size_t pattern, const std::vector<std::string_view>& lines,
             std::size_t line) {
  if (pattern == patterns.size()) return line == lines.size();
  if (patterns[pattern] == "...") {
    for (std::size_t end = line; end <= lines.size(); ++end) {
      if (matches(patterns, pattern + 1, lines, end)) return true;
    }
    return false;
  }
  return line < lines.size() && line_matches(patterns[pattern], lines[line]) &&
         matches(patterns, pattern + 1, lines, line + 1);
}

TEST_CASE("the commands of the README print what it shows", "[cli][readme]") {
  const TempDir folder;
  std::filesystem::create_directory_symlink(std::filesystem::path(TRIPOS_SOURCE_DIR) / "examples", folder / "examples");
  const std::string setup = "cd '" + folder.path().string() +
                            "' && export HOME=$PWD COLUMNS=80 TRIPOS_DEVICE=cpu PATH='" +
                            std::filesystem::path(TRIPOS_PROGRAM).parent_path().string() + "':$PATH\n";
  const std::vector<Shown> shown = shown_in(read_all(std::filesystem::path(TRIPOS_SOURCE_DIR) / "README.md"));
  CHECK(shown.size() >= 10);
  for (const Shown& item : shown) {
    write_all(folder / "script", setup + item.command + "\n");
    const std::string line = "env -u XDG_DATA_HOME -u OPENAI_API_KEY -u OPENAI_BASE_URL bash '" +
                             (folder / "script").string() + "' >'" + (folder / "output").string() + "' 2>&1";
    CAPTURE(item.command);
    static_cast<void>(std::system(line.c_str()));
    const std::string output = read_all(folder / "output");
    CAPTURE(output);
    const std::string timeless = without_times(output);
    CHECK(matches(item.output, 0, split_lines(timeless), 0));
  }
}

}  // namespace
}  // namespace tripos::test
