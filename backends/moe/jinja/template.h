#pragma once
// Chat templates: the subset of Jinja that they use, as Hugging Face renders them (Jinja2's
// ImmutableSandboxedEnvironment with trim_blocks, lstrip_blocks, loop controls, raise_exception, strftime_now, a tojson
// without HTML escapes, and generation blocks). What is not in the subset is an error with its line, never something
// else.
//
// One known difference: Jinja2 decides when it compiles which scope a name belongs to. A variable of the caller's that
// a loop, macro or block reads, and that the template sets only further down outside it, is undefined there in Jinja2.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "backends/moe/jinja/context.h"
#include "harness/core/result.h"

namespace tripos::moe::jinja {

// A parsed template; const, so threads may render it at the same time.
class Template {
 public:
  // `name` is what errors call it, such as the path of the file.
  static Result<Template> parse(std::string_view source, std::string name);
  ~Template();
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;

  // `variables` is an object: messages, tools, add_generation_prompt, ... Error (kData): "NAME:LINE: what is wrong";
  // the same for raise_exception, with the template's own words.
  Result<std::string> render(const nlohmann::ordered_json& variables, const RenderOptions& options = {}) const;

 private:
  struct Parsed;
  explicit Template(std::unique_ptr<const Parsed> parsed);
  std::unique_ptr<const Parsed> parsed_;
};

}  // namespace tripos::moe::jinja
