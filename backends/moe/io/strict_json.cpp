#include "backends/moe/io/strict_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "backends/moe/io/in_quotes.h"
#include "harness/core/json.h"

namespace tripos::moe {
namespace {

using nlohmann::json;

// Stops at the first key that its object already has.
class RepeatedKey : public nlohmann::json_sax<json> {
 public:
  const std::string& name() const { return repeated_; }

  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    repeated_ = name;
    return false;
  }
  bool end_object() override {
    keys_.pop_back();
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

 private:
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
  std::string repeated_;
};

}  // namespace

Result<json> parse_strict_json(std::string_view text, std::string_view where) {
  TRIPOS_TRY(json value, parse_json(text, where));
  RepeatedKey repeated;
  if (!json::sax_parse(text.begin(), text.end(), &repeated)) {
    return fail(Error::Kind::kData, fmt::format("{}: key {} comes twice", where, in_quotes(repeated.name())));
  }
  return value;
}

}  // namespace tripos::moe
