#include "harness/cli/parser.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "harness/core/spelling.h"

namespace tripos::cli {
namespace {

std::string cli11_name(const Flag& flag) {
  return flag.letter == 0 ? flag.name : fmt::format("-{},{}", flag.letter, flag.name);
}

// The options of one flag; a switch with a --no- form has two.
struct Options {
  CLI::Option* yes = nullptr;
  CLI::Option* no = nullptr;
};

Options add_flag(CLI::App& app, const Flag& flag, std::vector<std::string>& value) {
  Options options;
  if (flag.is_switch()) {
    options.yes = app.add_flag(cli11_name(flag));
    if (flag.is_tri_state()) options.no = app.add_flag("--no-" + flag.name.substr(2));
  } else {
    options.yes = app.add_option(cli11_name(flag), value);
    const bool takes_rest = flag.is_positional() && flag.is_list();
    options.yes->expected(takes_rest ? -1 : 1)->allow_extra_args(takes_rest);
    options.yes->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  return options;
}

std::vector<std::string> typed_values(const Options& options) {
  std::vector<std::string> values = options.yes->results();
  if (options.no != nullptr && options.no->count() > 0) values.assign(1, "false");
  return values;
}

Error extra_argument(const std::string& extra, const std::vector<Flag>& flags) {
  if (extra.front() != '-') return {Error::Kind::kUsage, fmt::format("unexpected argument \"{}\"", extra), ""};
  std::vector<std::string> names;
  for (const Flag& flag : flags) {
    if (!flag.is_positional()) names.push_back(flag.name);
    if (flag.is_tri_state()) names.push_back("--no-" + flag.name.substr(2));
  }
  const std::string name = extra.substr(0, extra.find('='));
  return {Error::Kind::kUsage, fmt::format("unknown flag \"{}\"", name), did_you_mean(name, names)};
}

}  // namespace

Result<std::vector<std::vector<std::string>>> parse_arguments(const std::vector<Flag>& flags,
                                                              const std::vector<std::string>& arguments) {
  std::vector<std::vector<std::string>> typed(flags.size());
  std::vector<std::vector<std::string>> sinks(flags.size());
  try {
    CLI::App app;
    app.set_help_flag();
    // CLI11 2.1.2 would say what is missing before it says what is misspelt, so leftovers are checked here.
    app.allow_extras();
    std::vector<Options> options;
    for (std::size_t i = 0; i < flags.size(); ++i) options.push_back(add_flag(app, flags[i], sinks[i]));
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them last first
    std::vector<std::string> extras = app.remaining();
    std::erase(extras, "--");
    if (!extras.empty()) {
      return tl::unexpected(extra_argument(extras.front(), flags));
    }
    for (std::size_t i = 0; i < flags.size(); ++i) typed[i] = typed_values(options[i]);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string what = error.what();  // "--db: 1 required TEXT missing"
    return fail(Error::Kind::kUsage, fmt::format("{} needs a value", what.substr(0, what.find(':'))));
  } catch (const CLI::Error& error) {
    return fail(Error::Kind::kUsage, error.what());
  }
  return typed;
}

}  // namespace tripos::cli
