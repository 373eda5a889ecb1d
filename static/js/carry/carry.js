// carry.js: a mouse or pen carries [data-carry] things. What that means is said by events on the thing: carry:begin, carry:over
// (x, y, dx), carry:drop (x, y) and carry:end. Escape lets go. Touch scrolls; buttons and forms do the same for it and for keys.
const FAR = 6; // pixels before a press is a drag
const EDGE = 48; // near the upper and lower edge of the window the page goes along
let held = null;
let swallowing = false;

function tell(name, event) {
  const detail = event ? { x: event.clientX, y: event.clientY, dx: event.pageX - held.x } : {};
  held.thing.dispatchEvent(new CustomEvent(`carry:${name}`, { bubbles: true, detail }));
}

function follow(event) {
  if (!held) return;
  const [dx, dy] = [event.pageX - held.x, event.pageY - held.y];
  if (!held.on && Math.hypot(dx, dy) < FAR) return;
  if (!held.on) {
    held.on = true;
    held.thing.dataset.dragging = "";
    tell("begin", event);
  }
  if (event.clientY < EDGE) scrollBy(0, -EDGE / 4);
  if (event.clientY > innerHeight - EDGE) scrollBy(0, EDGE / 4);
  held.thing.style.setProperty("translate", `${dx}px ${dy}px`);
  tell("over", event);
}

// The thing lies where it was; who hears of the drop may then put it elsewhere.
function release(event) {
  if (!held) return;
  const { on, thing } = held;
  if (on) {
    swallowing = true; // the click that ends a drag opens nothing
    thing.style.removeProperty("translate");
    delete thing.dataset.dragging;
    if (event) tell("drop", event);
    tell("end");
  }
  held = null;
}

addEventListener("pointerdown", (event) => {
  swallowing = false;
  const thing = event.target.closest?.("[data-carry]");
  if (!thing || event.button !== 0 || event.pointerType === "touch" || event.target.closest("button, .button, summary, input")) return;
  held = { thing, x: event.pageX, y: event.pageY, on: false };
});
addEventListener("pointermove", follow);
addEventListener("pointerup", (event) => {
  release(event);
  setTimeout(() => { swallowing = false; }, 0); // where the browser sends no click, none is swallowed later
});
addEventListener("pointercancel", () => release());
addEventListener("keydown", (event) => event.key === "Escape" && release());
addEventListener("click", (event) => {
  if (!swallowing) return;
  swallowing = false;
  event.preventDefault();
  event.stopPropagation();
}, true);
for (const name of ["dragstart", "selectstart"]) addEventListener(name, (event) => held && event.preventDefault());
// What refreshes itself waits while something of it is held.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (held && event.detail.target?.contains(held.thing)) event.detail.shouldSwap = false;
});
