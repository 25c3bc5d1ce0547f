#include "harness/runner/readings.h"

#include "tests/catch.h"
#include "tests/support/temp_dir.h"

namespace tripos::runner {
namespace {

using protocol::Protocol;
using test::TempDir;

Protocol make_protocol(const std::string& name, const std::string& scoring) {
  return protocol::parse_protocol(
             "name: " + name + "\nversion: 1\nkind: math\nsummary: s\nuser: '{question}'\nscoring: {" + scoring + "}\n",
             name)
      .value();
}

std::vector<std::vector<std::string>> labels(const std::vector<Reader>& readers) {
  std::vector<std::vector<std::string>> labels;
  for (const Reader& reader : readers) labels.push_back(reader.protocols);
  return labels;
}

TEST_CASE("protocols that read and judge alike are one reader", "[runner]") {
  const std::string box = "extractors: [last_box], grader: number";
  const std::string ladder = "extractors: [{pattern: 'a(.)'}, {pattern: 'b(.)'}, last_box, answer_line], grader: exact";
  const auto readers = make_readers(std::vector{make_protocol("x", box), make_protocol("y", ladder),
                                                make_protocol("z", box), make_protocol("x", box)});
  REQUIRE(readers);
  CHECK(labels(*readers) == std::vector<std::vector<std::string>>{{"x@1", "z@1"}, {"y@1"}});
  CHECK((*readers)[0].rule == "last_box / number");
  CHECK((*readers)[1].rule == "2 patterns, last_box, answer_line / exact");
}

TEST_CASE("a label that stands for two ways of reading tells them apart", "[runner]") {
  const Protocol a = make_protocol("x", "extractors: [last_box], grader: number");
  const Protocol b = make_protocol("x", "extractors: [whole], grader: number");
  const auto readers = make_readers(std::vector{a, b});
  REQUIRE(readers);
  CHECK(labels(*readers) == std::vector<std::vector<std::string>>{{"x@1+" + a.scoring_sha256.substr(0, 8)},
                                                                  {"x@1+" + b.scoring_sha256.substr(0, 8)}});
  CHECK_FALSE(make_readers(std::vector{make_protocol("x", "extractors: [gone], grader: number")}).has_value());
}

// 1,300 responses, the answer of number i in a box of its own.
std::string fill(store::Store& store) {
  std::vector<Sample> samples;
  std::vector<store::ImportedResponse> responses;
  for (int i = 0; i < 650; ++i) {
    Sample& sample = samples.emplace_back();
    sample.id = std::to_string(i);
    sample.target = std::to_string(i % 7);
    for (int epoch = 0; epoch < 2; ++epoch) {
      store::ImportedResponse& response = responses.emplace_back();
      response.sample_id = sample.id;
      response.epoch = epoch;
      response.target = sample.target;
      response.response.text = "\\boxed{" + std::to_string(i % 5) + "}";
    }
  }
  const std::string run = store.begin_run({.task = "t"}, {}, samples).value();
  REQUIRE(store.import(run, responses));
  return run;
}

TEST_CASE("readings come in order, each with the scores of all readers, whatever the number of threads", "[runner]") {
  const TempDir folder;
  const auto store = store::Store::open(folder / "t.db", store::Store::Mode::kReadWrite);
  REQUIRE(store);
  const std::string run = fill(**store);
  const auto readers = make_readers(std::vector{make_protocol("x", "extractors: [last_box], grader: number"),
                                                make_protocol("y", "extractors: [json_answer], grader: number")});
  REQUIRE(readers);
  for (const int threads : {1, 2, 7}) {
    CAPTURE(threads);
    int count = 0;
    const auto check = [&](const std::vector<Reading>& readings) -> Result<void> {
      for (const Reading& reading : readings) {
        const int i = count / 2;
        CHECK(reading.response.sample_id == std::to_string(i));
        CHECK(reading.response.epoch == count % 2);
        CHECK(reading.response.text.empty());
        REQUIRE(reading.scores.size() == 2);
        CHECK(reading.scores[0].extracted == std::to_string(i % 5));
        CHECK((reading.scores[0].verdict == Verdict::kEqual) == (i % 5 == i % 7));
        CHECK(reading.scores[1].verdict == Verdict::kNoAnswer);
        ++count;
      }
      return {};
    };
    REQUIRE(visit_readings(**store, run, *readers, threads, check));
    CHECK(count == 1300);
  }
}

TEST_CASE("the first error of a visitor ends the readings and is handed on", "[runner]") {
  const TempDir folder;
  const auto store = store::Store::open(folder / "t.db", store::Store::Mode::kReadWrite);
  REQUIRE(store);
  const std::string run = fill(**store);
  const auto readers = make_readers(std::vector{make_protocol("x", "extractors: [last_box], grader: number")});
  REQUIRE(readers);
  int calls = 0;
  const auto visited = visit_readings(**store, run, *readers, 2, [&](const std::vector<Reading>&) -> Result<void> {
    ++calls;
    return fail(Error::Kind::kData, "enough");
  });
  REQUIRE_FALSE(visited.has_value());
  CHECK(visited.error().message == "enough");
  CHECK(calls == 1);
  CHECK_FALSE(visit_readings(**store, "no such run", *readers, 2, [](const auto&) { return Result<void>(); }));
}

}  // namespace
}  // namespace tripos::runner
