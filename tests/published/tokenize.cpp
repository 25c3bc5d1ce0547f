// tokenize FILE.gguf: for each line of standard input, an object of "text" and "specials", prints the ids of the text,
// its special tokens parsed or not, as a JSON list.

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "backends/moe/io/gguf.h"
#include "backends/moe/local/model_text.h"

int main(int, char** arguments) {
  using tripos::moe::SpecialTokens;
  const auto file = tripos::moe::open_gguf(arguments[1]);
  const auto text = file ? tripos::moe::read_gguf_text(file->metadata, arguments[1]) : tl::unexpected(file.error());
  if (!text) {
    std::cerr << text.error().message << "\n";
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
    const auto row = nlohmann::json::parse(line);
    const auto specials = row.at("specials").get<bool>() ? SpecialTokens::kParsed : SpecialTokens::kAsText;
    std::cout << nlohmann::json(text->tokenizer.encode(row.at("text").get<std::string>(), specials)).dump() << "\n";
  }
}
