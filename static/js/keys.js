// keys.js: every data-key on the page is a shortcut; "g q" is a sequence. Never acts inside a field.
const on = () => document.documentElement.dataset.keys !== "off";
const inField = (el) => el?.closest?.("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
const shown = (el) => el.checkVisibility?.() ?? el.offsetParent !== null;
const SHIFTED = { Slash: "?", Digit1: "!" };
let pending = "";
let timer = 0;

// While an input method is on, event.key is "Process": the place of the key says which one was meant.
function keyOf(event) {
  let key = event.key;
  if (key === "Process" || key === "Unidentified") {
    if (event.shiftKey && SHIFTED[event.code]) key = SHIFTED[event.code];
    else key = event.code === "Slash" ? "/" : event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  }
  if (event.ctrlKey || event.metaKey) return `ctrl+${event.shiftKey ? "shift+" : ""}${key.toLowerCase()}`;
  return /^[A-Z]$/.test(key) || (event.shiftKey && /^[a-z]$/.test(key)) ? `shift+${key.toLowerCase()}` : key;
}

function targets(keys) {
  const scope = document.querySelector("dialog[open]") ?? document;
  const row = document.activeElement?.closest?.("[data-row]");
  const found = [...(row?.querySelectorAll("[data-key]") ?? []), ...scope.querySelectorAll("[data-key]")];
  return found.filter((el) => el.dataset.key === keys && (shown(el) || el.closest("details, [popover], [hidden]")));
}

function press(el) {
  if (el.matches("input:not([type=submit], [type=checkbox], [type=radio]), textarea, select")) {
    el.focus();
    el.select?.();
  } else el.click();
  const menu = el.matches("summary") && el.closest("details.menu[open]");
  if (menu) (menu.querySelector(".menu-item") ?? el).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = keyOf(event);
  const modified = key.startsWith("ctrl+");
  if (inField(event.target) && !modified) {
    if (key === "Escape" && event.keyCode !== 229) event.target.blur();
    return;
  }
  if (!modified && !on()) return;
  // Enter belongs to the link or button that has the focus; in rows it opens the case.
  if (key === "Enter" && event.target.closest?.("a[href], button, summary, input") && !event.target.closest("[data-row]")) return;
  clearTimeout(timer);
  const keys = pending ? `${pending} ${key}` : key;
  const [el] = targets(keys);
  pending = "";
  if (el) {
    event.preventDefault();
    press(el);
  } else if (!modified && [...document.querySelectorAll("[data-key]")].some((other) => other.dataset.key.startsWith(`${keys} `))) {
    pending = keys;
    timer = setTimeout(() => { pending = ""; }, 1200);
    event.preventDefault();
  }
});

// The sheet is made of what the page offers now, so it always tells the truth for this person.
const sheet = document.querySelector("[data-keys-list]");
function fillSheet() {
  const lines = new Map();
  for (const el of document.querySelectorAll("[data-key]")) {
    const label = el.dataset.keyLabel ?? el.getAttribute("aria-label") ?? el.querySelector(".word")?.textContent ?? el.firstChild?.textContent ?? "";
    if (!lines.has(el.dataset.key) && el.dataset.key !== "?") lines.set(el.dataset.key, (label || el.textContent).trim());
  }
  if (document.querySelector("[data-row]")) for (const [key, label] of Object.entries(JSON.parse(sheet.dataset.keysMore))) lines.set(key, label);
  sheet.replaceChildren(...[...lines].map(([key, label]) => {
    const line = document.createElement("div");
    line.append(Object.assign(document.createElement("dt"), { textContent: label }), document.createElement("dd"));
    line.lastChild.append(...key.split(" ").flatMap((part) => [Object.assign(document.createElement("kbd"), { textContent: part.replace("shift+", "⇧ ").replace("ctrl+", "Ctrl ") }), " "]));
    return line;
  }));
}
if (sheet) {
  document.addEventListener("click", (event) => { if (event.target.closest('[data-dialog="keys-sheet"]')) fillSheet(); }, true);
  for (const button of document.querySelectorAll('[data-dialog="keys-sheet"], [data-dialog="palette"]')) button.hidden = false;
}
