#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "reports/matrix.h"

namespace tripos::cli {

// For a terminal of `width` columns: readers are numbered, and tables that are too wide are folded.
std::string to_text(const reports::Matrix& matrix, int width);

// Readers are named by their place in "readers". Keys are only ever added. Fractions in full precision; null stands
// for what is not known, and for what is withheld of a private task.
//   run, task, model, asked (label of the protocol that asked), samples, responses,
//   spread (highest accuracy minus lowest), disagreed (responses to which not all readers give the same verdict),
// and four parts:
//
// readers, best first, each
//   protocols, rule, scoring_sha256, correct, accuracy, standard_error, unparsed, undecided
//
// agreement: [reader][reader], share of the responses to which both give the same verdict
//
// disagreements, those whose pattern of verdicts is rare first, each
//   sample, epoch, target, alike (responses with this pattern), findings: a list of
//     verdict, extracted, readers
//
// positions: null unless multiple choice; lists are counts of responses by letter, A first
//   keys, key_p, readers: a list of
//     correct, correct_p, chosen, chosen_p
nlohmann::ordered_json to_json(const reports::Matrix& matrix);

}  // namespace tripos::cli
