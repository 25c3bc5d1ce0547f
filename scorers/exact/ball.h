#pragma once
// Values as balls of complex numbers with a proved radius, by Arb.

#include <acb.h>

#include <map>
#include <string>
#include <string_view>

#include "scorers/latex/tree.h"

namespace tripos::scorers {

// An acb that frees itself.
class Ball {
 public:
  Ball() { acb_init(value_); }
  Ball(const Ball& other) : Ball() { acb_set(value_, other.value_); }
  Ball(Ball&& other) noexcept : Ball() { acb_swap(value_, other.value_); }
  Ball& operator=(Ball other) noexcept {
    acb_swap(value_, other.value_);
    return *this;
  }
  ~Ball() { acb_clear(value_); }
  acb_ptr get() { return value_; }
  acb_srcptr get() const { return value_; }

 private:
  acb_t value_;
};

// The values of variables.
using Point = std::map<std::string, Ball, std::less<>>;

enum class Evaluation {
  kValue,      // the ball is finite and holds the value
  kUndefined,  // no value at all: 1/0, 0^0, ln 0
  kUnknown,    // a limit, a pole or a cut that is not decided at this precision, or a function that nothing is known of
};

// Where an expression has values: with kReal it has none where one of its parts is not real.
enum class Field { kComplex, kReal };

// The value of an expression at `precision` bits. At most kMaxEvaluations nodes are visited, terms of sums included;
// functions count as more of them at high precision. Adds their number to *visited.
Evaluation evaluate(const Node& expression, const Point& point, int precision, Ball& value,
                    Field field = Field::kComplex, int* visited = nullptr);
inline constexpr int kMaxEvaluations = 12'000;

}  // namespace tripos::scorers
