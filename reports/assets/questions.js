// The list of a section's questions: filters, search, order, and what is open. The state stands in the page's address,
// "#task/KEY/q/ID?show=wrong&by=MODEL PROTOCOL&find=TEXT&order=hardest&answer=N".

const kRowsAtOnce = 100;
const kMostMarks = 24;  // more models get one bar together
const [kRight, kWrong, kUnparsed] = [0, 1, 2];  // places in the marks of index_json()

const kFilters = [
  {key: "all", label: "all"},
  {key: "right", label: "right", mark: kRight, verdict: "equal"},
  {key: "wrong", label: "wrong", mark: kWrong, verdict: "different"},
  {key: "unparsed", label: "no answer", mark: kUnparsed, verdict: "no_answer"},
  {key: "none-right", label: "nobody right"},
  {key: "disagree", label: "models disagree"},
];

function encodeName(name) { return encodeURIComponent(name).replaceAll("%40", "@"); }

function sum(numbers) { return numbers.reduce((total, number) => total + number, 0); }

class QuestionList {
  constructor(section, box, unpack, trouble) {
    Object.assign(this, {section, box, unpack, trouble});
    this.labels = section.cells.map(({model, protocol}) => `${model} ${protocol}`);
    this.state = {show: "all", by: "", find: "", order: ""};
    this.rows = new Map();  // place in the section -> list item
    this.list = make("ol", {className: "list"});
    this.more = make("button", {type: "button", className: "more", onclick: () => this.draw(this.shown + 10 * kRowsAtOnce)});
    box.append(this.tools(), this.list, this.more);
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.draw();
  }

  // ---- state and address

  address(id, answer) {
    const query = new URLSearchParams(Object.entries(this.state).filter(([key, value]) => value && !(key === "show" && value === "all")));
    if (answer !== undefined) query.set("answer", answer);
    const place = `#task/${encodeName(this.section.key)}${id === undefined ? "" : `/q/${encodeName(id)}`}`;
    return query.toString() ? `${place}?${query}` : place;
  }

  remember(id) {
    try {
      history.replaceState(null, "", this.address(id));
    } catch { /* a viewer that forbids it */ }
  }

  change(part) {
    Object.assign(this.state, part);
    this.rows.clear();  // what is open shows the answers of the filter before
    this.draw();
    this.remember();
  }

  // Takes over the state of an address and opens its question.
  async follow(id, query) {
    this.box.open = true;
    const known = kFilters.some(({key}) => key === query.get("show"));
    const by = this.labels.includes(query.get("by")) ? query.get("by") : "";
    this.state = {show: known ? query.get("show") : "all", by, find: query.get("find") ?? "", order: query.get("order") === "hardest" ? "hardest" : ""};
    this.rows.clear();
    this.draw();
    if (id === undefined) this.box.closest(".task").scrollIntoView();
    else await this.reveal(id, Number(query.get("answer") ?? NaN));
  }

  // Shows, opens and scrolls to a question, whatever is filtered.
  async reveal(id, answer) {
    const index = this.section.questions.findIndex(([other]) => other === id);
    if (index < 0) return this.trouble(`This report has no question ${id} of ${this.section.key}.`);
    let place = this.chosen().indexOf(index);
    if (place < 0) {
      Object.assign(this.state, {show: "all", by: "", find: ""});
      place = this.chosen().indexOf(index);
    }
    this.draw(Math.max(kRowsAtOnce, place + 1));
    const item = this.row(index);
    await this.open(index);
    const node = item.querySelectorAll(".answer")[answer];
    if (node) Object.assign(node, {hidden: false, open: true});
    (node ?? item).scrollIntoView({block: "start", behavior: "instant"});
    (node?.firstChild ?? item.firstChild).focus({preventScroll: true});
  }

  // ---- what is chosen

  // The cells that a filter looks at.
  cells() {
    const chosen = this.labels.indexOf(this.state.by);
    return chosen >= 0 ? [chosen] : this.labels.map((_, cell) => cell);
  }

  accepts([id, about, preview, marks]) {
    if (!`${id} ${about} ${preview}`.toLowerCase().includes(this.state.find.trim().toLowerCase())) return false;
    const {key, mark} = kFilters.find(({key}) => key === this.state.show);
    const cells = this.cells();
    if (mark !== undefined) return cells.some((cell) => marks[cell][mark] > 0);
    if (key === "none-right") return cells.some((cell) => sum(marks[cell]) > 0) && cells.every((cell) => marks[cell][kRight] === 0);
    if (key === "disagree") return cells.some((cell) => this.disagrees(marks, cell));
    return true;
  }

  // Mostly right where another model under the same protocol is not, or the other way round.
  disagrees(marks, cell) {
    const mostlyRight = (counts) => 2 * counts[kRight] > sum(counts);
    return sum(marks[cell]) > 0 && this.section.cells.some(({protocol}, other) =>
      protocol === this.section.cells[cell].protocol && sum(marks[other]) > 0 && mostlyRight(marks[other]) !== mostlyRight(marks[cell]));
  }

