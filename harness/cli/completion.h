#pragma once
// Shell completions and the man page, written from the same descriptions as the help.

#include <string>
#include <vector>

#include "harness/cli/help.h"

namespace tripos::cli {

// The words that a shell offers for tasks and protocols.
struct CompletionWords {
  std::vector<std::string> tasks;
  std::vector<std::string> protocols;
};

std::string bash_completion(const std::vector<Described>& commands, const CompletionWords& words);
std::string zsh_completion(const std::vector<Described>& commands, const CompletionWords& words);
std::string fish_completion(const std::vector<Described>& commands, const CompletionWords& words);
std::string man_page(const std::vector<Described>& commands);

}  // namespace tripos::cli
