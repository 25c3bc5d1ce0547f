#pragma once

#include <string>
#include <vector>

#include "harness/cli/help.h"

namespace tripos::cli {

// Runs the command line and returns the exit code. Nothing throws out of here.
int run_program(int argc, const char* const* argv);

// Every command, in the order of the help.
std::vector<Described> describe_commands();

}  // namespace tripos::cli
