// rows.js: j and k walk over [data-row], Space previews ([data-peek]), Enter opens, x selects.
const on = () => document.documentElement.dataset.keys !== "off";
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.dataset.gone === undefined || row.contains(document.activeElement));
const busy = (el) => el?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog, details.menu[open]");

function go(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement?.closest?.("[data-row]"));
  const chosen = here < 0 ? all.findIndex((row) => row.getAttribute("aria-selected") === "true") : here;
  const next = all[Math.min(Math.max(chosen + step, 0), all.length - 1)];
  const link = next.querySelector("[data-open], a");
  link?.focus();
  next.scrollIntoView({ block: "nearest" });
  if (document.querySelector(".peek[data-chosen]")) next.querySelector("[data-peek]")?.click();
}

document.addEventListener("keydown", (event) => {
  if (!on() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (busy(event.target)) return;
  const key = event.key === "Process" ? event.code.replace("Key", "").toLowerCase() : event.key;
  const row = document.activeElement?.closest?.("[data-row]");
  const steps = { j: 1, k: -1, ArrowDown: row ? 1 : 0, ArrowUp: row ? -1 : 0 };
  if (steps[key]) {
    event.preventDefault();
    go(steps[key]);
  } else if (key === " " && row?.querySelector("[data-peek]") && !event.target.matches("input, button, summary")) {
    event.preventDefault();
    row.querySelector("[data-peek]").click();
  } else if (key === "o" && row) {
    row.querySelector("[data-open]")?.click();
  } else if (key === "x" && row) {
    row.querySelector("[data-select]")?.click();
  }
});

// The row whose preview is shown is the selected one.
document.addEventListener("click", (event) => {
  const peek = event.target.closest("[data-peek]");
  if (!peek) return;
  for (const row of rows()) row.removeAttribute("aria-selected");
  peek.closest("[data-row]")?.setAttribute("aria-selected", "true");
});

// A row can be pressed anywhere but on its controls.
document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.target.closest("a, button, input, label, summary, form") || getSelection()?.toString()) return;
  (row.querySelector("[data-peek]") ?? row.querySelector("[data-open]"))?.click();
});

// "Select all" and the number in the bar below the list.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) for (const box of document.querySelectorAll("[data-select], [data-select-all]")) box.checked = event.target.checked;
  if (!event.target.matches("[data-select], [data-select-all]")) return;
  const count = document.querySelectorAll("[data-select]:checked").length;
  for (const bar of document.querySelectorAll("[data-bulk]")) bar.hidden = count === 0;
  for (const number of document.querySelectorAll("[data-bulk-count]")) number.textContent = String(count);
});
for (const bar of document.querySelectorAll("[data-bulk]")) bar.hidden = true;
