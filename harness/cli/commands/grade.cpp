#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "harness/cli/commands/commands.h"
#include "harness/cli/grading.h"
#include "harness/cli/terminal.h"
#include "harness/core/hardware.h"
#include "harness/core/text.h"

namespace tripos::cli {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;
constexpr std::size_t kMaxLineBytes = 64 << 20;

// Standard input, or a file that is closed at the end.
class Input {
 public:
  static Result<Input> open(const std::string& path) {
    if (path == "-") return Input(STDIN_FILENO, "stdin");
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      return fail(Error::Kind::kData, fmt::format("cannot read \"{}\": {}", path, std::strerror(errno)),
                  "name a file of JSON Lines, or - for standard input");
    }
    return Input(descriptor, path);
  }
  Input(Input&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}
  Input& operator=(Input&&) = delete;
  ~Input() {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }

  const std::string& name() const { return name_; }

  // Appends what is there: not more than kReadBytes, and without waiting for more once something has come, so that a
  // writer may wait for the answer to each line. Returns false at the end.
  Result<bool> read_into(std::string& buffer) {
    const std::size_t old_size = buffer.size();
    buffer.resize(old_size + kReadBytes);
    ssize_t got = -1;
    do {
      got = ::read(descriptor_, buffer.data() + old_size, kReadBytes);
    } while (got < 0 && errno == EINTR);
    buffer.resize(old_size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) return fail(Error::Kind::kData, fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
    return got > 0;
  }

 private:
  Input(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  int descriptor_;
  std::string name_;
};

class GradeCommand : public Command {
 public:
  CommandText text() const override {
    return {
        .name = "grade",
        .summary = "grade answers from a file or a pipe",
        .details =
            "Reads one JSON object a line: id, gold, prediction, kind (\"answer\": a bare answer, \"response\": a "
            "whole response that the answer is to be found in) and, for multiple choice, choices: their count. "
            "Writes {id, verdict, extracted, rule} a line, and flags where something was forgiven or is odd, in the "
            "same order, as the lines come in. Verdicts: equal, different, undecided, no_answer, gold_unreadable. "
            "A bad line ends it with code 2.",
        .examples = {"tripos grade answers.jsonl > verdicts.jsonl",
                     "producer | tripos grade - --protocol simple-evals"}};
  }

  std::vector<Flag> flags() override {
    return {{.name = "FILE.jsonl",
             .help = "what is graded; - for standard input",
             .target = &file_,
             .required = true,
             .completes = Completes::kFile},
            {.name = "--protocol",
             .letter = 'p',
             .value = "PROTOCOL",
             .help = "how answers are found and judged (default tripos)",
             .target = &protocol_,
             .completes = Completes::kProtocol}};
  }

  Result<Exit> run(Context& context) override {
    TRIPOS_TRY(const LineGrader grader, LineGrader::make(protocol_));
    TRIPOS_TRY(Input input, Input::open(file_));
    const int threads = hardware_threads();
    std::string buffer;
    std::int64_t line = 1;
    for (bool more = true; more;) {
      TRIPOS_TRY(more, input.read_into(buffer));
      const std::size_t end = more ? buffer.rfind('\n') + 1 : buffer.size();
      if (buffer.size() - end > kMaxLineBytes) {
        return fail(Error::Kind::kUsage,
                    fmt::format("{}:{}: longer than {} MB", input.name(), line, kMaxLineBytes >> 20));
      }
      if (end == 0) continue;
      const std::vector<std::string_view> lines = split_lines(std::string_view(buffer).substr(0, end));
      Graded graded = grade_lines(grader, lines, line, input.name(), threads);
      if (!context.terminal.print(graded.output)) return Exit::kComplete;
      if (graded.error) return tl::unexpected(std::move(*graded.error));
      line += static_cast<std::int64_t>(lines.size());
      buffer.erase(0, end);
    }
    return Exit::kComplete;
  }

 private:
  std::string file_;
  std::string protocol_ = "tripos";
};

}  // namespace

std::unique_ptr<Command> make_grade_command() { return std::make_unique<GradeCommand>(); }

}  // namespace tripos::cli
