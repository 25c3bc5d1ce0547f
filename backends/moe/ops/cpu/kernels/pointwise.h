// Functions of single values and rows. After lanes_*.h.

namespace tripos::moe {
namespace {

// function(offset, load-or-store count) over a row, whole lanes first.
template <typename Whole, typename Rest>
inline void over_lanes(int count, const Whole& whole, const Rest& rest) {
  int i = 0;
  for (; i + kLaneCount <= count; i += kLaneCount) whole(i);
  if (i < count) rest(i, count - i);
}

// out[i] = function(i-th lanes of a, of b)
template <typename Function>
inline void combine(const float* a, const float* b, int count, float* out, const Function& function) {
  over_lanes(
      count, [&](int i) { store(out + i, function(load(a + i), load(b + i))); },
      [&](int i, int rest) { store(out + i, function(load(a + i, rest), load(b + i, rest)), rest); });
}

// e^x to 2 units in the last place for x up to 88; 0 below -87, where floats lose digits. x = n ln 2 + r; e^r is
// 1 + r + r^2 q(r), q of degree 5 by interpolation at the Chebyshev nodes of +-ln 2 / 2, to 8e-10.
inline Lanes exponential(Lanes x) {
  constexpr float kLowest = -87.0F;
  constexpr float kHighest = 88.0F;
  constexpr float kRounding = 0x1.8p23F;  // added, it leaves n in the low bits
  const Lanes clamped = lower(higher(x, broadcast(kLowest)), broadcast(kHighest));
  const Lanes power = fused(clamped, broadcast(0x1.715476p+0F), broadcast(kRounding));
  const Lanes n = power - broadcast(kRounding);
  const Lanes r = fused(n, broadcast(-0x1.7f7d1cp-20F), fused(n, broadcast(-0x1.62e4p-1F), clamped));
  Lanes q = broadcast(0x1.a12528p-13F);
  q = fused(q, r, broadcast(0x1.6d4362p-10F));
  q = fused(q, r, broadcast(0x1.1110ep-7F));
  q = fused(q, r, broadcast(0x1.5554e8p-5F));
  q = fused(q, r, broadcast(0x1.555556p-3F));
  q = fused(q, r, broadcast(0.5F));
  const Lanes of_r = fused(q, r * r, r) + broadcast(1);
  return zero_below(times_power(of_r, power), x, kLowest);
}

inline Lanes sigmoid(Lanes x) { return broadcast(1) / (broadcast(1) + exponential(zeros() - x)); }

void swiglu(const float* gate, const float* up, int count, float* out) {
  combine(gate, up, count, out, [](Lanes g, Lanes u) { return g * sigmoid(g) * u; });
}

void clamped_swiglu(const float* gate, const float* up, int count, float* out) {
  const Lanes limit = broadcast(7);
  combine(gate, up, count, out, [&](Lanes g, Lanes u) {
    g = lower(g, limit);
    u = higher(lower(u, limit), zeros() - limit);
    return (u + broadcast(1)) * g * sigmoid(broadcast(1.702F) * g);
  });
}

float sum_of_squares(const float* x, int count) {
  Lanes squares = zeros();
  const auto add = [&](Lanes lanes) { squares = fused(lanes, lanes, squares); };
  over_lanes(
      count, [&](int i) { add(load(x + i)); }, [&](int i, int rest) { add(load(x + i, rest)); });
  return sum(squares);
}

// Lanes of a row from `i` on, `padding` behind its end.
inline Lanes load_padded(const float* x, int count, float padding) {
  if (count >= kLaneCount) return load(x);
  float values[kLaneCount];
  for (int i = 0; i < kLaneCount; ++i) values[i] = i < count ? x[i] : padding;
  return load(values);
}

// Sums of 64 lanes at a time, so that their rounding does not add up. Behind the end stands a value whose e^x is 0.
void softmax_terms(const float* x, int count, float* terms) {
  constexpr int kBlock = 64 * kLaneCount;
  Lanes most = broadcast(x[0]);
  for (int i = 0; i < count; i += kLaneCount) most = higher(most, load_padded(x + i, count - i, x[0]));
  const float highest_value = highest(most);
  Lanes sums = zeros();
  for (int begin = 0; begin < count; begin += kBlock) {
    Lanes of_block = zeros();
    for (int i = begin; i < smaller(begin + kBlock, count); i += kLaneCount) {
      const Lanes above = load_padded(x + i, count - i, highest_value - 1000) - broadcast(highest_value);
      of_block = of_block + fused(above, zeros(), exponential(above));
    }
    sums = sums + of_block;
  }
  terms[0] = highest_value;
  terms[1] = sum(sums);
}

void scale(const float* x, float factor, const float* weight, int count, float* out) {
  const Lanes factors = broadcast(factor);
  if (weight == nullptr) return combine(x, x, count, out, [&](Lanes a, Lanes) { return a * factors; });
  combine(x, weight, count, out, [&](Lanes a, Lanes w) { return a * factors * w; });
}

void add(float* x, const float* y, float factor, int count) {
  const Lanes factors = broadcast(factor);
  combine(x, y, count, x, [&](Lanes a, Lanes b) { return fused(factors, b, a); });
}

}  // namespace
}  // namespace tripos::moe
