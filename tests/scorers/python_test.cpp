// What stands in for Python, against Python: tests/golden/python_values.py.

#include "scorers/characters.h"
#include "scorers/python_arithmetic.h"
#include "scorers/python_float.h"
#include "scorers/python_json.h"
#include "scorers/regex.h"
#include "tests/scorers/support.h"

namespace tripos::scorers {
namespace {

nlohmann::json or_null(const auto& text) { return text ? nlohmann::json(std::string(*text)) : nlohmann::json(); }

TEST_CASE("JSON, arithmetic and patterns are read as Python reads them", "[scorers][python]") {
  int json = 0;
  int arithmetic = 0;
  int matches = 0;
  for (const auto& row : test::golden_lines("python_values.jsonl")) {
    if (row.contains("pattern")) {
      const auto pattern = compile_python(row.at("pattern").get<std::string>());
      REQUIRE(pattern);
      for (const auto& found : row.at("cases")) {
        const std::string text = found.at(0);
        CAPTURE(row.at("pattern").dump(), found.dump());
        CHECK(or_null(find_first(**pattern, text)) == found.at(1));
        CHECK(or_null(find_last(**pattern, text)) == found.at(2));
        ++matches;
      }
      continue;
    }
    CAPTURE(row.dump());
    if (row.contains("json")) {
      CHECK(or_null(python_json_field(row.at("json").get<std::string>(), "answer")) == row.at("expected"));
      ++json;
    } else {
      CHECK(or_null(python_arithmetic(row.at("arithmetic").get<std::string>())) == row.at("expected"));
      ++arithmetic;
    }
  }
  CHECK(json == 1500);
  CHECK(arithmetic == 2500);
  CHECK(matches == 1750);
}

TEST_CASE("arithmetic that would be costly is not worked out", "[scorers][python]") {
  const auto text = GENERATE(std::string("9**9**9/1"), std::string("10**5000/10**4999"), std::string("2**(2**62)/3"),
                             std::string(200, '(') + "1/2" + std::string(200, ')'), std::string(5000, '-') + "1/2",
                             "1/2" + std::string(5000, ' '));
  CAPTURE(text);
  CHECK(!python_arithmetic(text));
}

TEST_CASE("a nested object beyond all reason is no answer", "[scorers][python]") {
  const std::string deep = "{\"answer\": " + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(!python_json_field(deep, "answer"));
}

TEST_CASE("numbers beyond a double become infinite or zero", "[scorers][python]") {
  CHECK(show_python_float(read_python_float("-1e999")) == "-inf");
  CHECK(show_python_float(read_python_float("0.0001e99999999999999999999")) == "inf");
  CHECK(show_python_float(read_python_float("1e-99999999999999999999")) == "0.0");
  CHECK(show_python_float(read_python_float("0." + std::string(400, '0') + "1")) == "0.0");
  CHECK(show_python_float(read_python_float(std::string(400, '9'))) == "inf");
}

TEST_CASE("a pattern RE2 does not know is an error that says so", "[scorers][python]") {
  const auto compiled = compile_python("A(?=B)");
  REQUIRE(!compiled);
  CHECK(compiled.error().kind == Error::Kind::kConfig);
  CHECK(compiled.error().message.find("A(?=B)") != std::string::npos);
}

TEST_CASE("characters of all lengths are told apart", "[scorers][python]") {
  const std::string text = "aé中😀";
  CHECK(first_character(text) == "a");
  CHECK(first_character(text.substr(1)) == "é");
  CHECK(last_character(text) == "😀");
  CHECK(last_character("") == "");
  CHECK(code_point("é") == U'é');
  CHECK(code_point("中") == U'中');
  CHECK(code_point("😀") == U'😀');
  CHECK(digit_value("7") == 7);
  CHECK(digit_value("\u0669") == 9);
  CHECK(digit_value("\U0001d7e1") == 9);
  CHECK(!digit_value("²"));
  CHECK(!digit_value("/"));
  CHECK(is_word("中"));
  CHECK(!is_word(""));
  CHECK(!is_printable("\u200b"));
}

}  // namespace
}  // namespace tripos::scorers
