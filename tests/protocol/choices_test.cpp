#include <cmath>

#include "harness/core/hash.h"
#include "harness/protocol/protocol.h"
#include "tests/catch.h"
#include "tests/protocol/samples.h"

namespace tripos::protocol {
namespace {

using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinAbs;
using test::choice_samples;

Protocol ordered(OrderRecipe recipe, std::uint64_t seed) {
  Protocol protocol;
  protocol.order = recipe;
  protocol.seed = seed;
  return protocol;
}

// First digits of the orders of four choices, as Python 3 prints them.
std::string first_orders(const Protocol& protocol, int count) {
  std::string text;
  const auto orders = draw_orders(protocol, choice_samples(count, 4), 1);
  for (const auto& order : orders.front()) {
    if (!text.empty()) text += ' ';
    for (const int index : order) text += static_cast<char>('0' + index);
  }
  return text;
}

TEST_CASE("orders are drawn as CPython draws them", "[protocol]") {
  CHECK(first_orders(ordered(OrderRecipe::kPythonSample, 0), 8) == "3102 3120 2301 2031 1302 2103 3102 3210");
  CHECK(first_orders(ordered(OrderRecipe::kPythonShuffle, 42), 8) == "2130 3201 1320 1203 1230 1320 2103 1302");
  CHECK(first_orders(ordered(OrderRecipe::kPythonShuffle, 0), 8) == "2013 0132 0213 1032 2031 3120 2031 3120");
  CHECK(first_orders(ordered(OrderRecipe::kPublished, 0), 2) == "0123 0123");
}

// All digits of one epoch; `position` shows where the right choice went instead of the whole order.
std::string all_orders(const Protocol& protocol, int rows, bool position = false) {
  std::string text;
  const auto orders = draw_orders(protocol, choice_samples(rows, 4), 1);
  for (const auto& order : orders.front()) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (!position) text += static_cast<char>('0' + order[i]);
      if (position && order[i] == 0) text += static_cast<char>('0' + i);
    }
  }
  return text;
}

TEST_CASE("198 rows of each recipe have the checksums of CPython's streams", "[protocol]") {
  CHECK_THAT(sha256_hex(all_orders(ordered(OrderRecipe::kPythonShuffle, 0), 198)), StartsWith("1c7c4279f398bbe8"));
  CHECK_THAT(sha256_hex(all_orders(ordered(OrderRecipe::kPythonShuffle, 42), 198)), StartsWith("54fd9e4016b4d248"));
  const Protocol insert = ordered(OrderRecipe::kPythonInsert, 1234);
  CHECK(all_orders(insert, 16, true) == "3000000210002331");
  CHECK_THAT(sha256_hex(all_orders(insert, 198, true)), StartsWith("86db4dcee11755c0"));
}

TEST_CASE("a recipe may start with the right choice behind the others", "[protocol]") {
  Protocol protocol = ordered(OrderRecipe::kPublished, 0);
  protocol.key_last = true;
  CHECK(first_orders(protocol, 2) == "1230 1230");
  protocol.order = OrderRecipe::kPythonShuffle;  // 2013 0132 of the published order
  CHECK(first_orders(protocol, 2) == "3120 1203");
  protocol.order = OrderRecipe::kPythonSample;  // 3102 3120
  CHECK(first_orders(protocol, 2) == "0213 0231");
  Sample middle{.id = "m", .input = "Which?", .choices = {"a", "b", "c"}, .target = "B"};
  protocol.order = OrderRecipe::kPublished;
  CHECK(draw_orders(protocol, {middle}, 1).at(0).at(0) == std::vector<int>{0, 2, 1});
  middle.target = "none of them";
  CHECK(draw_orders(protocol, {middle}, 1).at(0).at(0) == std::vector<int>{0, 1, 2});
}

TEST_CASE("cycle goes round with the rows that have choices, as OpenCompass does", "[protocol]") {
  CHECK(first_orders(ordered(OrderRecipe::kCycle, 0), 5) == "1230 2301 3012 0123 1230");
}

TEST_CASE("question-shuffle depends on the question alone", "[protocol]") {
  // random.Random(int.from_bytes(hashlib.sha256(b"Which?").digest()[:8], "big")).shuffle(list(range(4)))
  CHECK(first_orders(ordered(OrderRecipe::kQuestionShuffle, 0), 2) == "1032 1032");
  auto samples = choice_samples(2, 4);
  samples[0].input = "\u00a0 Which?\n";
  samples[1].input = "What?";
  const auto orders = draw_orders(ordered(OrderRecipe::kQuestionShuffle, 0), samples, 1);
  CHECK(orders.at(0).at(0) ==
        draw_orders(ordered(OrderRecipe::kQuestionShuffle, 0), choice_samples(1, 4), 1).at(0).at(0));
  CHECK(orders.at(0).at(1) != orders.at(0).at(0));
}

TEST_CASE("OpenBench's order puts every right choice at B, and is refused", "[protocol]") {
  const auto protocol = find_protocol("openbench@0.5.3", AnswerKind::kChoice);
  REQUIRE(protocol.has_value());
  const auto samples = choice_samples(198, 4);
  const auto orders = draw_orders(*protocol, samples, 1);
  CHECK(orders.at(0) == std::vector<std::vector<int>>(198, {2, 0, 1, 3}));
  const auto balance = check_key_balance(key_balance(samples, orders));
  REQUIRE_FALSE(balance.has_value());
  CHECK_THAT(balance.error().message, StartsWith("the right choice would be shown at B in 198 of 198"));
}

