#include <algorithm>

#include "harness/core/text.h"
#include "scorers/latex/parser.h"
#include "scorers/latex/spelling.h"
#include "scorers/latex/units.h"
#include "scorers/regex.h"

namespace tripos::scorers {
namespace {

struct RelationSign {
  std::string_view text;
  char sign;
};

constexpr RelationSign kCommandSigns[] = {
    {"le", kAtMost},        {"leq", kAtMost},      {"leqslant", kAtMost},
    {"leqq", kAtMost},      {"ge", kAtLeast},      {"geq", kAtLeast},
    {"geqslant", kAtLeast}, {"geqq", kAtLeast},    {"lt", kLess},
    {"gt", kGreater},       {"ne", kUnequal},      {"neq", kUnequal},
    {"approx", kAbout},     {"approxeq", kAbout},  {"sim", kAbout},
    {"simeq", kAbout},      {"cong", kAbout},      {"doteq", kAbout},
    {"in", kMember},        {"equiv", kEqualSign}, {"coloneqq", kEqualSign},
};
constexpr RelationSign kPlainSigns[] = {
    {"=", kEqualSign}, {"==", kEqualSign}, {":=", kEqualSign}, {"<", kLess},     {">", kGreater},   {"<=", kAtMost},
    {"=<", kAtMost},   {">=", kAtLeast},   {"!=", kUnequal},   {"<>", kUnequal}, {"=/=", kUnequal},
};

// "x = 1, y = 2 or x = 3, y = 4": the pairs that "or" stands between.
Node group_alternatives(std::vector<Node> items, const std::vector<char>& separators) {
  std::vector<std::vector<Node>> groups(1);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && separators[i - 1] != ',') groups.emplace_back();
    groups.back().push_back(std::move(items[i]));
  }
  Node list = make_node(Kind::kSequence, {});
  const std::size_t width = groups.front().size();
  const bool grouped = width > 1 && groups.size() > 1 &&
                       std::all_of(groups.begin(), groups.end(), [&](const auto& g) { return g.size() == width; });
  for (std::vector<Node>& group : groups) {
    if (grouped) {
      list.children.push_back(make_node(Kind::kSequence, std::move(group)));
    } else {
      for (Node& item : group) list.children.push_back(std::move(item));
    }
  }
  const bool has_or = std::find(separators.begin(), separators.end(), 'o') != separators.end();
  const bool has_and = std::find(separators.begin(), separators.end(), 'a') != separators.end();
  list.separator = has_or ? 'o' : has_and ? 'a' : ',';
  return list;
}

}  // namespace

// "n \\over k" and "n \\choose k" split all of their group; of "a \\implies b" the conclusion is meant.
Node Parser::read_body() {
  Node body = read_list();
  while (true) {
    if (take_command("over")) {
      body = node(Kind::kDivide, {scalar(std::move(body)), scalar(read_list())});
    } else if (take_command("choose")) {
      body = node(Kind::kCall, {scalar(std::move(body)), scalar(read_list())}, "binomial");
    } else if (take_command("implies") || take_command("Rightarrow") || take_command("Longrightarrow") ||
               take_sign("=>")) {
      body = read_list();
    } else {
      return body;
    }
  }
}

Node Parser::read_all() {
  Node all = read_body();
  if (lexer_.peek().kind != Token::kEnd) fail_here();
  return all;
}

char Parser::take_separator() {
  char found = 0;
  bool comma = false;
  while (true) {
    const Token& token = lexer_.peek();
    char separator = 0;
    if (token.is_sign(",") || token.is_command("quad") || token.is_command("qquad")) {
      separator = ',';
    } else if (token.is_sign(";")) {
      separator = ';';
    } else if (token.is_command("\\") && !rows_) {
      separator = ',';
    } else if (token.is_command("land") || token.is_command("wedge") || token.is(Token::kWord, "and")) {
      separator = 'a';
    } else if (token.is_command("lor") || token.is_command("vee") || token.is(Token::kWord, "or")) {
      separator = 'o';
    } else if (token.kind == Token::kCommand && is_text_command(token.text) && token.end < lexer_.text().size() &&
               lexer_.text()[token.end] == '{') {
      std::string_view text = trim(group_at(lexer_.text(), token.end));
      if (text == ",") text = "and";
      if (text.starts_with(',')) text = trim(text.substr(1));
      const Connective word = connective(to_lower_ascii(text));
      if (word == Connective::kNone && !(text.empty() && found != 0)) return found;
      separator = word == Connective::kAnd ? 'a' : word == Connective::kOr ? 'o' : ',';
      lexer_.take();
      take_group_text();
      comma = comma || separator == ',';
      found = separator;
      continue;
    } else {
      // ", or" separates as the comma does: the three of "1, 2, or 3" are alike.
      return found;
    }
    lexer_.take();
    if (separator == ',') comma = true;
    if (found == 0 || separator != ',') found = separator;
  }
}

