"""Small templates for jinja_cases.py: each feature of the subset, and each kind of error."""

VARIABLES = {
    "a": 5, "b": -3, "n": 2, "z": 0, "s": "abc", "t": "  Hello world \n", "u": "naïve 中文 😀", "f": 2.5, "g": 1e20,
    "xs": [3, 1, 2], "ys": ["b", "A", "c", "a"], "yes": True, "no": False, "nil": None, "e": "", "html": "<a href='x'>&\"</a>",
    "d": {"k": 1, "items": "shadow", "b": [1, {"c": None}]},
    "ms": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi <b>"}, {"role": "assistant", "content": ""}],
    "lines": "one\ntwo\r\n\nthree", "tools": [{"name": "f", "parameters": {"type": "object", "x": 1.0}}],
}

EXPRESSIONS = r"""
1|1.5|123456789.123456789|0.0001|0.00001|1000000000000000.0|10000000000000000.0|g|0.1+0.2|1/3|2/1|7//2|-7//2|7//-2|7%3|-7%3|7%-3
1/0|1//0|1%0|1.0/0|9223372036854775807|0.0|-0.0
1+true|true+true|'ab'*3|'ab'*-1|'ab'*true|''*3|'a'+'b'|'a'+1|1+'a'|[1]+[2]|[1]+(2,)|(1,)+(2,)|'a'*1.5|'a'-'b'|none+1|missing+1|1+missing
a~b|a~none~'x'|missing~'x'|1~2+3|1+2~3|[1]~{'a':2}|-missing|-'a'|-true|- 3|--3|not 1|not not ''|-xs
1==1.0|1==true|'1'==1|[1]==[1.0]|(1,)==[1]|{'a':1}=={'a':1.0}|none==none|missing==missing|missing==none|1!=2
1<'a'|'a'<'b'|[1,2]<[1,3]|(1,)<(1,2)|none<1|missing<1|1<missing|{}<{}|true<2|1.5<=1.5|'é'>'z'|'a'<='a'
1 in xs|9 in xs|9 not in xs|'b' in s|'' in s|1 in s|'k' in d|1 in d|[1] in d|'x' in missing|1 in 5|none in [none]|1.0 in xs
a and b|z and b|z or b|a or b|'' or none|none and 1|not z|not missing|a if z else b|a if z|'x' if missing|1 if yes else 2 if no else 3
missing|missing.x|missing['x']|missing()|missing|length|d.missing|d.missing.x|d['missing']|d.k|d['k']|d['items']|d.b[1].c|d.b.1.c
d.b.0|xs.0|xs[0]|xs[-1]|xs[9]|xs['a']|xs[1.0]|xs[true]|xs.append(1)|xs.pop()|d.update({})|d.pop('k')|d.clear()|d.foo()|s.foo|a.foo
nil.foo|nil['x']|s[0]|s[-1]|s[10]|u[6]|u[-1]|u[2:8]|s[::-1]|s[1:]|s[:-1]|s[::2]|s[-2:]|s[5:]|s[2:1]|xs[1:]|xs[::-1]|xs[:2]|xs[-1:]
xs[::0]|xs['a':]|a[1:]|d[1:]|none[0]|(1,2,3)[1:]|xs[none:2]|s[true:]|missing[1:]|range(10)[2:8:3]|list|range(5)[-1]|xs[-100:100]|xs[100:-100:-1]
[1,'a',none,true,1.5,[],{},()]|(1,)|(1,2)|()|{'a':'b'}|{1:2,'c':none}|{1:'a',true:'b'}|['it\'s']|['"']|['it\'s "q"']|['a\nb\tc\\']|['é\x00\x7f\u200b😀']
{'a':1,'a':2}|{[1]:2}|{none:1}|{'a':1}.a|{'a':1}['a']|[[1,2],[3]][0][1]|[1,2,]|{'a':1,}|(1)|((1,2))|[(1,2),]
'a' 'b'|'\u00e9\x41'|'a\nb'|'\q'|"it's"|'\''|'a' "b" 'c'|true|True|none|None|false|False|nil|yes|''|'a\\b'
"""
# Those whose text holds the separator of the table above, or more than one line.
FILTERED = [
    "t|trim", "'xxaxx'|trim('x')", "5|trim", "missing|trim", "nil|trim", "s|upper", "u|upper", "nil|upper", "s|title",
    "'hello wORLD-foo (bar)'|title", "'hello wORLD'|capitalize", "''|capitalize", "xs|join", "xs|join(', ')", "xs|join(d='-')",
    "ms|join(', ', attribute='role')", "s|join('-')", "5|join", "d|join(',')", "missing|join", "[1,none,missing]|join('|')",
    "xs|length", "u|length", "d|length", "5|length", "nil|length", "xs|count", "xs|map('string')|length", "missing|default('x')",
    "missing|default", "missing|d(1)", "''|default('x')", "''|default('x', true)", "nil|default('x')",
    "nil|default('x', boolean=true)", "s|default(default_value=1)", "s|replace('a','b')", "s|replace('','-')", "'aaa'|replace('a','b',2)",
    "5|replace('5','6')", "s|replace('b')", "xs|first", "xs|last", "[]|first", "[]|last", "s|first", "s|last", "d|first", "d|last",
    "5|first", "missing|first", "s|list", "d|list", "5|list", "(1,2)|list", "missing|list", "5|string", "nil|string",
    "'-1.5'|float", "'3.'|int", "'1-'|int", "'--1'|int", "'0x1'|int(3)", "'12'|int", "' 12 '|int", "'x'|int", "'x'|int(7)", "'x'|int(1.5)", "'x'|float(1)", "'information'|int", "u|int", "'_'|int", "'3.9'|int", "-3.9|int", "(-3.9)|int", "nil|int", "[]|int", "true|int",
    "'1e3'|int", "'+5'|int", "'-5'|int", "''|int", "missing|int", "'12'|float", "'x'|float", "'x'|float(1.5)",
    "'.5'|float", "'5.'|float", "'1e400'|length", "'-1.5e-3'|float", "5|float", "nil|float", "missing|float",
    "ms|map(attribute='role')|list", "ms|map(attribute='x')|list", "ms|map(attribute='x', default='y')|list", "ms|map(attribute='x', default=none)|list", "xs|join('-', none)", "xs|sum(none)",
    "ys|sort(attribute=none)", "s|trim(none)",
    "ms|map(attribute='content.0')|list", "ys|map('upper')|list", "ys|map('replace','a','z')|join", "xs|map('nope')|list", "xs|map|list",
    "xs|map(bad='x')|list", "[[1,2],[3,4]]|map(attribute=0)|list", "ys|map('default', default_value=1)|list",
    "xs|select|list", "[0,1,none,'']|select|list", "[0,1,none,'']|reject|list", "xs|select('odd')|list", "xs|reject('odd')|list",
    "xs|select('>', 1)|list", "xs|select('in', [1,2])|list", "xs|select('nope')|list", "ms|selectattr('content')|list|length",
    "ms|selectattr('role','equalto','user')|list", "ms|rejectattr('role','eq','user')|map(attribute='role')|list",
    "ms|selectattr('role','in',['user','system'])|list|length", "ms|selectattr('x','defined')|list", "ms|selectattr('x.y')|list",
    "ms|selectattr('role','==','user')|first", "ms|selectattr|list", "d|items|list", "5|items|list", "missing|items|list",
    "d|dictsort", "{'b':1,'A':2,'c':0}|dictsort", "{'b':1,'A':2}|dictsort(true)", 
    "{'b':1,'A':2}|dictsort(reverse=true)", "xs|dictsort", "{1:1,'a':2}|dictsort", "xs|sort", "ys|sort",
    "ys|sort(case_sensitive=true)", "xs|sort(reverse=true)", "ys|sort(true)", "ms|sort(attribute='role')|map(attribute='role')|list",
    "[1,'a']|sort", "s|sort", "5|sort", "[3,1.5,true]|sort", "[[2],[1,5]]|sort", "ys|unique|list", "[1,1.0,true,2]|unique|list",
    "ys|unique(true)|list", "ms|unique(attribute='role')|list|length", "[[1]]|unique|list", "xs|reverse|list", "s|reverse", "d|reverse|list",
    "5|reverse", "xs|reverse|length", "lines|indent", "lines|indent(2)", "lines|indent(2,true)", "lines|indent(2,blank=true)",
    "lines|indent('> ')", "lines|indent(width=1, first=true)", "''|indent", "5|indent", "'a\\n'|indent(2)", "'a\\x0bb\\u2028c'|indent(1)",
    "html|safe", "html|e", "html|escape", "html ~ (html|safe) ~ html", "html ~ (html|e)", "html|safe if s else 1", "1 if not s else html|e", "5|e", "nil|e", "missing|e", "2.5|round", "3.5|round", "2.567|round(2)", "2.675|round(2)",
    "5|round", "5|round(1)", "'a'|round", 
    "-5|abs", "(-5)|abs", "(-2.5)|abs", "'a'|abs", "true|abs", "xs|sum", "[]|sum", "[1.5,2]|sum", 
    "ys|sum", "tools|sum(attribute='parameters.x')", "xs|max", "xs|min", "ys|max", "ys|min", "[]|max", "s|max", "[1,'a']|max",
    "ms|max(attribute='role')", 
    "d|tojson", "tools|tojson", "u|tojson", "u|tojson(ensure_ascii=true)", "'\\x7f é 😀'|tojson(true)", "html|tojson", "missing|tojson", "xs|tojson(indent=2)",
    "d|tojson(indent=4)", "{}|tojson(indent=2)", "[]|tojson(indent=2)", "d|tojson(indent='--')", "d|tojson(indent=0)",
    "d|tojson(separators=(',',':'))", "d|tojson(indent=1, separators=(', ', ' = '))", 
    "'\\x01\\x1f\\x7f\\u2028\"\\\\/'|tojson", "[1.0,g,0.0000001,true,none]|tojson", "(1,2)|tojson",
    "range(2)|tojson", "xs|map('string')|tojson", "d.items()|tojson", "1|nope",
    "xs|join(',', 'a', 'b')", "s|upper(1)", "s|default(x=1)", "s|trim|upper|lower|title", "s|upper~s", "-3|abs", "(s|upper).lower()",
    "xs|sort|first", "xs|list is sequence", "not s|length", "s|length + 1", "s|length == 3 and s|first == 'a'",
]
TESTED = [
    f"{value} is {test}"
    for test in (
        "defined", "undefined", "none", "string", "number", "integer", "float", "mapping", "iterable", "sequence", "boolean", "true",
        "false",
    )
    for value in ("missing", "nil", "s", "5", "2.5", "d", "xs", "yes", "no", "(1,)", "range(2)", "d.items()", "e", "(xs|map('string'))")
] + [
    "yes is sameas true", "no is sameas true", "nil is sameas none", "missing.k is sameas none", "nil is sameas false", "3 is odd", "3 is even", "'a' is odd", "nil is even", "missing is odd", "6 is divisibleby 3", "6 is divisibleby(4)",
    "6 is divisibleby 0", "1 is in [1]", "1 is in([2])", "'a' is in s", "1 is eq 1", "1 is equalto 1.0", "1 is ne 2", "1 is lt 2",
    "2 is ge 2", "1 is not odd", "s is not none", "not s is none", "1 is nope", "s is defined is true",
    "s is defined and d is mapping", "s is string or x", "s is defined if 1 else 2", "s is eq 'abc' ~ 'd'", "5 is odd + 1", "s is eq s.strip()",
    "xs is eq [3,1,2]", "5 is eq -5", "5 is eq(-5)", "s is defined(1)", "ms[0].content is string", "s is eq", "d.k is eq d.k",
]
METHODS = [
    "t.strip()", "t.lstrip()", "'banana'.rfind('an')", "s.rfind('x')", "u.rfind('😀')", "'042'.isdigit()", "'4 2'.isdigit()", "''.isdigit()",
    "t.rstrip()", "'xxaxx'.strip('x')", "'xyaxy'.rstrip('yx')", "t.strip(none)", "t.strip(1)", "'abc'.strip('')",
    "'a b  c'.split()", "' a b '.split()", "'a b c'.split(' ',1)", "'a,b,,c'.split(',')", "'a,b,c'.split(',',1)", "'a,b,c'.rsplit(',',1)",
    "'abc'.split('')", "''.split()", "''.split(',')", "'a,b'.split(sep=',')",
    "'a,b,c'.split(',', maxsplit=1)", "'aaa'.rsplit('aa')", "'aaa'.split('aa')", "'a b'.split(' ')[-1]", "'x</think>y'.split('</think>')[-1].lstrip('\\n')",
    "s.startswith('a')", "s.startswith(('x','a'))", "s.startswith(['a'])", "s.startswith(1)", "s.endswith('c')", "s.endswith('')",
    "s.endswith(('b','c'))", "u.upper()", "'ÀÉ'.lower()", "'hello wORLD it\\'s'.title()", "'hELLO'.capitalize()", "s.replace('a','b')",
    "'aaa'.replace('a','b',2)", "s.replace('','-')", "s.replace('a')", "s.replace(old='a',new='b')", "s.find('c')", "s.find('x')", "u.find('中')",
    "s.find('')", "'-'.join(ys)", "'-'.join(xs)", "'-'.join('abc')", "'-'.join(d)", "lines.splitlines()", 
    "'a\\x0cb\\x1cc\\x85d'.splitlines()", "''.splitlines()", "'a\\n'.splitlines()", "'banana'.count('an')", "'aaa'.count('aa')", "s.count('')",
    "s.removeprefix('a')", "s.removesuffix('bc')", "s.removeprefix('x')", "s.nope()", "s.strip().upper().lower()", 
    "d.get('k')", "d.get('x')", "d.get('x','y')", "d.get([1])", "d.keys()|list", "d.values()|list", "d.items()|list", "d.items()|length",
    "d.items()[0]", "{'a':1}.items()|list", "d.get('x').y", "xs.index(9)", "xs.insert(0,1)",
    "xs.extend([1])", "xs.remove(1)", "xs.sort()", "xs.reverse()", "d.setdefault('q',1)", "d.popitem()", "5.5.foo",
    "s['nope']", "missing.strip()", "nil.strip()", "xs.strip()", "d.get()", "s.strip(1,2)",
    "range(3)|list", "range(1,4)|list", "range(5,0,-2)|list", "range(0)|list", "range(100001)|length", "range(100000)|length", "range(1.5)",
    "range(1,2,0)", "range()", "range(3)|sum", "2 in range(3)", "range(3)|first", "dict(a=1)", "dict()", "namespace(a=1).a",
    "namespace().x", "namespace(a=1)['a']", "raise_exception('no')", "raise_exception()", "strftime_now('%Y-%m-%d')",
    "strftime_now('%d %b %Y')", "strftime_now('%B %A %H:%M:%S %p %j %y %%')", "strftime_now(1)", "nope(1)", "5()", "'a'()", "s.upper(x=1)",
]
STATEMENTS = [
    "a\n", "a\n\n", "a\r\nb\rc\n", "", "\n", "{{ 1 }}\n", "{% if 1 %}\nx\n{% endif %}\ny", "  {% if 1 %}\n  x\n  {% endif %}\n  y",
    "a  {% if 1 %}b{% endif %}", "a {%- if 1 -%} b {%- endif -%} c", "a\n  {%- if 1 +%}\n  b\n  {%+ endif %}\nc", "  {{ 1 }}  ",
    "x  {{- 1 -}}  y", "x \n {{- 1 -}} \n y", "{{+ 1 }}", "{{ 1 +}}", "a {# c #} b", "a\n  {# c #}\nb", "a {#- c -#} b", "a\n {#+ c +#}\nb",
    "{# a", "{#}", "{##}x", "{#-#}x", "{{", "{{ 1", "{%", "{% if", "{{ 1 }", "{{ }}", "{% %}", "{{ 1 2 }}", "{{ a b }}", "{ {1} }", "{",
    "{{ '}}' }}", "{{ {'a':{'b':1}}.a.b }}", "{{ {'a':{'b':1}} }}", "{{ [1 }}", "{{ 1] }}", "{{ (1] }}", "{{ ) }}", "{% if 1 %}", "{% endif %}",
    "{% if 1 %}{% else %}{% elif 2 %}{% endif %}", "{% if 0 %}a{% elif 1 %}b{% else %}c{% endif %}", "{% if 0 %}a{% elif 0 %}b{% else %}c{% endif %}",
    "{% if %}{% endif %}", "{% nope %}", "{% if 1 %}{% endfor %}", "{% if 1: %}a{% endif %}", "{% if missing %}a{% else %}b{% endif %}",
    "{% if x is not defined %}a{% endif %}", "{% for i in xs %}{{ i }}{% endfor %}", "{% for i in xs %}{{ i }},{% else %}none{% endfor %}",
    "{% for i in [] %}{{ i }}{% else %}none{% endfor %}", "{% for i in missing %}x{% else %}none{% endfor %}", "{% for i in 5 %}{% endfor %}",
    "{% for i in nil %}{% endfor %}", "{% for c in u %}[{{ c }}]{% endfor %}", "{% for k in d %}{{ k }} {% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k, v in d|dictsort %}{{ k }}={{ v }};{% endfor %}",
    "{% for a, b in [[1,2],[3,4]] %}{{ a }}{{ b }} {% endfor %}", "{% for a, b in [[1,2,3]] %}{% endfor %}", "{% for a, b in [1] %}{% endfor %}",
    "{% for (a, b) in [[1,2]] %}{{ a }}{{ b }}{% endfor %}", "{% for a, (b, c) in [[1,[2,3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for i in xs if i > 1 %}{{ loop.index }}:{{ i }} {% endfor %}", "{% for i in xs if i > 9 %}x{% else %}none{% endfor %}",
    "{% for i in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
    "{% for i in xs %}{{ loop.previtem }}-{{ loop.nextitem }} {% endfor %}", 
    
    "{% for i in xs %}{% for j in ys %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}", "{% for i in xs %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% for i in xs %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "{% for i in xs %}{% break %}{% else %}none{% endfor %}", "{% break %}", "{% continue %}",
    "{% for i in xs %}{% endfor %}{{ i }}", "{% set i = 9 %}{% for i in xs %}{% endfor %}{{ i }}", "{% set x = 1 %}{% for i in xs %}{{ x }}{% set x = i %}{{ x }} {% endfor %}{{ x }}",
    "{% for i in xs %}{% set y = (y or 0) + 1 %}{{ y }}{% endfor %}", "{% for i in xs if not ns.stop %}{% endfor %}", "{% set ns = namespace(stop=false) %}{% for i in xs if not ns.stop %}{{ i }}{% set ns.stop = true %}{% endfor %}",
    "{% set ns = namespace(stop=false) %}{% for i in xs if not ns.stop %}{{ i }}{{ loop.index }}{% set ns.stop = true %}{% endfor %}",
    "{% set ns = namespace(stop=false) %}{% for i in xs if not ns.stop %}{{ i }}{{ loop.last }}{% set ns.stop = true %}{% endfor %}",
    "{% for loop in xs %}{% endfor %}", "{% for i in 1, 2, 3 %}{{ i }}{% endfor %}", "{% for i in xs[1:] + [7] %}{{ i }}{% endfor %}",
    "{% for i in xs if i %}{{ i }}{% else %}{% break %}{% endfor %}", "{% for m in ms %}{{ m.role }}{% if not loop.last %}, {% endif %}{% endfor %}", "{% for i in (xs if no else ys) %}{{ i }}{% endfor %}",
    "{% set x = 1 %}{{ x }}", "{% set x = 1, 2 %}{{ x }}", "{% set x, y = 1, 2 %}{{ x }}{{ y }}", "{% set x, y = 1 %}", "{% set x, y = [1,2,3] %}", "{% set (x, y) = 'ab' %}{{ y }}",
    "{% set x = missing %}{{ x is defined }}", "{% set 1 = 2 %}", "{% set true = 1 %}", "{% set a.b = 1 %}", "{% set d.k = 2 %}", "{% set missing.k = 2 %}", "{% set x %}a{{ 1 }}b{% endset %}{{ x }}|{{ x|length }}",
    "{% set x | upper %}a{{ s }}{% endset %}{{ x }}", "{% set x | trim | length %} ab {% endset %}{{ x + 1 }}", "{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y }}", "{% set x %}",
    "{% set ns = namespace(a=1) %}{% set ns.a = ns.a + 1 %}{{ ns.a }}", "{% set ns = namespace() %}{% set ns.b %}hi{% endset %}{{ ns.b }}", "{% set ns = namespace(n=0) %}{% for i in xs %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "{% set ns = namespace(a=1) %}{{ ns.b is defined }}{{ ns.a is defined }}", "{% set ns = namespace(a=1) %}{% set ns.a, x = 5, 6 %}{{ ns.a }}{{ x }}", "{% if 1 %}{% set x = 5 %}{% endif %}{{ x }}", "{% if 0 %}{% set a = 9 %}{% endif %}{{ a }}",
    "{{ a }}{% set a = 9 %}{{ a }}", "{% for i in [1,2] %}{{ a }}{% set a = 9 %}{{ a }}{% endfor %}{{ a }}", "{% macro m() %}x{% endmacro %}{{ m() }}{{ m() }}", "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(b=4, a=5) }} {{ m() }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(c=1) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}", "{% macro m(a, a) %}{% endmacro %}", "{% macro m(a=1, b) %}{% endmacro %}",
    "{% macro m(a, b=a) %}{{ b }}{% endmacro %}{{ m(7) }}", "{% macro m(a, b=s|upper) %}{{ b }}{% endmacro %}{{ m(7) }}", "{% macro m() %}{{ x }}{% endmacro %}{% set x = 3 %}{{ m() }}", "{% macro m() %}{% set a = 1 %}{{ a }}{% endmacro %}{{ m() }}{{ a }}",
    "{% macro m(n) %}{% if n > 0 %}{{ n }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(5) }}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% macro m() %}a{% endmacro %}{{ m()|upper }}{{ m() ~ 'b' }}{{ m()|length }}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}", "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}{% endcall %}", "{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}", "{% macro m() %}{{ caller }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", "{% call 5 %}{% endcall %}", "{{ m() }}{% macro m() %}x{% endmacro %}", "{% macro m(x) -%}  {{ x }}  {%- endmacro %}[{{ m(1) }}]", "{% for i in xs %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}",
    "{% filter upper %}a{{ s }}{% endfilter %}", "{% filter replace('a','b')|upper %}aca{% endfilter %}", "{% generation %}a{{ s }}{% endgeneration %}b", "{% generation %}{% set x = 1 %}{{ x }}{% endgeneration %}{{ x }}", "{% for i in xs %}{% generation %}{{ i }}{% endgeneration %}{% endfor %}", "{% for i in xs %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
    "{% for m in ms %}\n<|{{ m.role }}|>\n{{ m.content }}\n{% endfor %}\nend\n", "{%- for m in ms %}\n    {%- if m.role == 'user' %}\n        {{- 'U: ' + m['content'] }}\n    {%- else %}\n        {{- m.role }}\n    {%- endif %}\n{%- endfor %}\n", "{{ '<|x|>' }}{{ \"a\\n\" }}\n\n{% if 1 %}  \n{% endif %}  \n",
    "{% set x = {'a': [1, 2]} %}{{ x.a[1] }}{{ x['a'] }}", "{{ x if x is defined else 'none' }}", "{{ (ms|first).role }}{{ ms[-1]['role'] }}{{ ms[1:]|length }}", "{{ ms[0]['role'] == 'system' and ms[0].content }}", "{% if ms[0]['role'] != 'user' %}{{ raise_exception('first must be user') }}{% endif %}",
    "{% for m in ms %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ loop.index0 }}{% endif %}{% endfor %}", "{% for i in xs -%}\n  {{ i }}\n{%- endfor %}", "a{% if 1 %} {% endif %}b", "\n\n{% if 1 %}\n\na{% endif %}\n\n", "\t {% if 1 %}\t\n\t{% endif %}x", "{% set x=1 -%}   y", "{{ 1, 2 }}", "{{ (1, 2)[0] }}",
    "{{ a if }}", "{{ a.if }}", "{{ a. }}", "{{ a[ }}", "{{ a(b=1, 2) }}", "{{ |x }}", "{{ a| }}", "{{ a is }}", "{{ 'a }}", "{{ 1.. }}", "{{ 1.5.5 }}", "{{ 01 }}", "{{ 1__0 }}", "{{ $ }}", "{{ a = 1 }}", "{{ a == }}", "{{ not }}", "{{ * }}", "{{ a ** }}", "{{ ! }}", "{{ a;b }}", "{{ a & b }}",
    "{% set x = html|safe %}{{ x }}{{ x ~ html }}", "{% set ns = namespace() %}{% set ns.x = html|e %}{{ ns.x ~ html }}",
    "{% set x = xs|map('string') %}{{ x|join }}", "{% set x %}{% endset %}{{ x == '' }}", "{{ ns }}", "{% set x = [] %}{% set x = x + [1] %}{{ x }}", "{% set x = xs %}{% set _ = x.append(4) %}", "{% do x %}",
]

