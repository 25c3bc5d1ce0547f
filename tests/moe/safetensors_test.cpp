#include "backends/moe/io/safetensors.h"

#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/moe/model_files.h"
#include "tests/support/temp_dir.h"

namespace tripos::moe {
namespace {

using tripos::test::TempDir;

std::string number(std::uint64_t value) { return {reinterpret_cast<const char*>(&value), sizeof(value)}; }

// A file with the header and `data_bytes` zeros.
std::string file_of(const std::string& header, std::size_t data_bytes) {
  return number(header.size()) + header + std::string(data_bytes, '\0');
}

// Message of the error that parse_safetensors() gives; empty: none.
std::string error_of(const std::string& file) {
  const auto tensors = parse_safetensors(test::bytes_of(file), "m");
  return tensors ? "" : tensors.error().message;
}

TEST_CASE("safetensors files are listed as their own library wrote them", "[moe][safetensors]") {
  const std::string name = GENERATE("single.safetensors", "sharded");
  CAPTURE(name);
  const auto model = open_safetensors(test::model_files() / name);
  REQUIRE(model);
  CHECK(test::listed(model->tensors) == test::listing(name)["tensors"]);
  for (const TensorView& tensor : model->tensors.all()) CHECK(model->tensors.find(tensor.name) == &tensor);
  CHECK(model->tensors.find("none") == nullptr);
}

TEST_CASE("a damaged safetensors file is refused with the reason", "[moe][safetensors]") {
  struct Case {
    std::string file;
    std::string message;
  };
  const std::string f32 = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  const auto c = GENERATE_COPY(values<Case>({
      {"", "m: the file ends at byte 0, inside the header's length of 8 bytes that begins at byte 0"},
      {number(100'000'001), "m: a header of 100000001 bytes is larger than 100000000"},
      {number(~std::uint64_t{0}), "m: a header of 18446744073709551615 bytes is larger than 100000000"},
      {number(3) + "{}", "m: the file ends at byte 10, inside the header of 3 bytes that begins at byte 8"},
      {file_of("[]", 0), "m: the header does not begin with \"{\""},
      {file_of(" {}", 0), "m: the header does not begin with \"{\""},
      {file_of("{", 0), "m: header: JSON ends early, after 1 bytes"},
      {file_of(R"({"a":)" + f32 + R"(,"a":)" + f32 + "}", 8), "m: header: key \"a\" comes twice"},
      {file_of(R"({"a":)" + f32 + R"(,"\u0061":)" + f32 + "}", 8), "m: header: key \"a\" comes twice"},
      {file_of(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8),
       "m: header: key \"dtype\" comes twice"},
      {file_of(R"({"__metadata__":{"format":1}})", 0), "m: __metadata__ is not an object of strings"},
      {file_of(R"({"__metadata__":"pt"})", 0), "m: __metadata__ is not an object of strings"},
      {file_of(R"({"a":[]})", 0), "m: tensor \"a\": expected an object of dtype, shape and data_offsets"},
      {file_of(R"({"a":{"dtype":"F32","shape":[2]}})", 8),
       "m: tensor \"a\": expected an object of dtype, shape and data_offsets"},
      {file_of(R"({"a":{"dtype":1,"shape":[2],"data_offsets":[0,8]}})", 8), "m: tensor \"a\": dtype is not a string"},
      {file_of(R"({"a":{"dtype":"F8_E5M2","shape":[2],"data_offsets":[0,2]}})", 2),
       "m: tensor \"a\": dtype \"F8_E5M2\" is not supported"},
      {file_of(R"({"a":{"dtype":"Q4_0","shape":[32],"data_offsets":[0,18]}})", 18),
       "m: tensor \"a\": dtype \"Q4_0\" is not supported"},
      {file_of(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8),
       "m: tensor \"a\": shape is not a list of at most 8 sizes"},
      {file_of(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}})", 8),
       "m: tensor \"a\": shape is not a list of at most 8 sizes"},
      {file_of(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0),
       "m: tensor \"a\": shape [4294967296, 4294967296] is too large"},
      {file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8),
       "m: tensor \"a\": data_offsets are not a begin and an end"},
      {file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8.0]}})", 8),
       "m: tensor \"a\": data_offsets are not a begin and an end"},
      {file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}})", 9),
       "m: tensor \"a\": dtype and shape ask for 8 bytes, data_offsets give 9"},
      {file_of(R"({"a":)" + f32 + "}", 7), "m: tensor \"a\" ends at byte 8 of the data, which has 7"},
      {file_of(R"({"a":)" + f32 + "}", 9), "m: 1 bytes after the last tensor"},
      {file_of(R"({"a":)" + f32 + R"(,"b":)" + f32 + "}", 8),
       "m: tensor \"b\" begins at byte 0 of the data, expected 8"},  // overlap
      {file_of(R"({"a":)" + f32 + R"(,"b":{"dtype":"U8","shape":[1],"data_offsets":[9,10]}})", 10),
       "m: tensor \"b\" begins at byte 9 of the data, expected 8"},  // gap
  }));
  CHECK(error_of(c.file) == c.message);
}

