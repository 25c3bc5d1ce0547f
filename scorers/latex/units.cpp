#include "scorers/latex/units.h"

#include <algorithm>
#include <vector>

#include "harness/core/text.h"
#include "scorers/latex/lexer.h"

namespace tripos::scorers {
namespace {

enum Base { kLength, kMass, kTime, kTemperature, kCurrent, kSubstance, kMoney, kInformation };

struct Entry {
  std::string_view name;   // singular
  std::string_view alias;  // a second name, or ""
  std::array<int, 8> dimension;
  long numerator = 1;
  long denominator = 1;
};

constexpr std::array<int, 8> of(Base base, int exponent = 1) {
  std::array<int, 8> dimension{};
  dimension[base] = exponent;
  return dimension;
}

constexpr std::array<int, 8> mechanical(int length, int mass, int time) { return {length, mass, time, 0, 0, 0, 0, 0}; }

// Factors: the SI brochure (9th edition) and the international yard and pound agreement of 1959.
constexpr std::array kUnits = {
    Entry{"m", "meter", of(kLength)},
    Entry{"metre", "", of(kLength)},
    Entry{"cm", "centimeter", of(kLength), 1, 100},
    Entry{"centimetre", "", of(kLength), 1, 100},
    Entry{"mm", "millimeter", of(kLength), 1, 1000},
    Entry{"millimetre", "", of(kLength), 1, 1000},
    Entry{"dm", "decimeter", of(kLength), 1, 10},
    Entry{"km", "kilometer", of(kLength), 1000},
    Entry{"kilometre", "", of(kLength), 1000},
    Entry{"nm", "nanometer", of(kLength), 1, 1'000'000'000},
    Entry{"in", "inch", of(kLength), 254, 10'000},
    Entry{"ft", "foot", of(kLength), 3048, 10'000},
    Entry{"feet", "", of(kLength), 3048, 10'000},
    Entry{"yd", "yard", of(kLength), 9144, 10'000},
    Entry{"mi", "mile", of(kLength), 1'609'344, 1000},
    Entry{"g", "gram", of(kMass), 1, 1000},
    Entry{"kg", "kilogram", of(kMass)},
    Entry{"mg", "milligram", of(kMass), 1, 1'000'000},
    Entry{"lb", "pound", of(kMass), 45'359'237, 100'000'000},
    Entry{"oz", "ounce", of(kMass), 45'359'237, 1'600'000'000},
    Entry{"ton", "tonne", of(kMass), 1000},
    Entry{"s", "second", of(kTime)},
    Entry{"sec", "", of(kTime)},
    Entry{"ms", "millisecond", of(kTime), 1, 1000},
    Entry{"min", "minute", of(kTime), 60},
    Entry{"h", "hour", of(kTime), 3600},
    Entry{"hr", "", of(kTime), 3600},
    Entry{"day", "", of(kTime), 86'400},
    Entry{"week", "", of(kTime), 604'800},
    Entry{"K", "kelvin", of(kTemperature)},
    Entry{"A", "ampere", of(kCurrent)},
    Entry{"mol", "mole", of(kSubstance)},
    Entry{"L", "liter", of(kLength, 3), 1, 1000},
    Entry{"l", "litre", of(kLength, 3), 1, 1000},
    Entry{"mL", "milliliter", of(kLength, 3), 1, 1'000'000},
    Entry{"ml", "millilitre", of(kLength, 3), 1, 1'000'000},
    Entry{"dollar", "usd", of(kMoney)},
    Entry{"cent", "", of(kMoney), 1, 100},
    Entry{"mph", "", mechanical(1, 0, -1), 1'609'344, 3'600'000},
    Entry{"N", "newton", mechanical(1, 1, -2)},
    Entry{"J", "joule", mechanical(2, 1, -2)},
    Entry{"kJ", "kilojoule", mechanical(2, 1, -2), 1000},
    Entry{"W", "watt", mechanical(2, 1, -3)},
    Entry{"kW", "kilowatt", mechanical(2, 1, -3), 1000},
    Entry{"Pa", "pascal", mechanical(-1, 1, -2)},
    Entry{"Hz", "hertz", mechanical(0, 0, -1)},
    Entry{"byte", "", of(kInformation)},
    Entry{"bit", "", of(kInformation), 1, 8},
};

// Words that are units to us without a size: nothing is converted to them.
constexpr std::array<std::string_view, 11> kOthers = {"per",  "%",      "degree", "unit", "month", "year",
                                                      "euro", "radian", "rad",    "time", "people"};

const Entry* find_unit(std::string_view name) {
  const auto* found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Entry& entry) {
    return entry.name == name || (!entry.alias.empty() && entry.alias == name);
  });
  return found == kUnits.end() ? nullptr : found;
}

bool is_known(std::string_view name) {
  return find_unit(name) != nullptr || std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end();
}

std::string singular(std::string_view word) {
  if (is_known(word)) return std::string(word);
  std::string lower = to_lower_ascii(word);
  if (is_known(lower)) return lower;
  for (const std::string_view ending : {"es", "s"}) {
    if (lower.size() > ending.size() && lower.ends_with(ending) &&
        is_known(std::string_view(lower).substr(0, lower.size() - ending.size()))) {
      lower.resize(lower.size() - ending.size());
      return lower;
    }
  }
  if (lower == "deg") return "degree";
  if (lower == "percent" || lower == "pct" || lower == "percents") return "%";
  if (lower == "inches") return "inch";
  return lower.size() > 3 && lower.ends_with('s') ? lower.substr(0, lower.size() - 1) : lower;
}

// "x", "^", "2", "/", "y" of the words of a unit.
std::vector<std::string> pieces_of(std::string_view words) {
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < words.size();) {
    const char c = words[i];
    const std::size_t begin = i;
    const auto take_while = [&](auto in_piece) {
      while (i < words.size() && in_piece(words[i])) ++i;
      pieces.emplace_back(words.substr(begin, i - begin));
    };
    if (c == '\\') {
      for (++i; i < words.size() && is_letter(words[i]);) ++i;
    } else if (is_digit(c) || c == '-') {
      take_while([](char d) { return is_digit(d) || d == '-'; });
    } else if (is_letter(c) || (c & 0x80) != 0) {
      take_while([](char d) { return is_letter(d) || (d & 0x80) != 0; });
    } else {
      if (c == '^' || c == '/' || c == '%') pieces.emplace_back(1, c);
      ++i;
    }
  }
  return pieces;
}

}  // namespace

std::string unit_spelling(std::string_view words) {
  std::string spelling;
  std::string raised;  // "^2" of "square", for the word that follows
  bool divides = false;
  for (const std::string& piece : pieces_of(words)) {
    if (piece == "^" || is_digit(piece[0]) || piece[0] == '-') {
      spelling += piece;
      continue;
    }
    const std::string word = singular(piece);
    if (word == "square" || word == "sq" || word == "cubic" || word == "cu") {
      raised = word[0] == 's' ? "^2" : "^3";
    } else if (word == "squared" || word == "cubed") {
      spelling += word[0] == 's' ? "^2" : "^3";
    } else if (piece == "/" || word == "per") {
      divides = true;
    } else if (word == "cent" && divides && spelling.empty()) {
      spelling = "%";
    } else if (word != "of" && word != "the") {
      if (!spelling.empty()) spelling += divides ? '/' : ' ';
      spelling += word + raised;
      raised.clear();
      divides = false;
    }
  }
  return spelling;
}

std::optional<Unit> unit_named(std::string_view spelling) {
  Unit unit;
  bool divides = false;
  for (std::size_t i = 0; i < spelling.size();) {
    const std::size_t end = std::min(spelling.find_first_of(" /", i), spelling.size());
    const std::string_view part = spelling.substr(i, end - i);
    const std::size_t caret = std::min(part.find('^'), part.size());
    const Entry* entry = find_unit(part.substr(0, caret));
    if (entry == nullptr) return std::nullopt;
    int exponent = 1;
    if (caret < part.size()) {
      const std::string_view digits = part.substr(caret + 1);
      const bool negative = digits.starts_with('-');
      if (digits.size() != (negative ? 2U : 1U) || !is_digit(digits.back())) return std::nullopt;
      exponent = (digits.back() - '0') * (negative ? -1 : 1);
    }
    if (divides) exponent = -exponent;
    for (std::size_t d = 0; d < unit.dimension.size(); ++d) unit.dimension[d] += exponent * entry->dimension[d];
    const mpq_class factor(entry->numerator, entry->denominator);
    for (int k = 0; k < exponent; ++k) unit.factor *= factor;
    for (int k = 0; k > exponent; --k) unit.factor /= factor;
    unit.factor.canonicalize();
    divides = end < spelling.size() && spelling[end] == '/';
    i = end + 1;
  }
  return spelling.empty() ? std::nullopt : std::optional(unit);
}

bool is_unit_word(std::string_view word) {
  return word == "sq" || word == "cu" || (word.size() >= 2 && is_known(singular(word)));
}

bool is_prose(std::string_view words) {
  static constexpr std::string_view kProse[] = {
      "is",   "are",  "was",  "were",    "be",   "am",     "has",   "have",  "had", "does",    "do",      "can",
      "will", "not",  "but",  "that",    "who",  "since",  "if",    "when",  "so",  "because", "where",   "which",
      "than", "more", "less", "fewer",   "we",   "it",     "they",  "he",    "she", "you",     "this",    "these",
      "plus", "by",   "into", "minus",   "from", "to",     "with",  "as",    "for", "between", "without", "until",
      "only", "then", "thus", "divided", "mod",  "modulo", "below", "except"};
  const std::vector<std::string> pieces = pieces_of(words);
  if (!pieces.empty() && (pieces[0] == "squared" || pieces[0] == "cubed")) return true;
  bool is_power = false;  // what precedes can be raised: "^" or a unit
  for (const std::string& piece : pieces) {
    const std::string word = to_lower_ascii(piece);
    if (std::find(std::begin(kProse), std::end(kProse), word) != std::end(kProse)) return true;
    if (is_digit(piece.back()) && !is_power) return true;
    if (piece.size() == 1 && is_letter(piece[0]) && find_unit(piece) == nullptr) return true;
    is_power = piece == "^" || find_unit(piece) != nullptr;
  }
  return false;
}

}  // namespace tripos::scorers
