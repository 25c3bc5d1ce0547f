// Equality of values against SymPy and mpmath: tests/golden/exact_values.py and constants.py say how the pairs were
// made.

#include <algorithm>
#include <array>
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
  for (const char* golden : {"exact_values.jsonl", "constants.jsonl"}) {
    for (const auto& row : test::golden_lines(golden)) {
      pairs.push_back({row.at("left"), row.at("right"), row.at("equal")});
    }
  }
  return pairs;
}

// Pairs that are not decided, by what the left side starts with.
struct Exception {
  bool equal;
  std::string_view left;
  std::string_view reason;
};
#ifdef TRIPOS_WITH_CALCIUM
constexpr std::array kUndecided = {
    Exception{true, "\\sqrt[3]{\\sqrt[5]{32/5}-", "roots of the fifth degree below a third: degree 375"},
    Exception{true, "\\sqrt[3]{\\cos(\\tfrac{2\\pi}{7})}+", "three cubic roots of cubic numbers: degree 729"},
};
#else
constexpr std::array kUndecided = {
    Exception{true, "1+e^{", "roots of unity that vanish together: without a size no bits can agree relative to it"},
    Exception{false, "\\tan\\left(10^{20}", "balls do not follow a sine so far out"},
    Exception{false, "\\sin(10^{30})", "balls do not follow a sine so far out"},
    Exception{false, "\\sqrt{10^{1300}+1}", "agrees with 10^{650} in more bits than are looked at"},
};
#endif

bool is_undecided(const Pair& pair) {
  return std::any_of(kUndecided.begin(), kUndecided.end(), [&](const Exception& exception) {
    return pair.equal == exception.equal && pair.left.starts_with(exception.left);
  });
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
    CHECK_FALSE(decision.rule.empty());
#ifndef TRIPOS_WITH_CALCIUM
    // Without Calcium the same bits count, and the rule says so.
    CHECK(decision.rule != "algebraic");
    CHECK(decision.rule != "calcium");
    if (decision.truth == Truth::kUnknown) CHECK((decision.rule == "unproved" || decision.rule == "limit"));
#endif
    CHECK(decision.truth == (is_undecided(pair) ? Truth::kUnknown : pair.equal ? Truth::kTrue : Truth::kFalse));
    const Decision turned = decide(pair.right, pair.left);
    CHECK(turned.truth == decision.truth);
    CHECK(turned.rule == decision.rule);
  }
}

TEST_CASE("sums of square roots have one normal form, however many they are", "[scorers][exact]") {
  std::string sum = "\\sqrt{2}";
  std::string turned = "\\sqrt{2}";
  for (const char* prime : {"3", "5", "7", "11", "13", "17", "19", "23", "29", "31", "37"}) {
    sum += "+\\sqrt{" + std::string(prime) + "}";
    turned = "\\frac{" + std::string(prime) + "}{\\sqrt{" + prime + "}}+" + turned;
  }
  CHECK(decide(sum, turned).truth == Truth::kTrue);
  CHECK(decide(sum, turned).rule == "surds");
  CHECK(decide("(" + sum + ")^2", "(" + turned + ")^2").rule == "surds");
  CHECK(decide("(" + sum + ")^2", "(" + turned + ")^2+10^{-2000}").truth == Truth::kFalse);
  CHECK(decide("\\sqrt{1009^2\\cdot 1013}", "1009\\sqrt{1013}").truth == Truth::kTrue);
  CHECK(decide("\\sqrt{1009\\cdot 1013}", "\\sqrt{1009}\\sqrt{1013}").rule == "surds");
  CHECK(decide("\\sqrt{1009\\cdot 1013\\cdot 1019}", "\\sqrt{1009}\\sqrt{1013}\\sqrt{1019}").truth == Truth::kTrue);
  CHECK(decide("\\sqrt{\\frac{8}{27}}", "\\frac{2\\sqrt{6}}{9}").truth == Truth::kTrue);
}

TEST_CASE("numbers too large to be written out are told apart by residues", "[scorers][exact]") {
  CHECK(decide("10^{10^9}\\cdot 10", "10^{10^9+1}").truth == Truth::kTrue);
  CHECK(decide("10^{10^9}+1", "10^{10^9}").truth == Truth::kFalse);
  // The difference is the product of the three greatest primes below 2^61.
  const std::string crafted = "2^{10^7}+2305843009213693951\\cdot2305843009213693921\\cdot2305843009213693907";
  CHECK(decide(crafted, "2^{10^7}").truth == Truth::kFalse);
}

TEST_CASE("an imaginary part decides where nothing else does", "[scorers][exact]") {
  CHECK(decide("i^{10^{30}+1}", "i").truth != Truth::kFalse);
  CHECK(decide("e^{i\\pi}", "-1+10^{-300}i").truth == Truth::kFalse);
}

