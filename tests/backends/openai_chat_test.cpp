#include "backends/remote/wire/openai_chat.h"

#include <vector>

#include "harness/core/json.h"
#include "tests/backends/golden_wire.h"
#include "tests/catch.h"
#include "tests/support/chat_server.h"

namespace tripos::backends {
namespace {

using nlohmann::json;

template <typename T>
void read_into(const json& object, const char* name, std::optional<T>& field) {
  if (object.contains(name)) field = object[name].get<T>();
}

Request request_of(const json& golden) {
  Request request;
  for (const json& message : golden["messages"]) request.messages.push_back({message["role"], message["content"]});
  read_into(golden, "temperature", request.sampling.temperature);
  read_into(golden, "top_p", request.sampling.top_p);
  read_into(golden, "max_tokens", request.sampling.max_tokens);
  read_into(golden, "seed", request.sampling.seed);
  read_into(golden, "reasoning_effort", request.sampling.reasoning_effort);
  if (golden.contains("stop")) request.sampling.stop = golden["stop"].get<std::vector<std::string>>();
  return request;
}

AttemptOutcome read_stream(std::string_view body, bool framed = true) {
  ChatStream stream;
  stream.feed(body);
  return stream.finish(framed);
}

std::string stream_of(const std::vector<json>& chunks, std::string_view end = "data: [DONE]\n\n") {
  std::string body;
  for (const json& chunk : chunks) body += "data: " + chunk.dump() + "\n\n";
  return body.append(end);
}

json delta(const json& value, const json& finish_reason = nullptr) {
  return {{"choices", {{{"index", 0}, {"delta", value}, {"finish_reason", finish_reason}}}}};
}

json reply(const json& message, const json& finish_reason = "stop") {
  return {{"choices", {{{"index", 0}, {"message", message}, {"finish_reason", finish_reason}}}}};
}

std::optional<std::int64_t> count(const json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<std::int64_t>());
}

void check_reading(const AttemptOutcome& outcome, const json& read) {
  REQUIRE(outcome.has_value());
  const bool refused = !read["refusal"].get<std::string>().empty();
  CHECK(outcome->text == read[refused ? "refusal" : "content"]);
  CHECK(outcome->stop_raw == read["finish_reason"]);
  CHECK((outcome->stop == StopClass::kRefusal) == refused);
  CHECK(outcome->served_model == read["model"]);
  CHECK(outcome->request_id == read["id"]);
  CHECK(outcome->usage.input_tokens == count(read["input_tokens"]));
  CHECK(outcome->usage.output_tokens == count(read["output_tokens"]));
  CHECK(outcome->usage.cached_input_tokens == count(read["cached_input_tokens"]));
  CHECK(outcome->usage.reasoning_tokens == count(read["reasoning_tokens"]));
}

TEST_CASE("requests are those of OpenAI's own client", "[backends][wire]") {
  for (const json& golden : test::golden_wire("requests")) {
    const std::string body = build_chat_request(request_of(golden["request"]), {"served-2026"}, golden["stream"]);
    CHECK(json::parse(body) == golden["body"]);
  }
}

TEST_CASE("OpenAI's models are given their own name of the token limit", "[backends][wire]") {
  Request request;
  request.sampling.max_tokens = 9;
  const json body = json::parse(build_chat_request(request, {"m", "max_completion_tokens"}, false));
  CHECK(body["max_completion_tokens"] == 9);
  CHECK_FALSE(body.contains("max_tokens"));
}

TEST_CASE("replies are read as OpenAI's own client reads them", "[backends][wire]") {
  for (const json& golden : test::golden_wire("replies")) {
    CAPTURE(golden["name"]);
    check_reading(parse_chat_reply(golden["body"].get<std::string>()), golden["read"]);
  }
}

TEST_CASE("streams are read as OpenAI's own client reads them, in any pieces", "[backends][wire]") {
  for (const json& golden : test::golden_wire("streams")) {
    CAPTURE(golden["name"]);
    const auto body = golden["body"].get<std::string>();
    check_reading(read_stream(body), golden["read"]);
    ChatStream in_bytes;
    for (const char byte : body) in_bytes.feed({&byte, 1});
    check_reading(in_bytes.finish(true), golden["read"]);
  }
}

TEST_CASE("each word for the end has its class, and an unknown one never counts as an end", "[backends][wire]") {
  struct Case {
    const char* word;
    StopClass stop;
  };
  const auto c = GENERATE(values<Case>({
      {"stop", StopClass::kStop},
      {"length", StopClass::kLength},
      {"content_filter", StopClass::kContentFilter},
      {"tool_calls", StopClass::kTool},
      {"function_call", StopClass::kTool},
      {"model_length", StopClass::kLength},
      {"eos_token", StopClass::kStop},
      {"stop_sequence", StopClass::kStop},
      {"eos", StopClass::kStop},
      {"STOP", StopClass::kUnknown},
      {"max_tokens", StopClass::kUnknown},
      {"a word of next year", StopClass::kUnknown},
  }));
  CAPTURE(c.word);
  for (const AttemptOutcome& outcome :
       {parse_chat_reply(reply({{"content", "x"}}, c.word).dump()),
        read_stream(stream_of({delta({{"content", "x"}}), delta(json::object(), c.word)}))}) {
    REQUIRE(outcome.has_value());
    CHECK(outcome->stop == c.stop);
    CHECK(outcome->stop_raw == c.word);
  }
}

TEST_CASE("reasoning is kept apart, wherever a server puts it", "[backends][wire]") {
  struct Case {
    const char* name;
    json message;
    const char* text;
    const char* reasoning;
  };
  const auto c = GENERATE(values<Case>({
      {"SGLang, llama.cpp, DeepSeek", {{"content", "2"}, {"reasoning_content", "1 + 1"}}, "2", "1 + 1"},
      {"vLLM", {{"content", "2"}, {"reasoning", "1 + 1"}}, "2", "1 + 1"},
      {"the same twice", {{"content", "2"}, {"reasoning_content", "1 + 1"}, {"reasoning", "1 + 1"}}, "2", "1 + 1"},
      {"OpenRouter",
       {{"content", "2"},
        {"reasoning", "1 + 1"},
        {"reasoning_details", {{{"type", "reasoning.text"}, {"text", "1 +"}}, {{"summary", " 1"}}}}},
       "2",
       "1 + 1"},
      {"OpenRouter, encrypted",
       {{"content", "2"}, {"reasoning", "1 + 1"}, {"reasoning_details", {{{"data", "xyz"}}}}},
       "2",
       "1 + 1"},
      {"Mistral",
       {{"content",
         {{{"type", "thinking"}, {"thinking", {{{"type", "text"}, {"text", "1 + 1"}}}}},
          {{"type", "text"}, {"text", "2"}}}}},
       "2",
       "1 + 1"},
      {"tags", {{"content", "<think>\n1 + 1\n</think>\n\n2"}}, "2", "1 + 1"},
      {"tags and a field", {{"content", "<think>x</think>2"}, {"reasoning", "1 + 1"}}, "<think>x</think>2", "1 + 1"},
      {"a tag that is not closed", {{"content", "<think>1 + 1"}}, "<think>1 + 1", ""},
      {"a tag inside", {{"content", "2 <think>x</think>"}}, "2 <think>x</think>", ""},
      {"nothing else", {{"content", nullptr}, {"reasoning_content", "1 + 1"}}, "", "1 + 1"},
      {"nulls", {{"content", "2"}, {"reasoning", nullptr}, {"reasoning_details", nullptr}}, "2", ""},
  }));
  CAPTURE(c.name);
  for (const AttemptOutcome& outcome :
       {parse_chat_reply(reply(c.message).dump()), read_stream(stream_of({delta(c.message, "stop")}))}) {
    REQUIRE(outcome.has_value());
    CHECK(outcome->text == c.text);
    CHECK(outcome->reasoning == c.reasoning);
  }
}

TEST_CASE("token counts mean the same whoever sends them", "[backends][wire]") {
  struct Case {
    const char* name;
    json usage;
    std::optional<std::int64_t> input, cached, output, reasoning;
  };
  constexpr std::nullopt_t kNone = std::nullopt;
  const auto c = GENERATE_COPY(values<Case>({
      {"OpenAI: output includes reasoning",
       {{"prompt_tokens", 10},
        {"completion_tokens", 30},
        {"total_tokens", 40},
        {"prompt_tokens_details", {{"cached_tokens", 4}}},
        {"completion_tokens_details", {{"reasoning_tokens", 20}}}},
       10,
       4,
       30,
       20},
      {"xAI: it does not",
       {{"prompt_tokens", 10},
        {"completion_tokens", 30},
        {"total_tokens", 60},
        {"completion_tokens_details", {{"reasoning_tokens", 20}}}},
       10,
       kNone,
       50,
       20},
      {"DeepSeek",
       {{"prompt_tokens", 10}, {"completion_tokens", 30}, {"prompt_cache_hit_tokens", 8}},
       10,
       8,
       30,
       kNone},
      {"nothing but output", {{"completion_tokens", 30}}, kNone, kNone, 30, kNone},
      {"nonsense",
       {{"prompt_tokens", -1}, {"completion_tokens", "30"}, {"total_tokens", 1.5}},
       kNone,
       kNone,
       kNone,
       kNone},
      {"a number of another world", {{"prompt_tokens", 18446744073709551615u}}, kNone, kNone, kNone, kNone},
      {"no object", json::array({1}), kNone, kNone, kNone, kNone},
  }));
  CAPTURE(c.name);
  json body = reply({{"content", "x"}});
  body["usage"] = c.usage;
  const AttemptOutcome outcome = parse_chat_reply(body.dump());
  REQUIRE(outcome.has_value());
  CHECK(outcome->usage.input_tokens == c.input);
  CHECK(outcome->usage.cached_input_tokens == c.cached);
  CHECK(outcome->usage.output_tokens == c.output);
  CHECK(outcome->usage.reasoning_tokens == c.reasoning);
}

TEST_CASE("a reply that is no complete answer is a failure of its class", "[backends][wire]") {
  struct Case {
    const char* name;
    std::string body;
    FailureClass expected;
  };
  const std::string whole = test::chat_body("x");
  const auto c = GENERATE_COPY(values<Case>({
      {"nothing", "", FailureClass::kUnknown},
      {"white space", " \n\n ", FailureClass::kUnknown},
      {"half of it", whole.substr(0, whole.size() / 2), FailureClass::kUnknown},
      {"all but the last byte", whole.substr(0, whole.size() - 1), FailureClass::kUnknown},
      {"more than it", whole + "x", FailureClass::kUnknown},
      {"no object", "[1]", FailureClass::kTransient},
      {"no choices", R"({"id":"x"})", FailureClass::kTransient},
      {"an empty list of choices", R"({"choices":[]})", FailureClass::kTransient},
      {"another choice only", R"({"choices":[{"index":1,"message":{"content":"x"},"finish_reason":"stop"}]})",
       FailureClass::kTransient},
      {"no finish_reason", reply({{"content", "x"}}, nullptr).dump(), FailureClass::kUnknown},
      {"it gave up", reply({{"content", "x"}}, "error").dump(), FailureClass::kUnknown},
      {"it was aborted", reply({{"content", "x"}}, "abort").dump(), FailureClass::kUnknown},
      {"an error", R"({"error":{"message":"boom"}})", FailureClass::kTransient},
      {"an error in words", R"({"error":"boom"})", FailureClass::kTransient},
      {"an error beside choices", R"({"error":{"message":"boom"},"choices":[{"finish_reason":"stop"}]})",
       FailureClass::kTransient},
      {"OpenRouter's 429", R"({"error":{"code":429,"message":"boom"}})", FailureClass::kRate},
      {"OpenRouter's 402", R"({"error":{"code":402,"message":"boom"}})", FailureClass::kAuth},
      {"OpenRouter's 400", R"({"error":{"code":400,"message":"boom"}})", FailureClass::kBadRequest},
      {"a limit in words", R"({"error":{"code":"rate_limit_exceeded","message":"boom"}})", FailureClass::kRate},
      {"a quota in words", R"({"error":{"type":"insufficient_quota","message":"boom"}})", FailureClass::kAuth},
  }));
  CAPTURE(c.name, c.body);
  const AttemptOutcome outcome = parse_chat_reply(c.body);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().failure_class == c.expected);
  CHECK(outcome.error().http_status == 200);
  CHECK_FALSE(outcome.error().message.empty());
}

