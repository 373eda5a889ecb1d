// fill.js: a button with data-fill="a,b" lays its value "x/y" into the fields a and b of its form instead of sending it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-fill]");
  const form = button?.form ?? button?.closest("form");
  if (!form) return;
  const names = button.dataset.fill.split(",");
  const fields = names.map((name) => form.elements.namedItem(name));
  if (fields.some((field) => !field)) return;
  event.preventDefault();
  const values = button.value.split("/");
  fields.forEach((field, at) => { field.value = values[at] ?? ""; });
  fields[0].dispatchEvent(new Event("change", { bubbles: true }));
  fields[0].focus();
});
