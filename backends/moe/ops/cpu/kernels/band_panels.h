// Activations for products with weights in bands. After band_formats.h.

namespace tripos::moe {
namespace {

void pack(const float* row, int columns, const Panel& to, int place) {
  for (int i = 0; i < columns; i += kUnit) {
    const Lanes a = load(row + i);
    const Lanes b = load(row + i + kLaneCount);
    const int at = i / kUnit * to.count + place;
    store(to.values + at * kUnit, a);
    store(to.values + at * kUnit + kLaneCount, b);
    to.sums[at] = sum(a + b);
  }
}

// Of each unit the nearest multiples of its largest value's 127th. A value that is no number makes the sum none.
void pack_rounded(const float* row, int columns, const Panel& to, int place) {
  constexpr float kRounding = 0x1.8p23F;  // added, it leaves the number in the low bits
  constexpr float kLeast = 1e-30F;        // what is below is taken for 0
  for (int i = 0; i < columns; i += kUnit) {
    const Lanes a = load(row + i);
    const Lanes b = load(row + i + kLaneCount);
    const float largest = highest(higher(higher(a, zeros() - a), higher(b, zeros() - b)));
    const Lanes inverse = broadcast(largest > kLeast ? 127 / largest : 0);
    const Lanes first = a * inverse + broadcast(kRounding);
    const Lanes second = b * inverse + broadcast(kRounding);
    const int at = i / kUnit * to.count + place;
    store_low_bytes(to.numbers + at * kUnit, first);
    store_low_bytes(to.numbers + at * kUnit + kLaneCount, second);
    to.scales[at] = largest / 127;
    to.halves[2 * at] = largest / 127 * sum(first - broadcast(kRounding));
    to.halves[2 * at + 1] = largest / 127 * sum(second - broadcast(kRounding));
    to.sums[at] = to.halves[2 * at] + to.halves[2 * at + 1];
  }
}

}  // namespace
}  // namespace tripos::moe