TEST_CASE("ill-formed text in a reply is repaired and costs nothing", "[backends][wire]") {
  std::string body = test::chat_body("half a character: @");
  body[body.find('@')] = '\xC3';
  const AttemptOutcome outcome = parse_chat_reply(body);
  REQUIRE(outcome.has_value());
  CHECK(outcome->text == "half a character: \xEF\xBF\xBD");
  CHECK_FALSE(parse_chat_reply(R"({"choices":[{"message":{"content":"\ud800"},"finish_reason":"stop"}]})").has_value());
}

TEST_CASE("an error status has its class, and some are results", "[backends][wire]") {
  struct Case {
    int status;
    std::string body;
    FailureClass expected;
  };
  const auto c = GENERATE(values<Case>({
      {400, R"({"error":{"message":"boom","code":null}})", FailureClass::kBadRequest},
      {401, R"({"error":{"message":"boom","code":"invalid_api_key"}})", FailureClass::kAuth},
      {402, "", FailureClass::kAuth},
      {403, "<html>boom</html>", FailureClass::kAuth},
      {404, R"({"detail":"Not Found"})", FailureClass::kBadRequest},
      {408, "", FailureClass::kTransient},
      {409, "", FailureClass::kTransient},
      {413, "", FailureClass::kBadRequest},
      {422, R"({"detail":[{"loc":["body","stop"],"msg":"boom"}]})", FailureClass::kBadRequest},
      {429, "", FailureClass::kRate},
      {429, R"({"error":{"message":"boom","code":"rate_limit_exceeded"}})", FailureClass::kRate},
      {429, R"({"error":{"message":"boom","type":"insufficient_quota","code":"insufficient_quota"}})",
       FailureClass::kAuth},
      {429, R"({"error":{"message":"boom","code":"credit_balance_exhausted"}})", FailureClass::kAuth},
      {500, R"({"object":"error","message":"boom","code":500})", FailureClass::kTransient},
      {502, "<html><h1>502 Bad Gateway</h1></html>", FailureClass::kTransient},
      {503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})", FailureClass::kTransient},
      {529, R"({"error":{"type":"overloaded_error"}})", FailureClass::kTransient},
      {204, "", FailureClass::kBadRequest},
      {400, "[1]", FailureClass::kBadRequest},
      {400, "\"boom\"", FailureClass::kBadRequest},
  }));
  CAPTURE(c.status, c.body);
  const AttemptOutcome outcome = parse_chat_error(c.status, c.body);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().failure_class == c.expected);
  CHECK(outcome.error().http_status == c.status);
  CHECK(outcome.error().message.starts_with("HTTP " + std::to_string(c.status)));
}

