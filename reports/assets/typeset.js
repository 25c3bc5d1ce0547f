// Text with formulas, as nodes. Text from outside goes into text nodes or through KaTeX with trust: false; nothing here
// writes markup. All work is bounded, whatever the text: what is beyond a bound is shown as its source.
"use strict";

function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const typeset = (() => {
  const kLongestText = 200_000;    // characters
  const kLongestFormula = 4000;
  const kMostFormulas = 2000;      // in one text
  const kMostOpeners = 20_000;     // looked at in one text
  const kMostClosingDollars = 50;  // looked at for one formula

  // The formula as it stands where KaTeX cannot draw it.
  function formula(source, display) {
    const node = make("span", {className: display ? "formula display" : "formula"});
    try {
      if (source.length > kLongestFormula) throw new RangeError("too long to typeset");
      katex.render(source, node, {displayMode: display, trust: false, throwOnError: true, strict: "ignore",
                                  maxExpand: 300, maxSize: 40});
    } catch (error) {
      node.className = "formula source";
      node.title = error.message;
      node.textContent = source;
    }
    return node;
  }

  function code(source, caption) {
    const box = make("pre", {}, source);
    return caption ? make("figure", {}, make("figcaption", {}, caption), box) : box;
  }

  // Where a formula that was opened before `start` closes, or -1. A lone dollar closes as in Pandoc: no space before it,
  // no digit after it, and no empty line inside.
  function closing(text, start, close) {
    const inside = text.slice(start, start + kLongestFormula);
    if (close !== "$") {
      const at = inside.indexOf(close);
      return at < 0 ? -1 : start + at;
    }
    const end = inside.search(/\n\s*\n/);
    let at = inside.indexOf("$");
    for (let tries = 0; tries < kMostClosingDollars && at >= 0 && (end < 0 || at < end); ++tries) {
      if (at > 0 && /[^\s\\]/.test(inside[at - 1]) && !/\d/.test(inside[at + 1] ?? "")) return start + at;
      at = inside.indexOf("$", at + 1);
    }
    return -1;
  }

  const kOpeners =
      /\\\\|\\\$|\$\$|\$(?=\S)|\\\[|\\\(|\\begin\{(align|equation|gather|eqnarray|multline|array|cases|[pbvV]?matrix)(\*?)\}|\[asy\]|```[^\n`]{0,40}\n|\*\*(?=\S)|^#{1,6} (?=\S)/gm;
  const kClosers = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)"};

  // The piece of `text` that `match` opens, as [node, end]; null where it is ordinary text.
  function piece(text, match) {
    const open = match[0];
    const start = match.index + open.length;
    const until = (close) => {
      const end = text.indexOf(close, start);
      return end < 0 ? [text.slice(start), text.length] : [text.slice(start, end), end + close.length];
    };
    if (open === "\\\\") return [open, start];
    if (open === "\\$") return ["$", start];
    if (open === "[asy]") {
      const [source, end] = until("[/asy]");
      return [code(source.trim(), "Figure, as Asymptote source"), end];
    }
    if (open.startsWith("```")) {
      const [source, end] = until("```");
      return [code(source.replace(/\n$/, "")), end];
    }
    if (open === "**" || open.startsWith("#")) {
      const line = text.slice(start, start + 300).split("\n", 1)[0];
      const end = open === "**" ? line.indexOf("**") : line.length;
      if (end <= 0) return null;
      return [make("strong", {}, ...pieces(line.slice(0, end))), start + end + (open === "**" ? 2 : 0)];
    }
    const environment = match[1] && `\\end{${match[1]}${match[2]}}`;
    const close = environment ?? kClosers[open];
    const end = closing(text, start, close);
    if (end < 0 || !text.slice(start, end).trim()) return null;
    const source = environment ? open + text.slice(start, end) + close : text.slice(start, end);
    return [formula(source, Boolean(environment) || open === "$$" || open === "\\["), end + close.length];
  }

  function isBlock(node) { return node instanceof HTMLElement && node.matches(".display, pre, figure"); }

  function pieces(text) {
    if (text.length > kLongestText) return [...pieces(text.slice(0, kLongestText)), text.slice(kLongestText)];
    const nodes = [];
    const opener = new RegExp(kOpeners);
    let done = 0;
    for (let tries = 0; tries < kMostOpeners && nodes.length < 2 * kMostFormulas; ++tries) {
      const match = opener.exec(text);
      if (!match) break;
      const found = piece(text, match);
      if (!found) continue;
      const [node, end] = found;
      const before = text.slice(done, match.index);
      done = end;
      if (isBlock(node)) {  // brings its own space
        nodes.push(before.trimEnd(), node);
        while (done < text.length && /\s/.test(text[done])) ++done;
      } else {
        nodes.push(before, node);
      }
      opener.lastIndex = done;
    }
    nodes.push(text.slice(done));
    return nodes.filter((node) => node !== "");
  }

  // The start of a text on one line: only what stands between single dollars is typeset.
  function line(text) {
    const parts = text.replace(/\[asy\].*/s, " (figure)").replace(/\s+/g, " ").split(/(?<!\\|\$)\$((?:\\.|[^$\\])+)\$(?!\$)/);
    return parts.map((part, index) => index % 2 === 1 ? formula(part, false) : part.replaceAll("\\$", "$"));
  }

  // A short answer: typeset where it looks like LaTeX.
  function value(text) {
    const node = make("span", {className: "value", dir: "auto"});
    const bare = text.replace(/^\s*\$+|\$+\s*$/g, "");
    node.append(/[\\^_{}]/.test(bare) && bare.length < 400 ? formula(bare, false) : text);
    return node;
  }

  return {pieces, line, value};
})();