TEST_CASE("a header may end in spaces, and a file may hold no tensor", "[moe][safetensors]") {
  CHECK(error_of(file_of("{}", 0)).empty());
  CHECK(error_of(file_of("{}      ", 0)).empty());
  CHECK(error_of(file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   )", 8)).empty());
}

TEST_CASE("a hostile tensor name is shown cut and escaped", "[moe][safetensors]") {
  const std::string name = std::string(500, 'x');
  CHECK(error_of(file_of("{\"" + name + "\":1}", 0)).size() < 200);
  CHECK(error_of(file_of(R"({"\u001b[2J":1})", 0)).find('\x1b') == std::string::npos);
}

std::string error_of_index(const std::string& text) {
  const auto index = parse_shard_index(text, "i");
  return index ? "" : index.error().message;
}

TEST_CASE("an index names files of its own folder only", "[moe][safetensors]") {
  CHECK(error_of_index(R"({"weight_map":{"a":"b.safetensors"}})").empty());
  CHECK(error_of_index(R"({"weight_map":[]})") == "i: no weight_map of tensor names to files");
  CHECK(error_of_index(R"([])") == "i: no weight_map of tensor names to files");
  CHECK(error_of_index(R"({"weight_map":{"a":1}})") == "i: the file of tensor \"a\" is not a string");
  CHECK(error_of_index(R"({"weight_map":{"a":"b.safetensors","a":"c.safetensors"}})") == "i: key \"a\" comes twice");
  const std::string name = GENERATE("../x.safetensors", "/x.safetensors", "d/x.safetensors", "..", "", "x.bin",
                                    R"(..\\x.safetensors)", R"(a\u0000.safetensors)");
  CAPTURE(name);
  const std::string error = error_of_index(R"({"weight_map":{"a":")" + name + "\"}}");
  CHECK(error.find("which is no .safetensors file of this folder") != std::string::npos);
}

TEST_CASE("index and shards must agree", "[moe][safetensors]") {
  struct Case {
    std::string index;
    std::string message;
  };
  const auto c = GENERATE(values<Case>({
      {R"({"a":"1.safetensors","b":"2.safetensors"})", ""},
      {R"({"a":"1.safetensors","b":"2.safetensors","c":"1.safetensors"})",
       "/1.safetensors: no tensor \"c\", which the index places here"},
      {R"({"a":"1.safetensors","c":"2.safetensors"})", "/2.safetensors: the index does not place tensor \"b\" here"},
      {R"({"a":"2.safetensors","b":"1.safetensors"})", "/1.safetensors: the index does not place tensor \"a\" here"},
      {R"({"a":"1.safetensors","b":"3.safetensors"})", "/3.safetensors: No such file or directory"},
  }));
  const TempDir folder;
  for (const std::string name : {"a", "b"}) {
    const std::string header = "{\"" + name + R"(":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    REQUIRE(write_file(folder / (name == "a" ? "1.safetensors" : "2.safetensors"), file_of(header, 8)));
  }
  REQUIRE(write_file(folder / "model.safetensors.index.json", "{\"weight_map\":" + c.index + "}"));
  const auto model = open_safetensors(folder.path());
  CAPTURE(c.index, c.message);
  REQUIRE(model.has_value() == c.message.empty());
  if (!model) CHECK(model.error().message.ends_with(c.message));
}

TEST_CASE("files may be symbolic links, as in the cache of Hugging Face", "[moe][safetensors]") {
  const TempDir folder;
  for (const auto& file : std::filesystem::directory_iterator(test::model_files() / "sharded")) {
    std::filesystem::create_symlink(file.path(), folder.path() / file.path().filename());
  }
  const auto model = open_safetensors(folder.path());
  REQUIRE(model);
  CHECK(test::listed(model->tensors) == test::listing("sharded")["tensors"]);
}

TEST_CASE("what is no model is refused by name", "[moe][safetensors]") {
  const TempDir folder;
  const auto error = [&](const std::string& name) { return open_safetensors(folder / name).error().message; };
  CHECK(error("none") == "cannot read " + (folder / "none").string() + ": No such file or directory");
  CHECK(error("").find("neither model.safetensors nor model.safetensors.index.json") != std::string::npos);
  REQUIRE(write_file(folder / "model.safetensors", ""));
  CHECK(error("").find("model.safetensors: the file ends at byte 0") != std::string::npos);
  CHECK(open_safetensors("/dev/null").error().message == "/dev/null is not a regular file");
}

}  // namespace
}  // namespace tripos::moe
