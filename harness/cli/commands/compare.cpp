#include "harness/cli/commands/commands.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"
#include "reports/comparison.h"

namespace tripos::cli {
namespace {

class CompareCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "compare",
            .summary = "compare runs in a table",
            .details =
                "A row is a model, a task and the protocol that judged it: accuracy over the samples that have "
                "a result, with its 95 % interval, and what went wrong counted apart.",
            .examples = {"tripos compare", "tripos compare --db results.db --task math500 --format md",
                         "tripos compare --format json"}};
  }

  std::vector<Flag> flags() override {
    return {db_flag(db_),
            {.name = "--task", .value = "TASK", .help = "only this task", .target = &task_},
            {.name = "--format",
             .value = "FORMAT",
             .help = "form of the table",
             .target = &format_,
             .words = {"table", "md", "csv", "json"}}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const auto store, open_existing(db_, store::Store::Mode::kReadOnly));
    const auto cells = task_ ? store->cells(*task_) : store->cells();
    if (!cells) return tl::unexpected(cells.error());
    if (cells->empty()) return tl::unexpected(no_runs(db_, task_.value_or("")));
    context.terminal.print(reports::render_comparison(reports::compare(*cells), format(), context.terminal.width()));
    return Exit::kComplete;
  }

 private:
  reports::TableFormat format() const {
    if (format_ == "md") return reports::TableFormat::kMarkdown;
    if (format_ == "csv") return reports::TableFormat::kCsv;
    if (format_ == "json") return reports::TableFormat::kJson;
    return reports::TableFormat::kTable;
  }

  std::string db_ = kDefaultDb;
  std::string format_ = "table";
  std::optional<std::string> task_;
};

}  // namespace

std::unique_ptr<Command> make_compare_command() { return std::make_unique<CompareCommand>(); }

}  // namespace tripos::cli
