// palette.js: Ctrl-K offers the commands of this page, places and cases. Asks 80 ms after the last letter.
const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
let options = [];
let chosen = 0;
let timer = 0;
let asked = 0;

function commands(text) {
  const found = new Map();
  for (const el of document.querySelectorAll("main [data-key], .top [data-key]")) {
    const label = (el.dataset.keyLabel ?? el.getAttribute("aria-label") ?? el.firstChild?.textContent ?? "").trim() || el.textContent.trim();
    const usable = el !== dialog && el.getAttribute("aria-disabled") !== "true" && el.checkVisibility?.();
    if (usable && !el.dataset.key.startsWith("ctrl+") && label.toLowerCase().includes(text.toLowerCase())) found.set(label, { label, hint: el.dataset.key, act: el });
  }
  return [...found.values()].slice(0, 8);
}

function choose(index) {
  chosen = Math.min(Math.max(index, 0), options.length - 1);
  [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
  const line = list.children[chosen];
  input.setAttribute("aria-activedescendant", line?.id ?? "");
  line?.scrollIntoView({ block: "nearest" });
}

function show(found) {
  options = found;
  list.replaceChildren(...found.map(({ label, hint }, at) => {
    const line = Object.assign(document.createElement("li"), { id: `palette-${at}`, className: "menu-item", role: "option" });
    line.append(Object.assign(document.createElement("span"), { textContent: label }));
    if (hint) line.append(Object.assign(document.createElement("kbd"), { textContent: hint }));
    return line;
  }));
  input.setAttribute("aria-expanded", String(found.length > 0));
  choose(0);
}

function go(at) {
  const option = options[at];
  if (!option) return input.form.requestSubmit();
  dialog.close();
  if (option.url) location.assign(option.url);
  else if (option.act.matches("input, textarea, select")) option.act.focus();
  else option.act.click();
}

async function ask() {
  const turn = ++asked;
  const text = input.value.trim();
  const here = commands(text);
  show(here);
  try {
    const answer = await fetch(`${dialog.dataset.palette}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const { results } = await answer.json();
    if (turn === asked && dialog.open) show([...here, ...results]);
  } catch {
    // Without an answer the commands of the page stay; Enter leads to the search page.
  }
}

if (dialog) {
  const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 80); };
  input.addEventListener("input", (event) => event.isComposing || soon());
  input.addEventListener("compositionend", soon);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (steps[event.key]) choose(chosen + steps[event.key]);
    else if (event.key === "Enter") go(chosen);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const line = event.target.closest("[role=option]");
    if (line) go([...list.children].indexOf(line));
  });
  document.addEventListener("click", (event) => { if (event.target.closest('[data-dialog="palette"]')) { input.value = ""; ask(); } });
}
