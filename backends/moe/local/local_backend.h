#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backends/backend.h"
#include "backends/moe/local/device.h"
#include "backends/moe/local/model_files.h"

namespace tripos::moe {

struct LocalOptions {
  TemplateChoice chat;
  DeviceChoice device = DeviceChoice::kBest;
  int threads = 0;                              // 0: one a core
  std::function<void(const std::string&)> say;  // told a line or two before the weights are loaded; may be empty
};

// Model "local/PATH", run in this process; see ModelFiles::open(). Files are checked here, and the
// model is refused (kDevice) where it does not fit into memory; weights are loaded when it is asked. Its fingerprint is
// the hash of all that its answers depend on: files, template, device, engine.
Result<std::unique_ptr<backends::Backend>> make_local(const std::string& path, LocalOptions options);

}  // namespace tripos::moe
