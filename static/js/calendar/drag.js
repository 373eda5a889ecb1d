// drag.js: drags [data-move] over the days of [data-calendar]; what it would bring is asked of the server meanwhile.
const grid = document.querySelector("[data-calendar]");
const MINUTE = 60000;
const DAY = 1440;

// Times are those of the page, without a zone: the server reads them in the person's own.
const read = (text) => Date.parse(`${text}Z`) / MINUTE;
const write = (minutes) => new Date(minutes * MINUTE).toISOString().slice(0, 16);
const dayOf = (cell) => read(`${cell.dataset.day}T00:00`);
const cellAt = (x, y) => document.elementsFromPoint(x, y).find((el) => el.matches("[data-day]"));
const float = document.querySelector(".cal-float");
const hint = document.querySelector("[data-cal-hint]");

let drag = null;

// How far it was dragged, in minutes: by whole days, and in the week by hours where it is left well beside the same hour.
function dragged(x, cell) {
  const days = dayOf(cell) - dayOf(drag.cell);
  if (grid.dataset.calendar !== "week") return days;
  const box = cell.getBoundingClientRect();
  const hours = Math.round(((x - box.left - drag.inset) / box.width) * 24);
  return days + (Math.abs(hours) < 3 ? 0 : hours * 60);
}

function check() {
  clearTimeout(drag.timer);
  const { entry, start, end } = drag;
  const query = new URLSearchParams({ window_start: write(start), window_end: write(end) });
  hint.textContent = `${write(start).replace("T", " ")} – ${write(end).slice(write(start).slice(0, 10) === write(end).slice(0, 10) ? 11 : 0).replace("T", " ")}`;
  drag.timer = setTimeout(() => drag && htmx.ajax("GET", `${entry.dataset.check}?${query}`, { target: "#cal-slots", swap: "innerHTML" }), 150);
}

function follow(event) {
  if (!drag) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
  if (!drag.on && far < 6) return;
  if (!drag.on) {
    drag.on = true;
    drag.entry.dataset.dragging = "";
    float.dataset.on = "";
    hint.hidden = false;
  }
  drag.entry.style.setProperty("translate", `${event.clientX - drag.x}px ${event.clientY - drag.y}px`);
  const cell = cellAt(event.clientX, event.clientY);
  const by = cell && cell.closest("[data-calendar]") ? dragged(event.clientX, cell) : 0;
  for (const other of grid.querySelectorAll("[data-over]")) if (other !== cell) delete other.dataset.over;
  if (cell) cell.dataset.over = "";
  if (by === drag.by) return;
  drag.by = by;
  drag.start = read(drag.entry.dataset.start) + by;
  drag.end = read(drag.entry.dataset.end) + by;
  check();
}

function back() {
  if (!drag) return;
  clearTimeout(drag.timer);
  drag.entry.style.removeProperty("translate");
  delete drag.entry.dataset.dragging;
  delete float.dataset.on;
  hint.hidden = true;
  for (const cell of grid.querySelectorAll("[data-over]")) delete cell.dataset.over;
  drag = null;
}

function drop() {
  if (!drag) return;
  const { on, by, entry, start, end } = drag;
  back();
  if (!on) return;
  addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, once: true });
  setTimeout(() => dispatchEvent(new Event("click")), 0); // where the browser sends no click, none is swallowed later
  if (!by) return;
  const values = { window_start: write(start), window_end: write(end), version: entry.dataset.version, dropped: "1" };
  htmx.ajax("POST", entry.dataset.move, { target: "#dialogs", swap: "innerHTML", values });
}

if (grid) {
  for (const link of grid.querySelectorAll("[data-move] a")) link.draggable = false;
  grid.addEventListener("pointerdown", (event) => {
    const entry = event.target.closest("[data-move]");
    if (!entry || event.button !== 0 || event.pointerType === "touch") return;
    const cell = entry.closest("[data-day]");
    drag = { entry, cell, x: event.clientX, y: event.clientY, inset: event.clientX - cell.getBoundingClientRect().left, by: 0, on: false };
  });
  addEventListener("pointermove", follow);
  addEventListener("pointerup", drop);
  addEventListener("pointercancel", back);
  addEventListener("keydown", (event) => event.key === "Escape" && back());
}
