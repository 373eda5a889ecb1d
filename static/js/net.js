// net.js: sends the CSRF token with htmx requests and says in words when a request failed.
const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1] ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
});

for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => {
    const status = event.detail.xhr?.status ?? 0;
    const words = document.getElementById("toasts")?.dataset ?? {};
    const text = status === 401 ? words.session : status ? words.failed : words.offline;
    document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text: `${text ?? "!"}${status ? ` (${status})` : ""}`, tone: "danger" } }));
  });
}

document.addEventListener("htmx:beforeRequest", (event) => event.target.setAttribute?.("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.target.removeAttribute?.("aria-busy"));

// A swap that removed the focused control leaves focus at the new region, never at the body. What is wrong comes first, and its
// fold is opened: a new fold is shut by the browser while the old one of the same name is still there.
let held = false; // whether the focus stood in what is swapped; what loads by itself never takes it
document.addEventListener("htmx:beforeSwap", (event) => {
  held = document.activeElement !== document.body && Boolean(event.detail.target?.contains(document.activeElement));
});
document.addEventListener("htmx:afterSettle", (event) => {
  const wanted = event.target.querySelector?.("[data-focus-me], [autofocus]") ?? event.target.querySelector?.("[aria-invalid=true]");
  const fold = wanted?.closest("details");
  if (fold) fold.open = true;
  if (wanted) wanted.focus();
  else if (held && document.activeElement === document.body) {
    const heading = event.target.querySelector?.("h1, h2");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }
});

// A form is sent once: its buttons rest until the answer is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) delete form.dataset.sending;
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});
// After an act the page is read anew: the focus stays at what was acted on, where that is seen.
const about = document.querySelector("[data-toast][data-about]")?.dataset.about;
const same = about && [...document.querySelectorAll(`[data-record="${CSS.escape(about)}"]`)].find((el) => el.checkVisibility());
(document.querySelector("[data-focus-me]") ?? same)?.focus();
