#include "backends/moe/io/gguf.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/moe/model_files.h"
#include "tests/support/temp_dir.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string_view>;

template <typename Number>
std::string number(Number value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}
std::string u32(std::uint32_t value) { return number(value); }
std::string u64(std::uint64_t value) { return number(value); }
std::string text(const std::string& value) { return u64(value.size()) + value; }
std::string entry(const std::string& key, GgufType type, const std::string& value) {
  return text(key) + u32(static_cast<std::uint32_t>(type)) + value;
}
std::string array(GgufType type, std::uint64_t count, const std::string& values) {
  return u32(static_cast<std::uint32_t>(type)) + u64(count) + values;
}
std::string tensor(const std::string& name, const std::vector<std::uint64_t>& dimensions, std::uint32_t type,
                   std::uint64_t offset) {
  std::string description = text(name) + u32(static_cast<std::uint32_t>(dimensions.size()));
  for (const std::uint64_t size : dimensions) description += u64(size);
  return description + u32(type) + u64(offset);
}

// A file with `data_bytes` zeros behind the padding to 32.
std::string file_of(const std::vector<std::string>& entries, const std::vector<std::string>& tensors,
                    std::size_t data_bytes) {
  std::string file = "GGUF" + u32(3) + u64(tensors.size()) + u64(entries.size());
  for (const std::string& part : entries) file += part;
  for (const std::string& part : tensors) file += part;
  file.resize((file.size() + 31) / 32 * 32 + data_bytes);
  return file;
}

// Message of the error that parse_gguf() gives; empty: none.
std::string error_of(const std::string& file) {
  const auto model = parse_gguf(test::bytes_of(file), "m");
  return model ? "" : model.error().message;
}

// The value of a key as the JSON value that Python listed.
json value_of(const GgufMetadata& metadata, const std::string& key, const json& like) {
  if (like.is_string()) return metadata.get<std::string_view>(key).value();
  if (like.is_boolean()) return metadata.get<bool>(key).value();
  if (like[0].is_string()) return metadata.get<Strings>(key).value();
  if (like[0].is_boolean()) return metadata.get<std::vector<bool>>(key).value();
  if (like[0].is_number_float()) return metadata.get<std::vector<float>>(key).value();
  return metadata.get<std::vector<std::int32_t>>(key).value();
}

json number_of(const GgufMetadata& metadata, const std::string& key, const std::string& kind) {
  if (kind.starts_with("int")) return metadata.get<std::int64_t>(key).value();
  if (kind.starts_with("uint")) return metadata.get<std::uint64_t>(key).value();
  if (kind == "float32") return metadata.get<float>(key).value();
  return metadata.get<double>(key).value();
}

TEST_CASE("GGUF files are listed as their own package wrote them", "[moe][gguf]") {
  const std::string name = GENERATE("all_types.gguf", "aligned.gguf");
  CAPTURE(name);
  const auto model = open_gguf(test::model_files() / name);
  REQUIRE(model);
  const json expected = test::listing(name);
  CHECK(test::listed(model->tensors) == expected["tensors"]);
  CHECK(model->metadata.get<std::string_view>("general.architecture").value() == "llama");
  CHECK(model->metadata.keys().size() >= expected["metadata"].size());
  for (const auto& [key, item] : expected["metadata"].items()) {
    CAPTURE(key);
    const json& value = item["value"];
    if (key == "test.nested") continue;  // checked, but nothing asks for its values
    CHECK((value.is_number() ? number_of(model->metadata, key, item["kind"]) : value_of(model->metadata, key, value)) ==
          value);
  }
}

