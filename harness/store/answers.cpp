// Questions and answers with everything kept of them, for `show` and the report.

#include "harness/store/body.h"
#include "harness/store/rows.h"
#include "harness/store/run_rows.h"
#include "harness/store/state.h"

namespace tripos::store {
namespace {

constexpr std::size_t kBatch = 512;

// A scoring hash may stand under several labels: the scores are the same, so any of them serves.
constexpr std::string_view kSelectAnswer =
    "SELECT sample.name, epoch, choice_order, attempt.target, text.sha256, text.length, text.content,"
    " reasoning.sha256, reasoning.length, reasoning.content, stop, stop_raw, input_tokens, cached_tokens,"
    " output_tokens, reasoning_tokens, served_model, request_id, first_byte_ms, total_ms,"
    " (SELECT count(*) FROM attempt AS other WHERE other.request = request.id), verdict, extracted, rule, flags, "
    "reference_form,"
    " answer_form"
    " FROM attempt JOIN request ON request.id = attempt.request JOIN sample ON sample.id = request.sample"
    " JOIN body AS text ON text.id = attempt.text LEFT JOIN body AS reasoning ON reasoning.id = attempt.reasoning"
    " LEFT JOIN score ON score.attempt = attempt.id"
    " AND score.scorer IN (SELECT id FROM scorer WHERE scoring_sha256 = ?2)"
    " WHERE attempt.id = ?1 ORDER BY score.scorer LIMIT 1";

std::optional<std::int64_t> tokens(const Query& query, int column) {
  return query.is_null(column) ? std::nullopt : std::optional(query.integer(column));
}

Result<Answer> read_answer(Database& database, std::int64_t attempt, std::string_view scoring_sha256) {
  Query query = database.query(kSelectAnswer, attempt, scoring_sha256);
  TRIPOS_TRY(const bool found, query.next());
  if (!found) return database.damaged("an answer has no text");
  Answer answer;
  answer.sample_id = query.text(0);
  answer.epoch = static_cast<int>(query.integer(1));
  answer.order = parse_integers(query.bytes(2));
  answer.target = query.text(3);
  Response& response = answer.response;
  TRIPOS_TRY(response.text, read_body(query, 4));
  TRIPOS_TRY(response.reasoning, read_body(query, 7));
  response.stop = parse_stop_class(query.bytes(10)).value_or(StopClass::kUnknown);
  response.stop_raw = query.text(11);
  response.usage = {tokens(query, 12), tokens(query, 13), tokens(query, 14), tokens(query, 15)};
  response.served_model = query.text(16);
  response.request_id = query.text(17);
  response.first_byte = std::chrono::milliseconds(query.integer(18));
  response.total = std::chrono::milliseconds(query.integer(19));
  answer.attempts = static_cast<int>(query.integer(20));
  if (!query.is_null(21)) {
    answer.score = Score{parse_verdict(query.bytes(21)).value_or(Verdict::kUndecided),
                         query.text(22),
                         query.text(23),
                         query.text(24),
                         query.text(25),
                         query.text(26)};
  }
  return answer;
}

// Answers of a run (of one sample of it) in dataset order, then by epoch.
Result<std::vector<std::int64_t>> list_answers(Database& database, std::string_view run_id,
                                               std::optional<std::string_view> sample) {
  TRIPOS_TRY(const RunRow run, find_run_row(database, run_id));
  std::vector<std::int64_t> attempts;
  Query query = database.query(
      "SELECT answer FROM request JOIN sample ON sample.id = request.sample WHERE run = ?1 AND answer IS NOT NULL"
      " AND (?2 IS NULL OR name = ?2) ORDER BY ordinal, name, epoch",
      run.id, sample);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return attempts;
    attempts.push_back(query.integer(0));
  }
}

}  // namespace

Result<std::vector<Question>> Store::questions(std::string_view task, std::string_view dataset_sha256) const {
  std::vector<Question> questions;
  Query query = state_->database->query(
      "SELECT sample.name, input.sha256, input.length, input.content, choices.sha256, choices.length, choices.content,"
      " target, metadata FROM task JOIN sample ON sample.task = task.id JOIN body AS input ON input.id = sample.input"
      " JOIN body AS choices ON choices.id = sample.choices WHERE task.name = ? AND dataset_sha256 = ?"
      " ORDER BY ordinal, sample.name",
      task, dataset_sha256);
  for (;;) {
    TRIPOS_TRY(const bool more, query.next());
    if (!more) return questions;
    Question question;
    question.sample_id = query.text(0);
    TRIPOS_TRY(question.input, read_body(query, 1));
    TRIPOS_TRY(const std::string choices, read_body(query, 4));
    question.choices = parse_texts(choices);
    question.target = query.text(7);
    question.metadata = parse_metadata(query.bytes(8));
    questions.push_back(std::move(question));
  }
}

Result<void> Store::visit_answers(std::string_view run_id, std::string_view scoring_sha256,
                                  const std::function<Result<void>(std::vector<Answer>)>& visit) const {
  Database& database = *state_->database;
  TRIPOS_TRY(const std::vector<std::int64_t> attempts, list_answers(database, run_id, std::nullopt));
  std::vector<Answer> batch;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    TRIPOS_TRY(Answer answer, read_answer(database, attempts[i], scoring_sha256));
    batch.push_back(std::move(answer));
    if (batch.size() == kBatch || i + 1 == attempts.size()) {
      TRIPOS_CHECK(visit(std::move(batch)));
      batch = {};
    }
  }
  return {};
}

Result<std::vector<Answer>> Store::answers_to(std::string_view run_id, std::string_view sample_id,
                                              std::string_view scoring_sha256) const {
  Database& database = *state_->database;
  TRIPOS_TRY(const std::vector<std::int64_t> attempts, list_answers(database, run_id, sample_id));
  std::vector<Answer> answers;
  for (const std::int64_t attempt : attempts) {
    TRIPOS_TRY(Answer answer, read_answer(database, attempt, scoring_sha256));
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace tripos::store