TEST_CASE("python-sample draws every epoch anew and python-shuffle only once", "[protocol]") {
  const auto samples = choice_samples(20, 4);
  const auto drawn = draw_orders(ordered(OrderRecipe::kPythonSample, 0), samples, 3);
  CHECK(drawn.at(1) != drawn.at(0));
  CHECK(drawn.at(2) != drawn.at(1));
  const auto shuffled = draw_orders(ordered(OrderRecipe::kPythonShuffle, 0), samples, 3);
  CHECK(shuffled.at(1) == shuffled.at(0));
  CHECK(shuffled.at(2) == shuffled.at(0));
}

TEST_CASE("more epochs change no order of the earlier ones", "[protocol]") {
  const auto samples = choice_samples(20, 4);
  const auto few = draw_orders(ordered(OrderRecipe::kPythonSample, 0), samples, 2);
  const auto many = draw_orders(ordered(OrderRecipe::kPythonSample, 0), samples, 5);
  CHECK(few.at(0) == many.at(0));
  CHECK(few.at(1) == many.at(1));
}

TEST_CASE("rows may have any number of choices, and those without draw nothing", "[protocol]") {
  auto samples = choice_samples(2, 4);
  const auto alone = draw_orders(ordered(OrderRecipe::kPythonSample, 0), samples, 1);
  samples.insert(samples.begin() + 1, Sample{.id = "open", .input = "Why?", .target = "42"});
  samples.push_back(choice_samples(1, 10).front());
  samples.push_back(choice_samples(1, 26).front());
  const auto mixed = draw_orders(ordered(OrderRecipe::kPythonSample, 0), samples, 1);
  CHECK(mixed.at(0).at(0) == alone.at(0).at(0));
  CHECK(mixed.at(0).at(1).empty());
  CHECK(mixed.at(0).at(2) == alone.at(0).at(1));
  CHECK(mixed.at(0).at(3).size() == 10);
  CHECK(mixed.at(0).at(4).size() == 26);
}

TEST_CASE("simple-evals spreads 198 right choices as A56 B47 C47 D48", "[protocol]") {
  const auto samples = choice_samples(198, 4);
  const auto balance = key_balance(samples, draw_orders(ordered(OrderRecipe::kPythonSample, 0), samples, 1));
  CHECK(balance.observed == std::vector<int>{56, 47, 47, 48});
  CHECK_THAT(balance.expected.at(0), WithinAbs(49.5, 1e-9));
  CHECK_THAT(balance.largest_z, WithinAbs(6.5 / std::sqrt(198 * 0.25 * 0.75), 1e-9));
  CHECK(check_key_balance(balance).has_value());
}

TEST_CASE("expected counts follow each row's number of choices", "[protocol]") {
  auto samples = choice_samples(6, 2);
  for (const Sample& sample : choice_samples(4, 4)) samples.push_back(sample);
  const auto balance = key_balance(samples, draw_orders(ordered(OrderRecipe::kPublished, 0), samples, 1));
  CHECK(balance.observed == std::vector<int>{10, 0, 0, 0});
  CHECK(balance.expected == std::vector<double>{4, 4, 1, 1});
}

TEST_CASE("epochs that repeat the first one's orders are counted once", "[protocol]") {
  const auto samples = choice_samples(50, 4);
  const auto protocol = ordered(OrderRecipe::kPythonShuffle, 42);
  const auto once = key_balance(samples, draw_orders(protocol, samples, 1));
  const auto often = key_balance(samples, draw_orders(protocol, samples, 10));
  CHECK(often.observed == once.observed);
  CHECK(often.largest_z == once.largest_z);
}

TEST_CASE("a shuffle that leaves every right choice at one letter is refused", "[protocol]") {
  auto samples = choice_samples(198, 4);
  for (Sample& sample : samples) sample.target_index = 1;
  const auto published = draw_orders(ordered(OrderRecipe::kPublished, 0), samples, 1);
  const auto checked = check_key_balance(key_balance(samples, published));
  REQUIRE_FALSE(checked.has_value());
  CHECK(checked.error().kind == Error::Kind::kConfig);
  CHECK(checked.error().message == "the right choice would be shown at B in 198 of 198 prompts, where chance gives 50");
  CHECK_THAT(checked.error().hint, StartsWith("give the protocol an order"));
}

TEST_CASE("key balance is no matter of few samples, of few choices or of no choices", "[protocol]") {
  const Protocol published = ordered(OrderRecipe::kPublished, 0);
  for (const auto& samples : {choice_samples(9, 26), choice_samples(30, 2), choice_samples(100, 1),
                              std::vector<Sample>{{.id = "open", .input = "Why?", .target = "42"}}}) {
    CHECK(check_key_balance(key_balance(samples, draw_orders(published, samples, 1))).has_value());
  }
}

TEST_CASE("the target is the letter at which the right choice is shown, by index where choices read alike",
          "[protocol]") {
  Protocol protocol;
  protocol.user = "{question} {choices:;}";
  protocol.choice_line = "{letter}{choice}";
  Sample sample{.id = "twins", .input = "Which?", .choices = {"x", "same", "same"}, .target = "B"};
  CHECK(render(protocol, sample, 0, {2, 0, 1}).target == "C");
  sample.target_index = 2;
  const Request request = render(protocol, sample, 3, {2, 0, 1});
  CHECK(request.target == "A");
  CHECK(request.epoch == 3);
  CHECK(request.order == std::vector<int>{2, 0, 1});
  CHECK(request.messages == std::vector<Message>{{"user", "Which? Asame;Bx;Csame"}});
  CHECK(render(protocol, sample, 0, {}).order == std::vector<int>{0, 1, 2});
}

}  // namespace
}  // namespace tripos::protocol
