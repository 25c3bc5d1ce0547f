#include "harness/core/text.h"
#include "scorers/equality/matcher.h"
#include "scorers/latex/units.h"

namespace tripos::scorers {
namespace {

Node scaled(const Node& value, const mpq_class& factor) {
  return factor == 1 ? value : make_node(Kind::kMultiply, {value, make_number(factor)});
}

Node in_radians(const Node& degrees) {
  return make_node(Kind::kDivide, {make_node(Kind::kMultiply, {degrees, make_constant("pi")}), make_number(180)});
}

// The number that was written as a decimal, with its sign.
std::optional<Node> decimal_in(const Node& node) {
  Node number = node.kind == Kind::kNegate ? node.children[0] : node;
  if (number.kind != Kind::kNumber || number.decimals < 0) return std::nullopt;
  if (node.kind == Kind::kNegate) number.number = -number.number;
  return number;
}

bool is_decimal(const Node& node) { return decimal_in(node).has_value(); }

// Whether a decimal is what programs or people write for the exact value: rounded to its last place, or to a double.
bool is_rounding_of(const Node& decimal, const Node& value) {
  if (decimal.decimals == 0) return false;
  if (rounds_to(value, decimal.number, decimal.decimals)) return true;
  if (decimal.digits < 16) return false;
  const mpq_class margin = abs(decimal.number) / mpq_class(mpz_class(1) << 52);
  return order(value, make_number(decimal.number - margin)) == 1 &&
         order(value, make_number(decimal.number + margin)) == -1;
}

// |a - b| <= margin
bool within(const Node& a, const Node& b, const Node& margin) {
  const Node apart = make_call("abs", {make_node(Kind::kAdd, {a, make_node(Kind::kNegate, {b})})});
  const auto compared = order(apart, margin);
  return compared && *compared <= 0;
}

// Whether two real constants are as close as the policies ask.
bool is_close(const Node& gold, const Node& answer, const Policies& policies) {
  if (policies.decimal_places > 0 && (is_decimal(gold) || is_decimal(answer))) {
    mpz_class scale;
    mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(policies.decimal_places));
    const Node margin = make_number(mpq_class(1, 2 * scale));
    if (within(gold, answer, margin)) return true;
  }
  if (policies.tolerance == 0) return false;
  return within(gold, answer,
                make_node(Kind::kMultiply, {make_call("abs", {gold}), make_number(mpq_class(policies.tolerance))}));
}

std::string digits_of(std::string_view text) {
  std::string digits = to_lower_ascii(text);
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

// A based number as an integer, where its digits are below its base.
std::optional<mpz_class> based_value(const Node& node) {
  const auto base = rational_value(node.children[0]);
  if (!base || base->get_den() != 1 || *base < 2 || *base > 36) return std::nullopt;
  mpz_class value;
  if (value.set_str(node.name, static_cast<int>(base->get_num().get_si())) != 0) return std::nullopt;
  return value;
}

// "16_2" is no number.
bool has_impossible_digits(const Node& node) {
  const auto base = rational_value(node.children[0]);
  return base && *base >= 2 && *base <= 36 && !based_value(node);
}

// "3000 g" as a measure: a number times a letter that is a unit, too.
std::optional<Node> as_quantity(const Node& product) {
  if (product.kind != Kind::kMultiply || product.children.size() != 2 || !is_number(product.children[0]))
    return std::nullopt;
  const Node& letter = product.children[1];
  if (letter.kind != Kind::kSymbol || !unit_named(letter.name)) return std::nullopt;
  return make_node(Kind::kQuantity, {product.children[0]}, letter.name);
}

}  // namespace

Equality Matcher::match_scalars(const Node& gold, const Node& answer) {
  if (--left_ < 0) return {Truth::kUnknown, "limit", 0};
  Equality exact = from(compare(gold, answer));
  if (exact.truth == Truth::kTrue) {
    if (!policies_.sampling && (exact.flags & kSamplingFlag) != 0) exact.truth = Truth::kUnknown;
    return exact;
  }
  if (policies_.percent == Policies::Percent::kAnyScale && any_scale_) {
    any_scale_ = false;
    for (const mpq_class& scale : {mpq_class(100), mpq_class(1, 100)}) {
      Equality other = match_scalars(scaled(gold, scale), answer);
      if (other.truth != Truth::kTrue) continue;
      any_scale_ = true;
      other.flags |= kPercentFlag;
      return other;
    }
    any_scale_ = true;
  }
  if (is_close(gold, answer, policies_)) return {Truth::kTrue, "tolerance", kRoundedFlag};
  const auto gold_decimal = decimal_in(gold);
  const auto answer_decimal = decimal_in(answer);
  if (gold_decimal.has_value() == answer_decimal.has_value()) return exact;
  const Node& decimal = gold_decimal ? *gold_decimal : *answer_decimal;
  const Node& value = gold_decimal ? answer : gold;
  if (!is_rounding_of(decimal, value)) return exact;
  const bool enough = policies_.decimal_digits > 0 && decimal.digits >= policies_.decimal_digits;
  return {enough ? Truth::kTrue : Truth::kFalse, "rounding", kRoundedFlag};
}

Equality Matcher::match_quantities(const Node& gold, const Node& answer) {
  const bool gold_has = gold.kind == Kind::kQuantity;
  const bool answer_has = answer.kind == Kind::kQuantity;
  const Node& gold_value = gold_has ? gold.children[0] : gold;
  const Node& answer_value = answer_has ? answer.children[0] : answer;
  const std::string_view gold_unit = gold_has ? std::string_view(gold.name) : "";
  const std::string_view answer_unit = answer_has ? std::string_view(answer.name) : "";
  const auto flagged = [](Equality equality, unsigned flag) {
    equality.flags |= flag;
    return equality;
  };

  if (gold_has != answer_has && unit_named(gold_has ? gold_unit : answer_unit)) {
    if (const auto measured = as_quantity(gold_has ? answer : gold)) {
      return gold_has ? match_quantities(gold, *measured) : match_quantities(*measured, answer);
    }
  }
  if (gold_unit == answer_unit || policies_.units == Policies::Units::kIgnored) return match(gold_value, answer_value);
  if (gold_unit == "%" || answer_unit == "%") {
    if (gold_has && answer_has) return decided(false, "unit");
    if (policies_.percent == Policies::Percent::kIgnored || policies_.percent == Policies::Percent::kAnyScale)
      return match(gold_value, answer_value);
    const Node gold_part = gold_has ? scaled(gold_value, mpq_class(1, 100)) : gold_value;
    const Node answer_part = answer_has ? scaled(answer_value, mpq_class(1, 100)) : answer_value;
    const Equality part = match(gold_part, answer_part);
    if (part.truth == Truth::kTrue || !gold_has || policies_.percent == Policies::Percent::kHundredth) {
      return flagged(part, kPercentFlag);
    }
    return flagged(match(gold_value, answer_value), kPercentFlag);
  }
  if (gold_has != answer_has) {
    if (policies_.units == Policies::Units::kRequired) return decided(false, "unit");
    const Equality plain = match(gold_value, answer_value);
    const std::string_view unit = gold_has ? gold_unit : answer_unit;
    const Node& degrees = gold_has ? gold_value : answer_value;
    if (plain.truth == Truth::kTrue || unit != "degree" || !is_scalar(gold_value) || !is_scalar(answer_value)) {
      return flagged(plain, kUnitFlag);
    }
    const Node angle = in_radians(degrees);
    return flagged(gold_has ? match(angle, answer_value) : match(gold_value, angle), kUnitFlag);
  }
  const auto gold_measure = unit_named(gold_unit);
  const auto answer_measure = unit_named(answer_unit);
  if (!gold_measure || !answer_measure || gold_measure->dimension != answer_measure->dimension) {
    return decided(false, "unit");
  }
  return flagged(match(scaled(gold_value, gold_measure->factor), scaled(answer_value, answer_measure->factor)),
                 kUnitFlag);
}

// The base is often said by the question: digits without it are the answer, too.
Equality Matcher::match_based(const Node& gold, const Node& answer) {
  const bool gold_has = gold.kind == Kind::kBased;
  const bool answer_has = answer.kind == Kind::kBased;
  if (gold_has && answer_has) {
    const auto gold_value = based_value(gold);
    const auto answer_value = based_value(answer);
    if (gold_value && answer_value) return decided(*gold_value == *answer_value, "base");
    return decided(same_tree(gold, answer), "base");
  }
  const Node& based = gold_has ? gold : answer;
  const Node& plain = gold_has ? answer : gold;
  if (has_impossible_digits(based)) return decided(false, "base");
  const bool integer = plain.kind == Kind::kNumber && plain.decimals < 0 && plain.number.get_den() == 1;
  const std::string digits = integer ? plain.number.get_num().get_str() : "";
  return decided(integer && digits == digits_of(based.name), "base");
}

}  // namespace tripos::scorers
