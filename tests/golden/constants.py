#!/usr/bin/env python3
r"""Makes constants.jsonl, pairs of expressions for scorers/exact/: constants.py > constants.jsonl

A pair is written once, as Python text. LaTeX is printed from its syntax tree, as people would type it and in several
styles, so nothing is simplified on the way. mpmath 1.3.0 evaluates the same tree, without SymPy: constants are equal
where 6,000 digits agree. SymPy 1.14.0 is asked as well: it evaluates each side to 250 digits by its own rules, and
identities with variables must be simplified to zero by it. Expressions with variables are different where a point at
which all is real tells them apart.

Rows: {"class", "left", "right", "equal"}.
"""
import ast
import json
import math
import random
import sys
from fractions import Fraction

import mpmath
import sympy as sp

DIGITS = 6000
SYMPY_DIGITS = 250
rng = random.Random(20260607)
sys.set_int_max_str_digits(0)

# ---- Values ---------------------------------------------------------------------------------------------------------


def mp_root(value, degree):
    if degree % 2 == 1 and mpmath.im(value) == 0 and mpmath.re(value) < 0:
        return -mpmath.root(-value, int(degree))
    return mpmath.root(value, int(degree))


def mp_total(term, first, last):
    return sum(term(mpmath.mpf(k)) for k in range(int(first), int(last) + 1))


MPMATH = {
    "number": lambda fraction: mpmath.mpf(fraction.numerator) / fraction.denominator,
    "pi": lambda: +mpmath.pi, "e": lambda: +mpmath.e, "i": lambda: mpmath.mpc(0, 1),
    "sqrt": mpmath.sqrt, "root": mp_root, "exp": mpmath.exp, "ln": mpmath.log,
    "log": lambda value, base: mpmath.log(value) / mpmath.log(base),
    "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan, "acot": lambda value: mpmath.atan(1 / value),
    "asinh": mpmath.asinh, "acosh": mpmath.acosh, "atanh": mpmath.atanh, "abs": abs,
    "fact": mpmath.factorial, "binom": mpmath.binomial, "floor": mpmath.floor, "ceil": mpmath.ceil,
    "max": max, "min": min, "total": mp_total,
} | {name: getattr(mpmath, name) for name in "sin cos tan cot sec csc sinh cosh tanh coth".split()}

def real(value):
    if mpmath.im(value) != 0:
        raise ValueError("not real")
    return value


REAL = MPMATH | {"check": real}  # no part of an expression may be complex


def sp_total(term, first, last):
    k = sp.Symbol("k", integer=True)
    return sp.summation(term(k), (k, first, last))


SYMPY = {
    "number": lambda fraction: sp.Rational(fraction.numerator, fraction.denominator),
    "pi": lambda: sp.pi, "e": lambda: sp.E, "i": lambda: sp.I,
    "sqrt": sp.sqrt, "root": sp.real_root, "exp": sp.exp, "ln": sp.log, "log": sp.log,
    "acot": lambda value: sp.atan(1 / value), "abs": sp.Abs, "fact": sp.factorial, "binom": sp.binomial,
    "floor": sp.floor, "ceil": sp.ceiling, "max": sp.Max, "min": sp.Min, "total": sp_total,
} | {name: getattr(sp, name) for name in ("sin cos tan cot sec csc sinh cosh tanh coth "
                                          "asin acos atan asinh acosh atanh").split()}

BINARY = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
          ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a**b}


def parsed(text):
    return ast.parse(text.strip(), mode="eval").body, text.strip()


def number_of(node, text):
    return Fraction(ast.get_source_segment(text, node))


def value_of(node, text, functions, variables):
    value = unchecked(node, text, functions, variables)
    return functions["check"](value) if "check" in functions else value


def unchecked(node, text, functions, variables):
    def of(part):
        return value_of(part, text, functions, variables)

    match node:
        case ast.Constant():
            return functions["number"](number_of(node, text))
        case ast.Name(id=name):
            return variables[name] if name in variables else functions[name]()
        case ast.BinOp(left=left, op=op, right=right):
            return BINARY[type(op)](of(left), of(right))
        case ast.UnaryOp(operand=operand):
            return -of(operand)
        case ast.Call(func=ast.Name(id="total"), args=[term, ast.Name(id=index), first, last]):
            at = lambda k: value_of(term, text, functions, variables | {index: k})
            return functions["total"](at, of(first), of(last))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return functions[name](*map(of, arguments))
    raise ValueError(ast.dump(node))


def variables_of(*sides):
    names = {part.id for node, _ in sides for part in ast.walk(node) if isinstance(part, ast.Name)}
    bound = {part.args[1].id for node, _ in sides for part in ast.walk(node)
             if isinstance(part, ast.Call) and part.func.id == "total"}
    return sorted(names - bound - MPMATH.keys() - {"total"})


# ---- LaTeX ----------------------------------------------------------------------------------------------------------

ATOM, POWER, PRODUCT, SUM = range(4)  # how loosely a text holds together
SAME_NAME = "sin cos tan cot sec csc sinh cosh tanh coth ln exp".split()
INVERSE = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "operatorname{arcsinh}",
           "acosh": "operatorname{arccosh}", "atanh": "operatorname{arctanh}", "acot": "operatorname{arccot}"}


