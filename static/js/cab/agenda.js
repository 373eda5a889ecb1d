// agenda.js: an open item that is carried along the agenda takes the place where it is left; the arrows beside it do the same.
const MARGIN = 60; // pixels beside the list that still count as on it
let ride = null;

function begin({ target }) {
  if (!target.matches(".cab-items > [data-item]")) return;
  const all = [...target.parentElement.children];
  ride = { item: target, list: target.parentElement, from: all.indexOf(target) + 1, others: all.filter((row) => row !== target), to: 0 };
}

function mark(row, side) {
  for (const other of ride.others) delete other.dataset.gap;
  if (row) row.dataset.gap = side;
}

function over({ detail: { x, y } }) {
  if (!ride) return;
  const list = ride.list.getBoundingClientRect();
  const isOn = x > list.left - MARGIN && x < list.right + MARGIN && y > list.top - MARGIN && y < list.bottom + MARGIN;
  const next = ride.others.findIndex((row) => row.getBoundingClientRect().top + row.offsetHeight / 2 > y);
  ride.to = !isOn ? 0 : next < 0 ? ride.others.length + 1 : next + 1;
  if (!ride.to || ride.to === ride.from) mark();
  else if (next < 0) mark(ride.others.at(-1), "after");
  else mark(ride.others[next], "before");
}

function drop() {
  if (!ride?.to || ride.to === ride.from) return;
  const source = ride.item.querySelector("button");
  const address = source.getAttribute("hx-post").replace("/act/up/", "/act/place/");
  htmx.ajax("POST", address, { source, target: "#cab-agenda", swap: "outerHTML", values: { item: ride.item.dataset.item, position: ride.to } });
}

function end() {
  if (ride) mark();
  ride = null;
}

for (const [name, act] of Object.entries({ begin, over, drop, end })) document.addEventListener(`carry:${name}`, act);
