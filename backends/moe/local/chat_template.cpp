#include "backends/moe/local/chat_template.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "harness/core/text.h"

namespace tripos::moe {
namespace {

using nlohmann::ordered_json;

constexpr std::chrono::sys_days kDate{std::chrono::year(2026) / 1 / 1};  // kTemplateDate

// A noncharacter of Unicode (U+FDD0 to U+FDEF, which no text should hold) that stands in none of the messages.
std::optional<std::string> unused_mark(std::span<const Message> messages) {
  for (char last = '\x90'; last <= '\xAF'; ++last) {
    const std::string mark = std::string("\xEF\xB7") + last;
    const bool is_used = std::any_of(messages.begin(), messages.end(), [&](const Message& message) {
      return message.content.find(mark) != std::string::npos;
    });
    if (!is_used) return mark;
  }
  return std::nullopt;
}

bool begins_twice(const std::vector<TokenId>& tokens, const std::vector<TokenId>& prefix) {
  std::vector<TokenId> twice = prefix;
  twice.insert(twice.end(), prefix.begin(), prefix.end());
  return !prefix.empty() && tokens.size() >= twice.size() && std::equal(twice.begin(), twice.end(), tokens.begin());
}

}  // namespace

Result<ChatTemplate> ChatTemplate::parse(std::string_view source, std::string where, const Tokenizer& tokenizer,
                                         ordered_json variables) {
  TRIPOS_TRY(jinja::Template parsed, jinja::Template::parse(source, std::move(where)));
  return ChatTemplate(std::move(parsed), tokenizer, std::move(variables));
}

Result<Prompt> ChatTemplate::render(std::span<const Message> messages, const ordered_json& more) const {
  const auto mark = unused_mark(messages);
  if (!mark) return fail(Error::Kind::kData, "the messages hold every noncharacter from U+FDD0 to U+FDEF");
  ordered_json variables = variables_;
  variables.update(more);
  variables["add_generation_prompt"] = true;
  variables["messages"] = ordered_json::array();
  for (const Message& message : messages) {
    variables["messages"].push_back(
        {{"role", message.role}, {"content", tokenizer_->mark_specials(message.content, *mark)}});
  }
  TRIPOS_TRY(const std::string text, template_.render(variables, {.now = kDate}));
  Prompt prompt{replace_all(text, *mark, ""), tokenizer_->encode_marked(text, *mark)};
  if (begins_twice(prompt.tokens, tokenizer_->prefix())) {
    return fail(Error::Kind::kData, "the chat template writes the token that begins a text twice",
                "take one of them out of the template, and give it with --chat-template FILE");
  }
  return prompt;
}

}  // namespace tripos::moe
