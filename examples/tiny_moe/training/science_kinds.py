"""Units, molar masses and formulas of physics. Answers are numbers; the question names their unit."""

from problem import Problem, wording
from steps import add, divide, multiply, quotient, reduce, shift

CONVERT = [
    "Convert {x} {u} to {w}.", "How many {w} are {x} {u}?", "Express {x} {u} in {w}.", "What is {x} {u} in {w}?",
    "Write {x} {u} in {w}.", "{x} {u} = ? {w}", "Change {x} {u} into {w}.",
    "Compute {x} {u} in {w}.", "{x} {u} is how many {w}?", "Please convert {x} {u} to {w}.", "Determine {x} {u} in {w}.",
    "Turn {x} {u} into {w}.",
    "Find {x} {u} in {w}.", "Give {x} {u} in {w}.",
]  # fmt: skip
DECIMAL = [("km", "m", 3), ("m", "cm", 2), ("m", "mm", 3), ("cm", "mm", 1), ("kg", "g", 3), ("g", "mg", 3),
           ("L", "mL", 3), ("kJ", "J", 3), ("m^2", "cm^2", 4), ("kW", "W", 3), ("t", "kg", 3)]  # fmt: skip
COUNTED = [("hours", "minutes", 60), ("minutes", "seconds", 60), ("days", "hours", 24), ("weeks", "days", 7),
           ("feet", "inches", 12), ("yards", "feet", 3), ("years", "months", 12), ("gallons", "pints", 8)]  # fmt: skip
SINGLE = {60: [6], 24: [6, 4], 12: [6, 2], 8: [8], 7: [7], 3: [3]}  # factors by which is divided in turn


def decimal_units(rng, split):
    large, small, places = rng.choice(DECIMAL)
    digits = rng.randint(1, 9999)
    if rng.random() < 0.5:
        start, end = large, small
        after = rng.randint(0, min(places, 3))
        text = shift(str(digits), -after)[1] if after else str(digits)
    else:
        start, end, places, text = small, large, -places, str(digits)
    lines, answer = shift(text, places)
    lines = [f"{end}={'*' if places > 0 else '/'}{10 ** abs(places)}", *lines]
    question = wording(rng, split, CONVERT, x=text, u=start, w=end)
    return Problem("units", f"{text} {start} {end}", question, lines, answer)


def counted_units(rng, split):
    large, small, factor = rng.choice(COUNTED)
    n = rng.randint(2, 99)
    if rng.random() < 0.6:
        lines, value = multiply(n, factor)
        question = wording(rng, split, CONVERT, x=n, u=large, w=small)
        return Problem("units", f"{n} {large} {small}", question, [f"{small}=*{factor}", *lines], str(value))
    n = rng.randint(2, 99)
    head = [f"{large}=/{factor}"]
    question = wording(rng, split, CONVERT, x=n * factor, u=small, w=large)
    more, value = [], n * factor // (10 if factor == 60 else 1)
    for digit in SINGLE[factor]:
        line, (value, _) = divide(value, digit)
        more += line
    return Problem("units", f"{n * factor} {small} {large}", question, head + more, str(n))


def speeds(rng, split):
    """m/s times 18/5 is km/h."""
    if rng.random() < 0.5:
        n = 5 * rng.randint(1, 60)
        lines, (fifth, _) = divide(n, 5)
        more, value = multiply(fifth, 18)
        question = wording(rng, split, CONVERT, x=n, u="m/s", w="km/h")
        return Problem("units", f"{n} m/s", question, ["/5*18", *lines, *more], str(value))
    n = 18 * rng.randint(1, 60)
    lines, (half, _) = divide(n, 2)
    more, (ninth, _) = divide(half, 9)
    last, value = multiply(ninth, 5)
    question = wording(rng, split, CONVERT, x=n, u="km/h", w="m/s")
    return Problem("units", f"{n} km/h", question, ["/18*5", *lines, *more, *last], str(value))


