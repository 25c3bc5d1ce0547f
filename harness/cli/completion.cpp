#include "harness/cli/completion.h"

#include <fmt/format.h>

namespace tripos::cli {
namespace {

std::string join(const std::vector<std::string>& words, std::string_view separator = " ") {
  return fmt::format("{}", fmt::join(words, separator));
}

const std::vector<std::string>& words_of(const Flag& flag, const CompletionWords& words) {
  if (flag.completes == Completes::kTask) return words.tasks;
  if (flag.completes == Completes::kProtocol) return words.protocols;
  return flag.words;
}

std::vector<Flag> with_globals(const Described& command) {
  static Globals unused;
  std::vector<Flag> flags = command.flags;
  for (const Flag& flag : global_flags(unused)) flags.push_back(flag);
  return flags;
}

// All spellings of a flag: "-m", "--model"; "--stream", "--no-stream".
std::vector<std::string> spellings(const Flag& flag) {
  std::vector<std::string> result;
  if (flag.is_positional()) return result;
  if (flag.letter != 0) result.push_back(fmt::format("-{}", flag.letter));
  result.push_back(flag.name);
  if (flag.is_tri_state()) result.push_back("--no-" + flag.name.substr(2));
  return result;
}

// Quoted for a shell or for roff's quotes: help texts of ours hold no backslashes.
std::string single_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// For zsh's _arguments, where colons and brackets part the fields.
std::string zsh_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string zsh_action(const Flag& flag, const CompletionWords& words) {
  const std::vector<std::string>& offered = words_of(flag, words);
  if (!offered.empty()) return fmt::format("({})", join(offered));
  return flag.completes == Completes::kFile ? "_files" : " ";
}

std::string zsh_argument(const Flag& flag, const CompletionWords& words) {
  if (flag.is_positional()) {
    return single_quoted(fmt::format("{}:{}:{}", flag.is_list() ? "*" : "", flag.name, zsh_action(flag, words)));
  }
  std::string lines;
  for (const std::string& spelling : spellings(flag)) {
    std::string line = fmt::format("{}{}[{}]", flag.is_list() ? "*" : "", spelling, zsh_escaped(flag.help));
    if (!flag.is_switch()) line += fmt::format(":{}:{}", flag.value, zsh_action(flag, words));
    lines += (lines.empty() ? "" : " \\\n        ") + single_quoted(line);
  }
  return lines;
}

// Words of the positional arguments of a command, for shells that take one list.
std::vector<std::string> positional_words(const Described& command, const CompletionWords& words) {
  for (const Flag& flag : command.flags) {
    if (flag.is_positional() && !words_of(flag, words).empty()) return words_of(flag, words);
  }
  return {};
}

std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  // A line that starts with a dot or a quote would be a request.
  if (!escaped.empty() && (escaped.front() == '.' || escaped.front() == '\'')) escaped.insert(0, "\\&");
  return escaped;
}

std::string roff_flag(const Flag& flag) {
  std::string label = flag_label(flag);
  label.erase(0, label.find_first_not_of(' '));
  return fmt::format(".TP\n\\fB{}\\fR\n{}{}\n", roff(label), roff(flag.help),
                     flag.words.empty() ? "" : roff(": " + join(flag.words, ", ")));
}

std::string roff_command(const Described& command) {
  std::string out = fmt::format(".SS \"{}\"\n{}.\n.PP\n\\fB{}\\fR\n", roff("tripos " + command.text.name),
                                roff(command.text.summary), roff(usage_line(command.text, command.flags)));
  if (!command.text.details.empty()) out += ".PP\n" + roff(command.text.details) + "\n";
  for (const Flag& flag : command.flags) out += roff_flag(flag);
  if (!command.text.examples.empty()) out += ".PP\n.nf\n";
  for (const std::string& example : command.text.examples) out += "    " + roff(example) + "\n";
  return command.text.examples.empty() ? out : out + ".fi\n";
}

}  // namespace

