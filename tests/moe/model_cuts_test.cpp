// Model files that were cut or damaged at any place end in an error or in what the whole file holds.

#include <string>

#include "backends/moe/io/gguf.h"
#include "backends/moe/io/safetensors.h"
#include "tests/catch.h"
#include "tests/moe/model_files.h"

namespace tripos::moe {
namespace {

using test::bytes_of;

Result<TensorTable> parse(const std::string& name, std::span<const std::byte> file) {
  if (name.ends_with(".safetensors")) return parse_safetensors(file, name);
  return parse_gguf(file, name).map([](Gguf model) { return std::move(model.tensors); });
}

// All bytes of all tensors, so that a sanitizer sees a view that leaves the file.
unsigned sum_of(const TensorTable& tensors) {
  unsigned sum = 0;
  for (const TensorView& tensor : tensors.all()) {
    for (const std::byte byte : tensor.bytes) sum += std::to_integer<unsigned>(byte);
  }
  return sum;
}

const char* const kNames[] = {"single.safetensors", "sharded/model-00001-of-00002.safetensors", "all_types.gguf",
                              "aligned.gguf"};

TEST_CASE("a model file cut at any byte is refused", "[moe][cuts]") {
  for (const std::string name : kNames) {
    const std::string whole = read_file(test::model_files() / name).value();
    const TensorTable tensors = parse(name, bytes_of(whole)).value();
    const TensorView& last = tensors.all().back();
    // Behind it there may be padding, which may be missing.
    const auto end = static_cast<std::size_t>(last.bytes.data() + last.bytes.size() - bytes_of(whole).data());
    CHECK(whole.size() - end < 64);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(name, size);
      const std::string cut(whole, 0, size);  // of its own, so that a sanitizer sees its end
      const auto found = parse(name, bytes_of(cut));
      REQUIRE(found.has_value() == (size >= end));
      if (found) CHECK(test::listed(*found) == test::listed(tensors));
    }
  }
}

TEST_CASE("a changed byte of a header does no harm", "[moe][cuts]") {
  for (const std::string name : kNames) {
    std::string file = read_file(test::model_files() / name).value();
    const auto first = parse(name, bytes_of(file)).value().all()[0].bytes.data();
    const auto header_bytes = static_cast<std::size_t>(first - bytes_of(file).data());
    unsigned sum = 0;
    for (std::size_t at = 0; at < header_bytes; ++at) {
      const char original = file[at];
      for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        file[at] = static_cast<char>(original ^ change);
        if (const auto tensors = parse(name, bytes_of(file))) sum += sum_of(*tensors);
      }
      file[at] = original;
    }
    CHECK(sum > 0);  // some changes are harmless, such as those of a name
  }
}

}  // namespace
}  // namespace tripos::moe
