// The words of the enumerators, as they stand in the store, in JSON and on the screen.

#include <array>

#include "harness/core/response.h"
#include "harness/core/score.h"

namespace tripos {
namespace {

template <typename Enum>
struct Name {
  Enum value;
  std::string_view text;
};

constexpr std::array kStops = {
    Name<StopClass>{StopClass::kStop, "stop"},
    Name<StopClass>{StopClass::kLength, "length"},
    Name<StopClass>{StopClass::kContentFilter, "content_filter"},
    Name<StopClass>{StopClass::kRefusal, "refusal"},
    Name<StopClass>{StopClass::kContextOverflow, "context_overflow"},
    Name<StopClass>{StopClass::kTool, "tool"},
    Name<StopClass>{StopClass::kUnknown, "unknown"},
};

constexpr std::array kFailures = {
    Name<FailureClass>{FailureClass::kRate, "rate"},
    Name<FailureClass>{FailureClass::kTransient, "transient"},
    Name<FailureClass>{FailureClass::kUnknown, "unknown"},
    Name<FailureClass>{FailureClass::kAuth, "auth"},
    Name<FailureClass>{FailureClass::kBadRequest, "bad_request"},
    Name<FailureClass>{FailureClass::kCancelled, "cancelled"},
};

constexpr std::array kVerdicts = {
    Name<Verdict>{Verdict::kEqual, "equal"},
    Name<Verdict>{Verdict::kDifferent, "different"},
    Name<Verdict>{Verdict::kUndecided, "undecided"},
    Name<Verdict>{Verdict::kNoAnswer, "no_answer"},
    Name<Verdict>{Verdict::kGoldUnreadable, "gold_unreadable"},
};

template <typename Enum, std::size_t N>
std::string_view text_of(const std::array<Name<Enum>, N>& names, Enum value) {
  for (const auto& name : names) {
    if (name.value == value) return name.text;
  }
  return "unknown";
}

template <typename Enum, std::size_t N>
std::optional<Enum> value_of(const std::array<Name<Enum>, N>& names, std::string_view text) {
  for (const auto& name : names) {
    if (name.text == text) return name.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(StopClass stop) { return text_of(kStops, stop); }
std::string_view to_string(FailureClass failure) { return text_of(kFailures, failure); }
std::string_view to_string(Verdict verdict) { return text_of(kVerdicts, verdict); }

std::optional<StopClass> parse_stop_class(std::string_view text) { return value_of(kStops, text); }

std::optional<Verdict> parse_verdict(std::string_view text) { return value_of(kVerdicts, text); }

}  // namespace tripos
