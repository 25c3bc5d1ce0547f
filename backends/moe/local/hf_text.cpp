#include <fmt/format.h>

#include <optional>

#include "backends/moe/io/strict_json.h"
#include "backends/moe/local/model_text.h"
#include "backends/moe/text/tokenizer_json.h"
#include "harness/core/file.h"

namespace tripos::moe {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = std::uint64_t{256} << 20;  // of one file; the largest tokenizer.json has 35 MB

// A file that need not be there: an empty object then.
Result<json> read_object(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return json::object();
  TRIPOS_TRY(const std::string text, read_file(path, kMaxBytes));
  TRIPOS_TRY(json value, parse_strict_json(text, path.string()));
  if (!value.is_object()) return fail(Error::Kind::kData, fmt::format("{}: no JSON object", path.string()));
  return value;
}

const json* find(const json& object, const char* key) {
  const auto at = object.find(key);
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

tl::unexpected<Error> refuse(const fs::path& file, const char* key, const char* expected) {
  return fail(Error::Kind::kData, fmt::format("{}: \"{}\" must be {}", file.string(), key, expected));
}

// A token's text, or an object around it.
std::optional<std::string> token_text(const json& config, const char* key) {
  const json* value = find(config, key);
  if (value != nullptr && value->is_object()) value = find(*value, "content");
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

// One template, or a list of named ones, of which the one named "default" is for chats.
Result<std::string> template_of(const json& value, const fs::path& file) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    for (const json& item : value) {
      if (!item.is_object() || item.value("name", json()) != "default") continue;
      if (const json* text = find(item, "template"); text != nullptr && text->is_string()) return *text;
    }
  }
  return refuse(file, "chat_template", "a text, or a list with one that is named \"default\"");
}

Result<void> read_template(const fs::path& folder, const json& tokenizer_config, ModelText& text) {
  const fs::path own = folder / "chat_template.jinja";
  std::error_code ignored;
  if (fs::exists(own, ignored)) {
    text.chat_template_where = own.string();
    TRIPOS_TRY(text.chat_template, read_file(own, kMaxBytes));
    return {};
  }
  const fs::path config = folder / "tokenizer_config.json";
  if (const json* value = find(tokenizer_config, "chat_template")) {
    text.chat_template_where = config.string() + " chat_template";
    TRIPOS_TRY(text.chat_template, template_of(*value, config));
  }
  return {};
}

// One id, or a list of them.
Result<void> read_stops(const json& value, const fs::path& file, ModelText& text) {
  for (const json& id : value.is_array() ? value : json::array({value})) {
    if (!id.is_number_integer() || id < 0 || id >= text.tokenizer.vocabulary_size()) {
      return refuse(file, "eos_token_id", "a token id or a list of them");
    }
    text.stop_tokens.push_back(id.get<TokenId>());
  }
  return {};
}

Result<double> number(const json& config, const fs::path& file, const char* key, double otherwise, double highest) {
  const json* value = find(config, key);
  if (value == nullptr) return otherwise;
  if (!value->is_number() || *value < 0 || *value > highest) {
    return refuse(file, key, fmt::format("a number from 0 to {}", highest).c_str());
  }
  return value->get<double>();
}

Result<void> read_sampling(const json& config, const fs::path& file, SamplingRule& rule) {
  constexpr double kMaxTemperature = 100;
  constexpr double kMaxTopK = 1 << 24;
  const json* samples = find(config, "do_sample");
  if (samples == nullptr || *samples != true) {
    rule.temperature = 0;
    return {};
  }
  TRIPOS_TRY(rule.temperature, number(config, file, "temperature", 1, kMaxTemperature));
  TRIPOS_TRY(rule.top_p, number(config, file, "top_p", 1, 1));
  TRIPOS_TRY(rule.min_p, number(config, file, "min_p", 0, 1));
  TRIPOS_TRY(const double top_k, number(config, file, "top_k", 0, kMaxTopK));
  rule.top_k = static_cast<int>(top_k);
  return {};
}

}  // namespace

Result<ModelText> read_hf_text(const fs::path& folder, const json& config) {
  const fs::path tokenizer_file = folder / "tokenizer.json";
  TRIPOS_TRY(const std::string tokenizer_text, read_file(tokenizer_file, kMaxBytes));
  TRIPOS_TRY(Tokenizer tokenizer, parse_tokenizer_json(tokenizer_text, tokenizer_file.string()));
  TRIPOS_TRY(const json tokenizer_config, read_object(folder / "tokenizer_config.json"));
  const fs::path generation_file = folder / "generation_config.json";
  TRIPOS_TRY(const json generation, read_object(generation_file));
  ModelText text{.tokenizer = std::move(tokenizer)};
  TRIPOS_CHECK(read_template(folder, tokenizer_config, text));
  for (const char* key : {"bos_token", "eos_token", "unk_token", "pad_token"}) {
    if (const auto token = token_text(tokenizer_config, key)) text.variables[key] = *token;
  }
  const json* stops = find(generation, "eos_token_id");
  if (stops != nullptr) {
    TRIPOS_CHECK(read_stops(*stops, generation_file, text));
  } else if (stops = find(config, "eos_token_id"); stops != nullptr) {
    TRIPOS_CHECK(read_stops(*stops, folder / "config.json", text));
  } else if (const auto eos = token_text(tokenizer_config, "eos_token")) {
    if (const auto id = text.tokenizer.id_of(*eos)) text.stop_tokens.push_back(*id);
  }
  TRIPOS_CHECK(read_sampling(generation, generation_file, text.sampling));
  return text;
}

}  // namespace tripos::moe