class Style:
    def __init__(self):
        self.fraction = rng.choice(["\\frac", "\\frac", "\\dfrac", "\\tfrac", "/"])
        self.parentheses = rng.choice([("(", ")"), ("(", ")"), ("\\left(", "\\right)")])
        self.times = rng.choice([" \\cdot ", " \\cdot ", " \\times ", "*"])
        self.juxtaposed = rng.random() < 0.7
        self.bare_arguments = rng.random() < 0.5
        self.minus_first_powers = rng.random() < 0.5  # \sin^{-1}
        self.short_exponents = rng.random() < 0.5  # x^2

    def enclosed(self, text):
        return self.parentheses[0] + text + self.parentheses[1]

    def at_most(self, level, node, text):
        found, latex = self.of(node, text)
        return latex if found <= level else self.enclosed(latex)

    def of(self, node, text):
        match node:
            case ast.Constant():
                return ATOM, ast.get_source_segment(text, node)
            case ast.Name(id=name):
                return ATOM, "\\pi" if name == "pi" else name
            case ast.UnaryOp(operand=operand):
                return SUM, "-" + self.at_most(PRODUCT, operand, text)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                sign = "+" if isinstance(op, ast.Add) else "-"
                is_first_negative = isinstance(right, ast.UnaryOp)
                right_text = self.at_most(PRODUCT, right, text)
                if is_first_negative:
                    right_text = self.enclosed(self.of(right, text)[1])
                return SUM, self.of(left, text)[1] + sign + right_text
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return PRODUCT, self.product(left, right, text)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.quotient(left, right, text)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return POWER, self.power(left, right, text)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments, text)
        raise ValueError(ast.dump(node))

    def product(self, left, right, text):
        a, b = self.at_most(PRODUCT, left, text), self.at_most(POWER, right, text)
        starts_as_number = b[0] in "0123456789." or b.startswith(("\\frac", "\\dfrac", "\\tfrac"))
        is_coefficient = isinstance(left, ast.Constant) and not starts_as_number
        if is_coefficient and self.juxtaposed:
            return a + (" " if a[-1:].isalpha() else "") + b
        return a + self.times + b

    def quotient(self, left, right, text):
        if self.fraction == "/":
            return PRODUCT, self.at_most(POWER, left, text) + "/" + self.at_most(ATOM, right, text)
        return PRODUCT, f"{self.fraction}{{{self.of(left, text)[1]}}}{{{self.of(right, text)[1]}}}"

    def exponent(self, node, text):
        latex = self.of(node, text)[1]
        return latex if self.short_exponents and len(latex) == 1 else "{" + latex + "}"

    def power(self, base, exponent, text):
        match base:
            case ast.Call(func=ast.Name(id=name), args=[argument]) if (
                    name in SAME_NAME[:10] and isinstance(exponent, ast.Constant)):
                return f"\\{name}^{self.exponent(exponent, text)}" + self.enclosed(self.of(argument, text)[1])
            case ast.Call(func=ast.Name(id="sqrt")):
                return self.of(base, text)[1] + "^" + self.exponent(exponent, text)
            case ast.Constant() | ast.Name():
                return self.of(base, text)[1] + "^" + self.exponent(exponent, text)
        return self.enclosed(self.of(base, text)[1]) + "^" + self.exponent(exponent, text)

    def call(self, name, arguments, text):
        inside = [self.of(argument, text)[1] for argument in arguments]
        match name:
            case "sqrt":
                return ATOM, f"\\sqrt{{{inside[0]}}}"
            case "root":
                return ATOM, f"\\sqrt[{inside[1]}]{{{inside[0]}}}"
            case "binom":
                return ATOM, f"\\binom{{{inside[0]}}}{{{inside[1]}}}"
            case "fact":
                return POWER, self.at_most(ATOM, arguments[0], text) + "!"
            case "abs":
                return ATOM, "\\left|" + inside[0] + "\\right|"
            case "floor" | "ceil":
                return ATOM, f"\\l{name} {inside[0]} \\r{name}"
            case "max" | "min":
                return POWER, f"\\{name}({inside[0]}, {inside[1]})"
            case "log":
                return POWER, f"\\log_{{{inside[1]}}}" + self.enclosed(inside[0])
            case "total":
                limits = f"_{{{inside[1]}={inside[2]}}}^{{{inside[3]}}} "
                return SUM, "\\sum" + limits + self.at_most(POWER, arguments[0], text)
        if name in INVERSE:
            is_plain = name in ("asin", "acos", "atan") and self.minus_first_powers
            command = f"\\{name[1:]}^{{-1}}" if is_plain else "\\" + INVERSE[name]
        else:
            command = "\\" + name
        return POWER, command + self.enclosed(inside[0])

    def whole(self, side):
        node, text = side
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant() | ast.Name()]) if (
                    name in SAME_NAME and self.bare_arguments):
                return f"\\{name} " + self.of(node.args[0], text)[1]
        return self.of(node, text)[1]


# ---- Pairs by hand --------------------------------------------------------------------------------------------------

