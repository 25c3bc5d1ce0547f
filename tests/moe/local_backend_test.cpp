// The embedded model through the backend's seam, as a run sees it.

#include "backends/moe/local/local_backend.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "backends/moe/local/answerer.h"
#include "backends/moe/local/setup.h"
#include "harness/core/text.h"
#include "tests/catch.h"
#include "tests/moe/changed_model.h"
#include "tests/support/memory_journal.h"

namespace tripos::moe {
namespace {

const std::string kModel = test::kEmbeddedModel;

// Requests in their order; after `stop_after` of them a stop is requested.
class Requests : public backends::RequestSource {
 public:
  explicit Requests(std::vector<Request> requests) : requests_(std::move(requests)) {}
  std::optional<Request> next() override {
    if (next_ == stop_after) stop.request_stop();
    if (next_ == requests_.size()) return std::nullopt;
    return requests_[next_++];
  }

  std::size_t stop_after = 1000;
  std::stop_source stop;

 private:
  std::vector<Request> requests_;
  std::size_t next_ = 0;
};

Request question(int number, double temperature = 0) {
  Request request{.sample_id = "q" + std::to_string(number),
                  .messages = {{"user", "Compute the value of $12+" + std::to_string(number) + "$."}}};
  request.sampling.temperature = temperature;
  request.sampling.max_tokens = 12;
  return request;
}

std::unique_ptr<backends::Backend> backend(const std::string& path = kModel) {
  auto made = make_local(path, {.device = DeviceChoice::kCpu, .threads = 2});
  if (!made) FAIL(made.error().message);
  return std::move(*made);
}

// What each request got, by sample and epoch.
std::map<std::string, AttemptOutcome> serve(backends::Backend& backend, Requests& requests) {
  tripos::test::MemoryJournal journal;
  REQUIRE(backend.serve(requests, journal, requests.stop.get_token()));
  std::map<std::string, AttemptOutcome> outcomes;
  for (const auto& attempt : journal.attempts()) {
    REQUIRE(attempt.outcome);
    CHECK(attempt.sent == 1);
    outcomes.emplace(attempt.request.sample_id + "/" + std::to_string(attempt.request.epoch), *attempt.outcome);
  }
  return outcomes;
}

TEST_CASE("every request gets the answer that it gets alone", "[moe][local]") {
  std::vector<Request> all;
  for (int i = 0; i < 40; ++i) {
    all.push_back(question(i % 20, 2));
    all.back().epoch = i / 20;
  }
  Requests requests(all);
  const auto together = serve(*backend(), requests);
  REQUIRE(together.size() == 40);
  for (const int i : {0, 7, 33}) {
    Requests one({all[static_cast<std::size_t>(i)]});
    for (const auto& [name, outcome] : serve(*backend(), one)) {
      REQUIRE((outcome && together.at(name)));
      CHECK(outcome->text == together.at(name)->text);
    }
  }
  const Response& response = *together.at("q0/0");
  CHECK(response.usage.input_tokens > 5);
  CHECK(response.usage.output_tokens > 0);
  CHECK(response.served_model == "tiny_moe");
  int differing = 0;  // another epoch, another draw
  for (int i = 0; i < 20; ++i) {
    const std::string name = "q" + std::to_string(i);
    differing += together.at(name + "/0")->text != together.at(name + "/1")->text ? 1 : 0;
  }
  CHECK(differing > 0);
}

TEST_CASE("questions that read the same draw apart", "[moe][local]") {
  std::vector<Request> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(question(1, 2));
    all.back().sample_id = "q" + std::to_string(i);
  }
  Requests requests(all);
  std::set<std::string> texts;
  for (const auto& [name, outcome] : serve(*backend(), requests)) texts.insert(outcome->text);
  CHECK(texts.size() > 4);
}

TEST_CASE("a prompt without room is a bad request, and the others are answered", "[moe][local]") {
  Request long_one = question(1);
  long_one.sample_id = "long";
  for (int i = 0; i < 2000; ++i) long_one.messages[0].content += " and more";
  Requests requests({question(0), long_one, question(2)});
  const auto outcomes = serve(*backend(), requests);
  REQUIRE(outcomes.size() == 3);
  REQUIRE_FALSE(outcomes.at("long/0"));
  CHECK(outcomes.at("long/0").error().failure_class == FailureClass::kBadRequest);
  CHECK(outcomes.at("long/0").error().message.find("in a context of") != std::string::npos);
  CHECK(outcomes.at("q0/0"));
  CHECK(outcomes.at("q2/0"));
}

TEST_CASE("after a stop what was taken is finished and nothing more is taken", "[moe][local]") {
  std::vector<Request> all;
  for (int i = 0; i < 100; ++i) all.push_back(question(i));
  Requests requests(all);
  requests.stop_after = 10;
  const auto outcomes = serve(*backend(), requests);
  CHECK(outcomes.size() >= 10);
  CHECK(outcomes.size() <= static_cast<std::size_t>(kSequences));
  for (const auto& [name, outcome] : outcomes) CHECK(outcome);
}

TEST_CASE("a journal that cannot write ends the run", "[moe][local]") {
  std::vector<Request> all;
  for (int i = 0; i < 100; ++i) all.push_back(question(i));
  Requests requests(all);
  tripos::test::MemoryJournal journal;
  journal.break_writes();
  const auto served = backend()->serve(requests, journal, {});
  REQUIRE_FALSE(served);
  CHECK(served.error().kind == Error::Kind::kStorage);
}

TEST_CASE("given texts are scored by their log-likelihood", "[moe][local]") {
  Request request{.sample_id = "choice", .messages = {{"user", "Question: 2+2? Answer:"}}};
  request.continuations = {" 4", " 5 or 6", " 17"};
  Requests requests({request});
  const auto outcomes = serve(*backend(), requests);
  REQUIRE(outcomes.at("choice/0"));
  const auto scored = nlohmann::json::parse(outcomes.at("choice/0")->text);
  CHECK(scored.at("characters") == nlohmann::json({1, 6, 2}));

  // The same by hand: each step's log-probability of the given token.
  const ModelFiles files = ModelFiles::open(kModel).value();
  const Device device = find_device(DeviceChoice::kCpu).value();
  const auto ops = open_device(device, 1).value();
  const auto loaded = files.load(*ops).value();
  const Tokenizer& tokenizer = files.text().tokenizer;
  for (std::size_t i = 0; i < request.continuations.size(); ++i) {
    const std::string& context = request.messages[0].content;
    const auto whole = tokenizer.encode(context + request.continuations[i], SpecialTokens::kAsText);
    const auto before = tokenizer.encode(context, SpecialTokens::kAsText).size();
    std::vector<int> tokens = tokenizer.prefix();
    const std::size_t first = tokens.size() + before;
    tokens.insert(tokens.end(), whole.begin(), whole.end());
    Forward forward = Forward::make(*ops, files.spec(), loaded.weights, 64, 64).value();
    const KvCache cache = KvCache::make(*ops, files.spec(), 4).value();
    const std::vector<int> pages = {0, 1, 2, 3};
    const std::vector<std::span<const int>> tables = {pages};
    std::vector<int> positions(tokens.size());
    std::iota(positions.begin(), positions.end(), 0);
    const std::vector<int> sequences(tokens.size(), 0);
    const auto logits = forward.run(tokens, {positions, sequences, tables}, cache, positions).value().values;
    const auto width = static_cast<std::size_t>(files.spec().vocabulary);
    double sum = 0;
    for (std::size_t at = first; at < tokens.size(); ++at) {
      const auto row = std::span(logits).subspan((at - 1) * width, width);
      double total = 0;
      for (const float logit : row) total += std::exp(static_cast<double>(logit));
      sum += row[static_cast<std::size_t>(tokens[at])] - std::log(total);
    }
    const double tolerance = 3e-7 * static_cast<double>(tokens.size() - first);  // a sum of floats for each token
    CHECK(std::abs(scored.at("log_likelihoods").at(i).get<double>() - sum) < tolerance);
  }
}

TEST_CASE("the fingerprint is of all that answers depend on", "[moe][local]") {
  const auto plain = backend()->model();
  CHECK(plain.name == "local/tiny_moe");
  CHECK(plain.fingerprint.size() == 64);
  CHECK(backend()->model().fingerprint == plain.fingerprint);
  const auto smaller = backend(kModel + ":int4")->model();
  CHECK(smaller.name == "local/tiny_moe:int4");
  CHECK(smaller.fingerprint != plain.fingerprint);
  const auto rounded = backend(kModel + ":int4:a8")->model();
  CHECK(rounded.name == "local/tiny_moe:int4:a8");
  CHECK(rounded.fingerprint != smaller.fingerprint);
  CHECK(nlohmann::json::parse(rounded.settings).at("device") == "cpu, activations in 8 bits");
  LocalOptions other{.device = DeviceChoice::kCpu};
  other.chat.variables["mood"] = "good";
  CHECK(make_local(kModel, other).value()->model().fingerprint != plain.fingerprint);
  const auto settings = nlohmann::json::parse(plain.settings);
  CHECK(settings.at("device") == "cpu");
  CHECK(settings.at("stop_tokens").size() == 1);
  CHECK(settings.at("template").at("date") == kTemplateDate);
}

TEST_CASE("each file of a model has its part in the fingerprint", "[moe][local]") {
  std::set<std::string> fingerprints = {backend()->model().fingerprint};
  const auto with = [&](const auto& change) {
    const test::ChangedModel model;
    change(model);
    return make_local(model.path(), {.device = DeviceChoice::kCpu}).value()->model().fingerprint;
  };
  CHECK(with([](const test::ChangedModel&) {}) == *fingerprints.begin());
  fingerprints.insert(with([](const test::ChangedModel& model) {
    std::string weights = model.read("model.safetensors");
    weights.back() ^= 1;
    model.write("model.safetensors", weights);
  }));
  fingerprints.insert(with([](const test::ChangedModel& model) { model.change("config.json", {{"note", "other"}}); }));
  fingerprints.insert(with([](const test::ChangedModel& model) { model.change("tokenizer.json", {{"note", 1}}); }));
  fingerprints.insert(with([](const test::ChangedModel& model) {
    model.change("tokenizer_config.json", {{"chat_template", "x"}});
  }));
  fingerprints.insert(with([](const test::ChangedModel& model) {
    model.change("generation_config.json", {{"eos_token_id", {3, 5}}});
  }));
  fingerprints.insert(with([](const test::ChangedModel& model) {
    model.change("generation_config.json", {{"do_sample", true}, {"temperature", 0.5}});
  }));
  CHECK(fingerprints.size() == 7);
}

TEST_CASE("each shard of a model's weights has its part in the hash", "[moe][local]") {
  const test::ChangedModel model;
  std::filesystem::remove(model.path() + "/model.safetensors");
  model.write("model.safetensors.index.json", R"({"weight_map":{"a":"1.safetensors","b":"2.safetensors"}})");
  const auto hash = [&](const std::string& a, const std::string& b) {
    const std::string header = R"({"NAME":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";
    const std::string size{static_cast<char>(header.size() - 3), 0, 0, 0, 0, 0, 0, 0};
    model.write("1.safetensors", size + replace_all(header, "NAME", "a") + a);
    model.write("2.safetensors", size + replace_all(header, "NAME", "b") + b);
    return ModelFiles::open(model.path()).value().sha256().value();
  };
  CHECK(hash("aaaa", "bbbb") == hash("aaaa", "bbbb"));
  const std::set<std::string> hashes = {hash("aaaa", "bbbb"), hash("aaaa", "aaaa"), hash("bbbb", "bbbb"),
                                        hash("bbbb", "aaaa")};
  CHECK(hashes.size() == 4);
}

TEST_CASE("a tokenizer with more tokens than the model is refused", "[moe][local]") {
  const test::ChangedModel model;
  model.change("config.json", {{"vocab_size", 100}});
  const auto made = make_local(model.path(), {});
  REQUIRE_FALSE(made);
  CHECK(made.error().message.find("tokens in the tokenizer, 100 in the model") != std::string::npos);
}

TEST_CASE("a model that is not there is an error with a way on", "[moe][local]") {
  for (const std::string& path : {kModel + "/nowhere", kModel + ":int3", std::string()}) {
    const auto made = make_local(path, {});
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == Error::Kind::kUsage);
    CHECK_FALSE(made.error().hint.empty());
  }
}

