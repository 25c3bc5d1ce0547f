// The report in a real browser.

#include <fmt/format.h>

#include <map>
#include <set>

#include "reports/html_report.h"
#include "tests/catch.h"
#include "tests/reports/browser.h"
#include "tests/reports/sample_store.h"

namespace tripos::reports {
namespace {

using nlohmann::json;
using test::add_run;
using test::Browser;
using test::SampleAnswer;
using test::TempDir;

bool all(int) { return true; }
bool even(int i) { return i % 2 == 0; }
bool beyond_ten(int i) { return i >= 10; }

std::filesystem::path write_report(const TempDir& folder, const store::Store& store,
                                   const ReportOptions& options = {}) {
  REQUIRE(write_html_report(store, options, folder / "report.html"));
  return folder / "report.html";
}

// Three models on 150 questions, one of them asked twice; and a smaller task.
std::filesystem::path ordinary_report(const TempDir& folder) {
  const auto store = test::new_store(folder / "t.db");
  const auto samples = test::algebra_samples(150);
  add_run(*store, "algebra", samples, "lab/strong", test::answers_to(samples, all), "boxed@1");
  add_run(*store, "algebra", samples, "lab/even", test::answers_to(samples, even, 2), "boxed@1");
  auto late = test::answers_to(samples, beyond_ten);
  late[0].verdict = Verdict::kNoAnswer;
  late[0].extracted = "";
  late[1].stop = StopClass::kLength;
  add_run(*store, "algebra", samples, "late", late, "boxed@1");
  add_run(*store, "small task/50%", test::algebra_samples(3), "lab/strong",
          test::answers_to(test::algebra_samples(3), all), "boxed@1");
  return write_report(folder, *store);
}

// A shared report and the browser at it; null where there is no browser.
Browser* open_ordinary(const std::string& fragment = "") {
  Browser* browser = Browser::get();
  static const TempDir folder;
  static const std::filesystem::path file = browser ? ordinary_report(folder) : "";
  if (browser) {
    browser->show_as(1280, "light");
    browser->open(file, fragment);
  }
  return browser;
}

json texts(Browser& browser, const std::string& selector) {
  return browser.evaluate("[...document.querySelectorAll(`" + selector + "`)].map((node) => node.innerText.trim())");
}

int count(Browser& browser, const std::string& selector) {
  return browser.evaluate("document.querySelectorAll(`" + selector + "`).length");
}

void check_quiet(const Browser& browser) {
  CHECK(browser.complaints == std::vector<std::string>{});
  CHECK(browser.requests == std::vector<std::string>{});
}

TEST_CASE("the page stands without a complaint and asks for nothing", "[reports][page]") {
  Browser* browser = open_ordinary();
  if (!browser) return;
  CHECK(count(*browser, ".leaderboard") == 2);
  CHECK(texts(*browser, "#task\\\\/algebra .leaderboard tbody th bdi") == json({"lab/strong", "late", "lab/even"}));
  CHECK(texts(*browser, "#task\\\\/algebra .accuracy b") == json({"100.00", "93.33", "50.00"}));
  CHECK(count(*browser, ".contents a") == 2);
  CHECK(browser->evaluate("document.fonts.load('16px KaTeX_Main').then((faces) => faces.length)") == 1);
  CHECK(browser->evaluate("fetch('https://example.com/').then(() => 'sent', () => 'refused')") == "refused");
  browser->complaints.clear();  // the policy said so, as it should
  check_quiet(*browser);
}

TEST_CASE("the address opens a question, a filter, or one answer", "[reports][page]") {
  Browser* browser = open_ordinary("#task/algebra/q/q%2F140");
  if (!browser) return;
  CHECK(count(*browser, ".opened") == 1);
  CHECK(texts(*browser, ".question[aria-expanded='true'] .id") == json({"q/140"}));
  CHECK(count(*browser, ".opened .answer") == 4);
  CHECK(count(*browser, ".problem .katex") == 3);
  CHECK(count(*browser, ".problem .formula.display .katex-display") == 1);
  CHECK(count(*browser, ".katex-error, .formula.source") == 0);

  open_ordinary("#task/algebra?show=wrong&by=late+boxed%401");
  CHECK(texts(*browser, ".tools output") == json({"9 of 150"}));
  CHECK(texts(*browser, "[aria-pressed='true']") == json({"wrong"}));

  open_ordinary("#task/algebra/q/q%2F001?answer=1");
  CHECK(texts(*browser, ".answer[open] .who") == json({"late"}));
  CHECK(browser->evaluate("document.activeElement.closest('.answer').open") == true);
  CHECK(count(*browser, ".answer[open] .body .text .katex") == 2);

  open_ordinary("#task/small%20task%2F50%25/q/q%2F002");
  CHECK(count(*browser, ".opened") == 1);
  check_quiet(*browser);
  for (const char* broken : {"#task/algebra/q/nothing", "#task/%ff/q/1", "#task/algebra?show=all&by=none&order=what"}) {
    open_ordinary(broken);
    CHECK(count(*browser, ".leaderboard") == 2);
    check_quiet(*browser);
  }
}

TEST_CASE("questions are found by verdict, model, disagreement and text, and the address follows", "[reports][page]") {
  Browser* browser = open_ordinary("#task/algebra?order=hardest");
  if (!browser) return;
  const auto found = [&](const std::string& button) {
    browser->evaluate("[...document.querySelectorAll('.choice button')].find((b) => b.textContent === '" + button +
                      "').click()");
    return texts(*browser, ".tools output").at(0);
  };
  CHECK(found("all") == "150 of 150");
  CHECK(found("right") == "150 of 150");
  CHECK(found("wrong") == "79 of 150");
  CHECK(found("no answer") == "1 of 150");
  CHECK(browser->evaluate("location.hash") == "#task/algebra?show=unparsed&order=hardest");
  CHECK(found("nobody right") == "0 of 150");
  CHECK(found("models disagree") == "80 of 150");
  CHECK(texts(*browser, ".question .id").at(0) == "q/001");  // wrong for two models of three
  browser->evaluate(
      "{const find = document.querySelector('.tools input'); find.value = 'number theory';"
      " find.dispatchEvent(new Event('input'));}");
  CHECK(texts(*browser, ".tools output") == json({"75 of 150"}));

  found("wrong");
  browser->evaluate("document.querySelector('.question').click()");
  browser->evaluate("new Promise((done) => setTimeout(done, 100))");
  CHECK(count(*browser, ".answer:not([hidden])") == 3);  // of q/001, "lab/even" twice and "late"
  browser->evaluate("document.querySelector('.opened .more').click()");
  CHECK(count(*browser, ".answer:not([hidden])") == 4);
  CHECK(browser->evaluate("location.hash") == "#task/algebra/q/q%2F001?show=wrong&find=number+theory&order=hardest");
  check_quiet(*browser);
}

TEST_CASE("long lists come in parts", "[reports][page]") {
  Browser* browser = open_ordinary("#task/algebra?order=hardest");
  if (!browser) return;
  CHECK(count(*browser, "#task\\\\/algebra .question") == 100);
  browser->evaluate("document.querySelector('#task\\\\/algebra .questions > .more').click()");
  CHECK(count(*browser, "#task\\\\/algebra .question") == 150);
}

TEST_CASE("a table sorts by any column, and says how", "[reports][page]") {
  Browser* browser = open_ordinary();
  if (!browser) return;
  const auto order_after = [&](const std::string& column) {
    browser->evaluate("[...document.querySelectorAll('#task\\\\/algebra thead button')].find((b) => b.innerText === '" +
                      column + "').click()");
    return texts(*browser, "#task\\\\/algebra .leaderboard tbody th bdi");
  };
  CHECK(order_after("accuracy") == json({"lab/even", "late", "lab/strong"}));  // was sorted by it, now the other way
  CHECK(texts(*browser, "#task\\\\/algebra th[aria-sort='ascending']") == json({"accuracy"}));
  CHECK(order_after("truncated").at(0) == "late");
  CHECK(order_after("model") == json({"late", "lab/strong", "lab/even"}));
  CHECK(order_after("model") == json({"lab/even", "lab/strong", "late"}));
  CHECK(count(*browser, "#task\\\\/algebra [aria-sort]") == 1);
}

// Answers that try to be markup, script, formulas with links, or too much.
const std::map<std::string, std::string> kHostile = {
    {"script", "</script><script>window.hacked = 1; document.title = 'hacked'</script>"},
    {"image", "<img src=x onerror=\"window.hacked = 1\"><svg onload=\"window.hacked = 1\">"},
    {"href", R"($\href{javascript:window.hacked=1}{x}$ $\url{javascript:alert(1)}$ \(\htmlId{theme}{x}\))"},
    {"include", R"($\includegraphics{https://example.com/x.png}$ $\htmlStyle{position:fixed}{x}$)"},
    {"macro", R"($\def\a{\a\a}\a$ $\gdef\frac{}$ $\rule{9999em}{9999em}$)"},
    {"after macro", R"($\frac{1}{2}$)"},
    {"bidi",
     "left \xe2\x80\xae"
     "thgir \xe2\x81\xa6 isolate"},
    {"nul", std::string("a\0b\x1b[31m", 8)},
    {"bytes", "\xff\xfe caf\xc3 \xed\xa0\x80"},
    {"block", "</script></div></details><!-- <base href=\"https://example.com/\">"},
    {"dollars", std::string(50'000, '$') + "x"},
    {"openers",
     [] {
       std::string text;
       for (int i = 0; i < 20'000; ++i) text += "$x \\( ** [asy ";
       return text;
     }()},
    {"line", std::string(1'000'000, 'x')},
    {"formula", "$" + std::string(5'000, '{') + "$ $" + std::string(3'900, '{') + "x" + std::string(3'900, '}') + "$"}};

TEST_CASE("hostile text stays text", "[reports][page]") {
  Browser* browser = Browser::get();
  if (!browser) return;
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  std::vector<Sample> samples;
  std::vector<SampleAnswer> answers;
  for (const auto& [name, text] : kHostile) {
    Sample& sample = samples.emplace_back();
    sample.id = name;
    sample.input = text.substr(0, 1000);
    sample.target = text.substr(0, 200);
    sample.metadata = {{"subject", text.substr(0, 30)}};
    answers.push_back({name, text, Verdict::kDifferent, text.substr(0, 300), 0, StopClass::kStop, text.substr(0, 500)});
  }
  const std::string model = "<script>window.hacked = 1</script>/\"'><img src=x onerror=window.hacked=1>";
  add_run(*store, "<b>task</b>", samples, model, answers, "<i>p</i>@1");
  const auto file = write_report(folder, *store, {.title = "</title><script>window.hacked = 1</script>"});

  // Opens the answer to a question as a link to it does, and gives its text.
  const auto shown = [&](const std::string& name) {
    CAPTURE(name);
    const json text = browser->evaluate(
        "new Promise((done) => {"
        "  const name = " +
        json(name).dump() +
        ";"
        "  location.hash = `#task/${encodeURIComponent('<b>task</b>')}/q/${encodeURIComponent(name)}?answer=0`;"
        "  const look = () => {"
        "    const item = [...document.querySelectorAll('.list > li')].find((li) => "
        "li.querySelector('.id').textContent === name);"
        "    if (!item?.querySelector('.answer[open] .reasoning')) return setTimeout(look, 10);"
        "    item.querySelector('.reasoning').open = true;"
        "    done(item.querySelector('.answer .body > div > .text').textContent);"
        "  };"
        "  look(); })");
    CHECK(browser->evaluate("window.hacked === undefined") == true);
    CHECK(browser->evaluate("document.title") == "</title><script>window.hacked = 1</script>");
    CHECK(count(*browser, "script:not([type])") == 2);
    CHECK(count(*browser, "img, base, iframe, object, [onerror], [onload], [style*='fixed']") == 0);
    CHECK(browser->evaluate("[...document.links].every((a) => a.getAttribute('href').startsWith('#'))") == true);
    CHECK(count(*browser, "#theme") == 1);
    CHECK(browser->evaluate("document.documentElement.scrollWidth <= innerWidth") == true);
    return text.get<std::string>();
  };
  browser->show_as(1280, "light");
  browser->open(file);
  for (const char* name : {"script", "image", "block", "dollars", "openers", "line"}) {
    CAPTURE(name);
    const bool is_unchanged = shown(name) == kHostile.at(name);  // not printed: some are long
    CHECK(is_unchanged);
  }
  CHECK(shown("bidi") == "left [U+202E]thgir [U+2066] isolate");
  CHECK(shown("nul") == "a␀b␛[31m");
  CHECK(shown("bytes") == "\xef\xbf\xbd\xef\xbf\xbd caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(shown("macro").find("\\def\\a{\\a\\a}\\a") == 0);  // its source: the expansion has no end
  for (const char* name : {"href", "include", "formula"}) shown(name);
  // \gdef of another formula has not changed \frac: in question, reference, extracted answer, reasoning and answer.
  const int fractions = count(*browser, ".mfrac");
  shown("after macro");
  CHECK(count(*browser, ".mfrac") == fractions + 5);
  check_quiet(*browser);
}

TEST_CASE("a private task shows letters and counts, and says what is left out", "[reports][page]") {
  Browser* browser = Browser::get();
  if (!browser) return;
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  Sample sample;
  sample.id = "row/1";
  sample.input = "the question";
  sample.choices = {"first", "second"};
  sample.target = "A";
  add_run(*store, "secret", {sample}, "m", {{"row/1", "the response", Verdict::kEqual, "A"}}, "boxed@1", true);
  browser->open(write_report(folder, *store), "#task/secret/q/row%2F1?answer=0");
  CHECK(texts(*browser, ".opened .note").size() == 2);
  CHECK(count(*browser, ".opened .text") == 0);
  CHECK(texts(*browser, ".answer .score .value") == json({"A"}));

  browser->open(write_report(folder, *store, {.include_private = true}), "#task/secret/q/row%2F1?answer=0");
  CHECK(texts(*browser, ".answer .text") == json({"the response"}));
  check_quiet(*browser);
}

// The lowest contrast between a text and what is behind it (WCAG 2.1), of all texts in view.
constexpr const char* kLowestContrast = R"((() => {
  const rgb = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => rgb(color).slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if ((rgb(color)[3] ?? 1) > 0) return color;
    }
  };
  let lowest = 21;
  for (const node of document.body.querySelectorAll('*')) {
    const hasText = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!hasText || !node.checkVisibility() || node.closest('script, .katex-mathml')) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
    lowest = Math.min(lowest, (a + 0.05) / (b + 0.05));
  }
  return lowest;
})())";

TEST_CASE("the page reads in light and dark, wide and narrow, and prints", "[reports][page]") {
  Browser* browser = open_ordinary("#task/algebra/q/q%2F000?answer=1");
  if (!browser) return;
  std::set<std::string> papers;
  for (const char* scheme : {"light", "dark"}) {
    for (const int width : {1280, 768, 390, 320}) {
      CAPTURE(scheme, width);
      browser->show_as(width, scheme);
      CHECK(browser->evaluate("document.documentElement.scrollWidth").get<int>() <= width);
    }
    CHECK(browser->evaluate(kLowestContrast).get<double>() >= 4.5);
    papers.insert(browser->evaluate("getComputedStyle(document.body).backgroundColor"));
  }
  CHECK(papers.size() == 2);
  browser->show_as(1280, "dark");
  browser->evaluate("document.getElementById('theme').click()");  // from auto to light
  CHECK(browser->evaluate("getComputedStyle(document.documentElement).colorScheme") == "light");
  CHECK(browser->call("Page.printToPDF").at("data").get<std::string>().starts_with("JVBERi"));  // "%PDF-"
  browser->evaluate("document.getElementById('theme').click(); document.getElementById('theme').click()");
  check_quiet(*browser);
}

// A matrix of multiple choice whose readers differ on every tenth question.
Matrix letters_matrix(const store::Run& run, const std::vector<Sample>& samples) {
  std::vector<MatrixReader> readers;
  for (int i = 0; i < 24; ++i) readers.push_back({.protocols = {"reader@" + std::to_string(i)}, .rule = "<b>rule</b>"});
  MatrixBuilder builder(run, readers, 40);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    store::StoredResponse response;
    response.sample_id = samples[i].id;
    response.reference = {"B", 4};
    std::vector<Score> scores(readers.size(), Score{Verdict::kEqual, "B", ""});
    if (i % 10 == 0) scores.back() = {Verdict::kDifferent, "<img src=x onerror=\"window.hacked = 1\">", ""};
    if (i % 20 == 0) scores.front() = {Verdict::kNoAnswer, "", ""};
    builder.add(response, scores);
  }
  return builder.finish();
}

TEST_CASE("the matrix shows its readers, leads to the responses, and reads light, dark and narrow", "[reports][page]") {
  Browser* browser = Browser::get();
  if (!browser) return;
  const TempDir folder;
  const auto store = test::new_store(folder / "t.db");
  auto samples = test::algebra_samples(100);
  for (Sample& sample : samples) sample.choices = {"1", "2", "3", "4"};
  add_run(*store, "letters", samples, "lab/strong", test::answers_to(samples, all), "boxed@1");
  REQUIRE(write_html_report(*store, {}, folder / "report.html", {letters_matrix(store->runs()->front(), samples)}));
  browser->show_as(1280, "light");
  browser->open(folder / "report.html");
  CHECK(count(*browser, ".matrix table") == 4);
  CHECK(texts(*browser, ".matrix summary").at(0).get<std::string>().find("spread 10.0 points") != std::string::npos);
  browser->evaluate("document.querySelector('.matrix summary').click()");
  CHECK(browser->evaluate("document.querySelector('.matrix').open") == true);
  CHECK(texts(*browser, ".readers .accuracy b").at(0) == "100.0");
  CHECK(texts(*browser, ".readers .accuracy b").at(23) == "90.0");
  CHECK(count(*browser, ".agreement tbody td") == 24 * 24);
  CHECK(texts(*browser, ".agreement tbody tr:last-child td").at(0) == "90");
  CHECK(count(*browser, ".positions tbody tr") == 49);
  CHECK(count(*browser, ".differ tbody tr") == 10);
  CHECK(texts(*browser, ".differ tbody tr:first-child li").size() == 2);
  CHECK(count(*browser, ".matrix img, .matrix b b, .readers small b") == 0);
  CHECK(browser->evaluate("window.hacked === undefined") == true);
  for (const char* scheme : {"light", "dark"}) {
    for (const int width : {1280, 390, 320}) {
      CAPTURE(scheme, width);
      browser->show_as(width, scheme);
      CHECK(browser->evaluate("document.documentElement.scrollWidth").get<int>() <= width);
    }
    CHECK(browser->evaluate(kLowestContrast).get<double>() >= 4.5);
  }
  browser->show_as(1280, "light");
  browser->evaluate("document.querySelector('.differ tbody tr:first-child a').click()");
  browser->evaluate("new Promise((done) => setTimeout(done, 100))");
  CHECK(texts(*browser, ".question[aria-expanded='true'] .id") == json({"q/010"}));
  check_quiet(*browser);
}

TEST_CASE("the page works with the keyboard and names its parts", "[reports][page]") {
  Browser* browser = open_ordinary("#task/algebra?order=hardest");
  if (!browser) return;
  const auto focused = [&] { return browser->evaluate("document.activeElement.innerText.split('\\n')[0]"); };
  browser->press("/");
  CHECK(browser->evaluate("document.activeElement.type") == "search");
  browser->evaluate("document.querySelector('.question').focus()");
  CHECK(focused() == "q/001");
  browser->press("ArrowDown");
  CHECK(focused() == "q/003");
  browser->press("Enter");
  browser->evaluate("new Promise((done) => setTimeout(done, 100))");
  CHECK(count(*browser, ".opened") == 1);
  browser->press("Escape");
  CHECK(count(*browser, ".opened") == 0);
  CHECK(focused() == "q/003");

  CHECK(browser->evaluate("[...document.querySelectorAll('table')].every((t) => t.caption && t.tHead)") == true);
  CHECK(count(*browser, "th:not([scope])") == 0);
  CHECK(browser->evaluate("[...document.querySelectorAll('input, select')].every((f) => f.ariaLabel)") == true);
  CHECK(browser->evaluate("[...document.querySelectorAll('button')].every((b) => b.textContent)") == true);
  CHECK(browser->evaluate("new Set([...document.querySelectorAll('[id]')].map((n) => n.id)).size ==="
                          " document.querySelectorAll('[id]').length") == true);
}

}  // namespace
}  // namespace tripos::reports
