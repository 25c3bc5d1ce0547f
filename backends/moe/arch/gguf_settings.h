#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "backends/moe/io/gguf_metadata.h"
#include "harness/core/result.h"

namespace tripos::moe {

// The keys of one architecture in a GGUF file, which all begin with its name: "llama.block_count". Errors (kData) name
// the key. Remembers which keys were asked for, so that what nobody asked for is not passed over in silence.
class GgufSettings {
 public:
  // The metadata outlive it.
  GgufSettings(const GgufMetadata& metadata, std::string_view architecture)
      : metadata_(metadata), prefix_(std::string(architecture) + ".") {}

  Result<int> integer(std::string_view name, int highest, std::optional<int> otherwise = std::nullopt, int lowest = 1);
  // Finite and above 0.
  Result<double> number(std::string_view name, std::optional<double> otherwise = std::nullopt);
  Result<std::string_view> text(std::string_view name, std::string_view otherwise);

  // Error (kConfig) when there is a key that changes the model and that was not asked for.
  Result<void> check_all_read() const;

 private:
  std::string key_of(std::string_view name);

  const GgufMetadata& metadata_;
  std::string prefix_;
  std::set<std::string, std::less<>> read_;  // whole keys
};

}  // namespace tripos::moe