// On the real domain, as school has it: where a root or a logarithm has no real value, neither has the whole.
TEST_CASE("expressions are compared where all their parts are real", "[scorers][exact]") {
  CHECK(decide("\\sqrt{x}\\sqrt{y}", "\\sqrt{xy}").truth == Truth::kTrue);
  CHECK(decide("\\frac{\\sqrt{x^3}}{\\sqrt{x}}", "x").truth == Truth::kTrue);
  CHECK(decide("\\ln x+\\ln y", "\\ln(xy)").truth == Truth::kTrue);
  CHECK(decide("\\sqrt{x^2}", "x").truth == Truth::kFalse);
  CHECK(decide("v" + std::string(50, '!'), "v").truth != Truth::kTrue);  // although 1, 2 and 3 stay what they are
  CHECK(decide("\\sqrt{x}\\sqrt{y}", "-\\sqrt{xy}").truth == Truth::kFalse);
  CHECK(decide("\\sum_{k=1}^{n} k", "\\frac{n(n+1)}{2}").truth == Truth::kTrue);
  CHECK(decide("\\sum_{k=1}^{n} k", "\\frac{n(n-1)}{2}").truth == Truth::kFalse);
}

TEST_CASE("decisions do not depend on the thread or on what was decided before", "[scorers][exact]") {
  const std::vector<Pair> pairs = golden_pairs();
  using Outcome = std::pair<Truth, std::string_view>;
  std::vector<Outcome> expected;
  for (const Pair& pair : pairs) {
    const Decision decision = decide(pair.left, pair.right);
    expected.emplace_back(decision.truth, decision.rule);
  }
  std::vector<std::vector<Outcome>> found(4, std::vector<Outcome>(pairs.size()));
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < found.size(); ++t) {
    threads.emplace_back([&, t] {
      std::vector<std::size_t> order(pairs.size());
      for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
      std::shuffle(order.begin(), order.end(), std::mt19937(t));
      for (const std::size_t i : order) {
        const Decision decision = compare(*read_answer(pairs[i].left).tree, *read_answer(pairs[i].right).tree);
        found[t][i] = {decision.truth, decision.rule};
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
  CHECK(rounds_to(tree_of("-\\pi"), mpq_class(-314, 100), 2));
  CHECK_FALSE(rounds_to(tree_of("-\\pi"), mpq_class(-315, 100), 2));
  CHECK(rounds_to(tree_of("0.5"), 0, 0));  // a tie goes either way
  CHECK(rounds_to(tree_of("0.5"), 1, 0));
  CHECK_FALSE(rounds_to(tree_of("x"), 1, 0));
  CHECK_FALSE(rounds_to(tree_of("\\infty"), 1, 0));
}

TEST_CASE("the order of two constants is turned with them, and is none where they are equal", "[scorers][exact]") {
  for (const Pair& pair : golden_pairs()) {
    const Node left = tree_of(pair.left);
    const Node right = tree_of(pair.right);
    CAPTURE(pair.left, pair.right);
    const auto found = order(left, right);
    const auto turned = order(right, left);
    CHECK(found.has_value() == turned.has_value());
    if (!found || !turned) continue;
    CHECK(*found == -*turned);
    CHECK((*found == 0) == pair.equal);
  }
}

TEST_CASE("a root rounds to its own decimals and not to their neighbours", "[scorers][exact]") {
  const Node root = tree_of("\\sqrt{2}");
  mpz_class scale = 1;
  for (int places = 0; places <= 60; ++places, scale *= 10) {
    mpz_class twice;  // floor(2 * scale * sqrt(2))
    mpz_sqrt(twice.get_mpz_t(), mpz_class(8 * scale * scale).get_mpz_t());
    const mpz_class nearest = (twice + 1) / 2;
    CAPTURE(places);
    for (const int step : {-1, 0, 1}) {
      mpq_class decimal(nearest + step, scale);
      decimal.canonicalize();
      CHECK(rounds_to(root, decimal, places) == (step == 0));
    }
  }
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

TEST_CASE("rational arithmetic is that of GMP", "[scorers][exact]") {
  std::mt19937 random(20260607);
  const auto some = [&] {
    mpq_class value(static_cast<int>(random() % 2001) - 1000, 1 + static_cast<int>(random() % 99));
    value.canonicalize();
    return value;
  };
  for (int i = 0; i < 200; ++i) {
    const mpq_class a = some();
    const mpq_class b = some();
    const auto value = [&](const std::string& sign) {
      return rational_value(tree_of("(" + a.get_str() + ")" + sign + "(" + b.get_str() + ")"));
    };
    CAPTURE(a.get_str(), b.get_str());
    CHECK(value("+") == mpq_class(a + b));
    CHECK(value("-") == mpq_class(a - b));
    CHECK(value("\\cdot") == mpq_class(a * b));
    if (b != 0) CHECK(value("/") == mpq_class(a / b));
  }
}

TEST_CASE("equations are compared up to a factor", "[scorers][exact]") {
  const auto same = [](const char* a, const char* b) { return compare_up_to_factor(tree_of(a), tree_of(b)); };
  CHECK(same("x-2y+1", "2x-4y+2").decision.truth == Truth::kTrue);
  CHECK(same("x-2y+1", "2x-4y+2").factor_sign == 1);
  CHECK(same("x-2y+1", "-x+2y-1").factor_sign == -1);
  CHECK(same("x-2y+1", "x-2y+2").decision.truth == Truth::kFalse);
  CHECK(same("x", "0").decision.truth != Truth::kTrue);
  CHECK(same("\\sin x-y", "2y-2\\sin x").decision.truth == Truth::kTrue);
  CHECK(same("\\sin x-y", "2y-2\\sin x").factor_sign == -1);
  CHECK(same("x-\\sqrt{2}", "\\sqrt{2}x-2").decision.truth == Truth::kTrue);
  CHECK(same("x-\\sqrt{2}", "\\sqrt{2}x-2.0000000000000000000000001").decision.truth == Truth::kFalse);
  CHECK(same("x^2-y", "x-y").decision.truth == Truth::kFalse);
  CHECK(same("xy", "x").decision.truth == Truth::kFalse);
}

TEST_CASE("a polynomial is proportional to its multiples, with the sign of the factor", "[scorers][exact]") {
  std::mt19937 random(20260607);
  const auto some = [&] { return static_cast<int>(random() % 19) - 9; };
  for (int i = 0; i < 100; ++i) {
    std::string polynomial = "x^3";
    for (const char* term : {"x^2", "xy", "y^2", "x", "y", "1"}) {
      polynomial += "+(" + std::to_string(some()) + ")\\cdot " + term;
    }
    const int factor = some();
    if (factor == 0) continue;
    const Node original = tree_of(polynomial);
    const Node multiple = tree_of(std::to_string(factor) + "(" + polynomial + ")");
    const Node neighbour = tree_of(std::to_string(factor) + "(" + polynomial + ")+10^{-30}y");
    CAPTURE(polynomial, factor);
    const Proportion proportion = compare_up_to_factor(original, multiple);
    CHECK(proportion.decision.truth == Truth::kTrue);
    CHECK(proportion.factor_sign == (factor > 0 ? 1 : -1));
    CHECK(compare_up_to_factor(original, neighbour).decision.truth == Truth::kFalse);
  }
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
                                  std::string("1.5e-999999999"),
                                  std::string("10^{999999999}"),
                                  std::string("\\sqrt[1000000007]{2}+\\sqrt[997]{3}"),
                                  std::string("(1+9^{-4^{42}})^{3^{2^{85}}}"),  // e in 18 * 10^24 digits
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
    for (const char* small : {"1", "x", "\\sqrt{2}", "e"}) {
      CHECK(compare(*reading.tree, tree_of(small)).truth != Truth::kTrue);
      CHECK(compare(tree_of(small), *reading.tree).truth != Truth::kTrue);
    }
  }
}

// Each of them keeps FLINT and Calcium busy for seconds to minutes where nothing is counted.
TEST_CASE("what algebra takes too long for is not different from itself", "[scorers][exact][hostile]") {
  const std::string nines(200, '9');
  for (const std::string& heavy :
       {// factors of an integer
        std::string("\\sqrt{\\pi\\cdot\\sin(6)\\cdot\\prod_{k=1}^{102}(10^{40}+k)}"), "\\arctan(\\sqrt{" + nines + "})",
        "\\arcsin(" + nines + ")+\\sqrt{5}", std::string("e^{\\sqrt{31+10^{2361}}}"),
        std::string("\\sqrt{\\sin(\\arctan(10^{3803}))}"), std::string("\\sqrt[12]{304^{49522}}"),
        // factors of a polynomial with long coefficients
        std::string("e^{10^{1819}+i-i^{9/32}}"), std::string("\\frac{1}{i+\\sqrt{10^{300}}+e^{\\frac{26i\\pi}{182}}}"),
        "(\\cos(17\\pi)+" + nines + "-\\sqrt[8]{10^{20}})^2",
        // roots that are close
        "\\sqrt{\\sqrt[9]{\\frac{3}{7}}}-" + nines, std::string("(\\cos(\\frac{6\\pi}{98})+1000i)^2"),
        // degrees
        std::string("\\cos(\\frac{173\\pi}{16})^{9/25}"), std::string("e^{\\frac{5i\\pi}{24}}+e^{\\frac{3i\\pi}{20}}"),
        // coefficients
        "(x+y+z+" + nines + ")^{40}"}) {
    CAPTURE(heavy);
    const Node left = tree_of(heavy);
    const Node right = tree_of("\\frac{" + heavy + "+1}{2}+\\frac{" + heavy + "-1}{2}");
    CHECK(compare(left, right).truth != Truth::kFalse);
    CHECK(compare(make_call("exp", {left}), make_call("exp", {right})).truth != Truth::kFalse);
  }
}

TEST_CASE("a power with long coefficients is sampled, not written out", "[scorers][exact][hostile]") {
  const std::string nines(200, '9');
  CHECK(decide("(x+y+z+" + nines + ")^{16}", "(z+y+x+" + nines + ")^{16}").rule == "sampling");
  CHECK(decide("(x+y+z+9)^{20}", "(z+y+x+9)^{20}").rule == "rational function");
}

}  // namespace
}  // namespace tripos::scorers
