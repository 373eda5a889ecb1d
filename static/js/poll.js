// poll.js: refreshes [data-poll] rows with ETag. Rows change in place; new ones wait behind a bar.
const states = new WeakMap();

function calm(list) {
  return document.visibilityState === "visible" && !document.querySelector("dialog[open], details.menu[open], [data-select]:checked") && list.isConnected;
}

function refresh(row, fresh) {
  if (row.innerHTML === fresh.innerHTML) return;
  [...row.children].forEach((cell, index) => {
    const next = fresh.children[index];
    if (next && !cell.contains(document.activeElement) && cell.innerHTML !== next.innerHTML) cell.innerHTML = next.innerHTML;
  });
  globalThis.htmx?.process(row);
}

function merge(list, html) {
  const fresh = new Map([...new DOMParser().parseFromString(`<table><tbody>${html}</tbody></table>`, "text/html").querySelectorAll("[data-row]")].map((row) => [row.id, row]));
  for (const row of list.querySelectorAll("[data-row]")) {
    if (fresh.has(row.id)) refresh(row, fresh.get(row.id));
    row.toggleAttribute("data-gone", !fresh.has(row.id));
    fresh.delete(row.id);
  }
  announce(list, fresh.size);
}

function announce(list, count) {
  const bar = document.getElementById(list.dataset.pollBar);
  if (!bar) return;
  const text = count ? (count === 1 && list.dataset.pollOne ? list.dataset.pollOne : list.dataset.pollMany).replace("%s", count) : "";
  if (bar.textContent.trim() !== text) bar.textContent = text;
  bar.hidden = count === 0;
}

async function ask(list) {
  if (!calm(list)) return;
  const state = states.get(list);
  try {
    const headers = { "HX-Request": "true", "X-Poll": "1", ...(state.tag && { "If-None-Match": state.tag }) };
    const answer = await fetch(list.dataset.poll, { headers, credentials: "same-origin", cache: "no-store" });
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    state.missed = 0;
    if (answer.status === 304 || answer.redirected || !calm(list)) return;
    state.tag = answer.headers.get("ETag");
    merge(list, await answer.text());
  } catch {
    state.missed += 1;
  } finally {
    list.toggleAttribute("data-stale", state.missed >= 2);
    const sign = document.getElementById(list.dataset.pollStale);
    if (sign) sign.hidden = state.missed < 2;
  }
}

function watch(list) {
  if (states.has(list)) return;
  states.set(list, { tag: list.dataset.pollTag ?? "", missed: 0 });
  const seconds = Number(list.dataset.pollEvery ?? 20);
  const jitter = 1 + Math.random() * 0.1;
  const timer = setInterval(() => (list.isConnected ? ask(list) : clearInterval(timer)), seconds * 1000 * jitter);
  list.addEventListener("desk:poll", () => ask(list));
}

const all = () => document.querySelectorAll("[data-poll]").forEach(watch);
all();
document.addEventListener("htmx:afterSettle", all);
