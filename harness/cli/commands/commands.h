#pragma once

#include <memory>

#include "harness/cli/command.h"

namespace tripos::cli {

std::unique_ptr<Command> make_run_command();
std::unique_ptr<Command> make_plan_command();
std::unique_ptr<Command> make_list_command();
std::unique_ptr<Command> make_describe_command();
std::unique_ptr<Command> make_show_command();
std::unique_ptr<Command> make_score_command();
std::unique_ptr<Command> make_matrix_command();
std::unique_ptr<Command> make_compare_command();
std::unique_ptr<Command> make_report_command();
std::unique_ptr<Command> make_import_command();
std::unique_ptr<Command> make_fetch_command();
std::unique_ptr<Command> make_merge_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_render_command();
std::unique_ptr<Command> make_generate_command();
std::unique_ptr<Command> make_grade_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_completion_command();

}  // namespace tripos::cli
