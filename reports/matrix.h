#pragma once
// The protocol matrix: the same stored responses, read and judged by the scoring halves of many protocols.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/score.h"
#include "harness/stats/chi_square.h"
#include "harness/stats/interval.h"
#include "harness/store/store.h"

namespace tripos::reports {

// A scoring half, and what it made of the responses.
struct MatrixReader {
  std::vector<std::string> protocols;  // labels of those that share it
  std::string rule;                    // its extractors and its grader
  std::string scoring_sha256;
  int correct = 0;                       // responses, as are the next two
  int unparsed = 0;                      // verdict no_answer
  int undecided = 0;                     // verdict undecided or gold_unreadable
  double accuracy = 0;                   // fraction: mean over the samples of their share of correct responses
  std::optional<double> standard_error;  // of it, stats::standard_error()
};

// What some readers, given by their place, found in a response.
struct Finding {
  Verdict verdict = Verdict::kNoAnswer;
  std::string extracted;  // its start; of a private task its letter or nothing
  std::vector<std::size_t> readers;
};

// A response to which not all readers give the same verdict.
struct Disagreement {
  std::string sample_id;
  int epoch = 0;
  std::string target;             // as asked; of a private task its letter or nothing
  int alike = 1;                  // responses on which each reader says what it says here
  std::vector<Finding> findings;  // "equal" first, then those that more readers share
};

// Multiple choice by position, 0 for A. Tests count a question once, however often it was answered.
struct ReaderPositions {
  std::vector<int> correct;                      // responses, by position of the right letter
  std::vector<int> chosen;                       // responses, by position of the letter that was read
  std::optional<stats::ChiSquare> same_shares;   // whether accuracy is the same at each position of the right letter
  std::optional<stats::ChiSquare> no_favourite;  // whether letters are chosen as often as they are right
};
struct Positions {
  std::vector<int> keys;                        // responses, by position of the right letter
  std::optional<stats::ChiSquare> key_balance;  // whether the right letters lie as chance would have it
  std::vector<ReaderPositions> readers;         // in the matrix's order
};

struct Matrix {
  store::Run run;
  int samples = 0;
  int responses = 0;
  std::vector<MatrixReader> readers;        // best first
  std::vector<std::vector<int>> agreement;  // [reader][reader]: responses with the same verdict of both
  int disagreed = 0;                        // responses to which not all readers give the same verdict
  std::vector<Disagreement> disagreements;  // some of these: the rarest patterns of verdicts, then in dataset order
  std::optional<Positions> positions;       // of multiple choice

  double spread() const;                              // of the readers' accuracies, highest minus lowest
  double agreed(std::size_t a, std::size_t b) const;  // share of the responses with the same verdict of both readers
};

// Numbers of readers for a person, counted from 1: "1-3, 7".
std::string reader_numbers(const std::vector<std::size_t>& readers);

// Shares of counts in the totals at the same positions, or in their own sum; nullopt where that is 0.
std::vector<std::optional<double>> shares_of(const std::vector<int>& counts, const std::vector<int>& totals);
std::vector<std::optional<double>> shares_of(const std::vector<int>& counts);

// Makes a matrix of the responses of one run, which are handed in one after the other. Holds two counts a sample and
// reader, and of each pattern of verdicts that occurs as many disagreements as are listed in all.
class MatrixBuilder {
 public:
  // Lists `most_listed` disagreements at most. Counts of `readers` are not looked at.
  MatrixBuilder(store::Run run, std::vector<MatrixReader> readers, std::size_t most_listed);

  // `scores` are those of the readers, in their order. All responses to a sample come one after the other.
  void add(const store::StoredResponse& response, const std::vector<Score>& scores);
  Matrix finish();  // once

 private:
  void count_scores(const store::StoredResponse& response, const std::vector<Score>& scores);
  void count_agreement(const std::vector<Score>& scores);
  void count_positions(const store::StoredResponse& response, const std::vector<Score>& scores);
  void note_disagreement(const store::StoredResponse& response, const std::vector<Score>& scores);
  Positions make_positions() const;
  std::vector<Disagreement> rarest();
  void sort_readers();

  Matrix matrix_;
  const std::size_t most_listed_;
  std::string last_sample_;
  std::vector<std::vector<stats::Share>> shares_;  // [reader][sample]
  std::vector<double> expected_keys_;              // by position: of chance
  // [reader][chosen][right], of responses in which a letter was read
  std::vector<std::vector<std::vector<double>>> letters_;
  struct Pattern {
    int count = 0;
    std::vector<Disagreement> first;  // in dataset order
  };
  std::map<std::vector<Verdict>, Pattern> patterns_;  // verdicts of all readers that are not all the same
};

}  // namespace tripos::reports
