#pragma once
// Expected failures are values: Result<T> holds a T or an Error that tells the reader what to do next.

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace tripos {

struct Error {
  enum class Kind { kUsage, kConfig, kData, kAuth, kNetwork, kProvider, kStorage, kDevice };
  Kind kind;
  std::string message;  // what failed, with the value that made it fail
  std::string hint;     // what to try next; may be empty
};

template <typename T>
using Result = tl::expected<T, Error>;

// Returned from a function of any Result type.
inline tl::unexpected<Error> fail(Error::Kind kind, std::string message, std::string hint = "") {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(hint)});
}

}  // namespace tripos

#define TRIPOS_CONCAT_INNER(a, b) a##b
#define TRIPOS_CONCAT(a, b) TRIPOS_CONCAT_INNER(a, b)
#define TRIPOS_TRY_INNER(result, declaration, expression)        \
  auto result = (expression);                                    \
  if (!result) return tl::unexpected(std::move(result).error()); \
  declaration = std::move(*result)
// TRIPOS_TRY(const auto x, f()): declares x with the value of f(), or returns f()'s error.
#define TRIPOS_TRY(declaration, expression) \
  TRIPOS_TRY_INNER(TRIPOS_CONCAT(tripos_result_, __LINE__), declaration, expression)
#define TRIPOS_CHECK_INNER(result, expression)                                                 \
  do {                                                                                         \
    if (auto result = (expression); !result) return tl::unexpected(std::move(result).error()); \
  } while (false)
// TRIPOS_CHECK(f()): returns f()'s error, if it has one.
#define TRIPOS_CHECK(expression) TRIPOS_CHECK_INNER(TRIPOS_CONCAT(tripos_checked_, __LINE__), expression)
