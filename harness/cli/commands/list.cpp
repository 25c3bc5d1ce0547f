#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "datasets/dataset.h"
#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/layout.h"
#include "harness/cli/models.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"
#include "harness/protocol/protocol.h"
#include "scorers/scorer.h"

namespace tripos::cli {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(AnswerKind kind) { return kind == AnswerKind::kChoice ? "choice" : "math"; }

// A table under its heading, with the same rows as JSON objects.
struct Listing {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

Listing list_tasks() {
  Listing listing{{"task", "samples", "kind", "protocol", "about"}, {}};
  for (const datasets::TaskInfo& task : datasets::tasks()) {
    listing.rows.push_back({task.name, std::to_string(task.samples), name_of(task.kind), task.default_protocol,
                            task.summary + (task.is_shipped ? " (shipped)" : "")});
  }
  return listing;
}

Listing list_models() {
  Listing listing{{"model", "about"}, {}};
  for (const ProviderInfo& provider : providers()) listing.rows.push_back({provider.form, provider.summary});
  return listing;
}

Listing list_protocols() {
  Listing listing{{"protocol", "kind", "about"}, {}};
  for (const protocol::PresetInfo& preset : protocol::presets()) {
    listing.rows.push_back({preset.name + "@" + preset.version, name_of(preset.kind), preset.summary});
  }
  return listing;
}

Listing list_scorers() {
  Listing listing{{"scorer", "what", "about"}, {}};
  for (const auto& entry : scorers::extractors()) {
    listing.rows.push_back({std::string(entry.name), "extractor", std::string(entry.summary)});
  }
  for (const auto& entry : scorers::graders()) {
    listing.rows.push_back({std::string(entry.name), "grader", std::string(entry.summary)});
  }
  return listing;
}

Result<Listing> list_runs(const std::string& db) {
  TRIPOS_TRY(const auto store, open_existing(db, store::Store::Mode::kReadOnly));
  TRIPOS_TRY(const std::vector<store::Run> runs, store->runs());
  if (runs.empty()) return tl::unexpected(no_runs(db, ""));
  Listing listing{{"run", "task", "protocol", "model"}, {}};
  for (const store::Run& run : runs) {
    listing.rows.push_back({run.id, printable(run.spec.task), run.spec.protocol, printable(run.spec.model)});
  }
  return listing;
}

std::string to_text(const Listing& listing, int width) {
  std::vector<std::vector<std::string>> rows = {listing.columns};
  rows.insert(rows.end(), listing.rows.begin(), listing.rows.end());
  return columns(rows, width);
}

std::string to_json(const std::string& what, const Listing& listing) {
  Json items = Json::array();
  for (const auto& row : listing.rows) {
    Json item;
    for (std::size_t i = 0; i < row.size(); ++i) item[listing.columns[i]] = row[i];
    items.push_back(std::move(item));
  }
  return json_text({{"schema", 1}, {what, items}});
}

class ListCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "list",
            .summary = "list tasks, models, protocols, scorers or runs",
            .examples = {"tripos list", "tripos list protocols", "tripos list runs --db results.db"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "WHAT",
             .help = "what is listed (default tasks)",
             .target = &what_,
             .words = {"tasks", "models", "protocols", "scorers", "runs"}},
            db_flag(db_),
            {.name = "--json", .help = "one JSON document instead of text", .target = &json_}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const Listing listing, listing_of_what());
    context.terminal.print(json_ ? to_json(what_, listing) : to_text(listing, context.terminal.width()));
    return Exit::kComplete;
  }

 private:
  Result<Listing> listing_of_what() const {
    if (what_ == "models") return list_models();
    if (what_ == "protocols") return list_protocols();
    if (what_ == "scorers") return list_scorers();
    if (what_ == "runs") return list_runs(db_);
    return list_tasks();
  }

  std::string what_ = "tasks";
  std::string db_ = kDefaultDb;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_list_command() { return std::make_unique<ListCommand>(); }

}  // namespace tripos::cli
