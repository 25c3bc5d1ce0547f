// The report as a file: what is in it and what is not.

#include "reports/html_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/core/file.h"
#include "harness/core/hash.h"
#include "harness/core/random.h"
#include "tests/catch.h"
#include "tests/reports/sample_store.h"
#include "tests/support/temp_dir.h"

namespace tripos::reports {
namespace {

using nlohmann::json;
using test::add_run;
using test::SampleAnswer;
using test::TempDir;

bool all(int) { return true; }

struct Written {
  std::string page;
  ReportSummary summary;
};

Written write(const TempDir& folder, const store::Store& store, const ReportOptions& options = {}) {
  const auto summary = write_html_report(store, options, folder / "report.html");
  REQUIRE(summary);
  const auto page = read_file(folder / "report.html");
  REQUIRE(page);
  CHECK(summary->bytes == page->size());
  return {*page, *summary};
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(kDigits.find(c));
    if ((count += 6) < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

// What the page carries packed, by the id of its element.
std::map<std::string, json> packed_in(std::string_view page) {
  constexpr std::string_view kOpen = "<script type=\"text/plain\" id=\"";
  std::map<std::string, json> blocks;
  for (std::size_t at = page.find(kOpen); at != std::string_view::npos; at = page.find(kOpen, at + 1)) {
    const std::size_t id = at + kOpen.size();
    const std::size_t content = page.find('>', id) + 1;
    const auto text = gunzip(from_base64(page.substr(content, page.find('<', content) - content)), "block");
    REQUIRE(text);
    blocks[std::string(page.substr(id, page.find('"', id) - id))] = json::parse(*text);
  }
  return blocks;
}

// All of a page, packed or not.
std::string everything_in(const std::string& page) {
  std::string text = page;
  for (const auto& [id, block] : packed_in(page)) text += block.dump();
  return text;
}

// Text that does not compress.
std::string noise(int seed, std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += sha256_hex(std::to_string(seed) + "/" + std::to_string(i));
  text.resize(bytes);
  return text;
}

TEST_CASE("every question is in the report with every answer and its scores", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  const auto samples = test::algebra_samples(7);
  add_run(*store, "algebra", samples, "a", test::answers_to(samples, all, 3), "boxed@1");
  auto wrong = test::answers_to({samples[2]}, all);
  wrong[0].verdict = Verdict::kNoAnswer;
  wrong[0].extracted = "";
  wrong[0].reasoning = "because";
  wrong[0].stop = StopClass::kLength;
  add_run(*store, "algebra", samples, "b", wrong, "boxed@1");
  add_run(*store, "algebra", samples, "a", test::answers_to(samples, all, 3), "other@1");  // the same run, judged again

  const Written report = write(folder, *store);
  CHECK(report.summary.rows == 3);
  CHECK(report.summary.questions == 7);
  CHECK(report.summary.cut_answers == 0);
  const auto blocks = packed_in(report.page);
  REQUIRE(blocks.size() == 8);
  const json& section = blocks.at("index").at("sections").at(0);
  CHECK(section.at("key") == "algebra");
  CHECK(section.at("cells") == json::parse(R"([{"model":"a","protocol":"boxed@1","run":0},
    {"model":"b","protocol":"boxed@1","run":1}, {"model":"a","protocol":"other@1","run":0}])"));
  CHECK(section.at("questions").at(2).at(0) == "q/002");
  CHECK(section.at("questions").at(2).at(1) == "level 3 · Algebra");
  CHECK(section.at("questions").at(2).at(3) == json::parse("[[3,0,0,0],[0,0,1,0],[3,0,0,0]]"));

  const json& question = blocks.at("block-2");
  CHECK(question.at("input") == samples[2].input);
  CHECK(question.at("target") == "42");
  REQUIRE(question.at("answers").size() == 4);
  CHECK(question.at("answers").at(1) ==
        json::parse(R"({"run":0,"epoch":1,"stop":"stop","target":"42","tokens":100,"ms":1500,)"
                    R"("scores":[[0,"equal","42","last_box/integer"],[2,"equal","42","last_box/integer"]],)"
                    R"("text":"Both roots are $\\pm 2$, so the answer is $\\boxed{42}$."})"));
  const json& last = question.at("answers").at(3);
  CHECK(last.at("run") == 1);
  CHECK(last.at("stop") == "length");
  CHECK(last.at("reasoning") == "because");
  CHECK(last.at("scores") == json::parse(R"([[1,"no_answer","","last_box/integer"]])"));
}

TEST_CASE("the same store gives the same bytes", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  const auto samples = test::algebra_samples(50);
  add_run(*store, "algebra", samples, "a", test::answers_to(samples, all, 4), "boxed@1");
  const ReportOptions small{.size_limit = 700'000};
  CHECK(write(folder, *store).page == write(folder, *store).page);
  CHECK(write(folder, *store, small).page == write(folder, *store, small).page);
}

TEST_CASE("the page loads nothing and runs only its own two scripts", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  const auto samples = test::algebra_samples(1);
  add_run(*store, "algebra", samples, "a", test::answers_to(samples, all), "boxed@1");
  const std::string page = write(folder, *store).page;
  for (const char* reference : {"<script src", "<link", "<iframe", "@import", "url(http", "url(fonts", "url(//"}) {
    CAPTURE(reference);
    CHECK(page.find(reference) == std::string::npos);
  }
  CHECK(page.find("Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-") != std::string::npos);
  std::size_t faces = 0;
  for (std::size_t at = page.find("@font-face"); at != std::string::npos; at = page.find("@font-face", at + 1)) {
    ++faces;
    CHECK(page.find("src: url(data:font/woff2;base64,d09GMg", at) < page.find('}', at));
  }
  CHECK(faces == 20);
}

TEST_CASE("no text of a private task is in the report unless it is asked for", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  Sample sample;
  sample.id = "row/1";
  sample.input = "PRIVATE QUESTION";
  sample.choices = {"PRIVATE ONE", "PRIVATE TWO"};
  sample.target = "A";
  const SampleAnswer quoting{
      .sample_id = "row/1", .text = "PRIVATE TEXT", .extracted = "PRIVATE EXTRACT", .reasoning = "PRIVATE THOUGHT"};
  add_run(*store, "secret", {sample}, "m", {quoting}, "boxed@1", true);

  const Written report = write(folder, *store);
  CHECK(everything_in(report.page).find("PRIVATE") == std::string::npos);
  CHECK(report.page.find("Questions and answers of private tasks are left out") != std::string::npos);
  CHECK(packed_in(report.page).at("block-0").at("answers").at(0).at("scores").at(0).at(1) == "equal");

  const std::string asked = everything_in(write(folder, *store, {.include_private = true}).page);
  for (const char* text : {"PRIVATE TEXT", "PRIVATE THOUGHT", "PRIVATE EXTRACT"})
    CHECK(asked.find(text) != std::string::npos);
  for (const char* text : {"PRIVATE QUESTION", "PRIVATE ONE"}) CHECK(asked.find(text) == std::string::npos);
}

TEST_CASE("a task that was public in one run and private in another is private", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  Sample sample;
  sample.id = "row/1";
  sample.input = "PRIVATE QUESTION";
  sample.target = "PRIVATE TARGET";
  add_run(*store, "secret", {sample}, "careless", {{"row/1", "PRIVATE TEXT"}}, "boxed@1", false);
  add_run(*store, "secret", {sample}, "careful", {{"row/1", "PRIVATE TEXT"}}, "boxed@1", true);
  CHECK(everything_in(write(folder, *store).page).find("PRIVATE") == std::string::npos);
}

TEST_CASE("answers lose their middle where the file would grow past its limit", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  const auto samples = test::algebra_samples(60);
  auto answers = test::answers_to(samples, all);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    answers[i].text = "<start>" + noise(static_cast<int>(i), i == 0 ? 300'000 : i % 10 == 0 ? 100 : 30'000) + "<end>";
  }
  add_run(*store, "algebra", samples, "a", answers, "boxed@1");

  const Written whole = write(folder, *store);
  CHECK(whole.summary.cut_answers == 0);
  CHECK(packed_in(whole.page).at("block-1").at("answers").at(0).at("text") == answers[1].text);

  const std::uint64_t limit = 1'500'000;  // of which 650 kB are the page itself
  const Written cut = write(folder, *store, {.size_limit = limit});
  CHECK(cut.summary.bytes < limit * 1.05);
  CHECK(cut.summary.bytes > limit * 0.8);
  CHECK(cut.summary.cut_answers == 55);  // the short ones are whole
  CHECK(cut.page.find("The middle of 55 long answers is left out") != std::string::npos);
  const auto blocks = packed_in(cut.page);
  const json& text = blocks.at("block-1").at("answers").at(0).at("text");
  const std::string head = text.at("head");
  const std::string tail = text.at("tail");
  CHECK(answers[1].text.starts_with(head));
  CHECK(answers[1].text.ends_with(tail));
  CHECK(head.size() + tail.size() + text.at("out").get<std::size_t>() == answers[1].text.size());
  CHECK(blocks.at("block-10").at("answers").at(0).at("text") == answers[10].text);

  const Written full = write(folder, *store, {.full_transcripts = true, .size_limit = limit});
  CHECK(full.summary.cut_answers == 0);
  CHECK(packed_in(full.page).at("block-0").at("answers").at(0).at("text") == answers[0].text);
}

TEST_CASE("runs without a score or a whole dataset are reported as what they are", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  const auto samples = test::algebra_samples(4);
  add_run(*store, "algebra", samples, "unscored", test::answers_to(samples, all), "");
  const Written report = write(folder, *store);
  CHECK(report.page.find("not scored") != std::string::npos);
  CHECK(report.page.find("<b>4</b> responses") != std::string::npos);
  CHECK(packed_in(report.page).at("block-0").at("answers").at(0).at("scores") == json::array());

  const auto empty = test::new_store(folder / "empty.db");
  CHECK(write(folder, *empty).page.find("This store holds no results yet") != std::string::npos);
  const auto unknown = write_html_report(*store, {.task = "algebar"}, folder / "none.html");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "no results for task \"algebar\"");
  CHECK_FALSE(std::filesystem::exists(folder / "none.html"));
}

TEST_CASE("one task is reported where one is asked for", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  const auto samples = test::algebra_samples(2);
  add_run(*store, "one", samples, "a", test::answers_to(samples, all), "boxed@1");
  add_run(*store, "two", samples, "a", test::answers_to(samples, all), "boxed@1");
  CHECK(write(folder, *store).summary.rows == 2);
  CHECK(write(folder, *store, {.task = "two"}).summary.rows == 1);
}

TEST_CASE("names from outside are escaped wherever the page shows them", "[reports]") {
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  auto samples = test::algebra_samples(4);
  for (Sample& sample : samples) {
    sample.metadata = {{"<key>", sample.id == "q/000" ? "<value\">" : "'other&'"}};
  }
  add_run(*store, "<task>", samples, "<model\">/<name'>", test::answers_to(samples, all), "<protocol>@1");
  const std::string page = write(folder, *store, {.title = "<heading>&"}).page;
  for (const char* raw : {"<key>", "<value", "<task>", "<model", "<name", "<protocol>", "<heading>"}) {
    CAPTURE(raw);
    CHECK(page.find(raw) == std::string::npos);
  }
  for (const char* escaped : {"By &lt;key&gt;", "&lt;value&quot;&gt;", "&#39;other&amp;&#39;", "#task/%3Ctask%3E"}) {
    CAPTURE(escaped);
    CHECK(page.find(escaped) != std::string::npos);
  }
}

}  // namespace
}  // namespace tripos::reports
