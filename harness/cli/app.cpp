#include "harness/cli/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>

#include "harness/cli/commands/commands.h"
#include "harness/cli/parser.h"
#include "harness/cli/settings.h"
#include "harness/cli/terminal.h"
#include "harness/core/spelling.h"

namespace tripos::cli {
namespace {

struct Entry {
  std::string_view name;
  std::unique_ptr<Command> (*make)();
};

// Every command. To add one, add a file in commands/, its line in commands/commands.h and a line here.
constexpr std::array kCommands = {
    Entry{"run", &make_run_command},           Entry{"plan", &make_plan_command},
    Entry{"list", &make_list_command},         Entry{"describe", &make_describe_command},
    Entry{"show", &make_show_command},         Entry{"score", &make_score_command},
    Entry{"matrix", &make_matrix_command},     Entry{"compare", &make_compare_command},
    Entry{"report", &make_report_command},     Entry{"import", &make_import_command},
    Entry{"fetch", &make_fetch_command},       Entry{"merge", &make_merge_command},
    Entry{"doctor", &make_doctor_command},     Entry{"render", &make_render_command},
    Entry{"generate", &make_generate_command}, Entry{"grade", &make_grade_command},
    Entry{"explain", &make_explain_command},   Entry{"completion", &make_completion_command},
};

Exit exit_of(const Error& error) {
  switch (error.kind) {
    case Error::Kind::kUsage:
    case Error::Kind::kConfig:
      return Exit::kUsage;
    case Error::Kind::kAuth:
      return Exit::kNoKey;
    default:
      return Exit::kFailed;
  }
}

// A word as a shell reads it back.
std::string shell_quoted(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+@%/:.,";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string command_line_of(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_quoted(word);
  return line;
}

Result<std::unique_ptr<Command>> find_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Entry& entry : kCommands) {
    if (entry.name == name) return entry.make();
    names.emplace_back(entry.name);
  }
  std::string hint = did_you_mean(name, names);
  return fail(Error::Kind::kUsage, fmt::format("unknown {} \"{}\"", name.starts_with("-") ? "flag" : "command", name),
              hint.empty() ? "\"tripos --help\" shows all commands" : hint + " \"tripos --help\" shows all commands");
}

// The eval file among the arguments typed, if there is one; it then is no task.
Result<std::optional<EvalFile>> take_eval_file(const CommandText& text, const std::vector<Flag>& flags,
                                               std::vector<std::vector<std::string>>& typed) {
  if (!text.takes_eval_file || typed[0].empty()) return std::nullopt;
  const auto found = std::find_if(typed[0].begin(), typed[0].end(), &EvalFile::is_eval_file);
  if (found == typed[0].end()) return std::nullopt;
  if (typed[0].size() > 1) {
    return fail(Error::Kind::kUsage, fmt::format("{} is an eval file and stands alone: its tasks are in it", *found));
  }
  TRIPOS_TRY(EvalFile file, EvalFile::load(*found, flags));
  typed[0].clear();
  return file;
}

// Where a usage error has no hint of its own, the help of the command is one.
Error with_help_hint(Error error, const std::string& command) {
  const bool is_usage = error.kind == Error::Kind::kUsage;
  if (is_usage && error.hint.empty()) error.hint = fmt::format("\"tripos {} --help\" shows how it is used", command);
  return error;
}

Result<Exit> run_command(const std::string& name, const std::vector<std::string>& arguments, Context& context) {
  TRIPOS_TRY(const std::unique_ptr<Command> command, find_command(name));
  const CommandText text = command->text();
  std::vector<Flag> flags = command->flags();
  const std::size_t own_flags = flags.size();
  Globals globals;
  for (Flag& flag : global_flags(globals)) flags.push_back(std::move(flag));
  TRIPOS_TRY(auto typed, parse_arguments(flags, arguments));
  if (!typed[own_flags].empty()) {  // --help is the first of the global flags
    flags.resize(own_flags);
    context.terminal.print(command_help({text, flags}, context.terminal.width()));
    return Exit::kComplete;
  }
  TRIPOS_TRY(const std::optional<EvalFile> eval_file, take_eval_file(text, flags, typed));
  TRIPOS_CHECK(apply(flags, typed, eval_file, &environment_variable));
  context.terminal.configure({.no_color = globals.no_color,
                              .no_progress = globals.no_progress,
                              .quiet = globals.quiet,
                              .verbose = globals.verbose});
  return command->run(context);
}

Result<Exit> run_words(const std::vector<std::string>& words, Context& context) {
  if (words.size() < 2 || words[1] == "--help" || words[1] == "-h") {
    context.terminal.print(program_help(describe_commands(), context.terminal.width()));
    return words.size() < 2 ? Exit::kUsage : Exit::kComplete;
  }
  if (words[1] == "--version") {
    context.terminal.print("tripos " TRIPOS_VERSION "\n");
    return Exit::kComplete;
  }
  if (words[1] == "help" && words.size() > 2) return run_command(words[2], {"--help"}, context);
  if (words[1] == "help") return run_words({words[0], "--help"}, context);
  auto exit = run_command(words[1], {words.begin() + 2, words.end()}, context);
  if (!exit) return tl::unexpected(with_help_hint(std::move(exit).error(), words[1]));
  return exit;
}

}  // namespace

std::vector<Described> describe_commands() {
  std::vector<Described> described;
  for (const Entry& entry : kCommands) {
    const std::unique_ptr<Command> command = entry.make();
    described.push_back({command->text(), command->flags()});
  }
  return described;
}

int run_program(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv, argv + argc);
  Terminal terminal;
  Context context{terminal, command_line_of(words)};
  try {
    Result<Exit> exit = run_words(words, context);
    if (exit) {
      const Result<void> printed = terminal.print_result();
      if (printed) return static_cast<int>(*exit);
      exit = tl::unexpected(printed.error());
    }
    terminal.error(exit.error());
    return static_cast<int>(exit_of(exit.error()));
  } catch (const std::exception& error) {  // out of memory, or a mistake of ours
    terminal.error({Error::Kind::kDevice, error.what(), ""});
    return static_cast<int>(Exit::kFailed);
  }
}

}  // namespace tripos::cli
