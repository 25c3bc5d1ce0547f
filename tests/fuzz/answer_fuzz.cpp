// Two answers from outside, read and compared: whatever reads equals itself, and values are equal in both directions.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/core/text.h"
#include "scorers/equality/equality.h"
#include "scorers/latex/reader.h"

using namespace tripos;
using namespace tripos::scorers;

// The bytes up to the first NUL are one answer, the rest is the other.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = std::min(bytes.find('\0'), bytes.size());
  const Reading first = read_answer(repair_utf8(bytes.substr(0, middle)));
  const Reading second = read_answer(repair_utf8(bytes.substr(std::min(middle + 1, bytes.size()))));
  for (const Reading* reading : {&first, &second}) {
    if (reading->tree.has_value() != reading->problem.empty()) std::abort();
    if (!reading->tree) continue;
    if (find_invalid_utf8(to_text(*reading->tree))) std::abort();
    if (equal_answers(*reading->tree, *reading->tree, {}).truth == Truth::kFalse) std::abort();
  }
  if (!first.tree || !second.tree) return 0;
  const Truth forwards = equal_answers(*first.tree, *second.tree, {}).truth;
  const Truth backwards = equal_answers(*second.tree, *first.tree, {}).truth;
  if (is_scalar(*first.tree) && is_scalar(*second.tree) && forwards != backwards) std::abort();
  return 0;
}
