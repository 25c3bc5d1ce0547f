#pragma once
// Files that tripos_embed() (embed.cmake) put into the program at build time.

#include <span>
#include <string_view>

namespace tripos {

struct EmbeddedFile {
  std::string_view name;     // file name without its folder
  std::string_view content;  // bytes as they stand in the source tree; lives as long as the program
};

}  // namespace tripos
