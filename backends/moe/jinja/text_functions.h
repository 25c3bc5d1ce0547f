#pragma once
// What string methods and filters share.

#include "backends/moe/jinja/context.h"

namespace tripos::moe::jinja {

// As find(), in time linear in the text whatever the part is.
std::size_t find_part(std::string_view text, std::string_view part);

Result<Value> strip(Context& context, std::string_view text, const std::optional<std::string>& set, bool left,
                    bool right);
// str.replace(); a negative limit is none.
Result<Value> replaced(Context& context, std::string_view text, std::string_view from, std::string_view to,
                       std::int64_t limit);
// str.splitlines().
std::vector<std::string_view> lines_of(std::string_view text, bool keep_ends);

}  // namespace tripos::moe::jinja
