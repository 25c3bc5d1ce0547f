#pragma once

#include <string>
#include <string_view>

namespace tripos::scorers {

// One spelling for what people and models write in several ways: Unicode signs as LaTeX ("≤" as "\le ", "½" as
// "\frac{1}{2}", "²" as "^{2}"), no $, no Markdown stars around it, commands whose backslash was doubled by an escape
// with one backslash, and no full stop at the end. Linear time.
std::string one_spelling(std::string_view text);

// The words of a text that is no formula: small letters without commands, punctuation, articles and the s of a
// plural, one space between. "\text{(E)}" gives "e", "The East." gives "east".
std::string words_of(std::string_view text);

}  // namespace tripos::scorers