TEMPLATES = [
    "{{ " + expression + " }}"
    for line in EXPRESSIONS.strip().replace("|list", "¦list").replace("|length", "¦length").split("\n")
    for expression in line.split("|")
    if expression
]
TEMPLATES = [template.replace("¦", "|") for template in TEMPLATES]
TEMPLATES += ["{{ " + expression + " }}" for expression in FILTERED + TESTED + METHODS]
TEMPLATES += STATEMENTS

# Jinja2 renders these, or prints what is no data: hard errors of ours, since no chat template has a use for them.
BEYOND = [
    "{{ " + expression + " }}"
    for expression in (
        # Numbers, operators and literals.
        "1_000", "1e3", "00", "0x10", "2**10", "+yes", "1<2<3", "'a' in 'abc' in ['abc']", "3*'ab'", "[0]*2", "-7.5//2", "7.5%2",
        "2.0 is even", "9223372036854775807 + 1", "'\\101'", "'a%s' % 1", "a[]", "(1)[1:]", "'1_0'|int", "'inf'|float", "'nan'|float", "'-Infinity'|int", "'٣'|int",
        # What is no data.
        "s.strip", "d.items", "d.keys()", "d['keys']", "d.get is defined", "d['get']('k')", "s['upper']()", "xs.append", "s.__class__", "varargs",
        "range(3)", "namespace()", "xs|map('string')", "(html|safe) + html", "html|safe|e", "html|safe|length", "(html|safe) == html", "[html|safe]", "html|safe is string", "html|safe or s", "(html|safe)[0]", "loop", "{1:2}|tojson", "namespace(a=1) == namespace(a=1)",
        # Functions, methods, filters and tests.
        "cycler(1, 2).next()", "dict({'a':1}, b=2)", "namespace({'a':1}).a", "strftime_now('%s')", "d.copy()", "xs.index(1)", "xs.count(1)",
        "'{}'.format(1)", "s.center(9)", "' a b '.split(none,1)", "'a\\n'.splitlines(true)", "'²'.isdigit()", "xs|batch(2)|list", "xs|batch(0)|list",
        "s|center(9)", "s|truncate(2)", "s|wordcount", "xs|slice(2)|list", "ms|groupby('role')", "s|urlize", "xs|random", "'ß'|upper",
        "2.1|round(0,'ceil')", "d|dictsort(by='value')", "d|dictsort(false, 'value')", "xs|sum(start=10)", "ms|sort(attribute='role,content')",
        "d|tojson(sort_keys=true)", "s is lower", "s is upper", "s is callable", "s is sameas s", "1 is lessthan 2", "s is filter",
    )
]
BEYOND += [
    "{% set x = html|safe %}{{ x + html }}", "{% set x = html|safe %}{% if x %}{{ html }}{% endif %}",
    "{#", "{% for i in loop %}{% endfor %}", "{% set x = xs|map('string') %}{{ x|join }}{{ x|join }}", "{% for i in xs %}{{ loop.cycle('a','b') }}{% endfor %}",
    "{% for i in xs %}{{ loop.depth }}{% endfor %}", "{% for i in xs %}{% set outer = loop %}{% endfor %}",
    "{% for i in [[1]] recursive %}{{ loop([]) }}{% endfor %}", "{% raw %}x{% endraw %}", "{% with x = 1 %}{{ x }}{% endwith %}",
    "{% block b %}{% endblock %}", "{% extends 'x' %}", "{% include 'x' %}", "{% import 'x' as y %}", "{% autoescape true %}{% endautoescape %}",
]
