#pragma once
// The variable `loop` of a for statement. Items that its filter lets through are found one by one, as in Jinja: a later
// item is looked for when the template asks for `loop.last`, `loop.length` and the like, and not before.

#include <optional>

#include "backends/moe/jinja/value.h"

namespace tripos::moe::jinja {

struct Scope;
struct For;

struct Loop {
  std::shared_ptr<const List> source;
  std::size_t next = 0;          // of source: the first item not yet looked at
  std::vector<Value> items;      // those let through so far
  std::size_t index = 0;         // of items: the current one
  const For* statement;          // nullptr once the loop has ended
  std::shared_ptr<Scope> scope;  // that of the for statement; released with it
  int depth;
};

}  // namespace tripos::moe::jinja