TEST_CASE("a damaged GGUF file is refused with the reason", "[moe][gguf]") {
  struct Case {
    std::string file;
    std::string message;
  };
  const std::string head = "GGUF" + u32(3);
  const std::string two_floats = tensor("a", {2}, 0, 0);
  const auto c = GENERATE_COPY(values<Case>({
      {"", "m: the file ends at byte 0, inside the magic number of 4 bytes that begins at byte 0"},
      {"GGML", "m: not a GGUF file: it does not begin with \"GGUF\""},
      {"GGUF" + u32(1), "m: GGUF version 1, expected 2 or 3"},
      {"GGUF" + u32(4), "m: GGUF version 4, expected 2 or 3"},
      {"GGUF" + u32(0x03000000), "m: a big-endian GGUF file, expected little-endian"},
      {head + u64(1) + u64(0),
       "m: the file ends at byte 24, inside the length of a tensor's name of 8 bytes that begins at byte 24"},
      {head + u64(0) + u64(~std::uint64_t{0}), "m: 18446744073709551615 metadata entries, at most 1000000 are allowed"},
      {file_of({entry("a", GgufType::kU8, "x"), entry("a", GgufType::kU8, "x")}, {}, 0),
       "m: metadata key \"a\" comes twice"},
      {head + u64(1'000'001) + u64(0), "m: 1000001 tensors, at most 1000000 are allowed"},
      {file_of({text("a") + u32(13)}, {}, 0), "m: metadata \"a\": value type 13 is unknown"},
      {file_of({entry("a", GgufType::kBool, "\2")}, {}, 0), "m: metadata \"a\": a bool is 2, neither 0 nor 1"},
      {file_of({entry("a", GgufType::kArray, array(GgufType::kBool, 2, "\1\2"))}, {}, 0),
       "m: metadata \"a\": a bool is 2, neither 0 nor 1"},
      {file_of({entry("a", GgufType::kArray, array(GgufType::kU64, std::uint64_t{1} << 61, ""))}, {}, 8),
       "m: metadata \"a\": an array of 2305843009213693952 values, at most 16777216 are allowed"},
      {file_of({}, {two_floats, tensor("a", {2}, 0, 32)}, 40), "m: tensor \"a\" comes twice"},
      {file_of({}, {tensor(std::string(65, 'a'), {2}, 0, 0)}, 8),
       "m: a tensor's name of 65 bytes, at most 64 are allowed"},
      {file_of({}, {tensor("a", {1, 1, 1, 1, 1}, 0, 0)}, 4), "m: tensor \"a\": 5 dimensions, at most 4 are allowed"},
      {file_of({}, {tensor("a", {2}, 16, 0)}, 8), "m: tensor \"a\": type IQ2_XXS is not supported"},
      {file_of({}, {tensor("a", {2}, 10, 0)}, 8), "m: tensor \"a\": type Q2_K is not supported"},
      {file_of({}, {tensor("a", {2}, 4, 0)}, 8), "m: tensor \"a\": type number 4 is not supported"},
      {file_of({}, {tensor("a", {48}, 2, 0)}, 27),
       "m: tensor \"a\": rows of 48 weights are not whole Q4_0 blocks of 32"},
      {file_of({}, {tensor("a", {2, std::uint64_t{1} << 62}, 0, 0)}, 8),
       "m: tensor \"a\": shape [4611686018427387904, 2] is too large"},
      {file_of({}, {tensor("a", {2}, 0, 32)}, 64), "m: tensor \"a\" begins at byte 32 of the data, expected 0"},
      {file_of({}, {two_floats, tensor("b", {2}, 0, 8)}, 16),
       "m: tensor \"b\" begins at byte 8 of the data, expected 32"},
      {file_of({}, {two_floats, tensor("b", {2}, 0, 0)}, 16),
       "m: tensor \"b\" begins at byte 0 of the data, expected 32"},
      {file_of({}, {two_floats, tensor("b", {2}, 0, 32)}, 39),
       "m: tensor \"b\" takes 8 bytes from byte 32 of the data on, which has 39"},
      {file_of({}, {two_floats, tensor("b", {2}, 0, 32)}, 8),
       "m: tensor \"b\" takes 8 bytes from byte 32 of the data on, which has 8"},
      {file_of({entry("general.alignment", GgufType::kU32, u32(0))}, {}, 0),
       "m: general.alignment is 0, expected a power of two from 8 on"},
      {file_of({entry("general.alignment", GgufType::kU32, u32(48))}, {}, 0),
       "m: general.alignment is 48, expected a power of two from 8 on"},
      {file_of({entry("general.alignment", GgufType::kString, text("32"))}, {}, 0),
       "m: metadata \"general.alignment\": expected u32, found string"},
      {file_of({entry("split.count", GgufType::kU16, number(std::uint16_t{3}))}, {}, 0),
       "m: one of the 3 parts of a model, expected a whole one"},
  }));
  CHECK(error_of(c.file) == c.message);
}

