#include "harness/core/random.h"

#include <fmt/format.h>

#include <bit>
#include <numeric>
#include <sstream>

#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "harness/core/text.h"
#include "tests/catch.h"

namespace tripos {
namespace {

template <typename Draw>
std::string eight(Draw draw) {
  std::string text;
  for (int i = 0; i < 8; ++i) text += fmt::format(" {}", draw());
  return text;
}

std::string with_next_draw(const std::vector<int>& values, PythonRandom& random) {
  return fmt::format(" {} {}", fmt::join(values, " "), random.next_u32());
}

// Draws what a line "SEED FUNCTION ARGUMENTS" of the golden asks for.
std::string draw(std::istringstream& asked) {
  std::uint64_t seed = 0;
  std::string function;
  asked >> seed >> function;
  PythonRandom random(seed);
  if (function == "random") {
    return eight([&] { return fmt::format("{:016x}", std::bit_cast<std::uint64_t>(random.random())); });
  }
  if (function == "randint") {
    std::int64_t low = 0;
    std::int64_t high = 0;
    asked >> low >> high;
    return eight([&] { return random.randint(low, high); });
  }
  std::uint64_t n = 0;
  asked >> n;
  if (function == "next") {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 1; i <= n; ++i) sum += random.next_u32() * i;
    return fmt::format(" {}", sum);
  }
  if (function == "getrandbits") return eight([&] { return random.getrandbits(static_cast<int>(n)); });
  if (function == "randbelow") return eight([&] { return random.randbelow(n); });
  if (function == "shuffle") {
    std::vector<int> items(n);
    std::iota(items.begin(), items.end(), 0);
    random.shuffle(items);
    return with_next_draw(items, random);
  }
  REQUIRE(function == "sample");
  int count = 0;
  asked >> count;
  return with_next_draw(random.sample(static_cast<int>(n), count), random);
}

TEST_CASE("PythonRandom draws what CPython draws", "[core][random]") {
  const auto golden = read_file(TRIPOS_SOURCE_DIR "/tests/golden/python_random.txt");
  REQUIRE(golden);
  int lines = 0;
  for (const std::string_view line : split_lines(*golden)) {
    if (line.starts_with("#")) continue;
    const std::size_t equals = line.find('=');
    REQUIRE(equals != std::string_view::npos);
    CAPTURE(line);
    std::istringstream asked{std::string(line.substr(0, equals))};
    const std::string drawn = draw(asked);
    // An empty list leaves two spaces before the draw that follows it.
    CHECK(trim(drawn) == trim(line.substr(equals + 1)));
    ++lines;
  }
  CHECK(lines == 550);
}

template <typename Row>
std::string digits(int rows, Row row) {
  std::string text;
  for (int i = 0; i < rows; ++i) text += fmt::format("{}", fmt::join(row(), ""));
  return text;
}

// The streams from which the peers draw the order of the choices of 198 GPQA Diamond rows.
struct Stream {
  const char* name;
  std::string digits;
  const char* first;
  const char* sha256;  // its first 16 digits
};

std::vector<Stream> streams() {
  const auto sampled = [random = PythonRandom(0)]() mutable { return random.sample(4, 4); };
  const auto shuffled = [](std::uint64_t seed) {
    return [random = PythonRandom(seed)]() mutable {
      std::vector<int> order{0, 1, 2, 3};
      random.shuffle(order);
      return order;
    };
  };
  const auto inserted = [random = PythonRandom(1234)]() mutable { return std::vector{random.randint(0, 3)}; };
  const char* sample_first = "31023120230120311302210331023210";
  return {{"sample, seed 0", digits(198, sampled), sample_first, "5e4df5bc5316ff59"},
          {"sample, seed 0, 4 epochs", digits(4 * 198, sampled), sample_first, "14d7279a5e24a3fd"},
          {"sample, seed 0, 8 epochs", digits(8 * 198, sampled), sample_first, "c84915f47b7f0e78"},
          {"sample, seed 0, 10 epochs", digits(10 * 198, sampled), sample_first, "ade98c2bb1182bbe"},
          {"shuffle, seed 42", digits(198, shuffled(42)), "21303201132012031230132021031302", "54fd9e4016b4d248"},
          {"shuffle, seed 0", digits(198, shuffled(0)), "20130132021310322031312020313120", "1c7c4279f398bbe8"},
          {"randint, seed 1234", digits(198, inserted), "3000000210002331", "86db4dcee11755c0"}};
}

TEST_CASE("The choice permutations of the peers have their known checksums", "[core][random]") {
  for (const Stream& stream : streams()) {
    CAPTURE(stream.name);
    CHECK_THAT(stream.digits, Catch::Matchers::StartsWith(stream.first));
    CHECK_THAT(sha256_hex(stream.digits), Catch::Matchers::StartsWith(stream.sha256));
  }
}

TEST_CASE("Sampling with seed 0 puts the right choice of 198 rows at A 56, B 47, C 47 and D 48 times",
          "[core][random]") {
  PythonRandom random(0);
  std::array<int, 4> counts{};
  for (int row = 0; row < 198; ++row) {
    const std::vector<int> order = random.sample(4, 4);
    for (std::size_t shown = 0; shown < 4; ++shown) counts[shown] += order[shown] == 0 ? 1 : 0;
  }
  CHECK(counts == std::array{56, 47, 47, 48});
}

}  // namespace
}  // namespace tripos
