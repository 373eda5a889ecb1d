// board.js: a release that is carried over the columns of [data-release-board] shows which steps lead there, as the dialog of its
// button "Next step" lists them; to drop it on one is to press it, and what is closed says why.
const board = document.querySelector("[data-release-board]");
let ride = null;

// The same list that the button opens: nothing is judged here.
async function stepsOf(card) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  const answer = await fetch(card.querySelector("[data-steps]").href, { headers, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const list = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...list.querySelectorAll("[data-to]")].map((el) => ({
    to: el.dataset.to.split(" "), words: el.dataset.words, href: el.getAttribute("href"), why: el.querySelector(".why")?.textContent.trim() ?? "",
  }));
}

const leading = (steps, column) => steps.filter((step) => step.to.some((state) => column.dataset.states.split(" ").includes(state)));
const columnAt = ({ x, y }) => document.elementsFromPoint(x, y).find((el) => el.matches("[data-states]"));
const say = (text) => document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text, tone: "danger" } }));

// Each column that a step leads to is covered by its steps; the own one only by what was left of it.
function cover(steps) {
  for (const column of board.querySelectorAll("[data-states]")) {
    const fits = leading(steps, column);
    if (!fits.length) continue;
    const places = document.createElement("div");
    places.className = "release-places";
    for (const step of fits) {
      const place = document.createElement("p");
      place.textContent = step.why ? `${step.words}: ${step.why}` : step.words;
      place.dataset.place = step.why ? "closed" : "open";
      ride.places.set(place, step);
      places.append(place);
    }
    column.append(places);
  }
}

function begin({ target }) {
  const now = { card: target, box: target.getBoundingClientRect(), top: scrollY, places: new Map(), steps: stepsOf(target) };
  ride = now;
  now.steps.then((steps) => ride === now && cover(steps), () => {}); // what failed is said at the drop
}

// Left where it lay, it stays.
function isHome({ x, y }) {
  const { left, right, top, bottom } = ride.box;
  const gone = scrollY - ride.top;
  return x >= left && x <= right && y >= top - gone && y <= bottom - gone;
}

const placeAt = (point) => (isHome(point) ? undefined : document.elementsFromPoint(point.x, point.y).find((el) => el.dataset.place));

function over({ detail }) {
  const place = placeAt(detail);
  for (const other of ride.places.keys()) other.toggleAttribute("data-over", other === place);
}

async function drop({ detail }) {
  const { card, places, steps } = ride;
  const [column, step] = [isHome(detail) ? undefined : columnAt(detail), places.get(placeAt(detail))];
  const own = column?.contains(card);
  if (!column || (own && !step)) return;
  try {
    const fits = step ? [step] : leading(await steps, column);
    settle(card, column, fits);
  } catch {
    say(document.getElementById("toasts").dataset.failed);
  }
}

function settle(card, column, fits) {
  card.querySelector("a").focus({ preventScroll: true });
  const words = { number: card.dataset.number, from: card.dataset.stateWords, to: column.querySelector("h2").dataset.words };
  if (!fits.length) return say(board.dataset.closed.replace(/\{(\w+)\}/g, (_all, name) => words[name]));
  if (fits.length === 1 && fits[0].why) return say(fits[0].why);
  const href = fits.length > 1 ? card.querySelector("[data-steps]").href : fits[0].href; // of several the list asks which
  htmx.ajax("GET", href, { target: "#dialogs", swap: "innerHTML" });
}

function end() {
  for (const places of board.querySelectorAll(".release-places")) places.remove();
  ride = null;
}

if (board) for (const [name, act] of Object.entries({ begin, over, drop, end })) board.addEventListener(`carry:${name}`, act);
