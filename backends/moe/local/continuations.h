#pragma once
// Choices scored by their log-likelihood after a text, as lm-eval does it.

#include <string>
#include <string_view>
#include <vector>

#include "backends/moe/text/tokenizer.h"

namespace tripos::moe {

struct GivenText {
  std::vector<TokenId> context;  // with what the model's files put before any text
  std::vector<TokenId> given;    // what is scored
};

// The context's own tokens, and those that the two together have behind as many. White space at the end of the context
// belongs to the continuation, because tokens begin with it.
GivenText encode_given(const Tokenizer& tokenizer, std::string_view context, std::string_view continuation);

// The response of which scorers/likelihood.cpp tells: of each continuation its log-likelihood and how long it is in
// characters, a space at its start left out.
std::string likelihoods_json(const std::vector<std::string>& continuations, const std::vector<double>& log_likelihoods);

}  // namespace tripos::moe
