#include "scorers/latex/names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/core/text.h"

namespace tripos::scorers {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr std::array kFunctions = {
    Entry{"sin", "sin"},
    Entry{"cos", "cos"},
    Entry{"tan", "tan"},
    Entry{"cot", "cot"},
    Entry{"sec", "sec"},
    Entry{"csc", "csc"},
    Entry{"cosec", "csc"},
    Entry{"tg", "tan"},
    Entry{"ctg", "cot"},
    Entry{"cotg", "cot"},
    Entry{"arcsin", "asin"},
    Entry{"arccos", "acos"},
    Entry{"arctan", "atan"},
    Entry{"arctg", "atan"},
    Entry{"arccot", "acot"},
    Entry{"arcctg", "acot"},
    Entry{"arcsec", "asec"},
    Entry{"arccsc", "acsc"},
    Entry{"asin", "asin"},
    Entry{"acos", "acos"},
    Entry{"atan", "atan"},
    Entry{"acot", "acot"},
    Entry{"asec", "asec"},
    Entry{"acsc", "acsc"},
    Entry{"sinh", "sinh"},
    Entry{"cosh", "cosh"},
    Entry{"tanh", "tanh"},
    Entry{"coth", "coth"},
    Entry{"sech", "sech"},
    Entry{"csch", "csch"},
    Entry{"arcsinh", "asinh"},
    Entry{"arccosh", "acosh"},
    Entry{"arctanh", "atanh"},
    Entry{"arccoth", "acoth"},
    Entry{"arcsech", "asech"},
    Entry{"arccsch", "acsch"},
    Entry{"arsinh", "asinh"},
    Entry{"arcosh", "acosh"},
    Entry{"artanh", "atanh"},
    Entry{"arcoth", "acoth"},
    Entry{"arsech", "asech"},
    Entry{"arcsch", "acsch"},
    Entry{"asinh", "asinh"},
    Entry{"acosh", "acosh"},
    Entry{"atanh", "atanh"},
    Entry{"acoth", "acoth"},
    Entry{"asech", "asech"},
    Entry{"acsch", "acsch"},
    Entry{"ln", "ln"},
    Entry{"log", "log"},
    Entry{"lg", "log"},
    Entry{"exp", "exp"},
    Entry{"sqrt", "sqrt"},
    Entry{"cbrt", "cbrt"},
    Entry{"abs", "abs"},
    Entry{"floor", "floor"},
    Entry{"ceil", "ceil"},
    Entry{"ceiling", "ceil"},
    Entry{"sgn", "sign"},
    Entry{"sign", "sign"},
    Entry{"gcd", "gcd"},
    Entry{"lcm", "lcm"},
    Entry{"max", "max"},
    Entry{"min", "min"},
    Entry{"Re", "re"},
    Entry{"Im", "im"},
    Entry{"arg", "arg"},
    Entry{"Arg", "arg"},
    Entry{"det", "det"},
    Entry{"factorial", "factorial"},
    Entry{"binomial", "binomial"},
    Entry{"conj", "conjugate"},
    Entry{"deg", "deg"},
    Entry{"dim", "dim"},
};

constexpr std::array<std::string_view, 39> kGreek = {
    "alpha",  "beta",  "gamma", "delta",      "epsilon",  "zeta",     "eta",    "theta",    "iota",    "kappa",
    "lambda", "mu",    "nu",    "xi",         "omicron",  "rho",      "sigma",  "tau",      "upsilon", "phi",
    "chi",    "psi",   "omega", "varepsilon", "vartheta", "varkappa", "varrho", "varsigma", "varphi",  "ell",
    "Gamma",  "Delta", "Theta", "Lambda",     "Xi",       "Sigma",    "Phi",    "Psi",      "Omega"};

constexpr std::array kConstants = {
    Entry{"pi", "pi"},
    Entry{"e", "e"},
    Entry{"i", "i"},
    Entry{"infty", "infinity"},
    Entry{"infinity", "infinity"},
    Entry{"inf", "infinity"},
    Entry{"oo", "infinity"},
    Entry{"imath", "i"},
};

// That are more likely than the product of their letters.
constexpr std::array<std::string_view, 34> kShortWords = {"for", "the", "are", "not", "any", "all", "let", "yes", "odd",
                                                          "one", "two", "six", "ten", "has", "iff", "was", "got", "get",
                                                          "but", "its", "his", "her", "our", "who", "how", "can", "now",
                                                          "out", "red", "no",  "is",  "of",  "if",  "to"};
constexpr std::array<std::string_view, 12> kAnd = {"and", "und", "et",     "y",   "e", "и",
                                                   "和",  "与",  "および", "dan", "&", "as well as"};
constexpr std::array<std::string_view, 9> kOr = {"or", "oder", "ou", "o", "или", "或", "或者", "または", "and or"};

template <std::size_t N>
std::optional<std::string_view> look_up(const std::array<Entry, N>& entries, std::string_view name) {
  const auto* found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.first == name; });
  return found == entries.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::optional<std::string_view> function_named(std::string_view name) { return look_up(kFunctions, name); }

std::optional<std::string_view> inverse_of(std::string_view function) {
  for (const Entry& entry : kFunctions) {
    if (entry.first.size() == function.size() + 1 && entry.first[0] == 'a' && entry.first.substr(1) == function &&
        entry.second == entry.first) {
      return entry.second;
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> constant_named(std::string_view name) { return look_up(kConstants, name); }

bool is_greek(std::string_view name) { return contains(kGreek, name); }

std::size_t known_prefix(std::string_view run) {
  std::size_t length = 0;
  for (const Entry& entry : kFunctions) {
    const std::string_view rest = run.substr(std::min(entry.first.size(), run.size()));
    const bool ends = rest.size() <= 1 || rest == "pi" || is_greek(rest);
    if (run.starts_with(entry.first) && ends) length = std::max(length, entry.first.size());
  }
  if (length == 0 && run.starts_with("pi") && run.size() <= 4) length = 2;
  return length;
}

bool is_short_word(std::string_view run) {
  const std::string lower = to_lower_ascii(run);
  return run.substr(1) == std::string_view(lower).substr(1) && contains(kShortWords, lower);  // "No", not "NO"
}

Connective connective(std::string_view words) {
  if (contains(kAnd, words)) return Connective::kAnd;
  return contains(kOr, words) ? Connective::kOr : Connective::kNone;
}

}  // namespace tripos::scorers
