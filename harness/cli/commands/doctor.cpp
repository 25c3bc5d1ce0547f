#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "backends/moe/local/setup.h"
#include "backends/remote/secret.h"
#include "datasets/dataset.h"
#include "harness/cli/commands/commands.h"
#include "harness/cli/json_text.h"
#include "harness/cli/layout.h"
#include "harness/cli/stores.h"
#include "harness/cli/terminal.h"

namespace tripos::cli {
namespace {

enum class State { kOk, kNote, kBad };  // kNote: fine, unless you want what it is for

struct Finding {
  State state;
  std::string what;
  std::string found;
  std::string fix;  // what to type; empty where there is nothing to do
};

const char* name_of(State state) { return state == State::kOk ? "ok" : state == State::kNote ? "note" : "BAD"; }

// A key is there or not; its value is never looked at here.
Finding check_key(const char* variable, const char* purpose) {
  if (backends::secret_from_environment(variable)) return {State::kOk, variable, "set", ""};
  return {State::kNote, variable, "not set", fmt::format("export {}=... ({})", variable, purpose)};
}

Finding check_database(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return {State::kNote, "database", path + ": not there yet", "\"tripos run\" or \"tripos import\" makes it"};
  }
  const auto store = store::Store::open(path, store::Store::Mode::kReadOnly);
  if (!store) return {State::kBad, "database", store.error().message, store.error().hint};
  const auto runs = (*store)->runs();
  if (!runs) return {State::kBad, "database", runs.error().message, runs.error().hint};
  return {State::kOk, "database", fmt::format("{}: {}", path, count_of(static_cast<std::int64_t>(runs->size()), "run")),
          ""};
}

Finding check_task(const datasets::TaskInfo& task) {
  const auto dataset = datasets::load(task.name);
  const std::string what = "task " + task.name;
  if (dataset) {
    std::string found =
        fmt::format("{}, checksum right", count_of(static_cast<std::int64_t>(dataset->samples.size()), "sample"));
    if (!dataset->findings.empty()) {
      found += fmt::format(", {}: \"tripos describe {}\" tells them",
                           count_of(static_cast<std::int64_t>(dataset->findings.size()), "finding"), task.name);
    }
    return {State::kOk, what, found, ""};
  }
  // Data that was never fetched is no fault; data that is there and wrong is.
  const bool is_missing = dataset.error().hint.find("tripos fetch") != std::string::npos;
  return {is_missing ? State::kNote : State::kBad, what, dataset.error().message, dataset.error().hint};
}

Finding check_curl() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  const std::string found = fmt::format("{}, {}", info->version, info->ssl_version ? info->ssl_version : "without TLS");
  if ((info->features & CURL_VERSION_SSL) == 0) {
    return {State::kBad, "libcurl", found, "install a libcurl with TLS, e.g. libcurl4-openssl-dev, and build again"};
  }
  return {State::kOk, "libcurl", found, ""};
}

Finding check_device() {
  const auto device = moe::find_device();
  if (!device) return {State::kBad, "device", device.error().message, device.error().hint};
  return {State::kOk, "device",
          fmt::format("{} ({}), {} free for local models", device->name, device->details,
                      moe::bytes_text(device->available)),
          ""};
}

Finding check_terminal(const Terminal& terminal) {
  return {State::kOk, "terminal",
          fmt::format("{} columns, color {}, progress {}", terminal.width(), terminal.colors_results() ? "on" : "off",
                      terminal.draws() ? "drawn" : "in lines"),
          ""};
}

class DoctorCommand : public Command {
 public:
  CommandText text() const override {
    return {.name = "doctor",
            .summary = "check keys, database, data and libraries, and say how to mend them",
            .details =
                "Keys are only looked for: their values are never shown. Ends with code 1 where something is "
                "wrong; what is only not set up is a note.",
            .examples = {"tripos doctor", "tripos doctor --db results.db --json"}};
  }

  std::vector<Flag> flags() override {
    return {db_flag(db_), {.name = "--json", .help = "one JSON document instead of text", .target = &json_}};
  }

  Result<Exit> run(Context& context) override {
    std::vector<Finding> findings = {{State::kOk, "tripos", TRIPOS_VERSION, ""},
                                     check_terminal(context.terminal),
                                     check_curl(),
                                     check_device(),
                                     check_key("OPENAI_API_KEY", "for openai-compatible servers that want one"),
                                     check_key("HF_TOKEN", "for tasks that the hub gives only to known users"),
                                     check_database(db_)};
    for (const datasets::TaskInfo& task : datasets::tasks()) findings.push_back(check_task(task));
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    std::vector<std::vector<std::string>> rows;
    bool all_well = true;
    for (const Finding& finding : findings) {
      all_well = all_well && finding.state != State::kBad;
      rows.push_back({name_of(finding.state), finding.what, printable(finding.found)});
      if (!finding.fix.empty()) rows.push_back({"", "", "-> " + printable(finding.fix)});
      items.push_back(
          {{"state", name_of(finding.state)}, {"what", finding.what}, {"found", finding.found}, {"fix", finding.fix}});
    }
    Terminal& terminal = context.terminal;
    terminal.print(json_ ? json_text({{"schema", 1}, {"findings", items}}) : columns(rows, terminal.width()));
    return all_well ? Exit::kComplete : Exit::kFailed;
  }

 private:
  std::string db_ = kDefaultDb;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace tripos::cli
