// A body from a server as a plain reply, as an error and as a stream: each outcome can be stored, a stream's does not
// depend on its pieces, and none without frame is taken for whole without its end marker. The first byte picks the
// status and the length of the pieces.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "backends/remote/wire/openai_chat.h"
#include "harness/core/text.h"

namespace {

using tripos::AttemptOutcome;
using tripos::backends::ChatStream;

const AttemptOutcome& checked(const AttemptOutcome& outcome) {
  if (!outcome) {
    if (outcome.error().message.empty() || tripos::find_invalid_utf8(outcome.error().message)) std::abort();
    return outcome;
  }
  for (const auto* text : {&outcome->text, &outcome->reasoning, &outcome->stop_raw, &outcome->served_model}) {
    if (tripos::find_invalid_utf8(*text)) std::abort();
  }
  if (outcome->stop_raw.empty()) std::abort();
  return outcome;
}

AttemptOutcome streamed(std::string_view body, std::size_t piece, bool framed) {
  ChatStream stream;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) stream.feed(body.substr(0, piece));
  return stream.finish(framed);
}

bool same(const AttemptOutcome& a, const AttemptOutcome& b) {
  if (a.has_value() != b.has_value()) return false;
  if (!a) return a.error().message == b.error().message && a.error().failure_class == b.error().failure_class;
  return a->text == b->text && a->reasoning == b->reasoning && a->stop == b->stop &&
         a->usage.output_tokens == b->usage.output_tokens;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  checked(tripos::backends::parse_chat_reply(body));
  checked(tripos::backends::parse_chat_error(400 + data[0], body));
  const AttemptOutcome whole = checked(streamed(body, size, true));
  if (!same(whole, streamed(body, std::size_t{data[0]} % 16 + 1, true))) std::abort();
  const AttemptOutcome unframed = checked(streamed(body, size, false));
  if (unframed && body.find("[DONE]") == std::string_view::npos) std::abort();
  return 0;
}
