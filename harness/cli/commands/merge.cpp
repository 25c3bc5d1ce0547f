#include <fmt/format.h>

#include "harness/cli/commands/commands.h"
#include "harness/cli/layout.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"

namespace tripos::cli {
namespace {

class MergeCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "merge",
            .summary = "bring several databases together",
            .details =
                "OUT.db is made where it is missing and otherwise added to. The order does not matter, and "
                "merging twice changes nothing.",
            .examples = {"tripos merge all.db machine1.db machine2.db"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "OUT.db",
             .help = "the database that takes everything in",
             .target = &out_,
             .required = true,
             .completes = Completes::kFile},
            {.name = "IN.db",
             .help = "databases to read; they are not changed",
             .target = &in_,
             .required = true,
             .completes = Completes::kFile}};
  }

  Result<Exit> run(Context& context) override {
    for (const std::string& path : in_) {  // all of them before anything is written
      TRIPOS_CHECK(check_input(path));
    }
    TRIPOS_TRY(const auto store, store::Store::open(out_, store::Store::Mode::kReadWrite));
    TRIPOS_TRY(const std::vector<store::Run> before, store->runs());
    for (const std::string& path : in_) {
      TRIPOS_CHECK(store->merge(path));
      context.terminal.detail(fmt::format("merged {}", printable(path)));
    }
    TRIPOS_TRY(const std::vector<store::Run> after, store->runs());
    context.terminal.print(fmt::format(
        "{}: {} ({} new) from {}\n", printable(out_), count_of(static_cast<std::int64_t>(after.size()), "run"),
        after.size() - before.size(), count_of(static_cast<std::int64_t>(in_.size()), "database")));
    return Exit::kComplete;
  }

 private:
  Result<void> check_input(const std::string& path) const {
    TRIPOS_TRY(const auto input, open_existing(path, store::Store::Mode::kReadOnly));
    std::error_code ignored;
    if (std::filesystem::equivalent(path, out_, ignored)) {
      return fail(Error::Kind::kUsage, fmt::format("\"{}\" cannot be merged into itself", path));
    }
    return {};
  }

  std::string out_;
  std::vector<std::string> in_;
};

}  // namespace

std::unique_ptr<Command> make_merge_command() { return std::make_unique<MergeCommand>(); }

}  // namespace tripos::cli
