#pragma once
// A conversation as the text and the tokens that a model was trained to read.

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/jinja/template.h"
#include "backends/moe/text/tokenizer.h"
#include "harness/core/request.h"
#include "harness/core/result.h"

namespace tripos::moe {

struct Prompt {
  std::string text;
  std::vector<TokenId> tokens;
};

// The date that templates are told, so that no prompt depends on the day.
inline constexpr std::string_view kTemplateDate = "2026-01-01";

// Never changed once made, so threads share it.
class ChatTemplate {
 public:
  // `variables` is what the template may read besides messages and add_generation_prompt: bos_token, enable_thinking,
  // and so on. `where` names the template in errors. The tokenizer outlives it.
  static Result<ChatTemplate> parse(std::string_view source, std::string where, const Tokenizer& tokenizer,
                                    nlohmann::ordered_json variables);

  // The prompt after which the assistant speaks. `more` are variables of this conversation alone. Special tokens that
  // stand in a message stay text. Errors (kData): the template refuses the conversation, or writes the token that
  // begins a text twice.
  Result<Prompt> render(std::span<const Message> messages,
                        const nlohmann::ordered_json& more = nlohmann::ordered_json::object()) const;

 private:
  ChatTemplate(jinja::Template parsed, const Tokenizer& tokenizer, nlohmann::ordered_json variables)
      : template_(std::move(parsed)), tokenizer_(&tokenizer), variables_(std::move(variables)) {}

  jinja::Template template_;
  const Tokenizer* tokenizer_;
  nlohmann::ordered_json variables_;
};

}  // namespace tripos::moe
