#include <algorithm>

#include "backends/moe/local/model_text.h"
#include "backends/moe/text/tokenizer_gguf.h"

namespace tripos::moe {
namespace {

using Texts = std::vector<std::string_view>;

Result<std::vector<std::string>> texts(const GgufMetadata& metadata, std::string_view key) {
  TRIPOS_TRY(const auto found, metadata.find<Texts>(key));
  const Texts views = found.value_or(Texts{});
  return std::vector<std::string>(views.begin(), views.end());
}

Result<GgufVocabulary> read_vocabulary(const GgufMetadata& metadata) {
  GgufVocabulary vocabulary;
  TRIPOS_TRY(const auto model, metadata.get<std::string_view>("tokenizer.ggml.model"));
  vocabulary.model = model;
  TRIPOS_TRY(const auto pre, metadata.find<std::string_view>("tokenizer.ggml.pre"));
  vocabulary.pre = pre.value_or("");
  TRIPOS_TRY(vocabulary.tokens, texts(metadata, "tokenizer.ggml.tokens"));
  TRIPOS_TRY(vocabulary.merges, texts(metadata, "tokenizer.ggml.merges"));
  TRIPOS_TRY(auto scores, metadata.find<std::vector<float>>("tokenizer.ggml.scores"));
  vocabulary.scores = std::move(scores).value_or(std::vector<float>{});
  TRIPOS_TRY(auto types, metadata.find<std::vector<std::int32_t>>("tokenizer.ggml.token_type"));
  vocabulary.token_types = std::move(types).value_or(std::vector<std::int32_t>{});
  TRIPOS_TRY(vocabulary.bos, metadata.find<TokenId>("tokenizer.ggml.bos_token_id"));
  TRIPOS_TRY(vocabulary.eos, metadata.find<TokenId>("tokenizer.ggml.eos_token_id"));
  TRIPOS_TRY(vocabulary.unknown, metadata.find<TokenId>("tokenizer.ggml.unknown_token_id"));
  TRIPOS_TRY(vocabulary.add_bos, metadata.find<bool>("tokenizer.ggml.add_bos_token"));
  TRIPOS_TRY(vocabulary.add_space_prefix, metadata.find<bool>("tokenizer.ggml.add_space_prefix"));
  return vocabulary;
}

}  // namespace

Result<ModelText> read_gguf_text(const GgufMetadata& metadata, const std::string& where) {
  TRIPOS_TRY(const GgufVocabulary vocabulary, read_vocabulary(metadata));
  TRIPOS_TRY(Tokenizer tokenizer, make_gguf_tokenizer(vocabulary, where));
  ModelText text{.tokenizer = std::move(tokenizer)};
  text.sampling.temperature = 0;
  TRIPOS_TRY(const auto source, metadata.find<std::string_view>("tokenizer.chat_template"));
  text.chat_template = source.value_or("");
  text.chat_template_where = where + " tokenizer.chat_template";
  const auto set_variable = [&](const char* name, const std::optional<TokenId>& id) {
    if (id) text.variables[name] = std::string(text.tokenizer.piece(*id));
  };
  set_variable("bos_token", vocabulary.bos);
  set_variable("eos_token", vocabulary.eos);
  for (const char* key :
       {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"}) {
    TRIPOS_TRY(const auto id, metadata.find<TokenId>(key));
    auto& stops = text.stop_tokens;
    if (id && std::find(stops.begin(), stops.end(), *id) == stops.end()) stops.push_back(*id);
  }
  return text;
}

}  // namespace tripos::moe