TEST_CASE("an error says what the server said, however it said it", "[backends][wire]") {
  struct Case {
    const char* body;
    const char* message;
  };
  const auto c = GENERATE(values<Case>({
      {R"({"error":{"message":"no such model","type":"x"}})", "HTTP 404: no such model"},
      {R"({"error":"model 'x' not found"})", "HTTP 404: model 'x' not found"},
      {R"({"object":"error","message":"no such model"})", "HTTP 404: no such model"},
      {R"({"detail":"Not Found"})", "HTTP 404: Not Found"},
      {R"({"detail":[{"msg":"too many"}]})", "HTTP 404: [{\"msg\":\"too many\"}]"},
      {"404 page not found\n", "HTTP 404: 404 page not found"},
      {"<html><h1>Not Found</h1></html>", "HTTP 404"},
      {"", "HTTP 404"},
      {"{}", "HTTP 404: the server names no reason"},
      {"\xFF", "HTTP 404: \xEF\xBF\xBD"},
  }));
  CHECK(parse_chat_error(404, c.body).error().message == c.message);
}

TEST_CASE("a prompt that is too long or was filtered is a result", "[backends][wire]") {
  struct Case {
    const char* error;
    StopClass stop;
  };
  const auto c = GENERATE(values<Case>({
      {R"({"code":"context_length_exceeded","message":"m"})", StopClass::kContextOverflow},
      {R"({"code":400,"type":"exceed_context_size_error","message":"m"})", StopClass::kContextOverflow},
      {R"({"code":"content_filter","message":"m"})", StopClass::kContentFilter},
      {R"({"code":"content_policy_violation","message":"m"})", StopClass::kContentFilter},
      {R"({"code":"invalid_prompt","message":"m"})", StopClass::kContentFilter},
      {R"({"code":"cyber_policy","message":"m"})", StopClass::kContentFilter},
  }));
  CAPTURE(c.error);
  const std::string body = std::string(R"({"error":)") + c.error + "}";
  const AttemptOutcome outcome = parse_chat_error(400, body);
  REQUIRE(outcome.has_value());
  CHECK(outcome->stop == c.stop);
  CHECK(outcome->text.empty());
  CHECK_FALSE(outcome->stop_raw.empty());
  CHECK_FALSE(parse_chat_error(500, body).has_value());
}

