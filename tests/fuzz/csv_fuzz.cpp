// What parse_csv() accepts, written again with every field quoted, reads the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "datasets/csv.h"

namespace {

using tripos::datasets::Record;

void add_row(std::string& text, const Record& record, bool names) {
  char separator = 0;
  for (const auto& [name, value] : record.fields) {
    if (separator != 0) text += separator;
    separator = ',';
    text += '"';
    for (const char c : names ? name : std::get<std::string>(value))
      text += c == '"' ? std::string("\"\"") : std::string(1, c);
    text += '"';
  }
  text += "\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto records = tripos::datasets::parse_csv(text, "fuzz.csv");
  if (!records || records->empty()) return 0;
  std::string again;
  add_row(again, records->front(), true);
  for (const Record& record : *records) add_row(again, record, false);
  const auto reread = tripos::datasets::parse_csv(again, "again.csv");
  if (!reread || reread->size() != records->size()) std::abort();
  for (std::size_t i = 0; i < records->size(); ++i) {
    if ((*reread)[i].fields != (*records)[i].fields) std::abort();
  }
  return 0;
}
