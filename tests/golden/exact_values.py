#!/usr/bin/env python3
"""Makes exact_values.jsonl, pairs of expressions for scorers/exact/: exact_values.py > exact_values.jsonl

SymPy 1.14.0 writes both sides in LaTeX; mpmath 1.3.0 says whether they are equal. Constants are equal where 1,000 digits
agree (all pairs made to be equal are identities by construction), and different where they part within 1,000 digits.
Expressions with variables are compared at ten points, positive and negative, where both sides are real.
"""
import json
import random
import re

import mpmath
import sympy as sp
from sympy import (E, I, Integer, Rational, acos, acosh, asin, asinh, atan, binomial, cos, cosh, cot, csc, exp,
                   expand, expand_log, expand_trig, factor, factorial, log, pi, root, sec, simplify, sin, sinh, sqrt, tan,
                   tanh)

mpmath.mp.dps = 1000
R = Rational
rng = random.Random(20261125)
x, y, z, n = sp.symbols("x y z n", real=True)


def raw(text):
    """Not simplified: "sqrt(8) + 2**3" stays as it is."""
    with sp.evaluate(False):
        return sp.parsing.sympy_parser.parse_expr(text, local_dict={"x": x, "y": y, "z": z, "n": n}, evaluate=False)


IDENTITIES = [  # (left, right), constants
    ("sqrt(2)+sqrt(3)", "sqrt(5+2*sqrt(6))"), ("sqrt(7+4*sqrt(3))", "2+sqrt(3)"), ("sqrt(3-2*sqrt(2))", "sqrt(2)-1"),
    ("(2+sqrt(5))**R(1,3)", "(1+sqrt(5))/2"), ("(2+sqrt(5))**R(1,3)+(sqrt(5)-2)**R(1,3)", "sqrt(5)"),
    ("root(9*(root(2,3)-1),3)", "1-root(2,3)+root(4,3)"), ("sqrt(root(5,3)-root(4,3))", "(root(2,3)+root(20,3)-root(25,3))/3"),
    ("1/(sqrt(2)+sqrt(3)+sqrt(5))", "(2*sqrt(3)+3*sqrt(2)-sqrt(30))/12"), ("sqrt(8)+sqrt(18)", "5*sqrt(2)"),
    ("1/(1+root(2,3))", "(1-root(2,3)+root(4,3))/3"), ("sqrt(10+sqrt(24)+sqrt(40)+sqrt(60))", "sqrt(2)+sqrt(3)+sqrt(5)"),
    ("(sqrt(5)-1)/2", "2/(1+sqrt(5))"), ("((1+sqrt(5))/2)**2", "(3+sqrt(5))/2"), ("((1+sqrt(5))/2)**10", "55*(1+sqrt(5))/2+34"),
    ("cos(pi/5)", "(1+sqrt(5))/4"), ("sin(pi/12)", "(sqrt(6)-sqrt(2))/4"), ("tan(pi/8)", "sqrt(2)-1"), ("sin(pi/10)", "(sqrt(5)-1)/4"),
    ("cos(pi/7)-cos(2*pi/7)+cos(3*pi/7)", "R(1,2)"), ("sin(pi/7)*sin(2*pi/7)*sin(3*pi/7)", "sqrt(7)/8"),
    ("cos(2*pi/5)*cos(pi/5)", "R(1,4)"), ("tan(3*pi/11)+4*sin(2*pi/11)", "sqrt(11)"), ("cos(pi/9)*cos(2*pi/9)*cos(4*pi/9)", "R(1,8)"),
    ("tan(pi/9)*tan(2*pi/9)*tan(4*pi/9)", "sqrt(3)"), ("cos(pi/24)", "sqrt(2+sqrt(2+sqrt(3)))/2"), ("cos(2*pi/17)*16", "-1+sqrt(17)+sqrt(34-2*sqrt(17))+2*sqrt(17+3*sqrt(17)-sqrt(34-2*sqrt(17))-2*sqrt(34+2*sqrt(17)))"),
    ("sqrt(2+sqrt(2+sqrt(2)))", "2*cos(pi/16)"), ("sqrt(2+sqrt(2+sqrt(2+sqrt(2))))", "2*cos(pi/32)"), ("1/(2*sin(pi/26))", "sin(6*pi/13)/sin(pi/13)"),
    ("4*atan(R(1,5))-atan(R(1,239))", "pi/4"), ("atan(1)+atan(2)+atan(3)", "pi"), ("atan(R(1,2))+atan(R(1,3))", "pi/4"), ("asin(R(3,5))+acos(R(3,5))", "pi/2"),
    ("2*atan(R(1,2))", "atan(R(4,3))"), ("acos(R(1,3))", "2*asin(sqrt(3)/3)"), ("acos(-R(1,2))", "2*pi/3"), ("asin(sqrt(2)/2)", "pi/4"),
    ("log(6)", "log(2)+log(3)"), ("log(8)/log(2)", "Integer(3)"), ("log(R(9,4))", "2*log(3)-2*log(2)"), ("log(sqrt(2))", "log(2)/2"), ("log(27)/log(9)", "R(3,2)"),
    ("log(2+sqrt(3))", "-log(2-sqrt(3))"), ("asinh(1)", "log(1+sqrt(2))"), ("acosh(2)", "log(2+sqrt(3))"), ("exp(log(7)/2)", "sqrt(7)"), ("log(exp(3)*5)", "3+log(5)"),
    ("exp(I*pi)", "Integer(-1)"), ("exp(I*pi/3)", "R(1,2)+sqrt(3)*I/2"), ("(1+I)**8", "Integer(16)"), ("((1+sqrt(3)*I)/2)**6", "Integer(1)"), ("I**I", "exp(-pi/2)"), ("sqrt(I)", "(1+I)/sqrt(2)"),
    ("(2+3*I)/(1-I)", "(-1+5*I)/2"), ("sin(1)**2+cos(1)**2", "Integer(1)"), ("sin(2)", "2*sin(1)*cos(1)"), ("cosh(1)**2-sinh(1)**2", "Integer(1)"), ("cosh(log(2))", "R(5,4)"), ("tanh(log(3))", "R(4,5)"),
    ("exp(2)-exp(-2)", "2*sinh(2)"), ("E**(R(1,2))*E**(R(3,2))", "E**2"), ("2**R(1,2)*2**R(1,3)", "2**R(5,6)"), ("sqrt(2)**6", "Integer(8)"), ("27**R(2,3)", "Integer(9)"), ("R(1,4)**-R(3,2)", "Integer(8)"),
    ("factorial(20)/factorial(18)", "Integer(380)"), ("binomial(52,5)", "Integer(2598960)"), ("binomial(100,50)", "factorial(100)/factorial(50)**2"), ("factorial(30)", "factorial(29)*30"),
    ("2**100", "Integer(1267650600228229401496703205376)"), ("3**200-1", "(3**100-1)*(3**100+1)"), ("R(22,7)-R(1,7)", "Integer(3)"), ("pi*pi**2", "pi**3"), ("(pi+1)**2", "pi**2+2*pi+1"), ("pi/2+pi/3", "5*pi/6"),
    ("sqrt(pi)**2", "pi"), ("(E+pi)*(E-pi)", "E**2-pi**2"), ("log(pi**2)", "2*log(pi)"), ("exp(pi*log(2))", "2**pi"), ("sqrt(50)/sqrt(2)", "Integer(5)"),
    ("cos(1)*cos(2)-sin(1)*sin(2)", "cos(3)"), ("tan(1)", "sin(1)/cos(1)"), ("sec(1)**2-tan(1)**2", "Integer(1)"), ("cot(pi/12)", "2+sqrt(3)"), ("csc(pi/6)", "Integer(2)"), ("sin(3)", "3*sin(1)-4*sin(1)**3"),
]

