// How weights lie in bands (see ops/cpu/bands.h), and what they are. After decode.h. A lane is a weight row.

namespace tripos::moe {
namespace {

// Columns of a unit: those of a scale, or a part of them.
constexpr int kUnit = 32;

constexpr std::size_t kWordBytes = 4 * kLaneCount;  // of one word of all rows

// Of bytes.
constexpr std::uint32_t kLowHalves = 0x0F0F0F0F;

// How a unit lies in a band. Its block, of kUnits units, begins with kHeader bytes of each row. word(block, unit, i)
// has word i of kWords: kValues numbers of each row, of which value(word, n) is that of column(i, n), times the scale.
// The same numbers as unsigned bytes: those in bytes(word, part) are of four columns from bytes_column(i, part) on; the
// weight is number * scale + minimum, with kOffset: (number - kOffset) * scale. A unit has kScales scales, each for as
// many of its columns and words; scale(block, i) is number i of the block.
template <int kHeaderBytes, int kUnitBytes, int kUnitsOfBlock>
struct BandBlock {
  static constexpr int kHeader = kHeaderBytes;
  static constexpr int kUnits = kUnitsOfBlock;
  static constexpr int kScales = 1;
  static constexpr int kBytes = kLaneCount * (kHeader + kUnits * kUnitBytes);  // of a band

  static Words load_word(const std::uint8_t* block, int header, int i) {
    return load_words(block + kLaneCount * header + i * kWordBytes);
  }
};

// Numbers of 4 bits: word i has columns 4 * i to 4 * i + 3 in its low halves, and the columns 16 on in its high halves.
template <int kHeaderBytes, int kUnitsOfBlock = 1>
struct Nibbles : BandBlock<kHeaderBytes, 16, kUnitsOfBlock> {
  static constexpr int kWords = 4;
  static constexpr int kValues = 8;
  static constexpr int kParts = 2;
  static constexpr int kMost = 15;

  static Words word(const std::uint8_t* block, int unit, int i) {
    return Nibbles::load_word(block, kHeaderBytes, unit * kWords + i);
  }
  static constexpr int column(int i, int n) { return bytes_column(i, n % 2) + n / 2; }
  static constexpr int bytes_column(int i, int part) { return 4 * i + part * kUnit / 2; }
  static Words bytes(Words word, int part) { return (part == 0 ? word : word >> 4) & kLowHalves; }
};

// (q - 8) * scale
template <typename Layout>
struct Centred : Layout {
  static constexpr int kOffset = 8;
  static constexpr bool kHasMinimum = false;

  static Lanes value(Words word, int n) { return from_u4_less_8(word, n); }
};

struct Q4_0Band : Centred<Nibbles<2>> {
  static Lanes scale(const std::uint8_t* block, int /*unit*/) { return from_f16(block); }
};

template <int kUnitsOfBlock>
struct Int4Band : Centred<Nibbles<4, kUnitsOfBlock>> {
  static Lanes scale(const std::uint8_t* block, int /*unit*/) { return load(reinterpret_cast<const float*>(block)); }
};

struct Q4_1Band : Nibbles<4> {
  static constexpr int kOffset = 0;
  static constexpr bool kHasMinimum = true;

  static Lanes scale(const std::uint8_t* block, int /*unit*/) { return from_f16(block); }
  static Lanes minimum(const std::uint8_t* block, int /*unit*/) { return from_f16(block + 2 * kLaneCount); }
  static Lanes value(Words word, int n) { return from_u4(word, n); }
};

// Numbers of 4 bits stand for twice the values of floats of 4 bits, and so the scale, a power of two, is halved.
struct Mxfp4Band : Nibbles<1> {
  static constexpr int kMost = 24;
  static constexpr int kOffset = 12;
  static constexpr bool kHasMinimum = false;

  // 2^(byte - 128). Its halves are multiplied, since it may lie below the normal floats.
  static Lanes scale(const std::uint8_t* block, int /*unit*/) {
    const Words exponent = load_bytes(block);
    const Lanes half = times_power(broadcast(0x1p-64F), with_bits(exponent >> 1));
    return half * times_power(half, with_bits(exponent & 1));
  }
  static Lanes value(Words word, int n) {
    static const float kDoubled[kLaneCount] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    return look_up(load(kDoubled), word, 4 * n);
  }
  static Words bytes(Words word, int part) {
    static constexpr std::uint8_t kRaised[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};
    return look_up(kRaised, Nibbles::bytes(word, part));
  }
};

// A byte a column, in their order.
template <typename Block>
struct InOrder : Block {
  static constexpr int kWords = 8;
  static constexpr int kValues = 4;
  static constexpr int kParts = 1;

  static constexpr int column(int i, int n) { return 4 * i + n; }
  static constexpr int bytes_column(int i, int /*part*/) { return 4 * i; }
};

// Numbers of 5 bits: four of them lie as in Nibbles, behind a word that has bit `column` of the fifth ones.
template <int kHeaderBytes>
struct Fives : InOrder<BandBlock<kHeaderBytes, 20, 1>> {
  static Words word(const std::uint8_t* block, int /*unit*/, int i) {
    const Words lower = Fives::load_word(block, kHeaderBytes + 4, i % 4);
    const Words four = Fives::load_word(block, kHeaderBytes, 0) >> (4 * i) & 0xF;
    const Words upper = (four | four << 7 | four << 14 | four << 21) & 0x01010101;
    return ((i < 4 ? lower : lower >> 4) & kLowHalves) | upper << 4;
  }
};

// Eight times the numbers.
struct Q5_0Band : Fives<2> {
  static constexpr int kMost = 248;
  static constexpr int kOffset = 128;
  static constexpr bool kHasMinimum = false;

