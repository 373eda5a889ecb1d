// dialog.js: data-dialog="id" opens that native dialog; without JavaScript the link leads to a page.
const openers = new WeakMap();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && opener.getAttribute("aria-disabled") !== "true") {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!dialog) return;
    event.preventDefault();
    openers.set(dialog, opener);
    opener.closest("details.menu")?.removeAttribute("open");
    dialog.showModal();
    return;
  }
  const close = event.target.closest("dialog [data-close]");
  if (close) return close.closest("dialog").close();
  if (event.target instanceof HTMLDialogElement && event.target.dataset.light !== undefined) event.target.close();
});

// Focus goes back to the control that opened the dialog.
document.addEventListener("close", (event) => {
  if (!(event.target instanceof HTMLDialogElement)) return;
  openers.get(event.target)?.focus();
  if (event.target.dataset.remove !== undefined) event.target.remove();
}, true);

// A dialog that arrives by htmx opens by itself, at its first field; one that only asks for a yes opens at its button.
// The one that a refusal sends in its place goes back to the same control.
let asked = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.closest("dialog")) asked = event.target;
});
const FIRST = ".dialog-body :is(input:not([type=hidden]), select, textarea, .button.primary)";
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.target.matches?.("dialog[data-open]") ? event.target : event.target.querySelector?.("dialog[data-open]");
  if (!dialog || dialog.open) return;
  const active = document.activeElement;
  openers.set(dialog, active === document.body || active.closest("dialog") ? asked : active);
  dialog.showModal();
  if (!dialog.querySelector("[data-focus-me], [autofocus], [aria-invalid=true]")) dialog.querySelector(FIRST)?.focus();
});

// Menus close when something else is pressed, and on Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = step ? [...(event.target.closest?.("details.menu[open]")?.querySelectorAll(".menu-item") ?? [])] : [];
  if (!items.length) return;
  event.preventDefault();
  items[(items.indexOf(event.target) + step + items.length) % items.length].focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A refused action stays on the page and says why.
document.addEventListener("click", (event) => {
  const refused = event.target.closest('button[aria-disabled="true"], a[aria-disabled="true"]');
  if (!refused) return;
  event.preventDefault();
  event.stopPropagation();
  const why = refused.getAttribute("title") || document.getElementById(refused.getAttribute("aria-describedby"))?.innerText;
  if (why) document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text: why.trim().replace(/\s*\n\s*/g, " · "), tone: "danger" } }));
}, true);