TEST_CASE("arrays in arrays are read to a depth", "[moe][gguf]") {
  const auto nested = [](int depth) {
    std::string value;
    for (int i = 1; i < depth; ++i) value += array(GgufType::kArray, 1, "");
    value += array(GgufType::kU8, 1, "x");
    return file_of({entry("a", GgufType::kArray, value)}, {}, 0);
  };
  CHECK(error_of(nested(4)).empty());
  CHECK(error_of(nested(5)) == "m: metadata \"a\": arrays nested more than 4 deep");
  CHECK(error_of(nested(100'000)) == "m: metadata \"a\": arrays nested more than 4 deep");
}

TEST_CASE("versions 2 and 3 have the same layout, and one part is no split model", "[moe][gguf]") {
  std::string file =
      file_of({entry("split.count", GgufType::kU16, number(std::uint16_t{1}))}, {tensor("a", {4, 3, 2}, 0, 0)}, 96);
  file[4] = 2;
  const auto model = parse_gguf(test::bytes_of(file), "m");
  REQUIRE(model);
  CHECK(model->tensors.find("a")->shape == std::vector<std::uint64_t>{2, 3, 4});
}

TEST_CASE("metadata is given in the type that is asked for, or not at all", "[moe][gguf]") {
  const std::string file =
      file_of({entry("u64", GgufType::kU64, u64(4294967296)), entry("i8", GgufType::kI8, "\xFF"),
               entry("f32", GgufType::kF32, number(1.5F)), entry("text", GgufType::kString, text("x")),
               entry("u8s", GgufType::kArray, array(GgufType::kU8, 2, "\1\xFF")),
               entry("i8s", GgufType::kArray, array(GgufType::kI8, 2, "\1\xFF"))},
              {}, 0);
  const auto model = parse_gguf(test::bytes_of(file), "m");
  REQUIRE(model);
  const GgufMetadata& metadata = model->metadata;
  CHECK(metadata.get<std::int64_t>("u64").value() == 4294967296);
  CHECK(metadata.get<std::int64_t>("i8").value() == -1);
  CHECK(metadata.get<std::vector<std::int32_t>>("u8s").value() == std::vector<std::int32_t>{1, 255});
  CHECK(metadata.find<std::uint32_t>("none").value() == std::nullopt);
  CHECK(metadata.find<float>("f32").value() == 1.5F);

  CHECK(metadata.get<bool>("none").error().message == "m: no metadata \"none\"");
  CHECK(metadata.get<std::int32_t>("u64").error().message == "m: metadata \"u64\": 4294967296 does not fit into i32");
  CHECK(metadata.get<std::uint32_t>("i8").error().message == "m: metadata \"i8\": -1 does not fit into u32");
  CHECK(metadata.get<double>("f32").error().message == "m: metadata \"f32\": expected f64, found f32");
  CHECK(metadata.get<std::uint32_t>("text").error().message == "m: metadata \"text\": expected u32, found string");
  CHECK(metadata.find<Strings>("text").error().message ==
        "m: metadata \"text\": expected an array of string, found string");
  CHECK(metadata.find<Strings>("u8s").error().message == "m: metadata \"u8s\": expected string, found u8");
  CHECK(metadata.get<std::vector<std::uint32_t>>("i8s").error().message ==
        "m: metadata \"i8s\": -1 does not fit into u32");
}

TEST_CASE("a model in parts is one model, of which no part may be missing or another", "[moe][gguf]") {
  const auto part = [](int number) { return fmt::format("split-0000{}-of-00003.gguf", number); };
  const auto model = open_gguf(test::model_files() / part(1));
  REQUIRE(model);
  CHECK(test::listed(model->tensors) == test::listing("split")["tensors"]);
  CHECK(model->metadata.get<std::uint32_t>("test.u32").value() == 7);
  CHECK(open_gguf(test::model_files() / part(2)).error().hint == "name the file that ends in -00001-of-00003.gguf");

  const tripos::test::TempDir folder;
  const auto error_with = [&](int second, int third) {
    namespace fs = std::filesystem;
    constexpr auto kOver = fs::copy_options::overwrite_existing;
    fs::copy_file(test::model_files() / part(1), folder.path() / part(1), kOver);
    fs::copy_file(test::model_files() / part(second), folder.path() / part(2), kOver);
    fs::copy_file(test::model_files() / part(third), folder.path() / part(3), kOver);
    const auto opened = open_gguf(folder.path() / part(1));
    return opened ? "" : opened.error().message.substr(folder.path().string().size() + 1);
  };
  CHECK(error_with(2, 3).empty());
  CHECK(error_with(3, 2) == part(2) + ": says that it is part 3 of 3, expected 2 of 3");
  CHECK(error_with(2, 2) == part(3) + ": says that it is part 2 of 3, expected 3 of 3");
  std::filesystem::remove(folder.path() / part(2));
  CHECK_FALSE(open_gguf(folder.path() / part(1)));
}

}  // namespace
}  // namespace tripos::moe
