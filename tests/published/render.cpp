// render: for each line of standard input, an object of "template" and "variables", prints {"text"} or {"error"}. The
// date is that of tests/golden/jinja_cases.py.

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "backends/moe/jinja/template.h"

int main() {
  using namespace std::chrono_literals;
  using Json = nlohmann::ordered_json;
  tripos::moe::jinja::RenderOptions options;
  options.now = std::chrono::sys_days{std::chrono::year{2025} / 7 / 4} + 9h + 5min + 7s;
  for (std::string line; std::getline(std::cin, line);) {
    const Json row = Json::parse(line);
    const auto parsed = tripos::moe::jinja::Template::parse(row.at("template").get<std::string>(), "chat.jinja");
    const auto text = parsed ? parsed->render(row.at("variables"), options) : tl::unexpected(parsed.error());
    const Json result = text ? Json{{"text", *text}} : Json{{"error", text.error().message}};
    std::cout << result.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  }
}
