#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "datasets/dataset.h"

namespace tripos::datasets {

enum class Format { kJsonLines, kCsv };

// Which field of a record becomes what of a sample. "" where there is none.
struct FieldMap {
  std::string id;         // "": the row number, from 0, after the name of the task
  std::string id_prefix;  // put in front of the id
  std::string question;
  std::string answer;        // reference answer; for choices the letter of the right one
  std::string answer_after;  // the reference is what follows the last one of this text, without thousands commas
  std::vector<std::string> choices;  // one name: a field that holds a list; several: a field each
  std::string answer_index;          // of the right choice, from 0; the letter decides where both are given
  std::string right_choice;          // the one of several `choices` fields that holds the right choice
  std::vector<std::pair<std::string, std::string>> metadata;  // breakdown key, field
};

// A member of an encrypted zip archive that may stand for the file itself.
struct ZipMember {
  std::string name;
  std::string password;
};

// A task of the table, or a user's own: where its data is and how samples are read from it.
struct TaskSpec {
  TaskInfo info;
  std::string revision;
  Format format = Format::kJsonLines;
  FieldMap fields;
  std::string sha256;          // of the content that must be read (of the member, for a zip); "": any
  std::filesystem::path file;  // of a user's task; empty for tasks of the table
  ZipMember zip;               // empty name: no zip
  std::string hub_path;        // what fetch() asks the hub for
  std::string github_path;     // what fetch() asks raw.githubusercontent.com for, where the hub has no such file
  std::string fetch_hint;      // how to come by the file where fetch() cannot or is refused
};

}  // namespace tripos::datasets
