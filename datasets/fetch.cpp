#include "datasets/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "datasets/download.h"
#include "datasets/load.h"
#include "datasets/part_file.h"
#include "datasets/task_file.h"
#include "datasets/task_table.h"
#include "harness/core/file.h"

namespace tripos::datasets {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{64} << 20;

std::string variable_or(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return std::string(value == nullptr || *value == '\0' ? otherwise : value);
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// A base URL without a slash at its end. It stands in errors, so it must hold no password.
Result<std::string> endpoint_of(const char* variable, std::string_view otherwise) {
  std::string url = variable_or(variable, otherwise);
  const bool is_http = url.starts_with("https://") || url.starts_with("http://");
  if (!is_http || !is_visible_ascii(url) || url.find_first_of("@?#") != std::string::npos) {
    return fail(Error::Kind::kConfig, fmt::format("{} is no plain http:// or https:// address", variable),
                "write it without user name, query and white space, e.g. https://huggingface.co");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

bool is_loopback(std::string_view url) {
  for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (url.starts_with(host) && (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/')) {
      return true;
    }
  }
  return false;
}

Result<std::string> hub_token(std::string_view endpoint) {
  std::string token = variable_or("HF_TOKEN", "");
  if (!is_visible_ascii(token)) {
    return fail(Error::Kind::kAuth, "HF_TOKEN holds white space or control characters", "copy the token again");
  }
  if (!token.empty() && !endpoint.starts_with("https://") && !is_loopback(endpoint)) {
    return fail(Error::Kind::kConfig, fmt::format("HF_ENDPOINT {}: a token is not sent over plain HTTP", endpoint),
                "use an https:// address, or unset HF_TOKEN");
  }
  return token;
}

Result<Download> source_of(const TaskSpec& task) {
  Download request;
  request.max_bytes = kMaxFileBytes;
  if (!task.hub_path.empty()) {
    TRIPOS_TRY(const std::string endpoint, endpoint_of("HF_ENDPOINT", "https://huggingface.co"));
    request.url = endpoint + task.hub_path;
    TRIPOS_TRY(request.token, hub_token(endpoint));
    return request;
  }
  if (!task.github_path.empty()) {
    TRIPOS_TRY(const std::string endpoint, endpoint_of("TRIPOS_GITHUB_ENDPOINT", "https://raw.githubusercontent.com"));
    request.url = endpoint + task.github_path;
    return request;
  }
  return fail(Error::Kind::kUsage, fmt::format("{} can only be fetched from a file", task.info.name), task.fetch_hint);
}

Result<void> bring(const TaskSpec& task, const std::optional<std::filesystem::path>& from,
                   const std::function<void(const FetchProgress&)>& progress, PartFile& part) {
  if (from) {
    TRIPOS_TRY(const std::string bytes, read_file(*from, kMaxFileBytes));
    TRIPOS_CHECK(part.clear());
    return part.append(bytes);
  }
  TRIPOS_TRY(Download request, source_of(task));
  request.progress = progress;
  auto done = download(request, part);
  if (!done && done.error().kind == Error::Kind::kAuth) done.error().hint = task.fetch_hint;
  return done;
}

Result<const TaskSpec*> fetchable(std::string_view name) {
  if (is_task_file(name)) {
    return fail(Error::Kind::kUsage, fmt::format("{} is a task of your own: its data is the file that it names", name));
  }
  TRIPOS_CHECK(find_task(name));
  const TaskSpec* task = find_in_table(name);
  if (task->info.is_shipped) {
    return fail(Error::Kind::kUsage, fmt::format("{} is shipped with the program: there is nothing to fetch", name),
                fmt::format("tripos run {} -m MODEL", name));
  }
  return task;
}

}  // namespace

Result<std::filesystem::path> fetch(std::string_view name, const std::optional<std::filesystem::path>& from,
                                    const std::function<void(const FetchProgress&)>& progress) {
  TRIPOS_TRY(const TaskSpec* task, fetchable(name));
  TRIPOS_TRY(const std::filesystem::path directory, data_directory());
  TRIPOS_TRY(PartFile part, PartFile::open(directory / task->info.name, task->info.is_private));
  if (const auto brought = bring(*task, from, progress, part); !brought) {
    if (from || part.size() == 0) part.remove();
    return tl::unexpected(brought.error());
  }
  TRIPOS_TRY(const std::string bytes, read_file(part.path()));
  auto dataset = read_dataset(*task, bytes, from ? from->string() : part.path().string());
  if (!dataset) {
    part.remove();
    if (!from) dataset.error().hint = "nothing was kept; fetch it again, or give a file that you have with --from FILE";
    return tl::unexpected(std::move(dataset).error());
  }
  std::filesystem::path path = directory / data_file_name(*task, bytes);
  TRIPOS_CHECK(part.finish(path));
  return path;
}

}  // namespace tripos::datasets
