// Starts the page: sortable tables, the theme, and the lists of questions, which are made when they are first opened.

function trouble(text) {
  const bar = document.getElementById("trouble");
  bar.textContent = text;
  bar.hidden = false;
}

async function unpack(id) {
  const packed = atob(document.getElementById(id).textContent);
  const bytes = Uint8Array.from(packed, (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Each body of the table, the rows of one protocol, is sorted for itself.
function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const sort = (column) => {
    const down = heads[column].getAttribute("aria-sort") !== "descending";
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].dataset.value;
    const compare = (a, b) => (down ? -1 : 1) * (column === 0 ? key(a).localeCompare(key(b), "en") : key(a) - key(b));
    for (const body of table.tBodies) body.append(...[...body.rows].filter((row) => row.cells.length > 1).sort(compare));
  };
  heads.forEach((head, column) => {
    if (head.classList.contains("chart")) return;
    head.append(make("button", {type: "button", onclick: () => sort(column)}, ...head.childNodes));
  });
}

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

// The parts of an address that this page makes, or null.
function parseAddress(hash) {
  const match = /^#task\/([^/?]+)(?:\/q\/([^?]+))?(?:\?(.*))?$/.exec(hash);
  try {
    return match && {key: decodeURIComponent(match[1]), id: match[2] && decodeURIComponent(match[2]), query: new URLSearchParams(match[3] ?? "")};
  } catch {
    return null;  // a stray % in it
  }
}

async function start() {
  themeSwitch();
  document.querySelectorAll(".leaderboard").forEach(makeSortable);
  if (typeof DecompressionStream === "undefined") {
    return trouble("This browser cannot open the packed answers, because it lacks DecompressionStream. The tables below are complete; a browser from 2023 or later shows the answers too.");
  }
  const {sections} = await unpack("index");
  const boxes = [...document.querySelectorAll(".questions")];
  const lists = new Map();  // by box
  const listOf = (box) => {
    if (!lists.has(box)) lists.set(box, new QuestionList(sections[box.dataset.section], box, unpack, trouble));
    return lists.get(box);
  };
  for (const box of boxes) {
    box.addEventListener("toggle", () => box.open && listOf(box));
    if (box.open) listOf(box);
  }
  document.addEventListener("keydown", (event) => {
    const box = boxes.find((other) => other.open);
    if (event.key !== "/" || event.target.closest("input, select") || !box) return;
    event.preventDefault();
    listOf(box).find.focus();
  });
  const follow = async () => {
    const address = parseAddress(location.hash);
    const box = address && boxes.find((other) => sections[other.dataset.section].key === address.key);
    if (box && (address.id !== undefined || address.query.toString())) await listOf(box).follow(address.id, address.query);
  };
  addEventListener("hashchange", follow);
  await follow();
  document.documentElement.dataset.ready = "";  // for tests and printers that wait
}

start().catch((error) => trouble(`This page could not be started: ${error.message}`));