TEST_CASE("a stream needs its end, and a body without frame needs [DONE]", "[backends][wire]") {
  const std::string content = stream_of({delta({{"content", "x"}})}, "");
  const std::string finished = stream_of({delta({{"content", "x"}}), delta(json::object(), "stop")}, "");
  CHECK_FALSE(read_stream("").has_value());
  CHECK_FALSE(read_stream("data: [DONE]\n\n").has_value());
  CHECK_FALSE(read_stream(content).has_value());
  CHECK_FALSE(read_stream(content + "data: [DONE]\n\n").has_value());
  CHECK(read_stream(finished).has_value());
  CHECK_FALSE(read_stream(finished, false).has_value());
  CHECK(read_stream(finished + "data: [DONE]\n\n", false).has_value());
  CHECK(read_stream(finished + "data: [DONE]", false).has_value());
  CHECK(read_stream(finished + "data: [DONE]\n\ndata: nonsense\n\n", false).has_value());
  CHECK_FALSE(read_stream(finished + "data: {\"cho").has_value());
}

TEST_CASE("a stream may break off in an error", "[backends][wire]") {
  struct Case {
    const char* error;
    FailureClass expected;
  };
  const auto c = GENERATE(values<Case>({
      {R"({"error":{"message":"boom"}})", FailureClass::kUnknown},  // part of an answer was made
      {R"({"error":{"code":429,"message":"boom"}})", FailureClass::kRate},
      {R"({"error":{"code":"insufficient_quota","message":"boom"}})", FailureClass::kAuth},
  }));
  CAPTURE(c.error);
  const std::string body = stream_of({delta({{"content", "x"}})}, "") + "data: " + c.error + "\n\ndata: [DONE]\n\n";
  const AttemptOutcome outcome = read_stream(body);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().failure_class == c.expected);
  CHECK(outcome.error().message.find("boom") != std::string::npos);
}

TEST_CASE("a stream knows payload from signs of life", "[backends][wire]") {
  ChatStream stream;
  CHECK_FALSE(stream.feed(": keep-alive\n\n"));
  CHECK_FALSE(stream.feed("\n\n"));
  CHECK_FALSE(stream.feed("event: ping\n\n"));
  CHECK_FALSE(stream.feed("data: \n\n"));
  CHECK_FALSE(stream.feed("data: {\"choices\":"));
  CHECK(stream.feed("[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\n"));
  CHECK(stream.finish(true).has_value());
}

TEST_CASE("other choices of a stream are left out", "[backends][wire]") {
  json second = delta({{"content", "no"}}, "stop");
  second["choices"][0]["index"] = 1;
  const AttemptOutcome outcome =
      read_stream(stream_of({second, delta({{"content", "yes"}}), second, delta({}, "length")}));
  REQUIRE(outcome.has_value());
  CHECK(outcome->text == "yes");
  CHECK(outcome->stop == StopClass::kLength);
}

}  // namespace
}  // namespace tripos::backends
