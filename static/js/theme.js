// theme.js: changes the theme at once and tells the server behind the page's back.
for (const form of document.querySelectorAll("form[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    const wanted = event.submitter?.value;
    if (!wanted) return;
    event.preventDefault();
    document.documentElement.dataset.theme = wanted;
    for (const button of form.querySelectorAll("button[name=theme]")) button.setAttribute("aria-pressed", String(button === event.submitter));
    const body = new FormData(form, event.submitter);
    fetch(form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
  });
}
