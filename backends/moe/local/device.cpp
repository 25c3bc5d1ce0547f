#include "backends/moe/local/device.h"

#include "backends/moe/local/host_memory.h"
#include "backends/moe/ops/cpu/reference.h"

namespace tripos::moe {

Result<Device> find_device() { return Device{"cpu-reference", available_memory()}; }

Result<std::unique_ptr<Ops>> open_device(const Device&, int) { return reference_ops(); }

}  // namespace tripos::moe
