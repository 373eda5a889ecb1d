// composer.js: drafts to the server while typing, Ctrl-Enter sends, unfilled {{placeholders}} stop the sending.
const token = (form) => form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function attach(form) {
  if (form.dataset.watched) return;
  form.dataset.watched = "1";
  const text = form.querySelector("textarea");
  const sign = form.querySelector("[data-draft-state]");
  let saved = text.value;
  let timer = 0;
  let since = 0;

  async function save() {
    clearTimeout(timer);
    since = 0;
    if (!form.dataset.draftUrl || text.value === saved || form.dataset.sending) return;
    const body = new URLSearchParams({ kind: form.dataset.kind, body: text.value });
    const value = text.value;
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, headers: { "X-CSRFToken": token(form) }, credentials: "same-origin", keepalive: true });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      saved = value;
      if (sign) sign.textContent = sign.dataset.saved;
    } catch {
      if (sign) sign.textContent = sign.dataset.failed;
    }
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    since ||= Date.now();
    timer = setTimeout(save, Date.now() - since > 10000 ? 0 : 1000);
  });
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());

  text.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const button = (event.shiftKey && form.querySelector("[data-send-next]")) || form.querySelector("[data-send]");
    form.requestSubmit(button);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (form.dataset.kind === "note" || !/\{\{.*?\}\}/.test(text.value)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const start = text.value.indexOf("{{");
    text.focus();
    text.setSelectionRange(start, text.value.indexOf("}}", start) + 2);
  });
}

function files(form) {
  const area = form.querySelector("[data-drop]");
  const input = area?.querySelector("input[type=file]");
  if (!input || area.dataset.watched) return;
  area.dataset.watched = "1";
  const add = (list) => {
    const all = new DataTransfer();
    for (const file of [...input.files, ...list]) all.items.add(file);
    input.files = all.files;
  };
  form.addEventListener("dragover", (event) => { event.preventDefault(); area.dataset.over = ""; });
  form.addEventListener("dragleave", () => delete area.dataset.over);
  form.addEventListener("drop", (event) => { event.preventDefault(); delete area.dataset.over; add(event.dataTransfer.files); });
  form.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); add(event.clipboardData.files); } });
}

const all = () => document.querySelectorAll("form[data-composer]").forEach((form) => { attach(form); files(form); });
all();
document.addEventListener("htmx:afterSettle", all);
