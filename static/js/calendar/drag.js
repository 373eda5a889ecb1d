// drag.js: what is carried over the days of [data-calendar] moves in time; what it would bring is asked of the server meanwhile.
const grid = document.querySelector("[data-calendar]");
const MINUTE = 60000;
const DAY = 1440;

// Times are those of the page, without a zone: the server reads them in the person's own.
const read = (text) => Date.parse(`${text}Z`) / MINUTE;
const write = (minutes) => new Date(minutes * MINUTE).toISOString().slice(0, 16);
const dayOf = (cell) => read(`${cell.dataset.day}T00:00`);
const cellAt = (x, y) => document.elementsFromPoint(x, y).find((el) => el.matches("[data-day]") && grid.contains(el));
const float = document.querySelector(".cal-float");
const hint = document.querySelector("[data-cal-hint]");

let drag = null;

// How far it was dragged, in minutes: by whole days, and in the week by hours where it is left well beside the same hour.
function dragged({ x, dx }, cell) {
  const days = dayOf(cell) - dayOf(drag.cell);
  if (grid.dataset.calendar !== "week") return days;
  const inset = x - dx - drag.left;
  const box = cell.getBoundingClientRect();
  const hours = Math.round(((x - box.left - inset) / box.width) * 24);
  return days + (Math.abs(hours) < 3 ? 0 : hours * 60);
}

function check() {
  clearTimeout(drag.timer);
  const { entry, start, end } = drag;
  const query = new URLSearchParams({ window_start: write(start), window_end: write(end) });
  hint.textContent = `${write(start).replace("T", " ")} – ${write(end).slice(write(start).slice(0, 10) === write(end).slice(0, 10) ? 11 : 0).replace("T", " ")}`;
  drag.timer = setTimeout(() => drag && htmx.ajax("GET", `${entry.dataset.check}?${query}`, { target: "#cal-slots", swap: "innerHTML" }), 150);
}

function begin(event) {
  const entry = event.target;
  const cell = entry.closest("[data-day]");
  drag = { entry, cell, left: cell.getBoundingClientRect().left, by: 0 };
  float.dataset.on = "";
  hint.hidden = false;
}

function over({ detail }) {
  const cell = cellAt(detail.x, detail.y);
  const by = cell ? dragged(detail, cell) : 0;
  for (const other of grid.querySelectorAll("[data-over]")) if (other !== cell) delete other.dataset.over;
  if (cell) cell.dataset.over = "";
  if (by === drag.by) return;
  drag.by = by;
  drag.start = read(drag.entry.dataset.start) + by;
  drag.end = read(drag.entry.dataset.end) + by;
  check();
}

function drop() {
  const { by, entry, start, end } = drag;
  if (!by) return;
  entry.querySelector("a").focus({ preventScroll: true });
  const values = { window_start: write(start), window_end: write(end), version: entry.dataset.version, dropped: "1" };
  htmx.ajax("POST", entry.dataset.move, { target: "#dialogs", swap: "innerHTML", values });
}

function end() {
  clearTimeout(drag.timer);
  delete float.dataset.on;
  hint.hidden = true;
  for (const cell of grid.querySelectorAll("[data-over]")) delete cell.dataset.over;
  drag = null;
}

if (grid) for (const [name, act] of Object.entries({ begin, over, drop, end })) grid.addEventListener(`carry:${name}`, act);
