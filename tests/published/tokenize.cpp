// tokenize FILE: for each line of standard input, an object of "text" and "specials", prints the ids of the text, its
// special tokens parsed or not, as a JSON list. FILE is GGUF or a tokenizer.json.

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "backends/moe/io/gguf.h"
#include "backends/moe/local/model_text.h"
#include "backends/moe/text/tokenizer_json.h"
#include "harness/core/file.h"

namespace tripos::moe {
namespace {

Result<Tokenizer> tokenizer_of(const std::string& path) {
  if (path.ends_with(".json")) {
    TRIPOS_TRY(const std::string text, tripos::read_file(path));
    return parse_tokenizer_json(text, path);
  }
  TRIPOS_TRY(const Gguf file, open_gguf(path));
  TRIPOS_TRY(ModelText text, read_gguf_text(file.metadata, path));
  return std::move(text.tokenizer);
}

}  // namespace
}  // namespace tripos::moe

int main(int, char** arguments) {
  using tripos::moe::SpecialTokens;
  const auto tokenizer = tripos::moe::tokenizer_of(arguments[1]);
  if (!tokenizer) {
    std::cerr << tokenizer.error().message << "\n";
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
    const auto row = nlohmann::json::parse(line);
    const auto specials = row.at("specials").get<bool>() ? SpecialTokens::kParsed : SpecialTokens::kAsText;
    std::cout << nlohmann::json(tokenizer->encode(row.at("text").get<std::string>(), specials)).dump() << "\n";
  }
}
