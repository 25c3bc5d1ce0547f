#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace tripos::datasets {

// Bounds on what a hostile file may cost. A field takes some 100 bytes of memory however short it is.
inline constexpr std::size_t kMaxDataBytes = std::size_t{256} << 20;  // of one file, unpacked
inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20;   // of one line of JSON Lines
inline constexpr std::size_t kMaxFields = 2'000'000;                  // of all rows; items of a list count too

// A field as text, or as a list of texts. Numbers and booleans of JSON are text in their shortest form (27.0 is "27").
using FieldValue = std::variant<std::string, std::vector<std::string>>;

// One row of a data file, whatever its format: the readers make these, and samples are mapped from them.
struct Record {
  std::size_t line = 0;  // at which the row starts in the file, from 1
  std::map<std::string, FieldValue, std::less<>> fields;
};

}  // namespace tripos::datasets
