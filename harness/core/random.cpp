#include "harness/core/random.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>
#include <unordered_set>

namespace tripos {
namespace {

constexpr int kSize = 624;
constexpr int kShift = 397;

}  // namespace

PythonRandom::PythonRandom(std::uint64_t seed) {
  // init_genrand(19650218), then init_by_array with the seed's 32-bit digits, least significant first.
  state_[0] = 19650218u;
  for (int i = 1; i < kSize; ++i) {
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + static_cast<std::uint32_t>(i);
  }
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  const int key_length = key[1] != 0 ? 2 : 1;
  int i = 1;
  int j = 0;
  const auto advance = [&] {
    if (++i >= kSize) {
      state_[0] = state_[kSize - 1];
      i = 1;
    }
  };
  for (int k = 0; k < kSize; ++k) {
    state_[i] =
        (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1664525u)) + key[j] + static_cast<std::uint32_t>(j);
    advance();
    j = (j + 1) % key_length;
  }
  for (int k = 0; k < kSize - 1; ++k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1566083941u)) - static_cast<std::uint32_t>(i);
    advance();
  }
  state_[0] = 0x80000000u;
}

void PythonRandom::refill() {
  for (int i = 0; i < kSize; ++i) {
    const std::uint32_t y = (state_[i] & 0x80000000u) | (state_[(i + 1) % kSize] & 0x7fffffffu);
    state_[i] = state_[(i + kShift) % kSize] ^ (y >> 1) ^ ((y & 1u) != 0 ? 0x9908b0dfu : 0u);
  }
  index_ = 0;
}

std::uint32_t PythonRandom::next_u32() {
  if (index_ >= kSize) refill();
  std::uint32_t y = state_[index_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

std::uint64_t PythonRandom::getrandbits(int bits) {
  assert(bits >= 1 && bits <= 64);
  if (bits <= 32) return next_u32() >> (32 - bits);
  const std::uint64_t low = next_u32();
  return low | (static_cast<std::uint64_t>(next_u32() >> (64 - bits)) << 32);
}

std::uint64_t PythonRandom::randbelow(std::uint64_t n) {
  assert(n >= 1);
  const int bits = std::bit_width(n);  // one more than needed for a power of two, as CPython draws
  std::uint64_t drawn = getrandbits(bits);
  while (drawn >= n) drawn = getrandbits(bits);
  return drawn;
}

std::int64_t PythonRandom::randint(std::int64_t low, std::int64_t high) {
  assert(low <= high);
  // In unsigned numbers, because a wide range overflows the signed ones.
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + randbelow(span));
}

double PythonRandom::random() {
  const std::uint32_t a = next_u32() >> 5;
  const std::uint32_t b = next_u32() >> 6;
  return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
}

std::vector<int> PythonRandom::sample(int population, int count) {
  assert(count >= 0 && count <= population);
  std::vector<int> result(count);
  // CPython picks the method by the memory of a set against a list of the population.
  double set_size = 21;
  if (count > 5) set_size += std::pow(4.0, std::ceil(std::log(count * 3.0) / std::log(4.0)));
  if (population <= set_size) {
    std::vector<int> pool(population);
    std::iota(pool.begin(), pool.end(), 0);
    for (int i = 0; i < count; ++i) {
      const auto j = randbelow(population - i);
      result[i] = pool[j];
      pool[j] = pool[population - i - 1];
    }
    return result;
  }
  std::unordered_set<std::uint64_t> selected;
  for (int i = 0; i < count; ++i) {
    auto j = randbelow(population);
    while (!selected.insert(j).second) j = randbelow(population);
    result[i] = static_cast<int>(j);
  }
  return result;
}

}  // namespace tripos