IDENTITIES = """
radicals: sqrt(4+2*sqrt(3)) = 1+sqrt(3)
radicals: sqrt(11-6*sqrt(2)) = 3-sqrt(2)
radicals: sqrt(12+2*sqrt(35)) = sqrt(5)+sqrt(7)
radicals: sqrt(9+4*sqrt(5))-sqrt(9-4*sqrt(5)) = 4
radicals: root(26+15*sqrt(3),3) = 2+sqrt(3)
radicals: root(7+5*sqrt(2),3)-root(5*sqrt(2)-7,3) = 2
radicals: root(45+29*sqrt(2),3)+root(45-29*sqrt(2),3) = 6
radicals: root(10+6*sqrt(3),3)+root(10-6*sqrt(3),3) = 2
radicals: sqrt(16-2*sqrt(29)+2*sqrt(55-10*sqrt(29))) = sqrt(22+2*sqrt(5))-sqrt(11+2*sqrt(29))+sqrt(5)
radicals: root(root(28,3)-root(27,3),2) = (root(98,3)-root(28,3)-1)/3
radicals: root((3+2*root(5,4))/(3-2*root(5,4)),4) = (root(5,4)+1)/(root(5,4)-1)
radicals: root(root(32/5,5)-root(27/5,5),3) = (1+root(3,5)-root(9,5))/root(25,5)
radicals: sqrt(1+sqrt(1-(24/25)**2)) = sqrt(32)/5
radicals: 1/(sqrt(2)+1)+1/(sqrt(3)+sqrt(2))+1/(2+sqrt(3)) = 1
radicals: 1/(1-root(2,4)) = -(1+root(2,4)+sqrt(2)+root(8,4))
radicals: sqrt(2)**(1/2)*2**(3/4) = 2
radicals: (sqrt(6)+sqrt(2))**2/(sqrt(3)+2) = 4
radicals: sqrt(2+sqrt(3))*sqrt(2-sqrt(3)) = 1
radicals: root(-27,3) = -3
radicals: root(-2,3)*root(-4,3) = 2
radicals: (1/9)**(-1/2) = 3
radicals: 0.25**0.5 = 1/2
golden: ((1+sqrt(5))/2)**5-((1-sqrt(5))/2)**5 = 5*sqrt(5)
golden: (1+sqrt(5))/2-2/(1+sqrt(5)) = 1
golden: 2*cos(pi/5) = (1+sqrt(5))/2
golden: 2*sin(pi/10)*(1+sqrt(5))/2 = 1
golden: root(9+4*sqrt(5),6) = (1+sqrt(5))/2
golden: asinh(1/2) = ln((1+sqrt(5))/2)
golden: -2*sin(i*ln((1+sqrt(5))/2))*i = 1
trig: cos(2*pi/7)+cos(4*pi/7)+cos(6*pi/7) = -1/2
trig: 8*cos(pi/7)*cos(2*pi/7)*cos(4*pi/7) = -1
trig: sin(2*pi/7)+sin(4*pi/7)-sin(6*pi/7) = sin(2*pi/7)+sin(3*pi/7)-sin(pi/7)
trig: sin(2*pi/7)+sin(4*pi/7)+sin(8*pi/7) = sqrt(7)/2
trig: tan(pi/7)*tan(2*pi/7)*tan(3*pi/7) = sqrt(7)
trig: tan(pi/7)**2+tan(2*pi/7)**2+tan(3*pi/7)**2 = 21
trig: csc(pi/7) = csc(2*pi/7)+csc(3*pi/7)
trig: sin(pi/18)*sin(5*pi/18)*sin(7*pi/18) = 1/8
trig: root(cos(2*pi/7),3)+root(cos(4*pi/7),3)+root(cos(8*pi/7),3) = root((5-3*root(7,3))/2,3)
trig: sin(pi/5)*sin(2*pi/5)*sin(3*pi/5)*sin(4*pi/5) = 5/16
trig: cot(pi/9)*cot(2*pi/9)*cot(4*pi/9) = 1/sqrt(3)
trig: tan(pi/24) = sqrt(6)-sqrt(3)+sqrt(2)-2
trig: cos(pi/15) = (sqrt(30+6*sqrt(5))+sqrt(5)-1)/8
trig: 1/sin(pi/18)-sqrt(3)/cos(pi/18) = 4
trig: sin(pi/60) = ((2-2*sqrt(3))*sqrt(5+sqrt(5))+sqrt(2)*(sqrt(5)-1)*(sqrt(3)+1))/16
trig: sec(pi/3)+csc(5*pi/6) = 4
trig: sin(-7*pi/6) = 1/2
trig: cos(100*pi/3) = -1/2
radian: sin(5/7)**2+cos(5/7)**2 = 1
radian: cos(2)-1 = -2*sin(1)**2
radian: tan(2) = 2*tan(1)/(1-tan(1)**2)
radian: sin(1)+sin(2) = 2*sin(3/2)*cos(1/2)
radian: sin(1+pi) = -sin(1)
radian: cos(pi/2-3) = sin(3)
arctan: 12*atan(1/18)+8*atan(1/57)-5*atan(1/239) = pi/4
arctan: 44*atan(1/57)+7*atan(1/239)-12*atan(1/682)+24*atan(1/12943) = pi/4
arctan: atan(1/3)+atan(1/5)+atan(1/7)+atan(1/8) = pi/4
arctan: 5*atan(1/7)+2*atan(3/79) = pi/4
arctan: atan(2)+atan(1/2) = pi/2
arctan: atan(sqrt(2)-1) = pi/8
arctan: asin(4/5)+asin(5/13)+asin(16/65) = pi/2
arctan: acos(-3/5) = pi-acos(3/5)
arctan: asin(1/3) = atan(sqrt(2)/4)
arctan: acos((1+sqrt(5))/4) = pi/5
arctan: sin(acos(3/5)) = 4/5
arctan: tan(2*atan(1/5)) = 5/12
arctan: cos(atan(2)-atan(1/3)) = 1/sqrt(2)
logs: ln(12)-ln(3) = 2*ln(2)
logs: log(81,27) = 4/3
logs: log(5,2)*log(8,5) = 3
logs: 3**log(7,3) = 7
logs: 9**log(5,3) = 25
logs: ln(ln(e**e)) = 1
logs: log(2,4)+log(2,8) = 5/6
logs: 1/log(6,2)+1/log(6,3) = 1
logs: ln(1/8) = -3*ln(2)
logs: ln(7+4*sqrt(3)) = 2*ln(2+sqrt(3))
logs: ln(3+2*sqrt(2)) = -2*ln(sqrt(2)-1)
logs: log(50,10)+log(2,10) = 2
logs: 5**log(3,10) = 3**log(5,10)
complex: e**(2*pi*i) = 1
complex: e**(i*pi/4) = (1+i)/sqrt(2)
complex: e**(i*pi/2)*e**(i*pi/2) = -1
complex: (1+2*i)*(3-i) = 5+5*i
complex: 1/(3+4*i) = (3-4*i)/25
complex: abs(5+12*i) = 13
complex: i**2025 = i
complex: (cos(pi/9)+i*sin(pi/9))**3 = (1+i*sqrt(3))/2
complex: ((-1+i*sqrt(3))/2)**2 = (-1-i*sqrt(3))/2
complex: 1+e**(2*pi*i/5)+e**(4*pi*i/5)+e**(6*pi*i/5)+e**(8*pi*i/5) = 0
complex: ln(-1) = i*pi
complex: ln(i) = i*pi/2
complex: e**(1+i)*e**(1-i) = e**2
complex: e**i+e**(-i) = 2*cos(1)
hyperbolic: sinh(ln(3)) = 4/3
hyperbolic: tanh(ln(2)/2) = 1/3
hyperbolic: atanh(1/3) = ln(2)/2
hyperbolic: acosh(3) = 2*asinh(1)
hyperbolic: cosh(2) = 2*cosh(1)**2-1
hyperbolic: sinh(1)+cosh(1) = e
hyperbolic: coth(1)*tanh(1) = 1
hyperbolic: cos(i) = cosh(1)
counting: fact(10)/(fact(7)*fact(3)) = 120
counting: fact(6)*fact(7) = fact(10)
counting: binom(30,12) = binom(30,18)
counting: binom(40,20) = 2*binom(39,19)
counting: fact(100)/fact(98) = 9900
counting: binom(3000,3) = 4495501000
counting: fact(3000)/fact(2999) = 3000
counting: total(k**2,k,1,100) = 338350
counting: total(binom(20,k),k,0,20) = 2**20
counting: total(1/(k*(k+1)),k,1,99) = 99/100
counting: total(fact(k)*k,k,1,12) = fact(13)-1
powers: 4**50/2**99 = 2
powers: (2**64-1)*(2**64+1) = 2**128-1
powers: 10**40*10**(-38) = 100
powers: (-8)**3 = -512
powers: 2**(3**4) = 2417851639229258349412352
powers: e**2*e**3 = e**5
powers: (e**2)**(1/2) = e
powers: (pi**2-1)/(pi-1) = pi+1
powers: pi**pi*pi**(-pi) = 1
powers: 2**pi*3**pi = 6**pi
powers: sqrt(e)*sqrt(e) = e
powers: 2**sqrt(2)*2**sqrt(2) = 4**sqrt(2)
powers: (sqrt(2)**sqrt(2))**sqrt(2) = 2
powers: e**(ln(5)+1) = 5*e
powers: 7.5*10**3 = 7500
powers: 3**(1/3)*9**(1/3) = 3
mixed: floor(e*100)/100 = 2.71
mixed: floor(pi**5) = 306
mixed: max(sqrt(2),1.4) = sqrt(2)
mixed: abs(pi-4) = 4-pi
mixed: abs(1-sqrt(2)) = sqrt(2)-1
"""

