#pragma once
// Bytes as text. Byte-level vocabularies spell each byte as a printable character (GPT-2's alphabet); those with byte
// fallback spell a byte that has no character of its own as <0x0A>.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tripos::moe {

// Bytes of the character that starts with `first`, in well-formed UTF-8.
std::size_t utf8_length(char first);

// Bytes that a token of a byte-level vocabulary stands for; nullopt if a character is none of the alphabet.
std::optional<std::string> from_byte_level(std::string_view token);

// The byte that "<0x0A>" stands for; nullopt for any other text.
std::optional<unsigned char> from_byte_token(std::string_view token);

}  // namespace tripos::moe
