#include "harness/cli/stores.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/core/hardware.h"

namespace tripos::cli {

Flag db_flag(std::string& target) {
  return {.name = "--db",
          .value = "FILE",
          .help = fmt::format("database (default {})", kDefaultDb),
          .target = &target,
          .completes = Completes::kFile};
}

Flag threads_flag(std::optional<int>& target) {
  return {.name = "--threads",
          .value = "N",
          .help = "threads (default: one a core)",
          .target = &target,
          .low = 1,
          .high = 1024};
}

int threads_or_all(const std::optional<int>& threads) { return threads.value_or(hardware_threads()); }

Result<std::unique_ptr<store::Store>> open_existing(const std::string& path, store::Store::Mode mode) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fail(
        Error::Kind::kStorage, fmt::format("there is no database \"{}\"", path),
        fmt::format("\"tripos run TASK -m MODEL --db {}\" or \"tripos import FILE --db {}\" makes one", path, path));
  }
  return store::Store::open(path, mode);
}

Error no_runs(const std::string& path, const std::string& task) {
  return {Error::Kind::kData,
          task.empty() ? fmt::format("\"{}\" holds no run yet", path)
                       : fmt::format("\"{}\" holds no run of task \"{}\"", path, task),
          task.empty() ? fmt::format("\"tripos run TASK -m MODEL --db {}\" makes one", path)
                       : fmt::format("\"tripos list runs --db {}\" shows what it holds", path)};
}

}  // namespace tripos::cli
