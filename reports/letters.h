#pragma once
// The letters of multiple choice, in what an extractor found.

#include <optional>
#include <string>
#include <string_view>

namespace tripos::reports {

// The letter that a text consists of, as it is written, where marks and spaces are left aside: "(B)." gives B.
std::optional<char> only_letter(std::string_view text);

// Leaves of a text its letter, or nothing. Of a private task this is all that is shown: a letter quotes nothing.
void keep_letter(std::string& text);

}  // namespace tripos::reports
