// Opens questions and answers on demand. All text from the store goes into text nodes or through KaTeX with
// trust: false; nothing here writes markup.
"use strict";
(() => {
  const kRowsAtOnce = 100;
  const kLongestFormula = 4000;
  const kMostFormulas = 2000;
  const kVerdicts = {
    equal: "✓ right", different: "✗ wrong", no_answer: "∅ no answer", undecided: "? undecided",
    gold_unreadable: "? reference unreadable",
  };

  function make(tag, properties, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function trouble(text) {
    const bar = document.getElementById("trouble");
    bar.textContent = text;
    bar.hidden = false;
  }

  // ---- blocks

  async function unpack(id) {
    const packed = atob(document.getElementById(id).textContent);
    const bytes = Uint8Array.from(packed, (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  // ---- text with formulas

  function formula(source, display) {
    const node = make("span", {className: display ? "formula display" : "formula"});
    try {
      if (source.length > kLongestFormula) throw new RangeError("too long to typeset");
      katex.render(source, node, {displayMode: display, trust: false, throwOnError: false, strict: "ignore",
                                  maxExpand: 300, maxSize: 40, errorColor: "var(--soft)"});
    } catch {
      node.textContent = source;
    }
    return node;
  }

  function code(source, caption) {
    const box = make("pre", {}, source);
    return caption ? make("figure", {}, make("figcaption", {}, caption), box) : box;
  }

  // Where a formula that was opened by `open` ends, or -1. A lone dollar closes as in Pandoc: no space before it, no
  // digit after it, and no empty line inside.
  function closing(text, start, close) {
    const window = text.slice(start, start + kLongestFormula);
    for (let at = window.indexOf(close); at >= 0; at = window.indexOf(close, at + 1)) {
      if (close !== "$") return start + at;
      const inside = window.slice(0, at);
      if (/\n\s*\n/.test(inside)) return -1;
      if (at > 0 && /\S/.test(window[at - 1]) && window[at - 1] !== "\\" && !/\d/.test(window[at + 1] ?? "")) return start + at;
    }
    return -1;
  }

  const kOpeners =
      /\\\\|\\\$|\$\$|\$(?=\S)|\\\[|\\\(|\\begin\{(align|equation|gather|eqnarray|multline|array|cases|[pbvV]?matrix)(\*?)\}|\[asy\]|```[^\n`]*\n|\*\*(?=\S)|^#{1,6} (?=\S)/gm;

  // The piece of `text` that `match` opens: [node, end], or null where it is ordinary text.
  function piece(text, match) {
    const open = match[0];
    const start = match.index + open.length;
    if (open === "\\\\") return [open, start];
    if (open === "\\$") return ["$", start];
    const until = (close) => {
      const end = text.indexOf(close, start);
      return end < 0 ? [text.slice(start), text.length] : [text.slice(start, end), end + close.length];
    };
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
      const strong = make("strong", {});
      strong.append(...pieces(line.slice(0, end)));
      return [strong, start + end + (open === "**" ? 2 : 0)];
    }
    const environment = match[1] && `\\end{${match[1]}${match[2]}}`;
    const close = environment ?? {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)"}[open];
    const end = closing(text, start, close);
    if (end < 0) return null;
    const source = environment ? open + text.slice(start, end) + close : text.slice(start, end);
    return [formula(source, Boolean(environment) || open === "$$" || open === "\\["), end + close.length];
  }

  function pieces(text) {
    const nodes = [];
    const opener = new RegExp(kOpeners);
    let done = 0;
    for (let match; nodes.length < kMostFormulas && (match = opener.exec(text));) {
      const found = piece(text, match);
      if (!found) continue;
      const [node, end] = found;
      nodes.push(text.slice(done, match.index), node);
      done = opener.lastIndex = end;
    }
    nodes.push(text.slice(done));
    return nodes.filter((node) => node !== "");
  }

  // A text as question_json() writes it: a string, or head and tail of a cut one.
  function parts(text) { return typeof text === "string" ? [text] : [text.head, text.tail]; }

  function rendered(text, typeset) {
    const box = make("div", {className: typeset ? "text" : "plain", dir: "auto"});
    parts(text).forEach((part, index) => {
      if (index > 0) box.append(make("span", {className: "left-out"}, `${text.out.toLocaleString("en")} bytes left out`));
      box.append(...(typeset ? pieces(part) : [part]));
    });
    return box;
  }

  // A short answer: typeset where it looks like LaTeX.
  function value(text) {
    const node = make("span", {className: "value", dir: "auto"});
    const bare = text.replace(/^\s*\$+|\$+\s*$/g, "");
    node.append(/[\\^_{}]/.test(bare) && bare.length < 400 ? formula(bare, false) : text);
    return node;
  }

  // ---- one question

  function facts(answer, score) {
    const list = [];
    if (score) list.push(score[3]);
    if (answer.stop !== "stop") list.push(`stopped: ${answer.stop}`);
    if (answer.tokens !== undefined) list.push(`${answer.tokens.toLocaleString("en")} tokens`);
    if (answer.thought) list.push(`${answer.thought.toLocaleString("en")} of them reasoning`);
    if (answer.ms) list.push(`${(answer.ms / 1000).toFixed(1)} s`);
    if (answer.attempts) list.push(`${answer.attempts} attempts`);
    return list.filter(Boolean).join(" · ");
  }

  function scoreLine(section, answer, [cell, verdict, extracted, rule], several) {
    const line = make("span", {className: "score"});
    if (several) line.append(make("small", {}, section.cells[cell].protocol));
    line.append(make("span", {className: `verdict ${verdict}`}, kVerdicts[verdict]));
    if (extracted) line.append(value(extracted));
    if (several) line.append(make("span", {className: "facts"}, rule));
    return line;
  }

  function fillBody(body, section, answer) {
    if (section.private && answer.text === "") {
      body.append(make("p", {className: "note"}, "Private task: the answer's text is left out of this report."));
      return;
    }
    let typeset = true;
    const view = make("div", {});
    const toggle = make("button", {type: "button", className: "link"});
    const draw = () => {
      toggle.textContent = typeset ? "show source" : "show typeset";
      view.replaceChildren();
      if (answer.reasoning) {
        view.append(make("details", {className: "reasoning"}, make("summary", {}, "Reasoning"), rendered(answer.reasoning, typeset)));
      }
      view.append(rendered(answer.text, typeset));
    };
    toggle.onclick = () => { typeset = !typeset; draw(); };
    draw();
    body.append(make("div", {className: "row"}, toggle), view);
  }

  function answerNode(section, question, answer) {
    const cell = section.cells.find((c) => c.run === answer.run);
    const several = answer.scores.length > 1;
    const summary = make("summary", {}, make("span", {className: "who"}, make("bdi", {}, cell.model)));
    if (question.answers.some((a) => a.run === answer.run && a.epoch !== answer.epoch)) {
      summary.append(make("small", {}, `epoch ${answer.epoch + 1}`));
    }
    for (const score of answer.scores) summary.append(scoreLine(section, answer, score, several));
    if (answer.target && answer.target !== question.target) summary.append(make("small", {}, `expected ${answer.target}`));
    summary.append(make("span", {className: "facts"}, facts(answer, several ? null : answer.scores[0])));
    const body = make("div", {className: "body"});
    const node = make("details", {className: "answer"}, summary, body);
    node.addEventListener("toggle", () => {
      if (node.open && !body.hasChildNodes()) fillBody(body, section, answer);
    });
    return node;
  }

  function questionNode(section, question) {
    const box = make("div", {className: "opened"});
    if (question.input) {
      const problem = make("div", {className: "problem"}, rendered(question.input, true));
      box.append(problem);
    } else if (section.private) {
      box.append(make("p", {className: "note"}, "Private task: its authors ask that questions are not published, so they are left out."));
    }
    if (question.choices) {
      const choices = make("ol", {className: "choices"});
      for (const choice of question.choices) choices.append(make("li", {}, make("div", {className: "text", dir: "auto"}, ...pieces(choice))));
      box.append(choices);
    }
    if (question.target) box.append(make("p", {className: "reference"}, "reference answer ", value(question.target)));
    for (const answer of question.answers) box.append(answerNode(section, question, answer));
    if (question.answers.length === 1) box.lastChild.open = true;
    return box;
  }

  // ---- the list of questions

  const kFilters = [
    ["all", () => true],
    ["all wrong", (marks) => marks.some(([, k]) => k) && marks.every(([c]) => c === 0)],
    ["models disagree", (marks) => {
      const shares = marks.filter(([, k]) => k).map(([c, k]) => c / k);
      return shares.some((s) => s > 0.5) && shares.some((s) => s <= 0.5);
    }],
  ];

  function difficulty([, , marks]) {
    let sum = 0, count = 0;
    for (const [c, k] of marks) if (k) { sum += c / k; ++count; }
    return count ? sum / count : 2;
  }

  function marksNode(section, marks) {
    const node = make("span", {className: "marks"});
    marks.forEach(([c, k], cell) => {
      const mark = make("i", {className: k === 0 ? "none" : c === k ? "all" : c > 0 ? "mixed" : ""});
      mark.style.setProperty("--share", `${k ? 100 * c / k : 0}%`);
      const {model, protocol} = section.cells[cell];
      mark.title = `${model}, ${protocol}: ${k ? `${c} of ${k} right` : "no response"}`;
      node.append(mark);
    });
    const right = marks.filter(([c, k]) => k && c === k).length;
    node.append(make("span", {className: "unseen"}, `${right} of ${marks.length} right`));
    return node;
  }

  function address(section, id) { return `#task/${encodeURI(section.key)}/q/${encodeURIComponent(id).replaceAll("%2F", "/")}`; }

  class QuestionList {
    constructor(section, box) {
      this.section = section;
      this.filter = 0;
      this.shown = kRowsAtOnce;
      this.rows = new Map();  // position in the section -> list item
      this.list = make("ol", {className: "list"});
      this.more = make("button", {type: "button", className: "more", onclick: () => { this.shown += 10 * kRowsAtOnce; this.draw(); }});
      box.append(this.tools(), this.list, this.more);
      this.list.addEventListener("keydown", (event) => this.key(event));
      this.draw();
    }

    tools() {
      this.buttons = kFilters.map(([name], index) =>
        make("button", {type: "button", onclick: () => { this.filter = index; this.reset(); }}, name));
      this.search = make("input", {type: "search", placeholder: "find by id, subject …", oninput: () => this.reset()});
      this.search.setAttribute("aria-label", "find questions");
      this.order = make("select", {onchange: () => this.reset()}, make("option", {}, "in dataset order"), make("option", {}, "hardest first"));
      this.order.setAttribute("aria-label", "order");
      this.count = make("output", {});
      return make("div", {className: "tools"}, make("span", {className: "choice"}, ...this.buttons), this.search, this.order, this.count);
    }

    reset() {
      this.shown = kRowsAtOnce;
      this.draw();
    }

    chosen() {
      const wanted = this.search.value.trim().toLowerCase();
      const [, accept] = kFilters[this.filter];
      const chosen = [];
      this.section.questions.forEach(([id, about, marks], index) => {
        if (accept(marks) && `${id} ${about}`.toLowerCase().includes(wanted)) chosen.push(index);
      });
      if (this.order.selectedIndex === 1) {
        const rank = chosen.map((index) => [difficulty(this.section.questions[index]), index]);
        rank.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        return rank.map(([, index]) => index);
      }
      return chosen;
    }

    draw() {
      const chosen = this.chosen();
      this.buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === this.filter)));
      this.list.replaceChildren(...chosen.slice(0, this.shown).map((index) => this.row(index)));
      this.more.hidden = chosen.length <= this.shown;
      this.more.textContent = `show more of the other ${(chosen.length - this.shown).toLocaleString("en")}`;
      this.count.textContent = `${chosen.length.toLocaleString("en")} of ${this.section.questions.length.toLocaleString("en")}`;
      return chosen;
    }

    row(index) {
      if (this.rows.has(index)) return this.rows.get(index);
      const [id, about, marks] = this.section.questions[index];
      const button = make("button", {type: "button", className: "question", onclick: () => this.toggle(index)},
        make("span", {className: "id"}, make("bdi", {}, id)), make("span", {className: "about"}, about), marksNode(this.section, marks));
      button.setAttribute("aria-expanded", "false");
      const item = make("li", {}, button);
      this.rows.set(index, item);
      return item;
    }

    async toggle(index) {
      const item = this.row(index);
      if (item.children.length > 1) {
        item.lastChild.remove();
        item.firstChild.setAttribute("aria-expanded", "false");
        return;
      }
      item.firstChild.setAttribute("aria-expanded", "true");
      try { history.replaceState(null, "", address(this.section, this.section.questions[index][0])); } catch { /* a viewer that forbids it */ }
      try {
        const question = await unpack(`block-${this.section.first_block + index}`);
        if (item.children.length === 1) item.append(questionNode(this.section, question));
      } catch (error) {
        trouble(`The answers to ${this.section.questions[index][0]} could not be unpacked: ${error.message}`);
      }
    }

    // Shows, opens and scrolls to a question, whatever is filtered.
    async reveal(id) {
      const index = this.section.questions.findIndex(([other]) => other === id);
      if (index < 0) return trouble(`This report has no question ${id}.`);
      let place = this.chosen().indexOf(index);
      if (place < 0) {
        this.filter = 0;
        this.search.value = "";
        place = this.chosen().indexOf(index);
      }
      this.shown = Math.max(this.shown, place + 1);
      this.draw();
      const item = this.row(index);
      if (item.children.length === 1) await this.toggle(index);
      item.scrollIntoView({block: "start", behavior: "instant"});
      item.firstChild.focus({preventScroll: true});
    }

    key(event) {
      const item = event.target.closest(".list > li");
      const step = {ArrowDown: 1, j: 1, ArrowUp: -1, k: -1}[event.key];
      if (event.ctrlKey || event.metaKey || event.altKey || !item) return;
      if (event.key === "Escape" && item.children.length > 1) {
        item.firstChild.focus();
        item.firstChild.click();
      } else if (step && event.target === item.firstChild) {
        const next = step > 0 ? item.nextElementSibling : item.previousElementSibling;
        next?.firstChild.focus();
      } else {
        return;
      }
      event.preventDefault();
    }
  }

  // ---- tables

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.classList.contains("chart")) return;
      const button = make("button", {type: "button"}, ...head.childNodes);
      head.append(button);
      button.onclick = () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => row.cells[column].dataset.value;
        const compare = (a, b) => column === 0 ? -key(a).localeCompare(key(b), "en") : key(b) - key(a);
        const rows = [...table.tBodies[0].rows].sort(compare);
        table.tBodies[0].append(...(down ? rows : rows.reverse()));
      };
    });
  }

  // ---- theme

  function themeSwitch() {
    const kThemes = ["auto", "light", "dark"];
    const button = document.getElementById("theme");
    let theme = "auto";
    try { theme = localStorage.getItem("tripos-theme") ?? "auto"; } catch { /* no storage for files in this browser */ }
    const apply = () => {
      if (theme === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = theme;
      button.textContent = `theme: ${theme}`;
    };
    button.onclick = () => {
      theme = kThemes[(kThemes.indexOf(theme) + 1) % kThemes.length];
      try { localStorage.setItem("tripos-theme", theme); } catch { /* as above */ }
      apply();
    };
    button.hidden = false;
    apply();
  }

  // ---- start

  async function follow(lists) {
    const match = /^#task\/(.+?)\/q\/(.+)$/.exec(location.hash);
    if (!match) return;
    const [key, id] = [decodeURIComponent(match[1]), decodeURIComponent(match[2])];
    await lists.find((list) => list.section.key === key)?.reveal(id);
  }

  async function start() {
    themeSwitch();
    document.querySelectorAll(".leaderboard").forEach(sortable);
    if (typeof DecompressionStream === "undefined") {
      return trouble("This browser cannot open the packed answers, because it lacks DecompressionStream. The tables below are complete; a browser from 2023 or later shows the answers too.");
    }
    const index = await unpack("index");
    const lists = [...document.querySelectorAll(".questions")].map((box) => new QuestionList(index.sections[box.dataset.section], box));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select") || lists.length === 0) return;
      event.preventDefault();
      lists[0].search.focus();
    });
    addEventListener("hashchange", () => follow(lists));
    await follow(lists);
  }

  start().catch((error) => trouble(`This page could not be started: ${error.message}`));
})();
