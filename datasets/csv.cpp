#include "datasets/csv.h"

#include <fmt/format.h>

#include <set>

#include "harness/core/text.h"

namespace tripos::datasets {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view where) : text_(text), where_(where) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = line_start_ = 3;
  }

  bool at_end() const { return at_ == text_.size(); }
  std::size_t line() const { return line_; }

  void skip_blank_lines() {
    while (!at_end() && take_line_end()) {
    }
  }

  // Reads one row and the line end behind it. Call it before the end only.
  Result<std::vector<std::string>> row() {
    std::vector<std::string> cells;
    for (;;) {
      if (cells.size() == kMaxCsvColumns) return error(fmt::format("more than {} columns", kMaxCsvColumns));
      TRIPOS_TRY(std::string cell, !at_end() && text_[at_] == '"' ? quoted_cell() : plain_cell());
      cells.push_back(std::move(cell));
      if (at_end() || take_line_end()) return cells;
      if (text_[at_] != ',') return error("text after a closing quote", "double each quote inside a quoted field");
      ++at_;
    }
  }

  tl::unexpected<Error> error(std::string_view what, std::string hint = "") const {
    return fail(Error::Kind::kData, fmt::format("{}:{}:{}: {}", where_, line_, at_ - line_start_ + 1, what),
                std::move(hint));
  }

 private:
  Result<std::string> plain_cell() {
    const std::size_t end = std::min(text_.find_first_of(",\"\r\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    if (at_end()) return cell;
    if (text_[at_] == '"') return error("a quote inside an unquoted field", "quote the whole field and double it");
    if (text_[at_] == '\r' && text_.substr(at_, 2) != "\r\n")
      return error("a carriage return inside an unquoted field");
    return cell;
  }

  Result<std::string> quoted_cell() {
    const CsvReader opened = *this;
    std::string cell;
    ++at_;
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos)
        return opened.error("this quote is never closed", "double each quote inside a quoted field");
      append(cell, quote);
      at_ = quote + 1;
      if (at_end() || text_[at_] != '"') return cell;
      cell += '"';
      ++at_;
    }
  }

  // Adds the text up to `end` to a quoted cell and counts the lines in it.
  void append(std::string& cell, std::size_t end) {
    cell += text_.substr(at_, end - at_);
    for (; at_ < end; ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      }
    }
  }

  bool take_line_end() {
    if (text_.substr(at_, 2) == "\r\n") ++at_;
    if (text_[at_] != '\n') return false;
    ++line_;
    line_start_ = ++at_;
    return true;
  }

  std::string_view text_;
  std::string_view where_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

}  // namespace

Result<std::vector<Record>> parse_csv(std::string_view text, std::string_view where) {
  CsvReader reader(text, where);
  reader.skip_blank_lines();
  const CsvReader header_start = reader;
  if (reader.at_end()) return reader.error("the file is empty: expected a header row");
  TRIPOS_TRY(const auto header, reader.row());
  std::set<std::string> names;
  for (const std::string& name : header) {
    if (names.insert(name).second) continue;
    return header_start.error(fmt::format("the header names the column \"{}\" twice", prefix_utf8(name, 40)));
  }
  std::vector<Record> records;
  std::size_t fields = 0;
  for (reader.skip_blank_lines(); !reader.at_end(); reader.skip_blank_lines()) {
    Record record{reader.line(), {}};
    const CsvReader start = reader;
    TRIPOS_TRY(auto cells, reader.row());
    if (cells.size() != header.size()) {
      return start.error(fmt::format("expected {} fields, found {}", header.size(), cells.size()));
    }
    fields += 1 + cells.size();
    if (fields > kMaxFields) return start.error(fmt::format("more than {} fields up to here", kMaxFields));
    for (std::size_t i = 0; i < cells.size(); ++i) record.fields.emplace(header[i], std::move(cells[i]));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace tripos::datasets