NEAR_MISSES = [
    ("exp(pi*sqrt(163))", "Integer(262537412640768744)"), ("1/factorial(2004)", "1/factorial(2006)"), ("2**2025", "2**2025+1"), ("2**1000", "2**1000-1"), ("3**500", "3**500+2"),
    ("sqrt(10**30+1)", "Integer(10)**15"), ("sqrt(2)+sqrt(3)", "R(31462643699419723,10**16)"), ("pi", "R(355,113)"), ("pi", "R(314159265358979323846264338327950288419716939937510,10**50)"), ("E", "R(2718281828459045235360287471352662497757,10**39)"),
    ("log(2)", "R(693147180559945309417232121458,10**30)"), ("sqrt(2)", "R(14142135623730950488016887242096980785696718753769,10**49)"), ("22*pi**4", "Integer(2143)"), ("exp(pi)-pi", "Integer(20)"), ("pi**4+pi**5", "E**6"), ("(pi+20)**I", "Integer(-1)"),
    ("factorial(100)", "factorial(100)+1"), ("1-1/E", "1+1/E"), ("1-exp(-100)", "Integer(1)"), ("1+R(1,10**60)", "Integer(1)"), ("sin(R(1,10**20))", "R(1,10**20)"), ("cos(R(1,10**40))", "Integer(1)"), ("tanh(100)", "Integer(1)"),
    ("root(2,100)", "root(2,101)"), ("sqrt(5+2*sqrt(6)+R(1,10**40))", "sqrt(2)+sqrt(3)"), ("log(10**40+1)", "40*log(10)"), ("binomial(200,100)", "binomial(200,100)-1"), ("2**R(1,3)+3**R(1,3)", "2**R(1,3)+3**R(1,3)+R(1,10**50)"),
    ("cos(pi/7)-cos(2*pi/7)+cos(3*pi/7)+R(1,10**45)", "R(1,2)"), ("sqrt(1000001)-sqrt(1000000)", "sqrt(1000000)-sqrt(999999)"), ("exp(I*pi)+R(1,10**30)*I", "Integer(-1)"), ("(1+R(1,10**9))**(10**9)", "E"), ("atan(10**30)", "pi/2"), ("163/log(163)", "Integer(32)"),
    ("sqrt(26)-sqrt(25)", "R(1,10)"), ("sqrt(29)+sqrt(31)", "2*sqrt(30)"), ("exp(exp(exp(-3)))", "exp(1+exp(-3))"), ("I**I", "exp(pi/2)"), ("sqrt(-2)*sqrt(-3)", "sqrt(6)"), ("7**R(1,2)", "7**R(1,3)"), ("2**(2**10)", "2**(2**10)+1"),
]