NEAR_MISSES = """
almost integers: e**(pi*sqrt(163)) = 640320**3+744
almost integers: e**(pi*sqrt(67)) = 5280**3+744
almost integers: e**(pi*sqrt(43)) = 884736744
almost integers: e**(pi*sqrt(58)) = 24591257752
almost integers: e**(pi*sqrt(652)) = 68925893036109279891085639286943768
almost integers: ln(640320**3+744)/sqrt(163) = pi
almost integers: ln((5280**3)*(236674+30*sqrt(61))**3+744)/sqrt(427) = pi
almost integers: (2+sqrt(3))**50 = 39571031999226139563162735374
almost integers: ((1+sqrt(5))/2)**100 = 792070839848372253127
almost integers: (1+sqrt(2))**40-(1-sqrt(2))**40 = (1+sqrt(2))**40
almost integers: (3+2*sqrt(2))**200 = (3+2*sqrt(2))**200+(3-2*sqrt(2))**200
almost integers: (3+2*sqrt(2))**500 = (3+2*sqrt(2))**500+(3-2*sqrt(2))**500
almost integers: cos(ln(pi+20)) = -1
almost integers: sin(11) = -1
almost integers: root(9**2+19**2/22,4) = pi
almost integers: e**pi = pi+20
almost integers: pi**9/e**8 = 10
almost integers: sqrt(2)+sqrt(3) = pi
almost integers: 4/sqrt((1+sqrt(5))/2) = pi
almost integers: e**6-pi**4-pi**5 = 0
almost integers: 88*sqrt(2)*ln(2) = e**2+7+pi**4-24-1/10**30
almost integers: 163*(pi-e) = 69
almost integers: 53453/ln(53453) = 4910
almost integers: tan(10**20) = tan(10**20+1/10**45)
almost integers: (pi+20)**i = -1
almost integers: root(1782**12+1841**12,12) = 1922
almost integers: 3987**12+4365**12 = 4472**12
almost integers: root(3987**12+4365**12,12) = 4472
root sums: sqrt(10)+sqrt(11) = sqrt(5)+sqrt(18)
root sums: sqrt(5)+sqrt(6)+sqrt(18) = sqrt(4)+sqrt(12)+sqrt(12)
root sums: sqrt(1000001)+sqrt(1000025)+sqrt(1000031)+sqrt(1000084)+sqrt(1000087)+sqrt(1000134)+sqrt(1000158)+sqrt(1000182)+sqrt(1000198) = sqrt(1000002)+sqrt(1000018)+sqrt(1000042)+sqrt(1000066)+sqrt(1000113)+sqrt(1000116)+sqrt(1000169)+sqrt(1000175)+sqrt(1000199)
root sums: sqrt(10**12+1)-sqrt(10**12) = sqrt(10**12)-sqrt(10**12-1)
root sums: sqrt(1000000)+sqrt(1000002) = 2*sqrt(1000001)
root sums: root(10**30+1,3) = 10**10
root sums: sqrt(10**60+1) = 10**30
root sums: sqrt(10**400+1) = 10**200
root sums: sqrt(10**1300+1) = 10**650
root sums: sqrt(10**600+sqrt(10**40+1)) = sqrt(10**600+10**20)
root sums: root(2,1000) = root(2,1001)
root sums: sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7) = 8.0281306
root sums: sqrt(3+2*sqrt(2)) = 1+sqrt(2)+1/10**90
root sums: sqrt(28)-sqrt(27) = (sqrt(29)-sqrt(27))/2
decimals: 0.333333333333333333333333333333333333333333 = 1/3
decimals: 0.999999999999999999999999999999999999999999999999999999999999 = 1
decimals: 3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798 = pi
decimals: 2.718281828459045235360287471352662497757247093699959574966967627724076630353 = e
decimals: 1.41421356237309504880168872420969807856967187537694807317667973799 = sqrt(2)
decimals: 0.693147180559945309417232121458176568075500134360255254120680009 = ln(2)
decimals: 1.6180339887498948482045868343656381177203091798057628621354486227 = (1+sqrt(5))/2
decimals: 0.70710678118654752440084436210484903928483593768847403658833986899 = sin(pi/4)
decimals: 1.0000000000000000000000000000000000000000000001 = 1
decimals: 1.1447298858494001741434273513530587116472948129153115715136 = ln(pi)
counting: 1/fact(2004) = 1/fact(2006)
counting: fact(200) = fact(200)+1
counting: fact(50)+1 = fact(50)-1
counting: binom(300,150) = binom(300,149)
counting: binom(500,250) = binom(500,250)+2
counting: fact(1000)/fact(998) = 998999
counting: total(1/k,k,1,50) = total(1/k,k,1,50)+1/10**40
counting: total(1/fact(k),k,0,60) = e
counting: total(1/2**k,k,0,300) = 2
powers: 2**2025 = 2**2025+1
powers: 7**700 = 7**700-1
powers: 2**(1/2**20) = 1
powers: (1+1/10**20)**(10**3) = 1+1/10**17
powers: (1+1/10**12)**(10**12) = e
powers: 10**100+1 = 10**100
powers: 1/3**200 = 1/3**199
powers: 3**(2**9) = 3**(2**9)+3
powers: 2**pi = pi**2-1.044
powers: e**(-100) = e**(-101)
powers: e**(1/10**50) = 1+1/10**50
powers: pi**(1/10**30) = 1
powers: e**(10**9) = e**(10**9)*(1+1/10**60)
powers: 2**(10**6+1/10**40) = 2**(10**6)
trig: sin(1/10**30) = 1/10**30
trig: cos(1/10**60) = 1
trig: tan(pi/4+1/10**50) = 1
trig: atan(10**40) = pi/2
trig: 4*atan(1/5)-atan(1/238) = pi/4
trig: 44*atan(1/57)+7*atan(1/239)-12*atan(1/682)+24*atan(1/12944) = pi/4
trig: sin(pi/7)*sin(2*pi/7)*sin(3*pi/7) = sqrt(7+1/10**70)/8
trig: cos(2*pi/17) = cos(2*pi/17+1/10**100)
trig: sin(10**30) = sin(10**30+pi/10**40)
trig: asin(1-1/10**60) = pi/2
trig: acos(3/5)+asin(3/5)+1/10**150 = pi/2
trig: sin(pi/180) = pi/180
trig: sin(pi+(pi-1)*(pi-2)*(pi-3)*(pi-5)/10**200) = 0
trig: cos(pi/3+1/10**300) = 1/2
complex: i**2025+1/10**200 = i
complex: e**(2*pi*i/5+(pi-1)*(i-1)/10**250) = e**(2*pi*i/5)
powers: e**2*e**3 = e**5+1/10**200
logs: ln(10**50+1) = 50*ln(10)
logs: ln(1+1/10**35) = 1/10**35
logs: log(10**30+1,10) = 30
logs: ln(2)+ln(3) = ln(6+1/10**80)
logs: 3**log(7,3) = 7+1/10**40
logs: ln(ln(10**100)) = ln(100*ln(10)+1/10**33)
logs: log(8,2) = 3+1/10**20
complex: e**(i*pi+i/10**40) = -1
complex: (cos(2*pi/7)+i*sin(2*pi/7))**7 = 1+i/10**50
complex: e**(2*pi*i/3)+1/10**44 = (-1+i*sqrt(3))/2
complex: i**i = e**(-pi/2)+1/10**33
complex: (1+i)**20 = -1024+i/10**60
complex: abs(3+4*i+1/10**50) = 5
complex: ln(-1) = -i*pi
complex: sqrt(-4) = -2*i
hyperbolic: tanh(200) = 1
hyperbolic: coth(300) = 1
hyperbolic: cosh(100) = sinh(100)
hyperbolic: cosh(100) = e**100/2
hyperbolic: sinh(1/10**40) = 1/10**40
hyperbolic: asinh(10**40) = ln(2)+40*ln(10)
hyperbolic: acosh(1+1/10**60) = 0
nested: sqrt(2+sqrt(2+sqrt(2+sqrt(2+sqrt(2+sqrt(2+sqrt(2+sqrt(2)))))))) = 2
nested: sqrt(6+sqrt(6+sqrt(6+sqrt(6+sqrt(6))))) = 3
nested: e**(e**(e**(-4))) = e**(1+e**(-4))
nested: sqrt(5+2*sqrt(6)) = sqrt(2)+sqrt(3+1/10**120)
nested: root(7+5*sqrt(2)+1/10**64,3) = 1+sqrt(2)
nested: (1-1/10**80)*sqrt(17) = sqrt(17)
nested: floor(pi*10**30)/10**30 = pi
"""