  static Lanes scale(const std::uint8_t* block, int /*unit*/) { return from_f16(block) * broadcast(0.125F); }
  static Words word(const std::uint8_t* block, int unit, int i) { return Fives::word(block, unit, i) << 3; }
  static Lanes value(Words word, int n) { return from_i8(word ^ 0x80808080, n); }
  static Words bytes(Words word, int /*part*/) { return word; }
};

struct Q5_1Band : Fives<4> {
  static constexpr int kMost = 31;
  static constexpr int kOffset = 0;
  static constexpr bool kHasMinimum = true;

  static Lanes scale(const std::uint8_t* block, int /*unit*/) { return from_f16(block); }
  static Lanes minimum(const std::uint8_t* block, int /*unit*/) { return from_f16(block + 2 * kLaneCount); }
  static Lanes value(Words word, int n) { return from_i8(word, n); }
  static Words bytes(Words word, int /*part*/) { return word; }
};

struct Q8_0Band : InOrder<BandBlock<2, 32, 1>> {
  static constexpr int kMost = 255;
  static constexpr int kOffset = 128;
  static constexpr bool kHasMinimum = false;

  static Lanes scale(const std::uint8_t* block, int /*unit*/) { return from_f16(block); }
  static Words word(const std::uint8_t* block, int /*unit*/, int i) { return load_word(block, kHeader, i); }
  static Lanes value(Words word, int n) { return from_i8(word, n); }
  static Words bytes(Words word, int /*part*/) { return word ^ 0x80808080; }
};

// Blocks of 8 units. A unit's 4 bits are the low halves of 32 bytes or, of the next unit, their high halves. The header
// begins with two scales in 16 bits, and then has in 12 bytes two numbers of 6 bits for each unit.
template <int kHeaderBytes>
struct GroupedBand : InOrder<BandBlock<kHeaderBytes, 16, 8>> {
  static constexpr int kOffset = 0;
  static constexpr bool kHasMinimum = true;

  static Words nibbles(const std::uint8_t* block, int unit, int i) {
    const Words word = GroupedBand::load_word(block, kHeaderBytes, unit / 2 * GroupedBand::kWords + i);
    return (unit % 2 == 0 ? word : word >> 4) & kLowHalves;
  }
  static Lanes scale(const std::uint8_t* block, int unit) {
    const Words rest = unit < 4 ? zero_words() : part(block, 2) & kLowHalves;
    return from_f16(block) * from_i8(six_bits(part(block, 0), rest, unit), 0);
  }
  static Lanes minimum(const std::uint8_t* block, int unit) {
    const Words rest = unit < 4 ? zero_words() : part(block, 2) >> 4 & kLowHalves;
    return zeros() - from_f16(block + 2 * kLaneCount) * from_i8(six_bits(part(block, 1), rest, unit), 0);
  }

 private:
  static Words part(const std::uint8_t* block, int i) { return GroupedBand::load_word(block, 4, i); }
  // Units 0 to 3 have 6 bits of `first`; units 4 to 7 have the 2 that are left of it above 4 of `rest`.
  static Words six_bits(Words first, Words rest, int unit) {
    const Words bits = unit < 4 ? first & 0x3F3F3F3F : rest | (first >> 2 & 0x30303030);
    return bits >> unit % 4 * 8;
  }
};

struct Q4KBand : GroupedBand<16> {
  static constexpr int kMost = 15;

  static Words word(const std::uint8_t* block, int unit, int i) { return nibbles(block, unit, i); }
  static Lanes value(Words word, int n) { return from_u4(word, 2 * n); }
  static Words bytes(Words word, int /*part*/) { return word; }
};

// The fifth bits of all units lie in the header: bit `unit` of the 32 bytes from 16 on.
struct Q5KBand : GroupedBand<48> {
  static constexpr int kMost = 31;

  static Words word(const std::uint8_t* block, int unit, int i) {
    return nibbles(block, unit, i) | (load_word(block, 16, i) >> unit & 0x01010101) << 4;
  }
  static Lanes value(Words word, int n) { return from_i8(word, n); }
  static Words bytes(Words word, int /*part*/) { return word; }
};

// Blocks of 8 units in two halves. A half has the lower 4 bits of its units 0 and 1 in the low halves of 64 bytes,
// those of 2 and 3 in the high halves, and the upper 2 bits of all four in 32 bytes. Then come 16 scales of 8 bits and,
// where others have nothing, the 2 bytes of the header: their factor. Numbers here are four times those of the file.
struct Q6KBand : InOrder<BandBlock<2, 26, 8>> {
  static constexpr int kScales = 2;
  static constexpr int kMost = 252;
  static constexpr int kOffset = 128;
  static constexpr bool kHasMinimum = false;

  static Words word(const std::uint8_t* block, int unit, int i) {
    const int half = unit / 4;
    const int of_half = unit % 4;
    const Words lower = load_word(block, 64 * half + 32 * (of_half % 2), i);
    const Words upper = load_word(block, 128 + 32 * half, i);
    return ((of_half < 2 ? lower << 2 : lower >> 2) & 0x3C3C3C3C) | (upper << (6 - 2 * of_half) & 0xC0C0C0C0);
  }
  static Lanes scale(const std::uint8_t* block, int i) {
    const Lanes factor = from_f16(block + 208 * kLaneCount) * broadcast(0.25F);
    return factor * from_i8(load_word(block, 192, i / 4), i % 4);
  }
  static Lanes value(Words word, int n) { return from_i8(word ^ 0x80808080, n); }
  static Words bytes(Words word, int /*part*/) { return word; }
};

}  // namespace
}  // namespace tripos::moe
