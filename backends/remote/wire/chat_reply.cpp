#include "backends/remote/wire/chat_reply.h"

#include <fmt/format.h>

#include <utility>

#include "harness/core/text.h"

namespace tripos::backends {
namespace {

bool has_content_type(const HttpHead& head, std::string_view part) {
  const auto type = find_header(head.headers, "content-type");
  return type && to_lower_ascii(*type).find(part) != std::string::npos;
}

tl::unexpected<Failure> failure(FailureClass failure_class, int status, std::string message) {
  return tl::unexpected(Failure{.failure_class = failure_class, .message = std::move(message), .http_status = status});
}

AttemptOutcome redirected(const HttpHead& head) {
  const auto target = find_header(head.headers, "location");
  return failure(FailureClass::kBadRequest, head.status,
                 fmt::format("HTTP {}: the server points to {}, and redirects are not followed", head.status,
                             target.value_or("nowhere")));
}

}  // namespace

bool ChatReply::take(const HttpHead& head, std::string_view bytes) {
  if (!stream_ && body_.empty() && head.status == 200) {
    // Some servers cannot stream, and some do nothing else; what came is what the header says, if it says anything.
    const bool is_stream = asked_for_stream_ ? !has_content_type(head, "json") : has_content_type(head, "event-stream");
    if (is_stream) stream_.emplace();
  }
  if (stream_) return stream_->feed(bytes);
  body_.append(bytes);
  return !trim(bytes).empty();
}

AttemptOutcome ChatReply::finish(const HttpHead& head, const HttpEnd& end) {
  AttemptOutcome outcome = read(head, end);
  if (outcome) {
    outcome->first_byte = end.first_byte;
    outcome->total = end.total;
    if (const auto id = find_header(head.headers, "x-request-id")) outcome->request_id = *id;
  }
  return outcome;
}

AttemptOutcome ChatReply::read(const HttpHead& head, const HttpEnd& end) {
  if (!end.sent) return failure(end.cancelled ? FailureClass::kCancelled : FailureClass::kTransient, 0, end.fault);
  if (head.status < 200) return failure(FailureClass::kUnknown, 0, end.fault);  // an interim reply at most
  // The status says what became of the request, even where the rest of the reply was lost.
  if (head.status >= 300 && head.status < 400) return redirected(head);
  if (head.status != 200) return parse_chat_error(head.status, body_);
  AttemptOutcome outcome = read_answer(head.status, end);
  if (!outcome && end.fault.empty() && has_content_type(head, "html")) {
    return failure(FailureClass::kBadRequest, head.status, "HTTP 200 with a web page: this is no Chat Completions URL");
  }
  return outcome;
}

AttemptOutcome ChatReply::read_answer(int status, const HttpEnd& end) {
  if (!stream_ && end.fault.empty()) return parse_chat_reply(body_);
  if (!stream_) return failure(FailureClass::kUnknown, status, end.fault);
  AttemptOutcome outcome = stream_->finish(end.framed);
  const bool cut = !outcome && outcome.error().failure_class == FailureClass::kUnknown && !end.fault.empty();
  if (cut) outcome.error().message = end.fault;
  return outcome;
}

}  // namespace tripos::backends