VARIABLES = """
rational: (x**3-1)/(x-1) = x**2+x+1
rational: 1/(x-1)-1/(x+1) = 2/(x**2-1)
rational: (x+y+z)**2 = x**2+y**2+z**2+2*x*y+2*y*z+2*x*z
rational: (x/y)/(z/y) = x/z
rational: (1+1/x)/(1-1/x) = (x+1)/(x-1)
rational: (x**6-y**6)/(x**2-y**2) = x**4+x**2*y**2+y**4
rational: x**3+y**3+z**3-3*x*y*z = (x+y+z)*(x**2+y**2+z**2-x*y-y*z-z*x)
rational: (x**2+1)*(y**2+1) = (x*y-1)**2+(x+y)**2
rational: n*(n+1)/2+n+1 = (n+1)*(n+2)/2
rational: x**(-2)*x**5 = x**3
rational: (0.5*x+1.5)**2 = (x+3)**2/4
rational: x/(1+x/(1+x)) = (x+x**2)/(1+2*x)
trig: cos(x)**4-sin(x)**4 = cos(2*x)
trig: sin(3*x) = 3*sin(x)-4*sin(x)**3
trig: sin(x)**4 = (3-4*cos(2*x)+cos(4*x))/8
trig: tan(2*x) = 2*tan(x)/(1-tan(x)**2)
trig: (1-cos(x))/sin(x) = tan(x/2)
trig: 1+cot(x)**2 = csc(x)**2
trig: cos(x)*cos(y) = (cos(x-y)+cos(x+y))/2
trig: sin(x+pi/2) = cos(x)
trig: sin(pi-x) = sin(x)
trig: sin(x)+cos(x) = sqrt(2)*sin(x+pi/4)
trig: sin(asin(x)) = x
trig: tan(atan(x)) = x
trig: cos(asin(x)) = sqrt(1-x**2)
trig: sin(atan(x)) = x/sqrt(1+x**2)
logs: ln(x**3) = 3*ln(x)
logs: ln(x*y) = ln(x)+ln(y)
logs: ln(x/y) = ln(x)-ln(y)
logs: e**(ln(x)) = x
logs: log(8**x,2) = 3*x
logs: x**ln(y) = y**ln(x)
logs: ln(sqrt(x)) = ln(x)/2
logs: log(x,4) = log(x,2)/2
logs: e**(2*ln(x)) = x**2
powers: sqrt(x)*sqrt(y) = sqrt(x*y)
powers: sqrt(x)**2 = x
powers: x**(1/2)*x**(1/3) = x**(5/6)
powers: root(x**3,3) = x
powers: 2**x*3**x = 6**x
powers: 9**(x/2) = 3**x
powers: (e**x)**3 = e**(3*x)
powers: e**x/e**y = e**(x-y)
powers: 1/(sqrt(x+1)+sqrt(x)) = sqrt(x+1)-sqrt(x)
powers: sqrt(x**4) = x**2
powers: sqrt(x**2+2*x+1) = abs(x+1)
powers: abs(x)*abs(y) = abs(x*y)
powers: abs(x)**2 = x**2
powers: max(x,y) = (x+y+abs(x-y))/2
powers: (x**2)**(3/2) = abs(x)**3
hyperbolic: cosh(2*x) = cosh(x)**2+sinh(x)**2
hyperbolic: 1-tanh(x)**2 = 1/cosh(x)**2
hyperbolic: e**x = sinh(x)+cosh(x)
hyperbolic: asinh(x) = ln(x+sqrt(x**2+1))
counting: binom(n,2) = n*(n-1)/2
counting: fact(n)/fact(n-2) = n*(n-1)
counting: fact(n+1) = (n+1)*fact(n)
counting: total(k,k,1,n) = n*(n+1)/2
counting: total(k**3,k,1,n) = n**2*(n+1)**2/4
counting: total(x**k,k,0,4) = (x**5-1)/(x-1)
"""

