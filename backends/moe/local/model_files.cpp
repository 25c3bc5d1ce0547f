#include "backends/moe/local/model_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "backends/moe/arch/gguf_model.h"
#include "backends/moe/arch/hf_config.h"
#include "backends/moe/io/strict_json.h"
#include "backends/moe/ops/cpu/thread_pool.h"
#include "harness/core/file.h"
#include "harness/core/hardware.h"
#include "harness/core/hash.h"

namespace tripos::moe {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxDescriptionBytes = std::uint64_t{256} << 20;

void add_line(Sha256Stream& list, std::string_view name, std::string_view hash) {
  list.update(fmt::format("{} {}\n", hash, name));
}

// Side by side: large models have many files.
void add_lines(Sha256Stream& list, std::string_view name, const std::vector<MappedFile>& files) {
  std::vector<std::string> hashes(files.size());
  ThreadPool pool(std::min(hardware_threads(), static_cast<int>(files.size())));
  pool.run(static_cast<int>(files.size()), [&](int i, int) {
    const std::span<const std::byte> bytes = files[static_cast<std::size_t>(i)].bytes();
    hashes[static_cast<std::size_t>(i)] = sha256_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  });
  for (const std::string& hash : hashes) add_line(list, name, hash);
}

struct Suffix {
  std::string_view text;
  Quantisation quantisation;
};
constexpr std::array kSuffixes = {Suffix{":int8", Quantisation::kInt8}, Suffix{":int4", Quantisation::kInt4Group32},
                                  Suffix{":int4-128", Quantisation::kInt4Group128}};

constexpr std::string_view kRounded = ":a8";

std::string_view suffix_of(Quantisation quantisation) {
  for (const Suffix& suffix : kSuffixes) {
    if (suffix.quantisation == quantisation) return suffix.text;
  }
  return "";
}

}  // namespace

Result<ModelFiles> ModelFiles::open(const std::string& path, const TemplateChoice& choice) {
  std::error_code ignored;
  ModelFiles model;
  model.read_name(path);
  if (!fs::exists(model.path_, ignored)) {
    return fail(Error::Kind::kUsage, fmt::format("{}: no such model", path),
                "local/PATH is a folder with config.json and safetensors (:int8 or :int4 behind it quantises them), or "
                "a GGUF file; :a8 behind either rounds the activations");
  }
  if (fs::is_directory(model.path_, ignored)) {
    TRIPOS_CHECK(model.read_folder());
  } else if (model.quantisation_ == Quantisation::kAsStored) {
    TRIPOS_CHECK(model.read_file());
  } else {
    return fail(Error::Kind::kUsage, fmt::format("{}: a GGUF file is run as it is stored", path),
                "leave the quantisation out");
  }
  TRIPOS_CHECK(model.check_rounds());
  ModelText& text = *model.text_;
  if (static_cast<int>(text.tokenizer.vocabulary_size()) > model.spec_.vocabulary) {
    return fail(Error::Kind::kData, fmt::format("{}: {} tokens in the tokenizer, {} in the model", path,
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

// What stands behind a path, from its end. A file that has such a name is that file.
void ModelFiles::read_name(const std::string& path) {
  std::error_code ignored;
  std::string_view rest = path;
  const auto take = [&](std::string_view suffix) {
    if (!rest.ends_with(suffix) || fs::exists(rest, ignored)) return false;
    rest.remove_suffix(suffix.size());
    return true;
  };
  if (take(kRounded)) activations_ = Activations::kInt8;
  for (const Suffix& suffix : kSuffixes) {
    if (take(suffix.text)) quantisation_ = suffix.quantisation;
  }
  path_ = rest;
}

// Error (kUsage) where rounding was asked for and would change nothing.
Result<void> ModelFiles::check_rounds() const {
  if (activations_ == Activations::kFloat || quantisation_ != Quantisation::kAsStored) return {};
  for (const TensorView& tensor : tensors().all()) {
    if (takes_rounded(tensor.type) || tensor.type == ElementType::kI32) return {};  // packed int4
  }
  return fail(Error::Kind::kUsage, fmt::format("{}: no weights of a kind whose activations are rounded", name()),
              is_gguf() ? "leave :a8 out" : "leave :a8 out, or quantise the weights as well: :int8:a8 or :int4:a8");
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
  const fs::path last = path.has_filename() ? path.filename() : path.parent_path().filename();
  const std::string_view rounded = activations_ == Activations::kInt8 ? kRounded : "";
  return last.string().append(suffix_of(quantisation_)).append(rounded);
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
    add_lines(list, "gguf", gguf->files);
    return to_hex(list.finish());
  }
  for (const char* name : {"config.json", "tokenizer.json"}) {
    TRIPOS_TRY(const std::string bytes, tripos::read_file(path_ / name, kMaxDescriptionBytes));
    add_line(list, name, sha256_hex(bytes));
  }
  add_lines(list, "safetensors", std::get<Safetensors>(weights_).files);
  return to_hex(list.finish());
}

Result<std::uint64_t> ModelFiles::weight_bytes() const {
  return is_gguf() ? gguf_weight_bytes(tensors(), spec_) : hf_weight_bytes(tensors(), spec_, quantisation_);
}

Result<LoadedWeights> ModelFiles::load(Ops& ops) const {
  return is_gguf() ? load_gguf_weights(tensors(), spec_, ops) : load_hf_weights(tensors(), spec_, ops, quantisation_);
}

}  // namespace tripos::moe