bool Parser::ends_item() {
  const std::size_t begin = lexer_.peek().begin;
  const bool separated = take_separator() != 0;
  const Token& token = lexer_.peek();
  const bool ends = separated || token.kind == Token::kEnd || token.is_sign(")") || token.is_sign("]") ||
                    token.is_sign("}") || token.is_command("}") || token.is_command("rbrace") ||
                    token.is_command("rangle") || token.is_command("\\") || token.is_sign("&") ||
                    token.is_command("end") || !take_relation_sign().empty();
  lexer_.move_to(begin);
  return ends;
}

Node Parser::read_list() {
  std::vector<std::vector<Node>> sections(1);  // between semicolons
  std::vector<std::vector<char>> separators(1);
  take_separator();
  while (true) {
    sections.back().push_back(read_item());
    const char separator = take_separator();
    const Token& token = lexer_.peek();
    const bool closed = token.kind == Token::kEnd || token.is_sign(")") || token.is_sign("]") || token.is_sign("}") ||
                        token.is_command("}") || token.is_command("rbrace") || token.is_command("rangle") ||
                        token.is_command("\\") || token.is_sign("&") || token.is_command("end") ||
                        (bar_ends_ && token.is_sign("|"));
    if (separator == 0 || closed) break;
    if (separator == ';') {
      sections.emplace_back();
      separators.emplace_back();
    } else {
      separators.back().push_back(separator);
    }
  }
  nodes_ += 1;
  if (sections.size() == 1 && sections[0].size() == 1) return std::move(sections[0][0]);
  if (sections.size() == 1) return group_alternatives(std::move(sections[0]), separators[0]);
  Node list = make_node(Kind::kSequence, {});
  list.separator = ';';
  for (std::size_t i = 0; i < sections.size(); ++i) {
    list.children.push_back(sections[i].size() == 1 ? std::move(sections[i][0])
                                                    : group_alternatives(std::move(sections[i]), separators[i]));
  }
  return list;
}

Node Parser::read_item() {
  // "= 5" in a box behind "x".
  const std::size_t begin = lexer_.peek().begin;
  const std::string sign = take_relation_sign();
  if (!sign.empty() && sign[0] != kEqualSign && sign[0] != kAbout) lexer_.move_to(begin);
  take_command("therefore");
  take_command("colon");
  return read_relation();
}

std::string Parser::take_relation_sign() {
  const std::size_t begin = lexer_.peek().begin;
  const bool negates = take_command("not");
  const Token token = lexer_.peek();
  for (const RelationSign& sign : kCommandSigns) {
    if (!token.is_command(sign.text)) continue;
    lexer_.take();
    return std::string(1, negates && sign.sign == kEqualSign ? static_cast<char>(kUnequal) : sign.sign);
  }
  for (const RelationSign& sign : kPlainSigns) {
    if (!token.is_sign(sign.text)) continue;
    lexer_.take();
    return std::string(1, negates && sign.sign == kEqualSign ? static_cast<char>(kUnequal) : sign.sign);
  }
  if (token.is(Token::kWord, "in")) {
    lexer_.take();
    return std::string(1, kMember);
  }
  lexer_.move_to(begin);
  return {};
}

