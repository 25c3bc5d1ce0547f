#pragma once
// The embedded model in a folder of the same name, where its files can be changed.

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "harness/core/file.h"
#include "tests/support/temp_dir.h"

namespace tripos::moe::test {

inline const std::string kEmbeddedModel = std::string(TRIPOS_SOURCE_DIR) + "/examples/tiny_moe";

class ChangedModel {
 public:
  ChangedModel() {
    std::filesystem::create_directory(model_);
    for (const auto& file : std::filesystem::directory_iterator(kEmbeddedModel)) {
      if (file.is_regular_file()) std::filesystem::create_symlink(file.path(), model_ / file.path().filename());
    }
  }

  std::string path() const { return model_.string(); }
  std::string read(const std::string& name) const { return read_file(model_ / name).value(); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::remove(model_ / name);  // a link, not the file behind it
    if (!write_file(model_ / name, text)) throw std::runtime_error(name);
  }
  // Some keys of a JSON file.
  void change(const std::string& name, const nlohmann::json& keys) const {
    auto json = nlohmann::json::parse(read(name));
    json.merge_patch(keys);
    write(name, json.dump());
  }

 private:
  tripos::test::TempDir folder_;
  std::filesystem::path model_ = folder_ / "tiny_moe";
};

}  // namespace tripos::moe::test
