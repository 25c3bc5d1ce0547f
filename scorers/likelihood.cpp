// Answers by log-likelihood: no text was generated, but each choice scored. The response is
// {"log_likelihoods": [-1.5, ...], "characters": [1, ...]}, in the order in which the choices were shown.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "harness/core/json.h"
#include "scorers/extractors.h"

namespace tripos::scorers {
namespace {

using Numbers = std::vector<double>;

std::optional<Numbers> numbers(const nlohmann::json& object, const char* key) {
  const auto list = object.find(key);
  if (list == object.end() || !list->is_array() || list->empty() || list->size() > 26) return std::nullopt;
  Numbers numbers;
  for (const nlohmann::json& item : *list) {
    if (!item.is_number()) return std::nullopt;
    numbers.push_back(item.get<double>());
  }
  return numbers;
}

// Of equal ones the first, as numpy's argmax has it.
std::optional<std::string> letter_of_highest(const Numbers& numbers) {
  const auto highest = std::max_element(numbers.begin(), numbers.end());
  return std::string(1, static_cast<char>('A' + (highest - numbers.begin())));
}

}  // namespace

std::optional<std::string> extract_likeliest(const Extraction& response) {
  const auto object = parse_json(response.text, "response");
  if (!object || !object->is_object()) return std::nullopt;
  const auto likelihoods = numbers(*object, "log_likelihoods");
  return likelihoods ? letter_of_highest(*likelihoods) : std::nullopt;
}

std::optional<std::string> extract_likeliest_per_character(const Extraction& response) {
  const auto object = parse_json(response.text, "response");
  if (!object || !object->is_object()) return std::nullopt;
  auto likelihoods = numbers(*object, "log_likelihoods");
  const auto lengths = numbers(*object, "characters");
  if (!likelihoods || !lengths || likelihoods->size() != lengths->size()) return std::nullopt;
  for (std::size_t i = 0; i < lengths->size(); ++i) {
    if (!((*lengths)[i] > 0)) return std::nullopt;
    (*likelihoods)[i] /= (*lengths)[i];
  }
  return letter_of_highest(*likelihoods);
}

}  // namespace tripos::scorers
