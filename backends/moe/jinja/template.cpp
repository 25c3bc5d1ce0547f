#include "backends/moe/jinja/template.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "backends/moe/jinja/interpreter.h"
#include "backends/moe/jinja/parser.h"

namespace tripos::moe::jinja {

struct Template::Parsed {
  std::string name;
  Body body;
};

Template::Template(std::unique_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

Result<Template> Template::parse(std::string_view source, std::string name) {
  TRIPOS_TRY(Body body, parse_template(source, name));
  return Template(std::make_unique<const Parsed>(Parsed{std::move(name), std::move(body)}));
}

Result<std::string> Template::render(const nlohmann::ordered_json& variables, const RenderOptions& options) const {
  const std::string& name = parsed_->name;
  if (!variables.is_object()) return refuse(fmt::format("{}: the variables are no JSON object", name));
  Result<Value> values = from_json(variables);
  if (!values) return refuse(fmt::format("{}: {}", name, values.error().message));
  Context context(options);
  Interpreter interpreter(context, Dict(*as_dict(*values)));
  Result<std::string> text = interpreter.run(parsed_->body);
  if (text) return text;
  Error error = std::move(text).error();
  error.message = fmt::format("{}:{}: {}", name, interpreter.line(), error.message);
  return tl::unexpected(std::move(error));
}

}  // namespace tripos::moe::jinja
