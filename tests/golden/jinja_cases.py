#!/usr/bin/env python3
"""Makes jinja_cases.jsonl.gz: what Jinja2 itself makes of invented templates, set up as Hugging Face's chat templates are.

    jinja_cases.py > jinja_cases.jsonl.gz

A line is {"conversation": variables} or {"template", "conversation", "text"}: the number of the line with the variables, and
what is rendered; null where Jinja2 raises, and for what is beyond the subset. Made with Python 3.11.7 and, in a virtual environment,
jinja2==3.1.6. The environment is set up as apply_chat_template of transformers does, the date is 4 July 2025, 09:05:07.
"""

import copy
import datetime
import gzip
import json
import random
import re
import sys
import warnings

import jinja2
import jinja2.ext
import jinja2.sandbox

import jinja_chats
import jinja_table

NOW = datetime.datetime(2025, 7, 4, 9, 5, 7)


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_text"), [], [], body).set_lineno(line)

    def _text(self, caller):
        return caller()


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


class Subset(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Raises for what is beyond the subset, too: * is of numbers or repeats a string, // is of integers."""

    intercepted_binops = frozenset(["*", "//"])

    def call_binop(self, context, operator, left, right):
        repeats = operator == "*" and isinstance(left, str) and isinstance(right, int)
        if not repeats and not all(isinstance(side, (int, float) if operator == "*" else int) for side in (left, right)):
            raise TypeError(operator)
        return super().call_binop(context, operator, left, right)


def of_integers(test):
    def checked(value, *arguments):
        if not isinstance(value, int):
            raise TypeError(value)
        return test(value, *arguments)

    return checked


def environment():
    env = Subset(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    env.filters["tojson"] = tojson
    for name in ("odd", "even", "divisibleby"):
        env.tests[name] = of_integers(env.tests[name])
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = NOW.strftime
    return env


ENV = environment()


def rendered(template, variables):
    """None where Jinja2, or Python below it, raises."""
    try:
        # The filter indent adds to a list in place.
        return ENV.from_string(template).render(**copy.deepcopy(variables))
    except Exception:
        return None


def is_beyond(text):
    """Texts of Python objects that are no data, integers beyond 64 bits, complex numbers."""
    if text is None:
        return False
    digits = max((len(run) for run in re.findall(r"\d+", text)), default=0)
    return digits > 18 or re.search(r"(?i) at 0x|[<>]|Iterator|object|dict_|range\(|\dj\)", text) is not None


class Generator:
    """Small templates over the variables of jinja_table, most of them valid. They set no name that is a variable, too: where
    an inner scope reads it before, Jinja2 takes it for undefined and we do not."""

    NAMES = ["a", "b", "n", "z", "s", "t", "u", "xs", "ys", "ms", "d", "f", "yes", "no", "nil", "missing"]
    FILTERS = [
        "trim", "upper", "lower", "title", "capitalize", "length", "first", "last", "list", "string", "int", "float",
        "sort", "reverse|list", "unique|list", "sum", "min", "max", "tojson", "join(',')", "join", "abs", "round(1)",
        "default('q')", "default('q', true)", "map('upper')|list", "select|list", "reject('none')|list", "dictsort",
        "selectattr('role', 'equalto', 'user')|list", "map(attribute='content')|join('/')", "items|list", "indent(2)",
        "replace('a', 'bb')", "map('string')|join", "select('string')|list", "count",
    ]
    TESTS = [
        "defined", "undefined", "none", "string", "number", "integer", "float", "mapping", "iterable", "sequence",
        "boolean", "true", "false", "odd", "even", "divisibleby 2", "in [1, 'a', 2.5]", "eq 2", "ne('a')", "gt 1",
        "sameas true",
    ]
    METHODS = [
        "strip()", "lstrip()", "rstrip('b ')", "split()", "split('a')", "split(' ', 1)", "rsplit('b', 1)", "upper()",
        "startswith('a')", "endswith(('c', ' '))", "title()", "replace('b', '')", "find('b')", "splitlines()", "items()|list",
        "keys()|list", "get('k')", "get('x', 7)", "rfind('b')", "append(1)", "update({})", "k", "0", "role",
    ]
    BINARY = ["+", "-", "*", "/", "//", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def literal(self):
        return self.rng.choice([
            "0", "1", "2", "-3", "7", "1.5", "-0.5", "'a'", '"b c"', "''", "'x\\ny'", "true", "none", "[]", "[1, 2, 3]",
            "['b', 'a']", "{'k': 1}", "{}", "'é' 'ü'",
        ])

    def expression(self, depth=0):
        rng, kind = self.rng, self.rng.randrange(14)
        if depth > 2 or kind < 3:
            return rng.choice(self.NAMES) if rng.random() < 0.65 else self.literal()
        inner = self.expression(depth + 1)
        if kind < 6:
            return f"({inner} {rng.choice(self.BINARY)} {self.expression(depth + 1)})"
        if kind < 8:
            return f"({inner})|{rng.choice(self.FILTERS)}"
        if kind == 8:
            return f"({inner} is {rng.choice(['', 'not '])}{rng.choice(self.TESTS)})"
        if kind == 9:
            return f"({inner}).{rng.choice(self.METHODS)}"
        if kind == 10:
            # Jinja2 folds a slice of a constant that has none to undefined; of anything else it is an error.
            if rng.random() < 0.5:
                return f"{rng.choice(self.NAMES)}[{rng.choice(['1:', ':2', '::-1', '::2', '-2:', '1:-1', 'n:', 's:'])}]"
            return f"({inner})[{rng.choice(['0', '-1', '5', 'n', 'k', 'role', 'items'])}]"
        if kind == 11:
            tail = f" else {self.expression(depth + 1)}" if rng.random() < 0.7 else ""
            return f"({inner} if {self.expression(depth + 1)}{tail})"
        if kind == 12:
            return f"(not {inner})"
        return f"[{inner}, {self.expression(depth + 1)}]"

    def tag(self, text, left="{%", right="%}"):
        minus = self.rng.choice(["", "", "-", "+" if left != "{{" else ""])
        close = self.rng.choice(["", "", "-"])
        return f"{left}{minus} {text} {close}{right}"

    def text(self):
        return self.rng.choice(["", "\n", "  \n", " x", "y\n", "\n\n  ", "\t", " {# c #}\n", "{#- c -#} ", "z"])

    def body(self, depth=0):
        return "".join(self.text() + self.statement(depth) for _ in range(self.rng.randint(1, 3))) + self.text()

    def statement(self, depth):
        rng, kind, tag = self.rng, self.rng.randrange(10), self.tag
        if depth > 2 or kind < 4:
            return tag(self.expression(1), "{{", "}}")
        if kind == 4:
            return tag(f"set {rng.choice(['q', 'r'])} = {self.expression(1)}")
        if kind == 5:
            last = tag("else") + self.body(depth + 1) if rng.random() < 0.5 else ""
            middle = tag(f"elif {self.expression(1)}") + self.body(depth + 1) if rng.random() < 0.3 else ""
            return tag(f"if {self.expression(1)}") + self.body(depth + 1) + middle + last + tag("endif")
        if kind < 8:
            loop = rng.choice(["loop.index", "loop.first", "loop.last", "loop.length", "loop.revindex0", "i", "i",
                               "loop.previtem", "loop.nextitem is defined"])
            test = f" if {self.expression(2)}" if rng.random() < 0.25 else ""
            leave = tag(f"if {self.expression(2)}") + tag(rng.choice(["break", "continue"])) + tag("endif")
            inside = tag(loop, "{{", "}}") + (leave if rng.random() < 0.3 else "") + self.body(depth + 1)
            items = rng.choice(["xs", "ys", "ms", "d", "s", "range(3)", "[]", self.expression(2)])
            return tag(f"for i in {items}{test}") + inside + tag("else") + self.text() + tag("endfor")
        if kind == 8:
            return tag("set q") + self.body(depth + 1) + tag("endset") + tag("q", "{{", "}}")
        return (tag("macro m(a, q='w')") + self.body(depth + 1) + tag("endmacro") + tag(f"m({self.expression(2)})", "{{", "}}"))


def random_cases(count):
    generator = Generator(7)
    made = 0
    while made < count:
        template = generator.body()
        text = rendered(template, jinja_table.VARIABLES)
        # Most errors say little.
        if is_beyond(text) or (text is None and generator.rng.random() < 0.7) or len(template) > 400:
            continue
        made += 1
        yield {"template": template, "conversation": 0, "text": text}


def main():
    warnings.simplefilter("ignore")
    conversations = [jinja_table.VARIABLES, *jinja_chats.CONVERSATIONS]
    rows = [{"conversation": variables} for variables in conversations]
    rows += [{"template": t, "conversation": 0, "text": rendered(t, jinja_table.VARIABLES)} for t in jinja_table.TEMPLATES]
    rows += [{"template": t, "conversation": 0, "text": None} for t in jinja_table.BEYOND]
    for name, template in jinja_chats.TEMPLATES.items():
        for i in range(1, len(conversations)):
            rows.append({"name": name, "template": template, "conversation": i, "text": rendered(template, conversations[i])})
    rows += random_cases(2000)
    lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    sys.stdout.buffer.write(gzip.compress(lines.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
