#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tripos {

// The candidate nearest to `word` by edit distance (insert, delete, replace, swap of neighbours count 1, letter case
// counts nothing); if none is near enough to be meant, the first that begins with `word`; else "".
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

// `did you mean "math500"?`, or "" where nearest_word() finds none.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tripos
