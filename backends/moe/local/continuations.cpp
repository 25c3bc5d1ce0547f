#include "backends/moe/local/continuations.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/json.h"
#include "harness/core/text.h"

namespace tripos::moe {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view without_trailing_space(std::string_view text) {
  const std::string_view inner = trim_unicode(text);
  return inner.empty() ? inner : text.substr(0, static_cast<std::size_t>(inner.data() - text.data()) + inner.size());
}

}  // namespace

GivenText encode_given(const Tokenizer& tokenizer, std::string_view context, std::string_view continuation) {
  const std::string both = std::string(context).append(continuation);
  const std::vector<TokenId> whole = tokenizer.encode(both, SpecialTokens::kAsText);
  const std::vector<TokenId> before = tokenizer.encode(without_trailing_space(context), SpecialTokens::kAsText);
  const auto cut = static_cast<std::ptrdiff_t>(std::min(before.size(), whole.size()));
  GivenText text{tokenizer.prefix(), {whole.begin() + cut, whole.end()}};
  text.context.insert(text.context.end(), before.begin(), before.end());
  return text;
}

std::string likelihoods_json(const std::vector<std::string>& continuations,
                             const std::vector<double>& log_likelihoods) {
  nlohmann::json lengths = nlohmann::json::array();
  for (const std::string& text : continuations) lengths.push_back(characters(trim_unicode(text)));
  return canonical_json({{"log_likelihoods", log_likelihoods}, {"characters", std::move(lengths)}});
}

}  // namespace tripos::moe
