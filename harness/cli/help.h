#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/command.h"

namespace tripos::cli {

// Flags that every command takes; their targets are those of `globals`.
struct Globals {
  bool help = false;
  bool no_color = false;
  bool no_progress = false;
  bool quiet = false;
  bool verbose = false;
};
std::vector<Flag> global_flags(Globals& globals);

// "-m, --model MODEL...", "TASK..."
std::string flag_label(const Flag& flag);
// "tripos run TASK... --model MODEL... [flags]"
std::string usage_line(const CommandText& text, const std::vector<Flag>& flags);

// One command, described without running it: what help, completions and the man page are made from.
struct Described {
  CommandText text;
  std::vector<Flag> flags;  // its own; the targets are not to be used
};

std::string command_help(const Described& command, int width);
std::string program_help(const std::vector<Described>& commands, int width);

struct ExitMeaning {
  Exit code;
  std::string_view meaning;
};
const std::vector<ExitMeaning>& exit_meanings();

inline constexpr std::string_view kEnvironmentNote =
    "Every flag can stand in the environment too: --max-connections is TRIPOS_MAX_CONNECTIONS. A flag wins over the "
    "environment, the environment over an eval file, an eval file over the default.";

}  // namespace tripos::cli
