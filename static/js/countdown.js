// countdown.js: keeps clocks (data-left, seconds) honest between two answers of the server.
const words = JSON.parse(document.querySelector('meta[name="words"]')?.content ?? "{}");
const fill = (pattern, values) => pattern.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

function span(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return fill(words.d, { days: Math.floor(hours / 24), hours: hours % 24 });
  if (hours) return fill(words.h, { hours, minutes: minutes % 60 });
  return minutes ? fill(words.m, { minutes }) : words.now;
}

function tick(chip) {
  const now = performance.now() / 1000;
  if (chip.countedFrom !== chip.dataset.left) {
    chip.countedFrom = chip.dataset.left;
    chip.countedAt = now;
    return;
  }
  const left = Number(chip.dataset.left) - (now - chip.countedAt);
  if (left < 0 && chip.dataset.look !== "missed") {
    chip.dataset.look = "missed";
    chip.dataset.tone = "danger";
    const glyph = chip.querySelector("use");
    glyph?.setAttribute("href", glyph.getAttribute("href").replace(/#.*/, "#bang"));
  }
  const text = fill(left < 0 ? words.late : words.left, { time: span(left) });
  const place = chip.querySelector("time") ?? chip.lastElementChild;
  if (place.textContent !== text) place.textContent = text;
}

if (words.left) {
  const all = () => document.querySelectorAll("[data-left]").forEach(tick);
  all();
  setInterval(all, 10000);
}
