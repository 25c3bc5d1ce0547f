#include "tests/store/fixtures.h"

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace tripos::store::test {

std::unique_ptr<Store> open_writer(const fs::path& path) { return value(Store::open(path, Store::Mode::kReadWrite)); }
std::unique_ptr<Store> open_reader(const fs::path& path) { return value(Store::open(path, Store::Mode::kReadOnly)); }
std::unique_ptr<Database> look_into(const fs::path& path) {
  return value(Database::open(path, Database::Access::kReadOnly));
}

std::vector<Sample> make_samples(int count) {
  std::vector<Sample> samples(count);
  for (int i = 0; i < count; ++i) {
    samples[i].id = "s/" + std::to_string(i);
    samples[i].input = "What is " + std::to_string(i) + " + 1?";
    samples[i].target = std::to_string(i + 1);
    samples[i].metadata["level"] = std::to_string(i % 3);
  }
  return samples;
}

RunSpec make_spec(std::string model, std::string task) {
  return {.task = std::move(task),
          .dataset_sha256 = std::string(64, 'd'),
          .protocol = "boxed@1",
          .protocol_sha256 = std::string(64, 'p'),
          .model = std::move(model)};
}

Response make_response(std::string text) {
  Response response;
  response.text = std::move(text);
  response.stop = StopClass::kStop;
  response.stop_raw = "stop";
  return response;
}

ImportedResponse imported(std::string sample, int epoch, Response response) {
  return {.sample_id = std::move(sample), .epoch = epoch, .target = "1", .response = std::move(response)};
}

ScorerKey make_scorer(std::string protocol, char hash_digit) {
  return {std::move(protocol), std::string(64, hash_digit)};
}

std::string text_of(std::string_view sample, int epoch) {
  return "text/" + std::string(sample) + "/" + std::to_string(epoch);
}

std::string fill_run(Store& store, const std::string& model, int samples, int epochs) {
  const std::string run = value(store.begin_run(make_spec(model), {}, make_samples(samples)));
  std::vector<ImportedResponse> rows;
  for (int i = 0; i < samples; ++i) {
    for (int epoch = 0; epoch < epochs; ++epoch) {
      const std::string sample = "s/" + std::to_string(i);
      rows.push_back(imported(sample, epoch, make_response(text_of(sample, epoch))));
    }
  }
  CHECK(value(store.import(run, rows)) == samples * epochs);
  return run;
}

std::string integrity(const fs::path& path) {
  const auto database = look_into(path);
  const std::string pages = value(database->text("PRAGMA integrity_check"));
  const std::string keys = value(database->text("SELECT \"table\" FROM pragma_foreign_key_check"));
  return keys.empty() ? pages : "a reference from " + keys + " leads nowhere";
}

namespace {

constexpr std::array kDumps = {
    "SELECT json_array('body', hex(sha256), length, content IS NULL) FROM body WHERE id IN"
    " (SELECT input FROM sample UNION SELECT choices FROM sample UNION SELECT protocol_yaml FROM run"
    "  UNION SELECT prompt FROM attempt UNION SELECT text FROM attempt UNION SELECT reasoning FROM attempt) ORDER BY 1",
    "SELECT json_array('task', name, dataset_sha256) FROM task ORDER BY 1",
    "SELECT json_array('sample', task.name, dataset_sha256, sample.name, ordinal, hex(sample.sha256),"
    " hex(input.sha256), hex(choices.sha256), target, metadata) FROM sample JOIN task ON task.id = sample.task"
    " JOIN body AS input ON input.id = input JOIN body AS choices ON choices.id = choices ORDER BY 1",
    "SELECT json_array('run', key, task.name, dataset_sha256, protocol, protocol_sha256, model, fingerprint, sampling,"
    " kind, private, dataset_revision, hex(body.sha256), endpoint, program_version, started_ms, model_settings) FROM "
    "run"
    " JOIN task ON task.id = run.task JOIN body ON body.id = protocol_yaml ORDER BY 1",
    "SELECT json_array('request', run.key, sample.name, epoch, hex(attempt.key)) FROM request"
    " JOIN run ON run.id = run JOIN sample ON sample.id = sample LEFT JOIN attempt ON attempt.id = answer ORDER BY 1",
    "SELECT json_array('attempt', hex(attempt.key), run.key, sample.name, epoch, number, state, hex(prompt.sha256),"
    " choice_order, choice_count, attempt.target, claimed_ms, ended_ms, failure, message, http_status, will_retry,"
    " hex(text.sha256), hex(reasoning.sha256), stop, stop_raw, input_tokens, cached_tokens, output_tokens,"
    " reasoning_tokens, served_model, request_id, first_byte_ms, total_ms) FROM attempt"
    " JOIN request ON request.id = request JOIN run ON run.id = run JOIN sample ON sample.id = sample"
    " LEFT JOIN body AS prompt ON prompt.id = prompt LEFT JOIN body AS text ON text.id = text"
    " LEFT JOIN body AS reasoning ON reasoning.id = reasoning ORDER BY 1",
    "SELECT json_array('scorer', protocol, scoring_sha256) FROM scorer ORDER BY 1",
    "SELECT json_array('score', hex(key), protocol, scoring_sha256, verdict, extracted, rule, scored_ms) FROM score"
    " JOIN attempt ON attempt.id = attempt JOIN scorer ON scorer.id = scorer ORDER BY 1"};

}  // namespace

std::string dump(const fs::path& path) {
  const auto database = look_into(path);
  std::string out;
  for (const char* sql : kDumps) {
    Query query = database->query(sql);
    while (value(query.next())) out += query.text(0) + "\n";
  }
  return out;
}

std::string difference(const std::string& a, const std::string& b) {
  std::set<std::string> lines[2];
  for (int i = 0; i < 2; ++i) {
    std::istringstream text(i == 0 ? a : b);
    for (std::string line; std::getline(text, line);) lines[i].insert(line);
  }
  std::string out;
  for (int i = 0; i < 2; ++i) {
    for (const std::string& line : lines[i]) {
      if (lines[1 - i].count(line) == 0) out += (i == 0 ? "- " : "+ ") + line + "\n";
    }
  }
  return out;
}

std::string file_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string random_text(std::mt19937& random, int words) {
  constexpr std::array kWords = {"the ", "sum ", "of ", "\\frac{1}{2} ", "is ", "therefore ", "equal ", "to ", "n+1 "};
  std::string text;
  for (int i = 0; i < words; ++i) text += kWords[random() % kWords.size()];
  return text + std::to_string(random());
}

}  // namespace tripos::store::test
