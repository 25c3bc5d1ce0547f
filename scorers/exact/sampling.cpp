#include "scorers/exact/sampling.h"

#include <flint/fmpq.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace tripos::scorers {
namespace {

constexpr int kPoints = 24;
constexpr int kIntegerPoints = 8;
constexpr int kMaxVisits = 60'000;  // of nodes, at all points together

bool binds(const Node& node) {
  return node.kind == Kind::kCall && node.children.size() >= 2 && node.children[1].kind == Kind::kSymbol &&
         (node.name == "sum" || node.name == "product" || node.name == "integral" || node.name == "limit");
}

void collect(const Node& node, std::set<std::string>& names) {
  if (node.kind == Kind::kSymbol) names.insert(node.name);
  if (!binds(node)) {
    for (const Node& child : node.children) collect(child, names);
    return;
  }
  std::set<std::string> inside;
  collect(node.children[0], inside);
  inside.erase(node.children[1].name);
  names.merge(inside);
  for (std::size_t i = 2; i < node.children.size(); ++i) collect(node.children[i], names);
}

bool has_imaginary_unit(const Node& node) {
  if (node.kind == Kind::kConstant && node.name == "i") return true;
  return std::any_of(node.children.begin(), node.children.end(), has_imaginary_unit);
}

// SplitMix64 (Steele, Lea and Flood 2014): the same points on every machine.
std::uint64_t mixed(std::uint64_t state) {
  state += 0x9E3779B97F4A7C15U;
  state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9U;
  state = (state ^ (state >> 27)) * 0x94D049BB133111EBU;
  return state ^ (state >> 31);
}

// A rational with three digits, of the size that the number of the point asks for.
void set_coordinate(acb_ptr value, int point, int variable, int precision) {
  if (point >= kPoints) {
    acb_set_si(value, (point - kPoints) + 1 + variable);
    return;
  }
  const std::uint64_t random = mixed(static_cast<std::uint64_t>(point) * 64 + static_cast<std::uint64_t>(variable));
  const auto numerator = static_cast<slong>(101 + random % 899);
  constexpr slong kDenominators[] = {331,       // 0.3 to 3
                                     1009,      // below 1
                                     97,        // 1 to 10
                                     449,       // and of either sign: 0.2 to 2,
                                     3,         // 30 to 300,
                                     100'003};  // below 0.01
  const int size = point % static_cast<int>(std::size(kDenominators));
  const slong denominator = kDenominators[size];
  const bool negative = size >= 3 && ((random >> 32) & 1) != 0;
  fmpq_t rational;
  fmpq_init(rational);
  fmpq_set_si(rational, negative ? -numerator : numerator, static_cast<ulong>(denominator));
  acb_zero(value);
  arb_set_fmpq(acb_realref(value), rational, precision);
  fmpq_clear(rational);
}

Point point_at(const std::vector<std::string>& variables, int number, int precision) {
  Point point;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    set_coordinate(point[variables[i]].get(), number, static_cast<int>(i), precision);
  }
  return point;
}

}  // namespace

std::vector<std::string> free_variables(const Node& node) {
  std::set<std::string> names;
  collect(node, names);
  return {names.begin(), names.end()};
}

void visit_samples(const Node& a, const Node& b,
                   const std::function<bool(const Sample&, const std::function<bool(Sample&)>& refine)>& visit) {
  const std::vector<std::string> variables = free_variables(make_node(Kind::kAdd, {a, b}));
  const Field field = has_imaginary_unit(a) || has_imaginary_unit(b) ? Field::kComplex : Field::kReal;
  int visited = 0;
  for (int number = 0; number < kPoints + kIntegerPoints && visited < kMaxVisits; ++number) {
    const auto evaluate_both = [&](int precision, Sample& sample) {
      const Point point = point_at(variables, number, precision);
      return evaluate(a, point, precision, sample.a, field, &visited) == Evaluation::kValue &&
             evaluate(b, point, precision, sample.b, field, &visited) == Evaluation::kValue;
    };
    Sample sample;
    if (!evaluate_both(128, sample)) continue;
    if (!visit(sample, [&](Sample& fine) { return evaluate_both(512, fine); })) return;
  }
}

}  // namespace tripos::scorers