VARIABLES = [  # (left, right, equal)
    ("(x+1)**2", "x**2+2*x+1", True), ("(x**2-1)/(x-1)", "x+1", True), ("1/x+1/y", "(x+y)/(x*y)", True), ("(x+y)**3", "x**3+3*x**2*y+3*x*y**2+y**3", True), ("x**4-y**4", "(x-y)*(x+y)*(x**2+y**2)", True),
    ("((x+y)**5-(x-y)**5)/(2*y)", "5*x**4+10*x**2*y**2+y**4", True), ("sin(x)**2+cos(x)**2", "Integer(1)", True), ("sin(2*x)", "2*sin(x)*cos(x)", True), ("cos(2*x)", "1-2*sin(x)**2", True), ("tan(x)**2+1", "sec(x)**2", True),
    ("sin(x+y)", "sin(x)*cos(y)+cos(x)*sin(y)", True), ("cos(3*x)", "4*cos(x)**3-3*cos(x)", True), ("sin(x)/cos(x)", "tan(x)", True), ("cot(x)", "1/tan(x)", True), ("exp(x+y)", "exp(x)*exp(y)", True), ("exp(2*x)", "exp(x)**2", True),
    ("log(x**2)", "2*log(Abs(x))", True), ("log(x**2*y**2)", "log(x**2)+log(y**2)", True), ("cosh(x)**2-sinh(x)**2", "Integer(1)", True), ("sinh(x)", "(exp(x)-exp(-x))/2", True), ("sqrt(x**2)", "Abs(x)", True), ("sqrt(4*x**2+4)", "2*sqrt(x**2+1)", True),
    ("2**(x+1)", "2*2**x", True), ("4**x", "2**(2*x)", True), ("(x**2+1)**R(1,2)*(x**2+1)**R(3,2)", "(x**2+1)**2", True), ("x/(x+1)+1/(x+1)", "Integer(1)", True), ("(x**3+y**3)/(x+y)", "x**2-x*y+y**2", True), ("atan(x)+atan(1/x)", "atan(x)+atan(1/x)", True),
    ("exp(10*x)", "exp(10*x)+R(1,10000000)", False), ("Abs(x)", "x", False), ("sqrt(x**2)", "x", False), ("(x+1)**2", "x**2+1", False), ("sin(x)", "x", False), ("sin(x)**2", "sin(x**2)", False), ("cos(x)", "sin(x)", False), ("log(x**2)", "log(x)**2", False),
    ("x**2-y**2", "(x-y)**2", False), ("1/(x+y)", "1/x+1/y", False), ("exp(x*y)", "exp(x)*exp(y)", False), ("2**x", "x**2", False), ("x**2+x+1", "x**2+x+1+R(1,10**40)", False), ("sqrt(x**2+y**2)", "x+y", False), ("tan(x)", "sin(x)*cos(x)", False), ("sin(2*x)", "2*sin(x)", False),
    ("x**3", "x**3+x-x*(1+R(1,10**30))", False), ("(x+y)*(x-y)", "x**2+y**2", False), ("sinh(x)", "sin(x)", False), ("x*y", "x+y", False), ("x/y", "y/x", False), ("x**2*y", "x*y**2", False), ("x", "y", False), ("2*x+3", "3*x+2", False),
]


