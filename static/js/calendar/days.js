// days.js: arrow keys walk the days of [data-calendar], m asks for another time of what stands there; a line is drawn at the present.
const grid = document.querySelector("[data-calendar]");
const MINUTE = 60000;
const DAY = 1440;

function now(begun, started) {
  const past = started + (performance.now() - begun) / MINUTE;
  for (const cell of grid.querySelectorAll("[data-today]")) {
    let line = cell.querySelector(".cal-now");
    if (!line) {
      line = document.createElement("span");
      line.className = "cal-now";
      line.setAttribute("aria-hidden", "true");
      cell.prepend(line);
    }
    line.hidden = past >= DAY;
    line.style.setProperty("--now", `${Math.min(100, (past / DAY) * 100)}%`);
  }
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function walk(cell, [down, aside]) {
  const rows = [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("[data-day]")]);
  const row = rows.findIndex((cells) => cells.includes(cell));
  const next = rows[row + down]?.[rows[row].indexOf(cell) + aside];
  if (!next) return;
  const wanted = next.querySelector("a") ?? next;
  wanted.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function press(event) {
  if (document.documentElement.dataset.keys === "off" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = event.target.closest("[data-day]") ?? (event.target.matches(".cal-grid") && STEPS[event.key] ? grid.querySelector("[data-today], [data-day]") : null);
  if (!cell) return;
  if (STEPS[event.key]) {
    event.preventDefault();
    if (cell.contains(event.target)) walk(cell, STEPS[event.key]);
    else (cell.querySelector("a") ?? cell).focus();
  } else if (event.key === "m" || (event.key === "Process" && event.code === "KeyM")) {
    const entry = event.target.closest("[data-move]");
    if (entry) htmx.ajax("GET", entry.dataset.move, { target: "#dialogs", swap: "innerHTML" });
  }
}

if (grid) {
  const [hours, minutes, seconds] = grid.dataset.now.split(":").map(Number);
  const begun = performance.now();
  const draw = () => now(begun, hours * 60 + minutes + seconds / 60);
  draw();
  setInterval(draw, MINUTE);
  for (const cell of grid.querySelectorAll("[data-day]")) cell.tabIndex = -1;
  addEventListener("keydown", press);
}
