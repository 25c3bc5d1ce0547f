#include "tests/cli/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

extern char** environ;

namespace tripos::test {
namespace {

constexpr std::chrono::seconds kLongest{120};

bool is_ours(const std::string& variable) {
  for (const char* prefix : {"TRIPOS_", "OPENAI_", "HF_", "NO_COLOR", "COLUMNS", "HOME=", "XDG_DATA_HOME=", "TERM="}) {
    if (variable.starts_with(prefix)) return true;
  }
  return false;
}

// This process's environment without what the program reads.
std::vector<std::string> environment_of(const Invocation& invocation) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!is_ours(*variable)) variables.emplace_back(*variable);
  }
  variables.push_back("HOME=" + invocation.folder.string());
  variables.push_back("TERM=xterm");
  for (const auto& [name, value] : invocation.environment) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Running::Running(const Invocation& invocation) {
  static std::atomic<int> count{0};
  const std::string name = "stream" + std::to_string(count++);
  out_ = invocation.folder / (name + ".out");
  err_ = invocation.folder / (name + ".err");
  const std::filesystem::path in = invocation.folder / (name + ".in");
  write_all(in, invocation.input);

  std::vector<std::string> words = {TRIPOS_PROGRAM};
  words.insert(words.end(), invocation.arguments.begin(), invocation.arguments.end());
  std::vector<std::string> variables = environment_of(invocation);
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  const std::string folder = invocation.folder.string();
  pid_ = ::fork();
  if (pid_ != 0) return;
  // In the child: nothing that may allocate or lock.
  const bool ready = ::chdir(folder.c_str()) == 0 && ::dup2(::open(in.c_str(), O_RDONLY), 0) == 0 &&
                     ::dup2(::open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1) == 1 &&
                     ::dup2(::open(err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2) == 2;
  if (ready) ::execve(argv[0], argv.data(), envp.data());
  ::_exit(126);
}

Running::~Running() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, &status_, 0);
}

void Running::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

bool Running::is_running() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

Outcome Running::wait() {
  const auto end = std::chrono::steady_clock::now() + kLongest;
  while (is_running()) {
    if (std::chrono::steady_clock::now() > end) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_), read_all(out_), read_all(err_)};
}

std::string Running::err_so_far() const { return read_all(err_); }

std::string read_all(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void write_all(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace tripos::test
