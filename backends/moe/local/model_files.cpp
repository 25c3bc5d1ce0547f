#include "backends/moe/local/model_files.h"

#include <fmt/format.h>

#include "backends/moe/arch/gguf_model.h"
#include "backends/moe/arch/hf_config.h"
#include "backends/moe/arch/hf_weights.h"
#include "backends/moe/io/strict_json.h"
#include "harness/core/file.h"
#include "harness/core/hash.h"

namespace tripos::moe {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxDescriptionBytes = std::uint64_t{256} << 20;

void add_line(Sha256Stream& list, std::string_view name, std::string_view bytes) {
  list.update(fmt::format("{} {}\n", sha256_hex(bytes), name));
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Result<ModelFiles> ModelFiles::open(const fs::path& path, const TemplateChoice& choice) {
  std::error_code ignored;
  ModelFiles model;
  model.path_ = path;
  if (!fs::exists(path, ignored)) {
    return fail(Error::Kind::kUsage, fmt::format("{}: no such model", path.string()),
                "local/PATH is a folder with config.json and safetensors, or a GGUF file");
  }
  TRIPOS_CHECK(fs::is_directory(path, ignored) ? model.read_folder() : model.read_file());
  ModelText& text = *model.text_;
  if (static_cast<int>(text.tokenizer.vocabulary_size()) > model.spec_.vocabulary) {
    return fail(Error::Kind::kData, fmt::format("{}: {} tokens in the tokenizer, {} in the model", path.string(),
                                                text.tokenizer.vocabulary_size(), model.spec_.vocabulary));
  }
  if (choice.file) {
    TRIPOS_TRY(text.chat_template, tripos::read_file(*choice.file, kMaxDescriptionBytes));
    text.chat_template_where = choice.file->string();
  }
  model.variables_ = text.variables;
  model.variables_.update(choice.variables);
  if (!text.chat_template.empty()) {
    TRIPOS_TRY(model.chat_,
               ChatTemplate::parse(text.chat_template, text.chat_template_where, text.tokenizer, model.variables_));
  }
  return model;
}

Result<void> ModelFiles::read_folder() {
  const fs::path file = path_ / "config.json";
  TRIPOS_TRY(const std::string text, tripos::read_file(file, kMaxDescriptionBytes));
  TRIPOS_TRY(const nlohmann::json config, parse_strict_json(text, file.string()));
  TRIPOS_TRY(spec_, spec_of_config(config));
  TRIPOS_TRY(weights_, open_safetensors(path_));
  TRIPOS_TRY(ModelText model_text, read_hf_text(path_, config));
  text_ = std::make_unique<ModelText>(std::move(model_text));
  return {};
}

Result<void> ModelFiles::read_file() {
  TRIPOS_TRY(Gguf gguf, open_gguf(path_));
  TRIPOS_TRY(spec_, spec_of_gguf(gguf));
  TRIPOS_TRY(ModelText model_text, read_gguf_text(gguf.metadata, path_.string()));
  text_ = std::make_unique<ModelText>(std::move(model_text));
  weights_ = std::move(gguf);
  return {};
}

std::string ModelFiles::name() const {
  const fs::path path = path_.lexically_normal();
  return (path.has_filename() ? path.filename() : path.parent_path().filename()).string();
}

Prompt ModelFiles::plain_prompt(std::string text) const {
  Prompt prompt{std::move(text), text_->tokenizer.prefix()};
  const std::vector<TokenId> tokens = text_->tokenizer.encode(prompt.text, SpecialTokens::kAsText);
  prompt.tokens.insert(prompt.tokens.end(), tokens.begin(), tokens.end());
  return prompt;
}

const TensorTable& ModelFiles::tensors() const {
  if (const auto* gguf = std::get_if<Gguf>(&weights_)) return gguf->tensors;
  return std::get<Safetensors>(weights_).tensors;
}

Result<std::string> ModelFiles::sha256() const {
  Sha256Stream list;
  if (const auto* gguf = std::get_if<Gguf>(&weights_)) {
    add_line(list, "gguf", text_of(gguf->file.bytes()));
    return to_hex(list.finish());
  }
  for (const char* name : {"config.json", "tokenizer.json"}) {
    TRIPOS_TRY(const std::string bytes, tripos::read_file(path_ / name, kMaxDescriptionBytes));
    add_line(list, name, bytes);
  }
  for (const MappedFile& file : std::get<Safetensors>(weights_).files) {
    add_line(list, "safetensors", text_of(file.bytes()));
  }
  return to_hex(list.finish());
}

Result<LoadedWeights> ModelFiles::load(Ops& ops) const {
  return is_gguf() ? load_gguf_weights(tensors(), spec_, ops) : load_hf_weights(tensors(), spec_, ops);
}

}  // namespace tripos::moe