Node Parser::read_relation() {
  std::vector<Node> sides;
  std::string signs;
  sides.push_back(read_union());
  while (true) {
    const std::string sign = take_relation_sign();
    if (sign.empty()) break;
    signs += sign;
    sides.push_back(read_union());
  }
  const bool in_brackets = stands_modulus();
  if (in_brackets) lexer_.take();
  if (!signs.empty() && (take_command("pmod") || take_command("bmod") || take_command("mod") || take_word("mod"))) {
    const Node modulus = read_argument_product();
    if (in_brackets) expect(")");
    for (Node& side : sides) {
      std::vector<Node> arguments;
      arguments.push_back(std::move(side));
      arguments.push_back(modulus);
      side = node(Kind::kCall, std::move(arguments), "mod");
    }
  }
  // "The solution is x != 5": words have a name or a value, but no size.
  const bool has_words = std::any_of(sides.begin(), sides.end(), [](const Node& s) { return s.kind == Kind::kText; });
  const bool names = signs.find_first_not_of(kEqualSign) == std::string::npos;
  const bool is_sentence = std::any_of(
      sides.begin(), sides.end(), [](const Node& side) { return side.kind == Kind::kText && is_prose(side.name); });
  if (!signs.empty() && ((has_words && !names) || is_sentence)) throw Unreadable{"words among the formula"};
  return signs.empty() ? std::move(sides[0]) : node(Kind::kRelation, std::move(sides), signs);
}

bool Parser::stands_union(const Node& set) const {
  const Token& token = lexer_.peek();
  const bool is_set = set.kind == Kind::kSequence && set.open != 0;
  return (is_set || set.name == "union") && (token.is(Token::kWord, "U") || token.is(Token::kWord, "u"));
}

Node Parser::read_union() {
  Node set = read_ratio();
  while (true) {
    const Token token = lexer_.peek();
    std::string_view name;
    if (token.is_command("cup") || token.is_command("bigcup")) name = "union";
    if (token.is_command("cap") || token.is_command("bigcap")) name = "intersect";
    if (token.is_command("setminus") || token.is_command("backslash")) name = "minus";
    if (stands_union(set)) name = "union";
    if (name.empty()) return set;
    lexer_.take();
    std::vector<Node> parts;
    if (set.kind == Kind::kCall && set.name == name && name != "minus") {
      parts = std::move(set.children);
    } else {
      parts.push_back(std::move(set));
    }
    parts.push_back(read_ratio());
    set = node(Kind::kCall, std::move(parts), name);
  }
}

// "8:34 p.m." and "8:34 PM" by the half of the day; "8:05", which is no ratio, as "clock".
std::optional<Node> Parser::read_clock() {
  static const auto kClock = known_pattern(
      R"re(\A(\d{1,2}):(\d{2})(?:\s|~|\\[ ,;:]|\\(?:text|mathrm|textrm|mbox)\{)*([aApP])\.?\s?[mM]\b\.?\s*\}?)re");
  static const auto kMinutes = known_pattern(R"(\A(\d{1,2}):(0\d)\b)");
  const std::size_t begin = lexer_.peek().begin;
  const std::string_view rest = lexer_.text().substr(begin);
  if (rest.size() < 2 || !is_digit(rest[0]) || (rest[1] != ':' && rest.substr(2, 1) != ":")) return std::nullopt;
  re2::StringPiece all[4];
  const bool has_half = kClock->Match(to_piece(rest), 0, rest.size(), re2::RE2::ANCHOR_START, all, 4);
  if (!has_half && !kMinutes->Match(to_piece(rest), 0, rest.size(), re2::RE2::ANCHOR_START, all, 3)) {
    return std::nullopt;
  }
  const auto number = [](const re2::StringPiece& digits) { return make_number(mpq_class(std::string(digits), 10)); };
  lexer_.move_to(begin + all[0].size());
  const std::string_view half = !has_half ? "clock" : (all[3][0] | 32) == 'a' ? "am" : "pm";
  Node clock = node(Kind::kSequence, {number(all[1]), number(all[2])}, half);
  clock.separator = ':';
  return clock;
}

Node Parser::read_ratio() {
  if (auto clock = read_clock()) return std::move(*clock);
  std::vector<Node> terms;
  terms.push_back(read_sum());
  while (!colon_ends_ && (lexer_.peek().is_sign(":") || lexer_.peek().is_command("colon"))) {
    lexer_.take();
    terms.push_back(read_sum());
  }
  if (terms.size() == 1) return std::move(terms[0]);
  Node ratio = node(Kind::kSequence, std::move(terms));
  ratio.separator = ':';
  return ratio;
}

}  // namespace tripos::scorers