std::string bash_completion(const std::vector<Described>& commands, const CompletionWords& words) {
  std::vector<std::string> names;
  std::string cases;
  for (const Described& command : commands) {
    names.push_back(command.text.name);
    std::vector<std::string> offered = positional_words(command, words);
    std::string values;
    for (const Flag& flag : with_globals(command)) {
      const std::vector<std::string> forms = spellings(flag);
      offered.insert(offered.end(), forms.begin(), forms.end());
      if (flag.is_positional() || flag.is_switch()) continue;
      const std::string action = words_of(flag, words).empty() ? "" : join(words_of(flag, words));
      values += fmt::format("        {}) words={} ;;\n", join(forms, "|"), single_quoted(action));
    }
    cases += fmt::format("    {})\n      words={}\n      case \"$previous\" in\n{}      esac ;;\n", command.text.name,
                         single_quoted(join(offered)), values);
  }
  return fmt::format(R"(# bash completion of tripos: source <(tripos completion bash)
_tripos() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{} --help --version' -- "$word"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
# Where nothing is offered, names of files are.
complete -o default -F _tripos tripos
)",
                     join(names), cases);
}

std::string zsh_completion(const std::vector<Described>& commands, const CompletionWords& words) {
  std::string names;
  std::string cases;
  for (const Described& command : commands) {
    names += fmt::format("    {}\n",
                         single_quoted(fmt::format("{}:{}", command.text.name, zsh_escaped(command.text.summary))));
    cases += fmt::format("    {})\n      _arguments", command.text.name);
    for (const Flag& flag : with_globals(command)) cases += " \\\n        " + zsh_argument(flag, words);
    cases += " ;;\n";
  }
  return fmt::format(R"(#compdef tripos
# zsh completion of tripos: tripos completion zsh > ~/.zfunc/_tripos
_tripos() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
{}  esac
}}
compdef _tripos tripos
)",
                     names, cases);
}

std::string fish_completion(const std::vector<Described>& commands, const CompletionWords& words) {
  std::string out = "# fish completion of tripos: tripos completion fish > ~/.config/fish/completions/tripos.fish\n";
  for (const Described& command : commands) {
    out += fmt::format("complete -c tripos -n __fish_use_subcommand -f -a {} -d {}\n", command.text.name,
                       single_quoted(command.text.summary));
  }
  for (const Described& command : commands) {
    const std::string when = fmt::format("-n '__fish_seen_subcommand_from {}'", command.text.name);
    if (const auto offered = positional_words(command, words); !offered.empty()) {
      out += fmt::format("complete -c tripos {} -a {}\n", when, single_quoted(join(offered)));
    }
    for (const Flag& flag : with_globals(command)) {
      for (const std::string& spelling : spellings(flag)) {
        const bool is_long = spelling.starts_with("--");
        out += fmt::format("complete -c tripos {} {} {} -d {}", when, is_long ? "-l" : "-s",
                           spelling.substr(is_long ? 2 : 1), single_quoted(flag.help));
        if (!flag.is_switch()) out += flag.completes == Completes::kFile ? " -r -F" : " -x";
        if (!words_of(flag, words).empty()) out += fmt::format(" -a {}", single_quoted(join(words_of(flag, words))));
        out += '\n';
      }
    }
  }
  return out;
}

std::string man_page(const std::vector<Described>& commands) {
  std::string out =
      ".TH TRIPOS 1 \"\" \"tripos " TRIPOS_VERSION
      "\" \"User Commands\"\n"
      ".SH NAME\ntripos \\- evaluate models on STEM benchmarks and compare them\n"
      ".SH SYNOPSIS\n\\fBtripos\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR...] [\\fIFLAG\\fR...]\n"
      ".SH DESCRIPTION\n"
      "Tripos asks models the questions of benchmarks, scores the answers, keeps every answer, and says which\n"
      "differences hold.\n.SH COMMANDS\n";
  for (const Described& command : commands) out += roff_command(command);
  out += ".SH \"FLAGS OF EVERY COMMAND\"\n";
  Globals unused;
  for (const Flag& flag : global_flags(unused)) out += roff_flag(flag);
  out += ".SH \"EXIT STATUS\"\n";
  for (const ExitMeaning& exit : exit_meanings()) {
    out += fmt::format(".TP\n{}\n{}\n", static_cast<int>(exit.code), roff(exit.meaning));
  }
  out += fmt::format(".SH ENVIRONMENT\n{}\n", roff(kEnvironmentNote));
  out +=
      ".TP\nOPENAI_API_KEY\nkey for openai\\-compatible servers; occurs in no argument, log, database or report\n"
      ".TP\nTRIPOS_DATA_DIR\nwhere the data of tasks is kept (default ~/.local/share/tripos)\n";
  return out;
}

}  // namespace tripos::cli