def equal_values(left, right):
    a, b = left.evalf(1000, maxn=4000), right.evalf(1000, maxn=4000)
    return sp.Abs(a - b) <= sp.Float(10, 1000) ** -950 * sp.Max(sp.Abs(a), sp.Abs(b))


def equal_functions(left, right):
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    f, g = (sp.lambdify(symbols, side, "mpmath") for side in (left, right))
    for _ in range(10):
        point = [mpmath.mpf(rng.randint(-900, 900)) / 400 + mpmath.mpf(1) / 7 for _ in symbols]
        a, b = mpmath.mpmathify(f(*point)), mpmath.mpmathify(g(*point))
        if mpmath.im(a) or mpmath.im(b):
            continue
        if abs(a - b) > mpmath.mpf(10) ** -900 * max(1, abs(a)):
            return False
    return True


def written(text):
    powers = re.sub(r"(?<=,)10\*\*(\d+)(?=\))", lambda power: "1" + "0" * int(power[1]), text)
    return raw(powers.replace("R(", "Rational("))


def random_surd():
    return sum(R(rng.randint(-9, 9), rng.randint(1, 5)) * sqrt(rng.choice([2, 3, 5, 7, 6, 10])) for _ in range(2)) + rng.randint(-5, 5)


def generated():
    """Identities by construction, and the same with one small change."""
    for _ in range(40):
        a, b = random_surd(), random_surd()
        left, right = sp.Mul(a, b, evaluate=False), expand(a * b)
        yield left, right, True
        yield left, right + R(rng.choice([-1, 1]), 10 ** rng.randint(8, 60)), False
    for _ in range(20):
        a = random_surd()
        if a == 0:
            continue
        yield 1 / a, sp.radsimp(1 / a), True
        yield 1 / a, sp.radsimp(1 / a) * (1 + R(1, 10 ** rng.randint(8, 40))), False
    for _ in range(20):
        p, q = rng.randint(1, 11), rng.choice([5, 7, 8, 9, 10, 12, 15])
        angle = sp.Mul(pi, R(p, q), evaluate=False)
        m = rng.randint(2, 4)
        yield cos(m * pi * R(p, q), evaluate=False), sp.chebyshevt(m, cos(angle, evaluate=False)), True
        yield cos(m * pi * R(p, q), evaluate=False), sp.chebyshevt(m, cos(angle, evaluate=False)) + R(1, 10**20), False
    for _ in range(15):
        k = rng.randint(2, 400)
        yield log(k, evaluate=False), sum(e * log(p) for p, e in sp.factorint(k).items()), True
        yield log(k, evaluate=False), log(k + R(1, 10**25), evaluate=False), False
    for _ in range(20):
        f = sum(rng.randint(-5, 5) * x**i * y**j for i in range(3) for j in range(2)) + x
        g = rng.randint(1, 4) * x + rng.randint(-3, 3) * y + 1
        yield sp.Mul(f, g, evaluate=False), expand(f * g), True
        yield sp.Mul(f, g, evaluate=False), expand(f * g) + y, False


def latex(expression):
    r"""As people write what SymPy leaves unevaluated: "1 \frac{1}{2}" without its 1, "\left(-1\right) 2" as -2."""
    text = re.sub(r"(?<![0-9.}^_])1 (?=\\frac)", "", sp.latex(expression, ln_notation=True))
    return re.sub(r"\\left\(-1\\right\) (?=\d)", "-", text)


def emit(left, right, equal, found):
    assert bool(found) == equal, sp.latex(left) + " and " + sp.latex(right)[:200]
    print(json.dumps({"left": latex(left), "right": latex(right), "equal": equal}))


def main():
    for left, right in IDENTITIES:
        emit(written(left), written(right), True, equal_values(written(left), written(right)))
    for left, right in NEAR_MISSES:
        emit(written(left), written(right), False, equal_values(written(left), written(right)))
    for left, right, equal in VARIABLES:
        emit(written(left), written(right), equal, equal_functions(written(left), written(right)))
    for left, right, equal in generated():
        compare = equal_functions if left.free_symbols or right.free_symbols else equal_values
        emit(left, right, equal, compare(left, right))


if __name__ == "__main__":
    main()
