// Equality of values against SymPy and mpmath: tests/golden/exact_values.py says how the pairs were made.

#include <algorithm>
#include <random>
#include <thread>

#include "scorers/exact/exact.h"
#include "scorers/latex/reader.h"
#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

struct Pair {
  std::string left;
  std::string right;
  bool equal;
};

std::vector<Pair> golden_pairs() {
  std::vector<Pair> pairs;
  for (const auto& row : test::golden_lines("exact_values.jsonl")) {
    pairs.push_back({row.at("left"), row.at("right"), row.at("equal")});
  }
  return pairs;
}

Node tree_of(const std::string& text) {
  Reading reading = read_answer(text);
  CAPTURE(text, reading.problem);
  REQUIRE(reading.tree);
  return std::move(*reading.tree);
}

Decision decide(const std::string& left, const std::string& right) { return compare(tree_of(left), tree_of(right)); }

TEST_CASE("values that SymPy makes equal are proved equal, near misses are told apart", "[scorers][exact]") {
  for (const Pair& pair : golden_pairs()) {
    const Decision decision = decide(pair.left, pair.right);
    CAPTURE(pair.left, pair.right, decision.rule);
#ifdef TRIPOS_WITH_CALCIUM
    CHECK(decision.truth == (pair.equal ? Truth::kTrue : Truth::kFalse));
#else
    // Without Calcium the same bits count, and the rule says so.
    CHECK(decision.truth == (pair.equal ? Truth::kTrue : Truth::kFalse));
    CHECK(decision.rule != "algebraic");
    CHECK(decision.rule != "calcium");
#endif
    const Decision turned = decide(pair.right, pair.left);
    CHECK(turned.truth == decision.truth);
  }
}

TEST_CASE("decisions do not depend on the thread or on what was decided before", "[scorers][exact]") {
  const std::vector<Pair> pairs = golden_pairs();
  std::vector<Truth> expected;
  for (const Pair& pair : pairs) expected.push_back(decide(pair.left, pair.right).truth);
  std::vector<std::vector<Truth>> found(4, std::vector<Truth>(pairs.size()));
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < found.size(); ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::size_t> order(pairs.size());
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
      std::shuffle(order.begin(), order.end(), std::mt19937(t));
      for (const std::size_t i : order) {
        found[t][i] = compare(*read_answer(pairs[i].left).tree, *read_answer(pairs[i].right).tree).truth;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& one : found) CHECK(one == expected);
}

TEST_CASE("order and rounding of constants", "[scorers][exact]") {
  CHECK(order(tree_of("\\sqrt{2}"), tree_of("1.41")) == 1);
  CHECK(order(tree_of("\\sqrt{2}+\\sqrt{3}"), tree_of("\\sqrt{5+2\\sqrt{6}}")) == 0);
  CHECK(order(tree_of("-\\infty"), tree_of("-10^{100}")) == -1);
  CHECK(order(tree_of("\\infty"), tree_of("\\infty")) == 0);
  CHECK(order(tree_of("x"), tree_of("1")) == std::nullopt);
  CHECK(order(tree_of("i"), tree_of("1")) == std::nullopt);
  CHECK(rounds_to(tree_of("\\pi"), mpq_class(314159, 100000), 5));
  CHECK_FALSE(rounds_to(tree_of("\\pi"), mpq_class(314160, 100000), 5));
  CHECK(rounds_to(tree_of("1/3"), mpq_class(333, 1000), 3));
}

TEST_CASE("rational values are exact, and nothing else has one", "[scorers][exact]") {
  CHECK(rational_value(tree_of("1\\frac{1}{2} + 0.1")) == mpq_class(8, 5));
  CHECK(rational_value(tree_of("\\binom{5}{2} \\cdot 3! - 2^{-3}")) == mpq_class(479, 8));
  CHECK(rational_value(tree_of("0.\\overline{142857}")) == mpq_class(1, 7));
  for (const char* none : {"\\sqrt{2}", "x", "\\pi", "1/0", "0^{-1}", "10^{10^{10}}", "(10^9)!"}) {
    CAPTURE(none);
    CHECK_FALSE(rational_value(tree_of(none)));
  }
}

