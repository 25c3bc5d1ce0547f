#pragma once
// The steps of Minerva's normalize_final_answer() that OpenCompass took over with changes between them.

#include <string>
#include <string_view>

namespace tripos::scorers {

std::string minerva_substitutes(std::string text);       // SUBSTITUTIONS: articles, spaces, spellings
std::string minerva_removes(std::string text);           // REMOVED_EXPRESSIONS: units and words, degree signs
std::string minerva_unwraps(std::string text);           // \text{x}, \textbf{x}, \overline{x} and \boxed{x} as x
std::string minerva_braces_shorthand(std::string text);  // \frac12 and \sqrt2 with braces, no "$", 100000 for 100,000

}  // namespace tripos::scorers
