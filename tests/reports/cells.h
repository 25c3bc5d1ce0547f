#pragma once
// Cells as Store::cells() gives them, made by hand.

#include <string>
#include <vector>

#include "harness/store/store.h"

namespace tripos::test {

struct Tallies {
  int correct = 0;
  int responses = 0;  // to each sample
  int samples = 0;
};

inline store::Cell make_cell(const std::string& model, const std::string& task, const std::string& protocol,
                             const std::vector<Tallies>& tallies) {
  store::Cell cell;
  cell.run.id = "run of " + model;
  cell.run.spec.model = model;
  cell.run.spec.task = task;
  cell.run.spec.protocol = protocol;
  cell.protocol = protocol;
  for (const Tallies& group : tallies) {
    if (group.samples > 0) cell.epochs = std::max(cell.epochs, group.responses);
    for (int i = 0; i < group.samples; ++i) {
      const std::string id = "q/" + std::to_string(cell.samples.size());
      cell.samples.push_back({id, {}, group.responses, group.correct});
    }
  }
  return cell;
}

}  // namespace tripos::test