DIFFERENT = """
rational: (x**3-1)/(x-1) = x**2-x+1
rational: (x+y)**3 = x**3+y**3
rational: x**2+1/10**60 = x**2
rational: x/(y+z) = x/y+x/z
rational: x**12-1 = (x-1)**12
rational: (x+1)/(x+2) = (x+1+1/10**45)/(x+2)
rational: x*10**40 = x*10**40+1
rational: x+y = x+z
rational: n*(n+1)/2 = n*(n-1)/2
absolute: abs(x) = x
absolute: sqrt(x**2) = x
absolute: sqrt(x**2) = -x
absolute: sqrt(x**2+2*x+1) = x+1
absolute: abs(x+y) = abs(x)+abs(y)
absolute: abs(x**3) = x**3
absolute: sqrt(x**6) = x**3
absolute: (x**2)**(3/2) = x**3
absolute: max(x,y) = x
absolute: abs(x)/x = 1
trig: asin(sin(x)) = x
trig: atan(tan(x)) = x
trig: acos(cos(x)) = x
trig: atan(x)+atan(1/x) = pi/2
trig: sin(x+y) = sin(x)+sin(y)
trig: sin(x)**2-cos(x)**2 = 1
trig: cos(2*x) = 2*cos(x)
trig: cos(x)**2 = cos(2*x)/2
trig: sin(3*x) = 3*sin(x)+4*sin(x)**3
trig: tan(x) = cot(x)
trig: sin(x)+1/10**50 = sin(x)
trig: sin(x) = sin(x+1/10**40)
trig: sin(x) = sin(x+pi)
trig: sin(x) = x-x**3/6
trig: cos(x)+cos(y) = 2*cos(x/2)*cos(y/2)
logs: ln(x+y) = ln(x)+ln(y)
logs: ln(x)*ln(y) = ln(x*y)
logs: ln(x)/ln(y) = ln(x/y)
logs: ln(x**2+1) = 2*ln(x)
logs: ln(x+1/10**50) = ln(x)
logs: log(x,2) = ln(x)
powers: sqrt(x+y) = sqrt(x)+sqrt(y)
powers: 2**x*3**x = 5**x
powers: (x**y)**z = x**(y**z)
powers: 2**(x**2) = 4**x
powers: e**x = (27182818284590452/10**16)**x
powers: e**x = (1+x/10**12)**(10**3)
powers: x**(1/2) = x**(1/3)
powers: x**y = y**x
powers: sqrt(x**2+1) = x+1
powers: sqrt(x**2+1/10**70) = abs(x)
powers: (x+1)**(1/2) = x/2+1
hyperbolic: cosh(x)**2+sinh(x)**2 = 1
hyperbolic: tanh(x) = x/(1+abs(x))
hyperbolic: sinh(2*x) = 2*sinh(x)
hyperbolic: cosh(x) = e**x/2
counting: binom(n,2) = n**2/2
counting: fact(2*n) = 2*fact(n)
counting: total(k,k,1,n) = n*(n+1)/2+1/10**30
counting: floor(x) = x
counting: floor(2*x) = 2*floor(x)
counting: total(x**k,k,0,5) = (x**5-1)/(x-1)
"""

