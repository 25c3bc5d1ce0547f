#pragma once
// What the files of a model say of text: tokens, template, where answers end, and how they are to be sampled.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "backends/moe/engine/sampler.h"
#include "backends/moe/io/gguf.h"
#include "backends/moe/text/tokenizer.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct ModelText {
  Tokenizer tokenizer;
  std::string chat_template;                                            // Jinja; empty where the files have none
  std::string chat_template_where;                                      // the file, for errors
  nlohmann::ordered_json variables = nlohmann::ordered_json::object();  // of the template: bos_token, eos_token, ...
  std::vector<TokenId> stop_tokens;
  SamplingRule sampling;  // where a request says nothing; greedy where the files say nothing
};

// A Hugging Face directory: tokenizer.json, tokenizer_config.json, chat_template.jinja, generation_config.json;
// `config` is its config.json. All but the first may be missing.
Result<ModelText> read_hf_text(const std::filesystem::path& folder, const nlohmann::json& config);

// `where` names the file in errors.
Result<ModelText> read_gguf_text(const GgufMetadata& metadata, const std::string& where);

}  // namespace tripos::moe