def temperatures(rng, split):
    n = rng.randint(-20, 100) * 5
    which = rng.choice(["C to F", "C to K", "F to C"])
    if which == "C to F":
        lines, (fifth, _) = divide(abs(n), 5)
        more, ninefold = multiply(fifth, 9)
        last, value = add(ninefold if n > 0 else -ninefold, 32)
        lines = ["/5*9+32", *lines, *more, *last]
    elif which == "C to K":
        n = rng.randint(-270, 999)
        lines, value = add(n, 273)
    else:
        value = n
        n = n // 5 * 9 + 32
        first, ninefold = add(n, -32)
        more, (ninth, _) = divide(abs(ninefold), 9)
        last, five = multiply(ninth, 5)
        lines = ["-32/9*5", *first, *more, *last]
    start, _, end = which.split()
    question = wording(rng, split, CONVERT, x=n, u="degrees " + start, w="degrees " + end)
    return Problem("units", f"{n} {which}", question, lines, str(value))


def units(rng, split):
    return rng.choices([decimal_units, counted_units, speeds, temperatures], [3, 2, 2, 2])[0](rng, split)


MASS = {"H": 1, "C": 12, "N": 14, "O": 16, "F": 19, "Na": 23, "Mg": 24, "Al": 27, "P": 31, "S": 32, "K": 39, "Ca": 40,
        "Fe": 56, "Cu": 64, "Zn": 65, "Ag": 108}  # fmt: skip
METALS = [("Na", 1), ("K", 1), ("Ag", 1), ("Mg", 2), ("Ca", 2), ("Fe", 2), ("Cu", 2), ("Zn", 2), ("Al", 3), ("Fe", 3)]
ANIONS = [({"O": 1, "H": 1}, 1), ({"N": 1, "O": 3}, 1), ({"F": 1}, 1), ({"S": 1, "O": 4}, 2), ({"C": 1, "O": 3}, 2),
          ({"S": 1}, 2), ({"O": 1}, 2), ({"P": 1, "O": 4}, 3), ({"N": 1, "O": 2}, 1), ({"S": 1, "O": 3}, 2)]  # fmt: skip
ONE_MOLE = [
    "What is the molar mass of {f} in g/mol?", "Find the molar mass of {f} in g/mol.", "Compute the molar mass of {f}.",
    "How many grams is one mole of {f}?", "Determine the mass of one mole of {f} in g.", "Calculate the molar mass of {f}.",
    "Give the molar mass of {f}.",
    "Find the mass of one mole of {f} in g.", "Determine the molar mass of {f} in g/mol.",
]  # fmt: skip
MOLES = [
    "What is the mass of {n} moles of {f} in g?", "Find the mass of {n} moles of {f} in g.",
    "How many grams are {n} moles of {f}?", "Compute the mass of {n} moles of {f}.", "Calculate the mass of {n} mol of {f}.",
    "Determine the mass of {n} mol of {f} in g.",
    "Give the mass of {n} mol of {f}.",
    "What is the mass of {n} mol of {f} in g?", "Find the mass of {n} mol of {f}.",
]  # fmt: skip


def count(n):
    return "" if n == 1 else str(n)


def compound(rng):
    """(formula, atoms) of an organic compound or a salt."""
    if rng.random() < 0.5:
        carbon = rng.randint(1, 12)
        atoms = {"C": carbon, "H": rng.randint(1, carbon + 1) * 2, "O": rng.randint(0, 6), "N": rng.choice([0, 0, 2, 4])}
        atoms = {element: n for element, n in atoms.items() if n}
        return "".join(element + count(n) for element, n in atoms.items()), atoms
    (metal, charge), (anion, other) = rng.choice(METALS), rng.choice(ANIONS)
    both = 6 if {charge, other} == {2, 3} else max(charge, other)
    metals, anions = both // charge, both // other
    group = "".join(element + count(n) for element, n in anion.items())
    simple = anions == 1 or list(anion.values()) == [1]
    formula = metal + count(metals) + (group + count(anions) if simple else f"({group}){anions}")
    return formula, {metal: metals} | {element: n * anions for element, n in anion.items()}


def molar_mass(rng, split):
    formula, atoms = compound(rng)
    lines, total = [], None
    for element, n in atoms.items():
        (*more, last), mass = multiply(MASS[element], n)
        lines += [f"{element}{n}:{line}" for line in [*more, last][:1]] + [*more, last][1:]
        if total is None:
            total = mass
        else:
            more, total = add(total, mass)
            lines += more
    moles = rng.choice([1, 1, rng.randint(2, 9)])
    if moles > 1:
        more, total = multiply(total, moles)
        lines += more
    question = wording(rng, split, ONE_MOLE if moles == 1 else MOLES, f=formula, n=moles)
    return Problem("molar masses", f"{moles} {formula}", question, lines, str(total))


