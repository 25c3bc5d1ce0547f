#pragma once
// A model as its files describe it, before anything is loaded.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>

#include "backends/moe/arch/hf_weights.h"
#include "backends/moe/arch/spec.h"
#include "backends/moe/arch/tensor_placer.h"
#include "backends/moe/io/gguf.h"
#include "backends/moe/io/safetensors.h"
#include "backends/moe/local/chat_template.h"
#include "backends/moe/local/model_text.h"
#include "backends/moe/ops/cpu/cpu_ops.h"
#include "harness/core/result.h"

namespace tripos::moe {

// What stands in for what the files say.
struct TemplateChoice {
  std::optional<std::filesystem::path> file;                            // Jinja
  nlohmann::ordered_json variables = nlohmann::ordered_json::object();  // enable_thinking, ...
};

class ModelFiles {
 public:
  // A Hugging Face directory, or a GGUF file. Maps the weights, reads all the rest. A folder's name may end in ":int8",
  // ":int4" (groups of 32) or ":int4-128": its weights are quantised so when they are loaded. Behind that, and behind a
  // file's name, may stand ":a8": products with weights of 4 and 8 bits round their activations.
  static Result<ModelFiles> open(const std::string& path, const TemplateChoice& choice = {});

  std::string name() const;  // of the file or folder, with what stands behind it
  Activations activations() const { return activations_; }
  const ArchSpec& spec() const { return spec_; }
  const ModelText& text() const { return *text_; }
  // Null where the model has none: it was not trained to chat.
  const ChatTemplate* chat() const { return chat_ ? &*chat_ : nullptr; }
  // A text to go on with as it stands, after what the model's files put before any text.
  Prompt plain_prompt(std::string text) const;
  const nlohmann::ordered_json& variables() const { return variables_; }  // of the template, all of them
  const TensorTable& tensors() const;
  bool is_gguf() const { return std::holds_alternative<Gguf>(weights_); }

  // SHA-256 over what fixes the model's answers but for its template: description, tokenizer and weights. Reads them
  // all.
  Result<std::string> sha256() const;

  Result<std::uint64_t> weight_bytes() const;  // on a device
  Result<LoadedWeights> load(Ops& ops) const;

 private:
  ModelFiles() = default;
  void read_name(const std::string& path);
  Result<void> check_rounds() const;
  Result<void> read_folder();
  Result<void> read_file();

  std::filesystem::path path_;
  Quantisation quantisation_ = Quantisation::kAsStored;
  Activations activations_ = Activations::kFloat;
  ArchSpec spec_;
  std::unique_ptr<ModelText> text_;  // chat_ points into it
  std::optional<ChatTemplate> chat_;
  nlohmann::ordered_json variables_;
  std::variant<Safetensors, Gguf> weights_;
};

}  // namespace tripos::moe
