#pragma once
// Regular expressions over responses. RE2 runs in linear time on any text; its dialect is close to Python's, in which
// the peers publish their patterns, and python_pattern() closes the gaps that change what is found.

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/result.h"

namespace tripos::scorers {

// The RE2 pattern that matches what `pattern` matches in Python's re on str:
//   \s \S \d \D \w   Unicode classes, as in Python ("ANSWER:<U+202F>B"); RE2's own are ASCII
//   \W               the same outside brackets; inside them it keeps RE2's ASCII meaning
//   $                without (?m) also before a last line feed
//   \Z               RE2 writes \z
// Not translated: \b stays ASCII, and lookaround, back references and (?x) do not exist in RE2.
std::string python_pattern(std::string_view pattern);

// Error (kConfig) with RE2's reason.
Result<std::unique_ptr<re2::RE2>> compile_python(std::string_view pattern);

// For the patterns of this folder, which compile: a mistake in one ends the program.
std::unique_ptr<const re2::RE2> known_pattern(std::string_view pattern);

// The first group that took part, or the whole match of a pattern without groups, of the first or last of the matches
// that Python's re.finditer() gives. Empty where no group took part.
std::optional<std::string_view> find_first(const re2::RE2& pattern, std::string_view text);
std::optional<std::string_view> find_last(const re2::RE2& pattern, std::string_view text);

inline re2::StringPiece to_piece(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view to_view(const re2::StringPiece& piece) { return {piece.data(), piece.size()}; }

}  // namespace tripos::scorers