# ---- Pairs by construction ------------------------------------------------------------------------------------------


def some(low, high):
    return rng.randint(low, high)


def signed_sum(*terms):
    return "".join(f"{coefficient:+d}*{term}" for coefficient, term in terms if coefficient).lstrip("+") or "0"


def products_of_roots():
    p, q = rng.sample([2, 3, 5, 6, 7, 11, 13], 2)
    a, b, c, d = (rng.choice([-1, 1]) * some(2, 9) for _ in range(4))
    left = f"({a}+{b}*sqrt({p}))*({c}+{d}*sqrt({q}))"
    return left, signed_sum((b * c, f"sqrt({p})"), (a * d, f"sqrt({q})"), (b * d, f"sqrt({p * q})")) + f"{a * c:+d}"


def denested_squares():
    a, b = rng.sample(range(2, 40), 2)
    return f"sqrt({a + b}+2*sqrt({a * b}))", f"sqrt({a})+sqrt({b})"


def denested_cubes():
    a, b, d = some(1, 9), some(1, 9), rng.choice([2, 3, 5, 6, 7])
    return f"root({a**3 + 3 * a * b * b * d}+{3 * a * a * b + b**3 * d}*sqrt({d}),3)", f"{a}+{b}*sqrt({d})"


def rationalized():
    a, b = sorted(rng.sample(range(2, 60), 2))
    return f"{some(1, 9) * (b - a)}/(sqrt({a})+sqrt({b}))", None  # the right side follows from the left


def logarithms():
    p, q, r = rng.sample([2, 3, 5, 7, 11], 3)
    a, b, c = some(1, 6), some(1, 6), some(1, 6)
    return f"ln({p**a * q**b}/{r**c})", f"{a}*ln({p})+{b}*ln({q})-{c}*ln({r})"


def product_to_sum():
    n = rng.choice([7, 9, 11, 13, 15])
    a, b = sorted(rng.sample(range(1, n), 2))
    return f"2*sin({a}*pi/{n})*sin({b}*pi/{n})", f"cos({b - a}*pi/{n})-cos({a + b}*pi/{n})"


def product_to_sum_of_radians():
    a, b = sorted(rng.sample(range(1, 30), 2))
    return f"2*sin({a})*cos({b})", f"sin({a + b})-sin({b - a})"


def roots_of_unity():
    n = some(3, 8)
    return "+".join(["1"] + [f"e**({2 * k}*pi*i/{n})" for k in range(1, n)]), "0"


def arctangents():
    a = some(2, 40)
    d = rng.choice(sp.divisors(a * a + 1))
    return f"atan(1/{a})", f"atan(1/{a + d})+atan(1/{a + (a * a + 1) // d})"


def complex_powers():
    a, b, n = some(1, 5), some(1, 5), some(2, 9)
    real, imaginary = a, b
    for _ in range(n - 1):
        real, imaginary = real * a - imaginary * b, real * b + imaginary * a
    return f"({a}+{b}*i)**{n}", f"{real}{imaginary:+d}*i"


def hyperbolics():
    n = some(2, 30)
    return f"cosh(ln({n}))", f"{n * n + 1}/{2 * n}"


def inverse_hyperbolics():
    n = some(2, 30)
    return f"asinh({n})", f"ln({n}+sqrt({n * n + 1}))"


def powers_of_golden_ratio():
    n = some(3, 40)
    return f"((1+sqrt(5))/2)**{n}", f"({sp.lucas(n)}+{sp.fibonacci(n)}*sqrt(5))/2"


def pascal():
    n, k = some(20, 200), some(3, 15)
    return f"binom({n},{k})+binom({n},{k + 1})", f"binom({n + 1},{k + 1})"


