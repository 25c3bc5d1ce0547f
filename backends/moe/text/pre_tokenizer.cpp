#include "backends/moe/text/pre_tokenizer.h"

#include <utility>

namespace tripos::moe {

Result<void> PreTokenizer::add(std::string_view pattern, Keep keep) {
  TRIPOS_TRY(SplitPattern compiled, SplitPattern::compile(pattern));
  steps_.push_back({std::move(compiled), keep});
  return {};
}

std::vector<std::string_view> PreTokenizer::split(std::string_view text) const {
  std::vector<std::string_view> pieces;
  if (!text.empty()) pieces.push_back(text);
  for (const Step& step : steps_) {
    std::vector<std::string_view> finer;
    const auto add = [&](std::string_view piece, bool is_wanted) {
      if (is_wanted && !piece.empty()) finer.push_back(piece);
    };
    for (const std::string_view piece : pieces) {
      std::size_t at = 0;
      while (const auto match = step.pattern.find(piece, at)) {
        const auto start = static_cast<std::size_t>(match->data() - piece.data());
        add(piece.substr(at, start - at), step.keep != Keep::kMatches);
        add(*match, step.keep != Keep::kBetween);
        at = start + match->size();
      }
      add(piece.substr(at), step.keep != Keep::kMatches);
    }
    pieces = std::move(finer);
  }
  return pieces;
}

}  // namespace tripos::moe
