#include "harness/cli/grading.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/cli/json_text.h"
#include "harness/core/json.h"
#include "harness/core/text.h"
#include "harness/protocol/protocol.h"

namespace tripos::cli {
namespace {

constexpr int kMaxChoices = 26;     // letters
constexpr std::size_t kPiece = 64;  // lines a thread takes at once: enough to make taking them cheap

tl::unexpected<Error> bad_line(const std::string& where, std::string_view what) {
  return fail(
      Error::Kind::kUsage, fmt::format("{}: {}", where, what),
      "a line is {\"id\": ..., \"gold\": \"...\", \"prediction\": \"...\", \"kind\": \"answer\" or \"response\"}");
}

Result<std::string> text_field(const nlohmann::json& row, const char* name, const std::string& where) {
  const auto found = row.find(name);
  if (found == row.end()) return bad_line(where, fmt::format("field \"{}\" is missing", name));
  if (!found->is_string()) return bad_line(where, fmt::format("field \"{}\" must be text", name));
  return found->get<std::string>();
}

Result<int> choice_count(const nlohmann::json& row, const std::string& where) {
  const auto found = row.find("choices");
  if (found == row.end() || found->is_null()) return 0;
  if (!found->is_number_integer() || *found < 1 || *found > kMaxChoices) {
    return bad_line(where, fmt::format("field \"choices\" must be a count from 1 to {}, got {}", kMaxChoices,
                                       prefix_utf8(canonical_json(*found), 40)));
  }
  return found->get<int>();
}

}  // namespace

Result<LineGrader> LineGrader::make(const std::string& protocol) {
  LineGrader grader;
  grader.protocol_ = protocol;
  std::optional<Error> error;
  for (const AnswerKind kind : {AnswerKind::kMath, AnswerKind::kChoice}) {
    const auto found = protocol::find_protocol(protocol, kind);
    if (!found) {
      error = found.error();
      continue;
    }
    TRIPOS_TRY(scorers::Scorer scorer, scorers::Scorer::make(found->scoring));
    (found->kind == AnswerKind::kMath ? grader.math_ : grader.choice_).emplace(std::move(scorer));
  }
  if (!grader.math_ && !grader.choice_) return tl::unexpected(*error);
  return grader;
}

Result<std::string> LineGrader::grade(std::string_view line, const std::string& where) const {
  auto parsed = parse_json(line, where);
  if (!parsed) return fail(Error::Kind::kUsage, std::move(parsed.error().message), std::move(parsed.error().hint));
  const nlohmann::json& row = *parsed;
  if (!row.is_object()) return bad_line(where, "not a JSON object");
  const auto id = row.find("id");
  if (id == row.end()) return bad_line(where, "field \"id\" is missing");
  TRIPOS_TRY(const std::string gold, text_field(row, "gold", where));
  TRIPOS_TRY(const std::string prediction, text_field(row, "prediction", where));
  TRIPOS_TRY(const std::string kind, text_field(row, "kind", where));
  if (kind != "answer" && kind != "response") {
    return bad_line(
        where, fmt::format("field \"kind\" must be \"answer\" or \"response\", got \"{}\"", prefix_utf8(kind, 40)));
  }
  TRIPOS_TRY(const int choices, choice_count(row, where));
  const std::optional<scorers::Scorer>& scorer = choices > 0 ? choice_ : math_;
  if (!scorer) {
    return bad_line(where, fmt::format("protocol \"{}\" judges {} only", protocol_,
                                       choices > 0 ? "mathematics" : "multiple choice"));
  }
  const Reference reference{gold, choices};
  const Score score =
      kind == "answer" ? scorer->score_answer(prediction, reference) : scorer->score_response(prediction, reference);
  nlohmann::ordered_json graded = {
      {"id", *id}, {"verdict", to_string(score.verdict)}, {"extracted", score.extracted}, {"rule", score.rule}};
  if (!score.flags.empty()) graded["flags"] = score.flags;
  return json_text(graded, -1);
}

Graded grade_lines(const LineGrader& grader, const std::vector<std::string_view>& lines, std::int64_t first_line,
                   const std::string& source, int threads) {
  std::vector<Graded> pieces((lines.size() + kPiece - 1) / kPiece);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t piece = next++; piece < pieces.size(); piece = next++) {
      const std::size_t end = std::min(lines.size(), (piece + 1) * kPiece);
      for (std::size_t i = piece * kPiece; i < end && !pieces[piece].error; ++i) {
        if (trim(lines[i]).empty()) continue;
        auto graded = grader.grade(lines[i], fmt::format("{}:{}", source, first_line + static_cast<std::int64_t>(i)));
        if (graded) {
          pieces[piece].output += *graded;
        } else {
          pieces[piece].error = std::move(graded).error();
        }
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min<std::size_t>(threads, pieces.size()); ++i) helpers.emplace_back(work);
    work();
  }
  Graded all;
  for (Graded& piece : pieces) {
    all.output += piece.output;
    all.error = std::move(piece.error);
    if (all.error) break;
  }
  return all;
}

}  // namespace tripos::cli