def fractional_powers():
    a, b, c = some(1, 9), some(1, 9), some(2, 7)
    return f"2**({a}/{c})*4**({b}/{c})", f"2**({a + 2 * b}/{c})"


def quotients_of_roots():
    a, b, k = some(2, 9), some(2, 9), some(3, 7)
    return f"root({a**k * b},{k})", f"{a}*root({b},{k})"


FAMILIES = [products_of_roots, denested_squares, denested_cubes, rationalized, logarithms, product_to_sum,
            product_to_sum_of_radians, roots_of_unity, arctangents, complex_powers, hyperbolics, inverse_hyperbolics,
            powers_of_golden_ratio, pascal, fractional_powers, quotients_of_roots]


def generated():
    """Six identities of each family, each with a neighbour that is a tiny number away."""
    for family in FAMILIES:
        for _ in range(6):
            left, right = family()
            right = right or str(sp.radsimp(sp.sympify(left)))
            yield family.__name__, left, right, True
            tiny = f"{some(1, 9)}/10**{some(12, 120)}"
            if rng.random() < 0.5:
                yield family.__name__, left, f"{right}+{tiny}", False
            else:
                yield family.__name__, f"({left})*(1-{tiny})" if right != "0" else f"{left}-{tiny}", right, False


# ---- Truth ----------------------------------------------------------------------------------------------------------


def equal_constants(left, right):
    with mpmath.workdps(DIGITS + 100):
        a, b = (value_of(node, text, MPMATH, {}) for node, text in (left, right))
        size = max(abs(a), abs(b)) if b != 0 else 1  # a sum may have to vanish
        return abs(a - b) <= mpmath.mpf(10) ** -DIGITS * size


def equal_by_sympy(left, right):
    """By SymPy's own evaluation, which simplifies on its way."""
    a, b = (sp.N(value_of(node, text, SYMPY, {}), SYMPY_DIGITS)._to_mpmath(4 * SYMPY_DIGITS)
            for node, text in (left, right))
    return abs(a - b) <= mpmath.mpf(10) ** (50 - SYMPY_DIGITS) * max(1, abs(a))


def simplified_to_zero(left, right):
    """By SymPy, where the variables are positive; n is an integer."""
    names = variables_of(left, right)
    positive = {name: sp.Symbol(name, positive=True, integer=name == "n" or None) for name in names}
    a, b = (value_of(node, text, SYMPY, positive) for node, text in (left, right))
    difference = a - b
    attempts = (sp.simplify, lambda d: sp.simplify(sp.factor(d, deep=True)),
                lambda d: sp.simplify(sp.expand(d)), lambda d: sp.simplify(sp.expand_log(d, force=True)),
                lambda d: sp.simplify(d.rewrite(sp.exp)), lambda d: sp.simplify(sp.expand_trig(d)),
                lambda d: sp.simplify(sp.expand_func(d)), lambda d: sp.simplify(d.rewrite(sp.Piecewise)),
                lambda d: sp.simplify(sp.powdenest(d, force=True)), lambda d: sp.simplify(sp.radsimp(d)),
                lambda d: sp.simplify(d.rewrite(sp.log)), lambda d: sp.simplify(sp.gammasimp(d.rewrite(sp.gamma))),
                lambda d: sp.simplify(sp.expand_power_base(sp.expand_power_exp(d))))
    return any(attempt(difference) == 0 for attempt in attempts)


def equal_at_points(left, right):
    """At points where all parts of both sides are real; integers for n."""
    names = variables_of(left, right)
    compared = 0
    points = random.Random(7)
    with mpmath.workdps(200):
        for _ in range(60):
            point = {name: mpmath.mpf(points.randint(-4000, 4000)) / 997 for name in names}
            if "n" in point:
                point["n"] = mpmath.mpf(points.randint(1, 9))
            try:
                a, b = (mpmath.mpmathify(value_of(node, text, REAL, point)) for node, text in (left, right))
            except (ValueError, ZeroDivisionError, TypeError):
                continue
            compared += 1
            if abs(a - b) > mpmath.mpf(10) ** -150 * max(1, abs(a)):
                return False
    assert compared >= 5, (left[1], right[1])
    return True


# ---- Rows -----------------------------------------------------------------------------------------------------------


def lines_of(table):
    for line in table.strip().splitlines():
        name, _, pair = line.partition(": ")
        left, right = pair.split(" = ")
        yield name, left, right


def emit(name, left, right, equal):
    style = Style()
    print(json.dumps({"class": name, "left": style.whole(left), "right": style.whole(right), "equal": equal}))


def emit_constants(name, left, right, equal):
    left, right = parsed(left), parsed(right)
    found = equal_constants(left, right)
    assert found == equal, f"{left[1]} and {right[1]}: {found}"
    assert not equal or equal_by_sympy(left, right), f"{left[1]} and {right[1]}, by SymPy"
    emit(name, left, right, equal)


def emit_functions(name, left, right, equal):
    left, right = parsed(left), parsed(right)
    found = equal_at_points(left, right)
    assert found == equal, f"{left[1]} and {right[1]}: {found}"
    assert not equal or simplified_to_zero(left, right), f"not simplified: {left[1]} and {right[1]}"
    emit("variables, " + name, left, right, equal)


def main():
    for table, equal in ((IDENTITIES, True), (NEAR_MISSES, False)):
        for name, left, right in lines_of(table):
            emit_constants(name, left, right, equal)
    for name, left, right, equal in generated():
        emit_constants(name.replace("_", " "), left, right, equal)
    for table, equal in ((VARIABLES, True), (DIFFERENT, False)):
        for name, left, right in lines_of(table):
            emit_functions(name, left, right, equal)


if __name__ == "__main__":
    main()