  chosen() {
    const chosen = [...this.section.questions.keys()].filter((index) => this.accepts(this.section.questions[index]));
    if (this.state.order !== "hardest") return chosen;
    const cells = this.cells();
    const share = (index) => {
      const shares = cells.map((cell) => this.section.questions[index][3][cell]).filter((counts) => sum(counts) > 0).map((counts) => counts[kRight] / sum(counts));
      return shares.length > 0 ? sum(shares) / shares.length : 2;
    };
    const shares = new Map(chosen.map((index) => [index, share(index)]));
    return chosen.sort((a, b) => shares.get(a) - shares.get(b) || a - b);
  }

  showsAnswer(answer) {
    const {verdict} = kFilters.find(({key}) => key === this.state.show);
    const cells = this.cells();
    const scores = answer.scores.filter(([cell]) => cells.includes(cell));
    if (this.state.by && scores.length === 0) return false;
    return verdict === undefined || scores.some(([, other]) => other === verdict);
  }

  // ---- drawing

  tools() {
    this.buttons = kFilters.filter(({key}) => key !== "disagree" || this.labels.length > 1).map(({key, label}) =>
      make("button", {type: "button", value: key, onclick: () => this.change({show: key})}, label));
    const choice = make("span", {className: "choice"}, ...this.buttons);
    choice.setAttribute("role", "group");
    choice.setAttribute("aria-label", "questions with answers that are");
    this.by = make("select", {onchange: () => this.change({by: this.by.value})}, make("option", {value: ""}, "by any model"),
      ...this.labels.map((label) => make("option", {value: label}, label)));
    this.by.setAttribute("aria-label", "model");
    this.by.hidden = this.labels.length < 2;
    this.find = make("input", {type: "search", placeholder: "find", oninput: () => this.change({find: this.find.value})});
    this.find.setAttribute("aria-label", "find questions");
    this.order = make("select", {onchange: () => this.change({order: this.order.value})},
      make("option", {value: ""}, "in dataset order"), make("option", {value: "hardest"}, "hardest first"));
    this.order.setAttribute("aria-label", "order");
    this.count = make("output", {});
    return make("div", {className: "tools"}, choice, this.by, this.find, this.order, this.count);
  }

  draw(shown = kRowsAtOnce) {
    this.shown = shown;
    const chosen = this.chosen();
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.value === this.state.show));
    if (this.find.value !== this.state.find) this.find.value = this.state.find;
    this.by.value = this.state.by;
    this.order.value = this.state.order;
    this.list.replaceChildren(...chosen.slice(0, shown).map((index) => this.row(index)));
    this.more.hidden = chosen.length <= shown;
    this.more.textContent = `show more of the other ${(chosen.length - shown).toLocaleString("en")}`;
    this.count.textContent = `${chosen.length.toLocaleString("en")} of ${this.section.questions.length.toLocaleString("en")}`;
  }

  row(index) {
    if (this.rows.has(index)) return this.rows.get(index);
    const [id, about, preview, marks] = this.section.questions[index];
    const button = make("button", {type: "button", className: "question", onclick: () => this.toggle(index)},
      make("span", {className: "id"}, make("bdi", {}, id)), make("span", {className: "preview", dir: "auto"}, ...typeset.line(preview)),
      make("span", {className: "about"}, about), this.marksNode(marks));
    button.setAttribute("aria-expanded", "false");
    const item = make("li", {}, button);
    this.rows.set(index, item);
    return item;
  }

  marksNode(marks) {
    const right = marks.filter((counts) => counts[kRight] > 0 && counts[kRight] === sum(counts)).length;
    const node = make("span", {className: "marks"});
    if (marks.length > kMostMarks) {
      node.append(this.markNode([0, 1, 2, 3].map((place) => sum(marks.map((counts) => counts[place]))), "all models"));
    } else {
      node.append(...marks.map((counts, cell) => this.markNode(counts, this.labels[cell])));
    }
    node.append(make("span", {className: "unseen"}, `${right} of ${marks.length} right`));
    return node;
  }

  markNode(counts, label) {
    const total = sum(counts);
    const right = counts[kRight];
    const kind = total === 0 ? "none" : right === total ? "all" : right > 0 ? "mixed" : counts[kUnparsed] === total ? "unparsed" : "";
    const mark = make("i", {className: kind, title: `${label}: ${total ? `${right} of ${total} right` : "not scored"}`});
    mark.style.setProperty("--share", `${total ? 100 * right / total : 0}%`);
    return mark;
  }

  // ---- opening

  async open(index) {
    const item = this.row(index);
    if (item.children.length > 1) return;
    const [id] = this.section.questions[index];
    try {
      const question = await this.unpack(`block-${this.section.first_block + index}`);
      if (item.children.length > 1) return;  // a second click while it was unpacked
      item.append(answers.questionNode(this.section, question, (answer) => this.showsAnswer(answer), (answer) => this.address(id, answer)));
      item.firstChild.setAttribute("aria-expanded", "true");
    } catch (error) {
      this.trouble(`The answers to ${id} could not be unpacked: ${error.message}`);
    }
  }

  async toggle(index) {
    const item = this.row(index);
    if (item.children.length > 1) {
      item.lastChild.remove();
      item.firstChild.setAttribute("aria-expanded", "false");
      this.remember();
    } else {
      this.remember(this.section.questions[index][0]);
      await this.open(index);
    }
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
