// toast.js: messages leave after six seconds unless pointed at, focused or marked data-keep.
const box = document.getElementById("toasts");
const LIFE = 6000;

function watch(toast) {
  const close = toast.querySelector("[data-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
  }
  if (toast.dataset.keep !== undefined) return;
  let timer = setTimeout(() => toast.remove(), LIFE);
  const stay = () => clearTimeout(timer);
  const go = () => { timer = setTimeout(() => toast.remove(), LIFE); };
  for (const [start, end] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
    toast.addEventListener(start, stay);
    toast.addEventListener(end, go);
  }
}

function show({ text, tone = "done", undo = "", word = "" }) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.tone = tone;
  toast.setAttribute("role", tone === "danger" ? "alert" : "status");
  const words = document.createElement("span");
  words.className = "toast-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button icon";
  close.dataset.close = "";
  close.setAttribute("aria-label", box.dataset.close);
  close.textContent = "×";
  toast.append(words, close);
  if (undo) {
    const back = document.createElement("a");
    back.className = "button small";
    back.href = undo;
    back.textContent = word;
    close.before(back);
  }
  if (tone === "danger") toast.dataset.keep = "";
  box.append(toast);
  watch(toast);
}

if (box) {
  box.querySelectorAll("[data-toast]").forEach(watch);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.dataset?.toast !== undefined) watch(node);
  }).observe(box, { childList: true });
  document.addEventListener("desk:toast", (event) => show(event.detail));
}
