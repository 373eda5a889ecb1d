// queue.js: the bar above a list acts on the ticked rows, else on the row that was last in focus or in the preview.
let current = null;

const bar = () => document.querySelector("[data-row-tools]");
const ticked = () => [...document.querySelectorAll("[data-select]:checked")];
const selected = () => document.querySelector("[data-row][aria-selected=true]");

function row() {
  if (!current?.isConnected) current = selected();
  return current;
}

function show() {
  const tools = bar();
  const what = tools?.querySelector("[data-row-what]");
  if (!what) return;
  const count = ticked().length;
  const number = row()?.querySelector("[data-open]")?.textContent;
  if (count) what.textContent = what.dataset.many.replace("%s", count);
  else if (number) what.textContent = number;
}

function choose(event) {
  const found = event.target.closest?.("[data-row]");
  if (!found) return;
  current = found;
  show();
}

document.addEventListener("focusin", choose);
document.addEventListener("click", choose);
document.addEventListener("change", (event) => event.target.matches("[data-select], [data-select-all]") && show());

// Before a button of the bar acts, it learns for which row: the row's own tick box knows number and version.
document.addEventListener("click", (event) => {
  const tools = event.target.closest("button")?.closest("[data-row-tools]");
  if (!tools) return;
  const pick = tools.querySelector("[data-row-pick]");
  const box = row()?.querySelector("[data-select]");
  pick.disabled = ticked().length > 0 || !box;
  pick.value = box?.value ?? "";
}, true);
document.addEventListener("click", (event) => event.target.closest("[data-row-tools] [popover] button")?.closest("[popover]:popover-open")?.hidePopover());

// After an act the rows are fetched anew in place, and the preview too.
document.addEventListener("desk:changed", (event) => {
  for (const box of ticked()) box.checked = false;
  document.querySelector("[data-select-all]:checked")?.click();
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  document.querySelector("[data-poll]")?.dispatchEvent(new CustomEvent("desk:poll"));
  if (event.detail?.peek && document.querySelector(".peek[data-chosen]")) selected()?.querySelector("[data-peek]")?.click();
  show();
});

// Ctrl-Enter sends the form in which one types, also in a dialog; keys 1 to 4 open an answer and lead to its first field.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-send-form], dialog form[method=post]");
  if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
document.addEventListener("click", (event) => {
  const answer = event.target.closest("details.answer > summary, details.say > summary")?.parentElement;
  if (!answer) return;
  setTimeout(() => {
    if (!answer.open) return;
    const fields = [...answer.querySelectorAll("input:not([type=hidden], [type=checkbox]), select, textarea")];
    (fields.find((field) => !field.value || (field.type === "radio" && !field.checked)) ?? fields[0] ?? answer.querySelector("[type=submit]"))?.focus();
  });
});
show();
document.addEventListener("htmx:afterSettle", show);
