#include "harness/cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/cli/layout.h"

namespace tripos::cli {
namespace {

constexpr int kMaxHelpWidth = 100;  // longer lines are hard to read

// Groups in the order of their first flag.
std::vector<std::string> groups_of(const std::vector<Flag>& flags) {
  std::vector<std::string> groups;
  for (const Flag& flag : flags) {
    if (!flag.is_positional() && std::find(groups.begin(), groups.end(), flag.group) == groups.end()) {
      groups.push_back(flag.group);
    }
  }
  return groups;
}

std::string flag_help(const Flag& flag) {
  std::string text = flag.help;
  for (std::size_t i = 0; i < flag.words.size(); ++i) text += (i == 0 ? ": " : ", ") + flag.words[i];
  if (!flag.other_variable.empty()) text += fmt::format(" (or ${})", flag.other_variable);
  return text;
}

// All flags of one group under its heading.
template <typename Belongs>
std::string flag_block(std::string_view heading, const std::vector<Flag>& flags, int width, Belongs belongs) {
  std::vector<std::vector<std::string>> rows;
  for (const Flag& flag : flags) {
    if (belongs(flag)) rows.push_back({flag_label(flag), flag_help(flag)});
  }
  return rows.empty() ? "" : fmt::format("\n{}\n{}", heading, columns(rows, width, 2));
}

}  // namespace

std::vector<Flag> global_flags(Globals& globals) {
  const std::string group = "every command";
  return {
      {.name = "--help", .letter = 'h', .help = "show this help", .target = &globals.help, .group = group},
      {.name = "--quiet", .letter = 'q', .help = "only results and errors", .target = &globals.quiet, .group = group},
      {.name = "--verbose", .letter = 'v', .help = "say more", .target = &globals.verbose, .group = group},
      {.name = "--no-progress", .help = "no progress lines", .target = &globals.no_progress, .group = group},
      {.name = "--no-color", .help = "no color; so does NO_COLOR", .target = &globals.no_color, .group = group},
  };
}

std::string flag_label(const Flag& flag) {
  if (flag.is_positional()) return flag.name + (flag.is_list() ? "..." : "");
  std::string label = flag.letter == 0 ? "    " : fmt::format("-{}, ", flag.letter);
  label += flag.is_tri_state() ? "--[no-]" + flag.name.substr(2) : flag.name;
  return flag.is_switch() ? label : label + " " + flag.value;
}

std::string usage_line(const CommandText& text, const std::vector<Flag>& flags) {
  std::string line = "tripos " + text.name;
  bool has_flags = false;
  for (const Flag& flag : flags) {
    if (flag.is_positional()) {
      const std::string label = flag_label(flag);
      line += flag.required ? " " + label : fmt::format(" [{}]", label);
    } else if (flag.required) {
      line += fmt::format(" {} {}{}", flag.letter == 0 ? flag.name : fmt::format("-{}", flag.letter), flag.value,
                          flag.is_list() ? "..." : "");
    } else {
      has_flags = true;
    }
  }
  return has_flags ? line + " [FLAG...]" : line;
}

std::string command_help(const Described& command, int width) {
  width = std::min(width, kMaxHelpWidth);
  std::string out = fmt::format("{}\n\nusage: {}\n",
                                wrap(fmt::format("tripos {}: {}", command.text.name, command.text.summary), width, 0),
                                usage_line(command.text, command.flags));
  if (command.text.takes_eval_file) out += fmt::format("       tripos {} EVAL.yaml [FLAG...]\n", command.text.name);
  if (!command.text.details.empty()) out += "\n" + wrap(command.text.details, width) + "\n";
  out += flag_block("arguments", command.flags, width, [](const Flag& flag) { return flag.is_positional(); });
  Globals unused;
  std::vector<Flag> flags = command.flags;
  for (const Flag& flag : global_flags(unused)) flags.push_back(flag);
  for (const std::string& group : groups_of(flags)) {
    out +=
        flag_block(group, flags, width, [&](const Flag& flag) { return !flag.is_positional() && flag.group == group; });
  }
  if (!command.text.examples.empty()) out += "\nexamples\n";
  for (const std::string& example : command.text.examples) out += "  " + example + "\n";
  return out;
}

std::string program_help(const std::vector<Described>& commands, int width) {
  width = std::min(width, kMaxHelpWidth);
  std::string out =
      "tripos: evaluates models on STEM benchmarks, keeps every answer, compares runs\n\n"
      "usage: tripos COMMAND [ARGUMENT...] [FLAG...]\n\ncommands\n";
  std::vector<std::vector<std::string>> rows;
  for (const Described& command : commands) rows.push_back({command.text.name, command.text.summary});
  out += columns(rows, width, 2);
  out += "\nexit codes\n";
  rows.clear();
  for (const ExitMeaning& exit : exit_meanings()) {
    rows.push_back({std::to_string(static_cast<int>(exit.code)), std::string(exit.meaning)});
  }
  out += columns(rows, width, 2);
  out += "\n" + wrap(kEnvironmentNote, width) + "\n";
  out +=
      "\nexamples\n"
      "  tripos list tasks\n"
      "  tripos run math500 -m openai-compatible/qwen3-8b \\\n"
      "    --base-url http://localhost:8000/v1 --limit 20\n"
      "  tripos compare\n\n"
      "\"tripos COMMAND --help\" explains a command.\n";
  return out;
}

const std::vector<ExitMeaning>& exit_meanings() {
  static const std::vector<ExitMeaning> meanings = {
      {Exit::kComplete, "complete"},
      {Exit::kFailed, "failed"},
      {Exit::kUsage, "the command line or the eval file is wrong; nothing was spent"},
      {Exit::kIncomplete, "finished, but some samples have no result"},
      {Exit::kNoKey, "a key is missing or was refused"},
      {Exit::kInterrupted, "interrupted; what was answered is kept"},
  };
  return meanings;
}

}  // namespace tripos::cli
