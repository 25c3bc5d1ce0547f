#pragma once
// What a command is: one description from which the parser, the eval file, the environment, the help, the completions
// and the man page are made, so that they cannot differ.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/core/result.h"

namespace tripos::cli {

class Terminal;

// Exit codes of the program, the same for every command.
enum class Exit {
  kComplete = 0,
  kFailed = 1,
  kUsage = 2,         // command line or eval file; nothing was spent
  kIncomplete = 3,    // finished, but some samples have no result
  kNoKey = 4,         // key missing or refused
  kInterrupted = 130  // stopped by a signal; what was answered is kept
};

// Where the value of a flag goes. A bool is a switch; an optional bool is a switch that also has a --no- form.
using Target =
    std::variant<bool*, std::optional<bool>*, std::optional<int>*, std::optional<std::int64_t>*, std::optional<double>*,
                 std::string*, std::optional<std::string>*, std::vector<std::string>*>;

// What a shell offers after the flag.
enum class Completes { kNothing, kFile, kTask, kProtocol };

struct Flag {
  std::string name;   // "--max-connections"; an argument without a name of its own is written "TASK"
  char letter = 0;    // 'm' for -m
  std::string value;  // placeholder in the help, "N"; empty for a switch
  std::string help;
  Target target;
  std::string group = "options";
  bool required = false;
  std::optional<double> low;  // bounds of a number, both included
  std::optional<double> high;
  std::vector<std::string> words;  // the only values allowed, where not empty
  Completes completes = Completes::kNothing;
  std::string key;             // in the eval file; empty: the name without its leading dashes
  std::string other_variable;  // a variable of other tools that is read after TRIPOS_..., e.g. "OPENAI_BASE_URL"

  bool is_positional() const { return name.front() != '-'; }
  bool is_switch() const { return std::holds_alternative<bool*>(target) || is_tri_state(); }
  bool is_tri_state() const { return std::holds_alternative<std::optional<bool>*>(target); }
  bool is_list() const { return std::holds_alternative<std::vector<std::string>*>(target); }
  std::string eval_key() const;  // "max-connections"
  std::string variable() const;  // "TRIPOS_MAX_CONNECTIONS"; empty for an argument without a name
};

struct CommandText {
  std::string name;
  std::string summary;                // one line, no full stop
  std::string details;                // paragraphs, split by empty lines
  std::vector<std::string> examples;  // complete commands, each at most 76 columns a line
  bool takes_eval_file = false;       // the first argument may be an eval file
};

struct Context {
  Terminal& terminal;
  std::string command_line;  // as typed, quoted for a shell: what goes on with an interrupted run
};

class Command {
 public:
  virtual ~Command() = default;
  virtual CommandText text() const = 0;
  virtual std::vector<Flag> flags() = 0;  // targets point into this command
  // Called once, after the targets are set.
  virtual Result<Exit> run(Context& context) = 0;
};

}  // namespace tripos::cli
