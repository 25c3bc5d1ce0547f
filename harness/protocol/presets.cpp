// Finds a protocol by name among the embedded presets, or reads it from a file.

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <set>

#include "harness/core/embedded.h"
#include "harness/core/file.h"
#include "harness/core/spelling.h"
#include "harness/protocol/protocol.h"

namespace tripos::embedded {
std::span<const EmbeddedFile> protocol_presets();
}

namespace tripos::protocol {
namespace {

constexpr std::uint64_t kLargestFile = 1 << 20;
constexpr std::string_view kListHint = "\"tripos list protocols\" shows all";

std::string_view kind_name(AnswerKind kind) { return kind == AnswerKind::kChoice ? "multiple choice" : "mathematics"; }

const std::vector<Protocol>& all_presets() {
  static const std::vector<Protocol> protocols = [] {
    std::vector<Protocol> result;
    for (const EmbeddedFile& file : embedded::protocol_presets()) {
      auto protocol = parse_protocol(file.content, file.name);
      assert(protocol);  // a test parses every preset
      if (protocol) result.push_back(std::move(*protocol));
    }
    return result;
  }();
  return protocols;
}

Result<void> check_kind(const Protocol& protocol, AnswerKind kind) {
  if (protocol.kind == kind) return {};
  return fail(
      Error::Kind::kUsage,
      fmt::format("protocol {} is for {}, the task is {}", protocol.label(), kind_name(protocol.kind), kind_name(kind)),
      std::string(kListHint));
}

Result<Protocol> read_protocol(std::string_view path, AnswerKind kind) {
  TRIPOS_TRY(const std::string yaml, read_file(path, kLargestFile));
  TRIPOS_TRY(Protocol protocol, parse_protocol(yaml, path));
  TRIPOS_CHECK(check_kind(protocol, kind));
  return protocol;
}

tl::unexpected<Error> unknown_name(std::string_view name) {
  std::vector<std::string> names;
  for (const Protocol& protocol : all_presets()) names.push_back(protocol.name);
  const std::string guess = did_you_mean(name, names);
  return fail(Error::Kind::kUsage, fmt::format("unknown protocol \"{}\"", name),
              guess.empty() ? std::string(kListHint) : fmt::format("{} {}", guess, kListHint));
}

// Presets called `name`: those of `kind` if there are any, else all.
std::vector<const Protocol*> presets_called(std::string_view name, AnswerKind kind) {
  std::vector<const Protocol*> found;
  for (const Protocol& protocol : all_presets()) {
    if (protocol.name == name) found.push_back(&protocol);
  }
  const auto other_kind = std::stable_partition(found.begin(), found.end(),
                                                [&](const Protocol* protocol) { return protocol->kind == kind; });
  if (other_kind != found.begin()) found.erase(other_kind, found.end());
  return found;
}

}  // namespace

const std::vector<PresetInfo>& presets() {
  static const std::vector<PresetInfo> infos = [] {
    std::vector<PresetInfo> result;
    for (const Protocol& protocol : all_presets()) {
      result.push_back({protocol.name, protocol.version, protocol.summary, protocol.kind, protocol.on_request});
    }
    return result;
  }();
  return infos;
}

Result<Protocol> find_protocol(std::string_view name_or_path, AnswerKind kind) {
  const bool is_path = name_or_path.find('/') != std::string_view::npos || name_or_path.ends_with(".yaml");
  if (is_path) return read_protocol(name_or_path, kind);

  const auto at = name_or_path.find('@');
  const std::string_view name = name_or_path.substr(0, at);
  const auto candidates = presets_called(name, kind);
  if (candidates.empty()) return unknown_name(name);
  TRIPOS_CHECK(check_kind(*candidates.front(), kind));

  const Protocol* chosen = nullptr;
  std::vector<std::string> versions;
  for (const Protocol* protocol : candidates) {
    versions.push_back(protocol->version);
    const bool fits =
        at == std::string_view::npos ? !protocol->on_request : protocol->version == name_or_path.substr(at + 1);
    if (fits && (chosen == nullptr || chosen->version < protocol->version)) chosen = protocol;
  }
  if (chosen == nullptr) {
    return fail(Error::Kind::kUsage, fmt::format("unknown protocol \"{}\"", name_or_path),
                fmt::format("versions of {}: {}", name, fmt::join(versions, ", ")));
  }
  return *chosen;
}

}  // namespace tripos::protocol
