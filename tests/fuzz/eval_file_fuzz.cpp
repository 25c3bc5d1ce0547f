// An eval file from outside: every value of it lands in a flag or is refused at its place in the file.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "harness/cli/settings.h"

namespace {

using tripos::cli::EvalFile;
using tripos::cli::Flag;

// The bytes as a file that has a path and lies in memory.
class MemoryFile {
 public:
  MemoryFile(const std::uint8_t* data, std::size_t size) : descriptor_(::memfd_create("eval", MFD_CLOEXEC)) {
    if (descriptor_ < 0 || ::write(descriptor_, data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> tasks;
  std::optional<int> epochs;
  std::optional<double> temperature;
  std::optional<std::int64_t> seed;
  std::optional<bool> stream;
  std::string format;
  const std::vector<Flag> flags = {{.name = "TASK", .target = &tasks, .required = true, .key = "tasks"},
                                   {.name = "--epochs", .value = "N", .target = &epochs, .low = 1, .high = 100},
                                   {.name = "--temperature", .value = "T", .target = &temperature, .low = 0, .high = 2},
                                   {.name = "--seed", .value = "N", .target = &seed},
                                   {.name = "--stream", .target = &stream},
                                   {.name = "--format", .value = "F", .target = &format, .words = {"table", "json"}}};
  const MemoryFile file(data, size);
  const auto eval_file = EvalFile::load(file.path(), flags);
  if (!eval_file) {
    if (!eval_file.error().message.starts_with(file.path())) std::abort();
    return 0;
  }
  const auto no_environment = [](const std::string&) -> std::optional<std::string> { return std::nullopt; };
  const auto applied =
      tripos::cli::apply(flags, std::vector<std::vector<std::string>>(flags.size()), *eval_file, no_environment);
  if (!applied) return 0;
  if (tasks.empty() || epochs.value_or(1) < 1 || epochs.value_or(1) > 100) std::abort();
  return 0;
}
