#pragma once
// The recursive descent behind read_answer(). Precedence, weakest first: lists, relations, unions, ratios, sums,
// products, powers and postfix signs, single things.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scorers/latex/lexer.h"
#include "scorers/latex/names.h"
#include "scorers/latex/reader.h"
#include "scorers/latex/tree.h"

namespace tripos::scorers {

// Thrown by the parser and caught by read_answer(); it goes nowhere else.
struct Unreadable {
  std::string problem;
};

class Parser {
 public:
  // `text` is in one spelling and outlives the parser. `depth`: of the parser that reads the text around it.
  Parser(std::string_view text, const ReadOptions& options, int depth)
      : options_(options), lexer_(text, options.thousands), depth_(depth) {}

  Node read_all();

 private:
  Node read_body();  // of the whole text or of a group in braces
  // parser_lists.cpp: what stands side by side, relations and sets.
  Node read_list();
  Node read_item();
  Node read_relation();
  Node read_union();
  Node read_ratio();
  std::optional<Node> read_clock();
  char take_separator();  // ',', ';', 'a'nd, 'o'r; 0 where none stands here
  bool ends_item();       // nothing of the item follows
  std::string take_relation_sign();

  // parser_scalars.cpp: sums, products, powers.
  struct Signs {  // before a term
    bool any = false;
    bool negative = false;
    std::string_view plus_minus;  // "pm" or "mp"
  };
  Signs take_signs();
  Node added(std::vector<Node> terms);
  Node read_sum();
  struct Product {  // while it is read
    std::vector<Node> factors;
    std::string unit;  // of one of the factors
    bool after_number = false;
  };
  Node value_of(Product& product, Node factor);
  void multiply(Product& product, Node factor);
  Node joined(Product& product);  // takes the factors
  bool stands_times(const Product& product) const;
  bool take_unit(Product& product);
  bool read_juxtaposed(Product& product);  // a factor without a sign before it; as read_more()
  bool read_more(Product& product);        // false where the product ends
  Node read_product();
  Node read_signed_factor();
  Node read_factor();
  Node read_postfix(Node base, bool is_name);
  Node read_raised(Node base, bool is_name);
  Node read_exponent();
  Node read_argument_product();
  bool starts_factor();
  bool ends_integral() const;
  bool stands_union(const Node& set) const;  // "U" behind an interval

  // parser_measures.cpp: what stands behind a number and belongs to it.
  std::optional<Node> read_mixed(const Node& whole);
  std::optional<Node> read_base(const Node& digits);
  Node read_unit(Node value);
  Node with_smaller_unit(Node whole);
  bool starts_unit(const Node& value);

  // parser_numbers.cpp
  Node read_number();
  std::optional<Node> read_based();  // "AB3_{16}"

  // parser_words.cpp: names, words and text.
  Node read_word(bool* is_name);
  Node read_words();
  Node read_font(std::string_view command, bool* is_name);
  Node read_text();
  std::string read_script();  // a subscript as part of a name

  // parser_things.cpp: brackets and what else stands alone; parser_commands.cpp: commands and functions.
  Node read_thing(bool* is_name);
  Node read_command(bool* is_name);
  Node read_function(std::string_view name);
  Node read_group(std::string_view close);
  Node read_bars(std::string_view close, std::string_view function);
  Node read_argument();  // of \frac and its like: a group or one thing
  Node read_amount();    // of money
  Node read_fraction();
  Node read_root();
  Node read_big_operator(std::string_view name);
  Node read_integral();
  Node read_limit();
  Node read_environment();
  Node read_lines(const std::string& name);
  Node read_application(std::string_view name);
  bool is_application(std::string_view name) const;

  std::string take_group_text();  // of the "{" that comes next, read as text
  Node read_part(std::string_view text);
  bool take_sign(std::string_view sign);
  bool take_command(std::string_view command);
  bool take_word(std::string_view word);
  bool stands_modulus() const;  // "(mod"
  void expect(std::string_view close);
  Node node(Kind kind, std::vector<Node> children, std::string_view name = {});
  Node scalar(Node node) const;  // the scalar that stands for it inside a formula
  [[noreturn]] void fail_here() const;

  const ReadOptions& options_;
  Lexer lexer_;
  int depth_;
  int nodes_ = 0;
  bool bar_ends_ = false;      // a "|" closes, where a factor could start with it
  bool bracket_ends_ = false;  // a "[" closes: "]0, 1["
  bool colon_ends_ = false;    // a ":" belongs to the set around it
  bool rows_ = false;          // "\\" and "&" separate cells
  bool differential_ = false;  // "dx" ends the integrand
};

// The text of a command that sets type: "text", "mathrm", "textbf", ...
bool is_text_command(std::string_view command);
bool is_font_command(std::string_view command);

bool is_fraction_command(const Token& token);

Node negated(Node node);

// A decimal as it is written: "1{,}234.5", "3.54e-07", "0.1\overline{6}".
Node number_from(std::string_view text);

Node quantity(Node value, std::string_view unit);
bool is_quantity(const Node& node, std::string_view unit);
bool is_integer_literal(const Node& node);
bool holds_number(const Node& node);  // in any of its parts

}  // namespace tripos::scorers
