#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/request.h"
#include "harness/core/result.h"
#include "harness/core/sample.h"
#include "harness/core/score.h"

namespace tripos::protocol {

// How choices are put in order. The recipes are those of the peers' code, see notes in the presets. All but
// kPythonSample give every epoch the same orders.
enum class OrderRecipe {
  kPublished,             // as the dataset gives them
  kPythonSample,          // random.Random(seed).sample(range(n), n), drawn for row after row, epoch after epoch
  kPythonShuffle,         // random.Random(seed).shuffle(list(range(n))), drawn for row after row
  kPythonShuffleEachRow,  // the same with a fresh generator for each row, so that all rows are ordered alike
  kPythonInsert,          // the right choice goes to random.Random(seed).randint(0, n - 1) among the others
  kQuestionShuffle,       // a shuffle seeded by the first 8 bytes of the SHA-256 of the stripped question, big-endian
  kCycle,                 // row i, counted from 1, begins with choice i mod n and goes round
};

std::string_view to_string(OrderRecipe recipe);  // as a protocol file names it
std::string_view to_string(Policies::Percent percent);
std::string_view to_string(Policies::Units units);
bool needs_seed(OrderRecipe recipe);

// What is done to the text of a question or a choice before it is shown.
enum class Cleaning {
  kNone,
  kStrip,          // no white space at both ends, as Python's str.strip() knows it
  kStripLineEnds,  // no line feeds at both ends
  kLmEval,         // lm-eval's preprocess(): kStrip, then " [title]" becomes ". " and two spaces become one
};

// Versioned data that says how a sample is asked, sampled, read and judged. Made from one YAML document.
struct Protocol {
  std::string name;         // "simple-evals"
  std::string version;      // "2025-07"; versions of one name sort as text, the greatest is the newest
  bool on_request = false;  // found by NAME@VERSION only, never as the newest version of NAME
  std::string summary;      // one line
  std::string source;       // repository and commit the texts and recipes were read at
  AnswerKind kind = AnswerKind::kMath;
  std::string system;       // empty: no system message
  std::string user;         // template; placeholders {question}, {choices}, {letters}, {meta.KEY}: see parse.cpp
  std::string choice_line;  // template of one line of {choices}; placeholders {letter}, {choice}
  // Template of what is scored for each choice, with the same placeholders; empty: an answer is generated. Only models
  // that give log-probabilities of a given text can be asked.
  std::string continuation;
  Cleaning question_cleaning = Cleaning::kNone;
  Cleaning choice_cleaning = Cleaning::kNone;
  OrderRecipe order = OrderRecipe::kPublished;
  bool key_last = false;  // the recipe starts from the choices with the right one moved behind the others
  std::uint64_t seed = 0;
  int epochs = 1;
  SamplingParams sampling;
  ScoringSpec scoring;
  std::string yaml;            // the document itself
  std::string sha256;          // of the document
  std::string scoring_sha256;  // of the canonical JSON of `kind` and `scoring`: the scorer's identity

  std::string label() const { return name + "@" + version; }
};

// One line a preset, for `tripos list protocols`.
struct PresetInfo {
  std::string name;
  std::string version;
  std::string summary;
  AnswerKind kind;
  bool on_request = false;
};
const std::vector<PresetInfo>& presets();

// `name_or_path` is NAME, NAME@VERSION (without a version: the newest that is not `on_request`) or the path of a YAML
// file (has a '/' or ends in .yaml). A preset that exists for choices and for mathematics is picked by `kind`; kUsage
// error where it exists only for the other one.
Result<Protocol> find_protocol(std::string_view name_or_path, AnswerKind kind);

// `where` names the source in errors.
Result<Protocol> parse_protocol(std::string_view yaml, std::string_view where);

// Error (kConfig) where `protocol` cannot ask one of `samples`: no choices or over 26, or without metadata it names.
Result<void> check_samples(const Protocol& protocol, const std::vector<Sample>& samples);

// Orders of the choices of all samples in all epochs: result[epoch][row][shown position] = index as published; rows
// without choices have an empty order. Drawn over the whole dataset and epoch after
// epoch, so asking fewer samples or more epochs changes no order.
std::vector<std::vector<std::vector<int>>> draw_orders(const Protocol& protocol, const std::vector<Sample>& samples,
                                                       int epochs);

// The request for one sample that passed check_samples(): messages, and the target as shown under `order` (empty: as
// published).
Request render(const Protocol& protocol, const Sample& sample, int epoch, const std::vector<int>& order);

// How often the right choice is shown at each position, and what chance would give. A shuffle that puts the key at
// one place fails before anything is asked. Epochs that repeat the orders of the first one are not counted again.
struct KeyBalance {
  std::vector<int> observed;
  std::vector<double> expected;
  double largest_z = 0;  // largest |observed - expected| / standard deviation over the positions
};
KeyBalance key_balance(const std::vector<Sample>& samples, const std::vector<std::vector<std::vector<int>>>& orders);

// Error (kConfig) where the key stands at one position so often that no fair order would (at least 10 samples, and
// `largest_z` above 6 with one position holding over half of the keys).
Result<void> check_key_balance(const KeyBalance& balance);

}  // namespace tripos::protocol
