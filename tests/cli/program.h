#pragma once
// Runs the real program as a shell would.

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tripos::test {

struct Outcome {
  int exit = -1;  // exit code; -N: ended by signal N
  std::string out;
  std::string err;
};

struct Invocation {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // on top of a clean one
  std::string input;                               // standard input
  std::filesystem::path folder;                    // working directory and home
};

// A program that was started and is to be waited for. Its streams go to files in the folder, so it never waits for us.
class Running {
 public:
  explicit Running(const Invocation& invocation);
  ~Running();  // kills what still runs
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void signal(int number) const;
  bool is_running();
  Outcome wait();  // kills after two minutes
  std::string err_so_far() const;

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  std::filesystem::path out_;
  std::filesystem::path err_;
};

inline Outcome run(const Invocation& invocation) { return Running(invocation).wait(); }

std::string read_all(const std::filesystem::path& path);
void write_all(const std::filesystem::path& path, const std::string& text);

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace tripos::test
