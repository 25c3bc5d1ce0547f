#pragma once
// CPython's random.Random, bit for bit: MT19937 seeded by init_by_array from an integer, and the functions that the
// peers' choice permutations were drawn with (CPython Lib/random.py, Modules/_randommodule.c). Source of the
// generator: Matsumoto and Nishimura, ACM TOMACS 8 (1998) 3-30.

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tripos {

class PythonRandom {
 public:
  explicit PythonRandom(std::uint64_t seed);  // random.Random(seed)

  std::uint32_t next_u32();                                   // getrandbits(32)
  std::uint64_t getrandbits(int bits);                        // 1 to 64
  std::uint64_t randbelow(std::uint64_t n);                   // n >= 1
  std::int64_t randint(std::int64_t low, std::int64_t high);  // ends included, low <= high, not all of int64
  double random();                                            // [0, 1), 53 bits

  // random.sample(range(population), count): pool method or set method, as CPython chooses. count <= population.
  std::vector<int> sample(int population, int count);

  // random.shuffle(items)
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i-- > 1;) std::swap(items[i], items[randbelow(i + 1)]);
  }

 private:
  void refill();
  std::array<std::uint32_t, 624> state_{};
  int index_ = 624;
};

}  // namespace tripos