ASK = [
    "{s} Find the {w}.", "{s} What is the {w}?", "{s} Compute the {w}.", "{s} Calculate the {w}.",
    "{s} Determine the {w}.", "Find the {w}. {s}", "What is the {w}? {s}", "{s} How large is the {w}?",
    "{s} Give the {w}.",
    "Compute the {w}. {s}", "{s} Please find the {w}.",
]  # fmt: skip
# Scene, what is asked, the formula with which its first line starts, ranges of the given numbers.
PRODUCTS = [
    ("A body of {a} kg accelerates at {b} m/s^2.", "force in N", "F=ma", 99, 19),
    ("A body of {a} kg moves at {b} m/s.", "momentum in kg m/s", "p=mv", 99, 19),
    ("A current of {a} A flows through {b} ohm.", "voltage in V", "U=RI", 9, 199),
    ("At {a} V a current of {b} A flows.", "power in W", "P=UI", 199, 9),
    ("A force of {a} N acts over {b} m.", "work in J", "W=Fs", 99, 19),
    ("A car moves at {a} m/s for {b} s.", "distance in m", "s=vt", 19, 99),
    ("A current of {a} A flows for {b} s.", "charge in C", "Q=It", 19, 99),
    ("A wave of {a} Hz has a length of {b} m.", "wave speed in m/s", "v=fl", 299, 9),
]  # fmt: skip
RATIOS = [
    ("A body moves {a} m in {b} s.", "speed in m/s", "v=s/t"),
    ("A force of {a} N acts on {b} kg.", "acceleration in m/s^2", "a=F/m"),
    ("A voltage of {a} V drives a current of {b} A.", "resistance in ohm", "R=U/I"),
    ("A body of {a} g has a volume of {b} cm^3.", "density in g/cm^3", "d=m/V"),
    ("A machine does {a} J of work in {b} s.", "power in W", "P=W/t"),
    ("A force of {a} N acts on {b} m^2.", "pressure in Pa", "p=F/A"),
]


def kinetic(rng, split):
    m, v = rng.randint(2, 30), rng.randint(2, 12)
    lines, square = multiply(v, v)
    more, product = multiply(square, m)
    last, answer = quotient(product, 2)
    question = wording(rng, split, ASK, s=f"A body of {m} kg moves at {v} m/s.", w="kinetic energy in J")
    return Problem("physics", f"kinetic {m} {v}", question, ["E=mv^2/2", *lines, *more, *last], answer)


def height(rng, split):
    m, h = rng.randint(2, 99), rng.randint(2, 29)
    lines, product = multiply(m, h)
    question = wording(rng, split, ASK, s=f"A body of {m} kg is lifted by {h} m, with g = 10 m/s^2.", w="energy in J")
    return Problem("physics", f"height {m} {h}", question, ["E=mgh", *lines, str(product * 10)], str(product * 10))


def acceleration(rng, split):
    u, a, t = rng.randint(1, 60), rng.randint(2, 12), rng.randint(2, 29)
    lines, product = multiply(a, t)
    more, value = add(u, product)
    scene = f"A body at {u} m/s accelerates at {a} m/s^2 for {t} s."
    question = wording(rng, split, ASK, s=scene, w="final speed in m/s")
    return Problem("physics", f"final {u} {a} {t}", question, ["v=u+at", *lines, *more], str(value))


def product_formula(rng, split):
    scene, asked, formula, high_a, high_b = rng.choice(PRODUCTS)
    a, b = rng.randint(2, high_a), rng.randint(2, high_b)
    lines, value = multiply(a, b)
    question = wording(rng, split, ASK, s=scene.format(a=a, b=b), w=asked)
    return Problem("physics", f"{formula} {a} {b}", question, [formula, *lines], str(value))


def ratio_formula(rng, split):
    scene, asked, formula = rng.choice(RATIOS)
    b = rng.randint(2, 9)
    a = b * rng.randint(2, 149) if rng.random() < 0.7 else rng.randint(10, 299)
    lines, answer = quotient(a, b)
    question = wording(rng, split, ASK, s=scene.format(a=a, b=b), w=asked)
    return Problem("physics", f"{formula} {a} {b}", question, [formula, *lines], answer)


def physics(rng, split):
    makers = [product_formula, ratio_formula, kinetic, height, acceleration]
    return rng.choices(makers, [4, 4, 1, 1, 1])[0](rng, split)
