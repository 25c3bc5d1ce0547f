#include "backends/remote/secret.h"

#include <cstdlib>
#include <ostream>
#include <type_traits>

#include "tests/catch.h"

namespace tripos::backends {
namespace {

template <typename T, typename = void>
struct IsPrintable : std::false_type {};
template <typename T>
struct IsPrintable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};
static_assert(!IsPrintable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string>);

TEST_CASE("a key is taken out of every text", "[backends][secret]") {
  const Secret key("sk-invented-key");
  CHECK(key.redact("") == "");
  CHECK(key.redact("no key here") == "no key here");
  CHECK(key.redact("sk-invented-key") == "[key]");
  CHECK(key.redact("Bearer sk-invented-key, sk-invented-keysk-invented-key.") == "Bearer [key], [key][key].");
  CHECK(key.redact("sk-invented-ke") == "sk-invented-ke");
}

TEST_CASE("a word that stands in for a key is no secret", "[backends][secret]") {
  CHECK(Secret("EMPTY").redact("The set is EMPTY.") == "The set is EMPTY.");
  CHECK(Secret("").redact("text") == "text");
}

TEST_CASE("a key with white space or control characters in it is not well formed", "[backends][secret]") {
  CHECK(Secret("sk-invented_key.9").is_well_formed());
  for (const char* text : {"sk-a b", "sk-a\r\nX-Evil: 1", "sk-\xC3\xA9", "sk-\x7F"}) {
    CHECK_FALSE(Secret(text).is_well_formed());
  }
}

TEST_CASE("a key comes from the environment, without the white space around it", "[backends][secret]") {
  constexpr const char* kVariable = "TRIPOS_TEST_KEY";
  ::unsetenv(kVariable);
  CHECK_FALSE(secret_from_environment(kVariable).has_value());
  ::setenv(kVariable, " \n", 1);
  CHECK_FALSE(secret_from_environment(kVariable).has_value());
  ::setenv(kVariable, " sk-invented-key\n", 1);
  const auto key = secret_from_environment(kVariable);
  ::unsetenv(kVariable);
  REQUIRE(key.has_value());
  CHECK(key->reveal() == "sk-invented-key");
}

}  // namespace
}  // namespace tripos::backends
