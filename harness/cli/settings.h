#pragma once
// Values of flags and where they come from: default < eval file < environment < command line.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/command.h"
#include "harness/core/result.h"

namespace tripos::cli {

// Sets the target of `flag`, after checking type and bounds. `source` names the flag as the user wrote it ("--epochs",
// "TRIPOS_EPOCHS", "eval.yaml:3:9: epochs") in errors (kUsage). All but the last of several values of a flag that is
// no list are ignored.
Result<void> assign(const Flag& flag, const std::vector<std::string>& values, std::string_view source);

// The values of an eval file, in the order of `flags`.
class EvalFile {
 public:
  // True if the argument names an eval file: a YAML document with the key `tasks`. (A user's task file has none.)
  static bool is_eval_file(std::string_view argument);
  static Result<EvalFile> load(const std::string& path, const std::vector<Flag>& flags);

  struct Value {
    std::vector<std::string> values;
    std::string source;
  };
  const std::optional<Value>& value(std::size_t flag) const { return values_[flag]; }

 private:
  std::vector<std::optional<Value>> values_;
};

using Environment = std::function<std::optional<std::string>(const std::string&)>;
std::optional<std::string> environment_variable(const std::string& name);

// Sets all targets. `typed[i]` holds what the command line gives for flags[i]. Error (kUsage) where a required flag
// has no value from anywhere.
Result<void> apply(const std::vector<Flag>& flags, const std::vector<std::vector<std::string>>& typed,
                   const std::optional<EvalFile>& eval_file, const Environment& environment);

}  // namespace tripos::cli
