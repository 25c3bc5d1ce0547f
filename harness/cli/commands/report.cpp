#include <fmt/format.h>

#include "harness/cli/commands/commands.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/layout.h"
#include "harness/cli/matrices.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"
#include "reports/html_report.h"

namespace tripos::cli {
namespace {

constexpr std::size_t kListedDisagreements = 40;  // of a run: a page is for reading

class ReportCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "report",
            .summary = "write a leaderboard as one HTML file",
            .details =
                "The file holds everything it shows and loads nothing. Answers to private tasks are left out, "
                "and long answers are cut, unless flags ask for them. --matrix adds what \"tripos matrix\" shows.",
            .examples = {"tripos report -o leaderboard.html",
                         "tripos report --db results.db --task math500 -o math500.html"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "--output",
             .letter = 'o',
             .value = "FILE.html",
             .help = "the file to write",
             .target = &output_,
             .required = true,
             .completes = Completes::kFile},
            db_flag(db_),
            {.name = "--task", .value = "TASK", .help = "only this task", .target = &options_.task},
            {.name = "--title", .value = "TEXT", .help = "heading of the page", .target = &options_.title},
            {.name = "--matrix", .help = "how every protocol reads the same responses", .target = &matrix_},
            {.name = "--include-private", .help = "answers to private tasks too", .target = &options_.include_private},
            {.name = "--full-transcripts", .help = "do not cut long answers", .target = &options_.full_transcripts}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const auto store, open_existing(db_, store::Store::Mode::kReadOnly));
    TRIPOS_TRY(std::vector<store::Run> runs, store->runs());
    if (options_.task) std::erase_if(runs, [&](const store::Run& run) { return run.spec.task != *options_.task; });
    if (runs.empty()) return tl::unexpected(no_runs(db_, options_.task.value_or("")));
    TRIPOS_TRY(auto matrices, matrices_of(*store, runs, context.terminal));
    if (!matrices) {
      context.terminal.message("stopped; no report was written");
      return Exit::kInterrupted;
    }
    TRIPOS_TRY(const reports::ReportSummary summary,
               reports::write_html_report(*store, options_, output_, std::move(*matrices)));
    context.terminal.print(fmt::format("{}: {}, {}, {:.1f} MB\n", printable(output_), count_of(summary.rows, "row"),
                                       count_of(summary.questions, "question"),
                                       static_cast<double>(summary.bytes) / 1e6));
    if (summary.cut_answers > 0) {
      context.terminal.message(fmt::format("{} cut to keep the file small; --full-transcripts keeps them whole",
                                           count_of(summary.cut_answers, "answer")));
    }
    return Exit::kComplete;
  }

 private:
  // Those of the runs that have responses, none without --matrix; nullopt: stopped.
  Result<std::optional<std::vector<reports::Matrix>>> matrices_of(const store::Store& store,
                                                                  const std::vector<store::Run>& runs,
                                                                  Terminal& terminal) const {
    std::vector<reports::Matrix> matrices;
    if (!matrix_) return matrices;
    const Interrupt interrupt([] {}, [&] { terminal.status(""); });
    const MatrixOptions options{threads_or_all(std::nullopt), kListedDisagreements};
    for (const store::Run& run : runs) {
      TRIPOS_TRY(auto matrix, make_matrix(store, run, options, terminal, interrupt.token()));
      if (!matrix) return std::nullopt;
      if (matrix->responses > 0) matrices.push_back(std::move(*matrix));
    }
    return matrices;
  }

  std::string output_;
  std::string db_ = kDefaultDb;
  bool matrix_ = false;
  reports::ReportOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace tripos::cli
