#include "harness/cli/matrices.h"

#include <fmt/format.h>

#include "harness/cli/progress.h"
#include "harness/cli/terminal.h"
#include "harness/protocol/protocol.h"
#include "harness/runner/readings.h"

namespace tripos::cli {
namespace {

// The protocol that asked, where the run knows it and it can still be read: one that an older version of this program
// wrote may name what there is no more.
std::optional<protocol::Protocol> own_protocol(const store::Run& run, Terminal& terminal) {
  if (run.details.protocol_yaml.empty()) return std::nullopt;
  Result<protocol::Protocol> own = protocol::parse_protocol(run.details.protocol_yaml, run.spec.protocol);
  const Result<scorers::Scorer> scorer =
      own.and_then([](const protocol::Protocol& found) { return scorers::Scorer::make(found.scoring); });
  if (scorer) return std::move(*own);
  terminal.warn(fmt::format("run {}: its own protocol is left out: {}", run.id, scorer.error().message));
  return std::nullopt;
}

Result<std::vector<runner::Reader>> readers_for(const store::Run& run, Terminal& terminal) {
  std::vector<protocol::Protocol> protocols;
  for (const protocol::PresetInfo& preset : protocol::presets()) {
    if (preset.kind != run.details.kind) continue;
    TRIPOS_TRY(protocol::Protocol found, protocol::find_protocol(preset.name + "@" + preset.version, run.details.kind));
    protocols.push_back(std::move(found));
  }
  if (auto own = own_protocol(run, terminal)) protocols.push_back(std::move(*own));
  return runner::make_readers(protocols);
}

}  // namespace

Result<std::optional<reports::Matrix>> make_matrix(const store::Store& store, const store::Run& run,
                                                   const MatrixOptions& options, Terminal& terminal,
                                                   std::stop_token stop) {
  TRIPOS_TRY(const std::vector<runner::Reader> readers, readers_for(run, terminal));
  TRIPOS_TRY(const auto finished, store.finished(run.id));
  std::vector<reports::MatrixReader> columns;
  columns.reserve(readers.size());
  for (const runner::Reader& reader : readers) {
    columns.push_back({.protocols = reader.protocols, .rule = reader.rule, .scoring_sha256 = reader.scoring_sha256});
  }
  reports::MatrixBuilder builder(run, std::move(columns), options.most_listed);
  runner::Progress progress{.total = static_cast<int>(finished.size())};
  ProgressMeter meter(terminal, fmt::format("{}  {}", printable(run.spec.task), printable(run.spec.model)), 0,
                      progress.total, Work::kReading);
  const auto take = [&](const std::vector<runner::Reading>& readings) -> Result<void> {
    for (const runner::Reading& reading : readings) builder.add(reading.response, reading.scores);
    progress.finished += static_cast<int>(readings.size());
    meter.update(progress);
    if (stop.stop_requested()) return fail(Error::Kind::kUsage, "stopped");
    return {};
  };
  const Result<void> visited = runner::visit_readings(store, run.id, readers, options.threads, take);
  if (stop.stop_requested()) return std::nullopt;
  TRIPOS_CHECK(visited);
  return builder.finish();
}

}  // namespace tripos::cli