TEST_CASE("activations are rounded where there are weights for it, and on the processor", "[moe][local]") {
  const auto pointless = make_local(kModel + ":a8", {});
  REQUIRE_FALSE(pointless);
  CHECK(pointless.error().message == "tiny_moe:a8: no weights of a kind whose activations are rounded");
  CHECK(pointless.error().hint == "leave :a8 out, or quantise the weights as well: :int8:a8 or :int4:a8");
  const auto on_gpu = make_local(kModel + ":int8:a8", {.device = DeviceChoice::kCuda});
  REQUIRE_FALSE(on_gpu);
  CHECK(on_gpu.error().kind == Error::Kind::kUsage);
  CHECK(make_local(kModel + ":int8:a8", {}));
}

TEST_CASE("a model without room in memory is refused with the numbers", "[moe][local]") {
  const ModelFiles files = ModelFiles::open(kModel).value();
  Device device{"small", "", 15'000'000, false};
  const auto refused = plan_setup(files, device);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Error::Kind::kDevice);
  CHECK(refused.error().message.find("small has 13.5 MB free, and the model needs") == 0);
  device.available = 60'000'000;  // less than all 32 sequences may need
  const auto planned = plan_setup(files, device).value();
  CHECK(planned.limits.pages < kSequences * 1024 / kPageRows);
  CHECK(planned.need.total() <= 54'000'000);
}

}  // namespace
}  // namespace tripos::moe