TEST_CASE("equations are compared up to a factor", "[scorers][exact]") {
  const auto same = [](const char* a, const char* b) { return compare_up_to_factor(tree_of(a), tree_of(b)); };
  CHECK(same("x-2y+1", "2x-4y+2").decision.truth == Truth::kTrue);
  CHECK(same("x-2y+1", "2x-4y+2").factor_sign == 1);
  CHECK(same("x-2y+1", "-x+2y-1").factor_sign == -1);
  CHECK(same("x-2y+1", "x-2y+2").decision.truth == Truth::kFalse);
  CHECK(same("x", "0").decision.truth != Truth::kTrue);
}

// Whatever it costs, it is counted; tests/bench/verify.sh says how long it takes.
TEST_CASE("resource bombs are answered and equal to nothing small", "[scorers][exact][hostile]") {
  const std::string deep(100'000, '{');
  std::string fractions;
  while (fractions.size() < 1'000'000) fractions += "\\frac";
  std::string roots = "0";
  for (int k = 2; k < 200; ++k) roots += "+\\sqrt{" + std::to_string(k) + "}";
  std::string nested = "2";
  for (int k = 0; k < 40; ++k) nested = "\\sqrt{1+" + nested + "}";
  std::string doubled = "2";  // 3^30 steps where each level is written out
  for (int k = 0; k < 30; ++k) doubled = "\\operatorname{arccosh}(" + doubled + ")";
  std::string tangents = "2";
  for (int k = 0; k < 30; ++k) tangents = "\\tan(" + tangents + ")";
  for (const std::string& bomb : {std::string("2^{2^{2^{49}}}"),
                                  std::string("(10^9)!"),
                                  std::string("10^{9}!"),
                                  std::string("((9!)!)!"),
                                  std::string("\\binom{10^9}{5\\cdot10^8}"),
                                  std::string("9^{9^{9^{9}}}"),
                                  std::string("1e999999999"),
                                  std::string("10^{10^{10}}-10^{10^{10}}+\\sqrt{2}"),
                                  std::string("(1+\\sqrt{2})^{100000}"),
                                  std::string("\\sin(10^{10^{10}})"),
                                  std::string("e^{e^{e^{20}}}"),
                                  std::string("2^{1/2^{1000}}"),
                                  std::string("\\sum_{k=1}^{10^{12}} \\frac{1}{k}"),
                                  std::string("\\prod_{k=1}^{10^9} k"),
                                  std::string("(x+y)^{1000000}"),
                                  std::string("(x+y+z+a+b+c+d)^{200}"),
                                  deep,
                                  std::string(100'000, '('),
                                  std::string(100'000, '-') + "1",
                                  "1" + std::string(100'000, '!'),
                                  fractions,
                                  "v" + std::string(50, '!'),
                                  std::string("\\sum_{k=1}^{1000} k^{1/3}"),
                                  std::string("\\prod_{k=1}^{1000} k!"),
                                  std::string("\\sum_{k=1}^{1000} \\sum_{m=1}^{1000} \\sin(kmx)"),
                                  std::string("\\gcd(2^{300000}-1,3^{200000}-1)"),
                                  doubled,
                                  tangents,
                                  roots,
                                  nested}) {
    CAPTURE(bomb.substr(0, 40), bomb.size());
    const Reading reading = read_answer(bomb);
    if (!reading.tree) continue;
    CHECK(compare(*reading.tree, make_node(Kind::kAdd, {*reading.tree, make_number(1)})).truth != Truth::kTrue);
    for (const char* small : {"1", "x", "\\sqrt{2}"}) {
      CHECK(compare(*reading.tree, tree_of(small)).truth != Truth::kTrue);
      CHECK(compare(tree_of(small), *reading.tree).truth != Truth::kTrue);
    }
  }
}

}  // namespace
}  // namespace tripos::scorers
