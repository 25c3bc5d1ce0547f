#pragma once
// Matrices of stored runs: what every protocol that fits would have said.

#include <cstddef>
#include <optional>
#include <stop_token>

#include "harness/core/result.h"
#include "harness/store/store.h"
#include "reports/matrix.h"

namespace tripos::cli {

class Terminal;

struct MatrixOptions {
  int threads = 1;
  std::size_t most_listed = 0;  // disagreements
};

// Reads the responses of a run by every preset for its kind of answer and by the protocol that asked, each scoring half
// once, on `threads` threads, and shows on the terminal how far it is. Writes nothing to the store. nullopt: stopped.
Result<std::optional<reports::Matrix>> make_matrix(const store::Store& store, const store::Run& run,
                                                   const MatrixOptions& options, Terminal& terminal,
                                                   std::stop_token stop);

}  // namespace tripos::cli
