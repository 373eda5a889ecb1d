// conditions.js: shows a field ([data-when] names the choice, [data-is] its values) only where it is asked; the server judges.
const asked = (field, form) => {
  const picked = form.querySelector(`[name="${field.dataset.when}"]:checked, select[name="${field.dataset.when}"]`);
  if (!picked || picked.closest("[data-when][hidden]")) return false;
  return field.dataset.is.split(",").includes(picked.value);
};

function settle(form) {
  for (const field of form.querySelectorAll("[data-when]")) {
    field.hidden = !asked(field, form);
    const mark = field.querySelector("input[name=shown]");
    if (mark) mark.disabled = field.hidden;
  }
}

document.addEventListener("change", (event) => event.target.form && settle(event.target.form));
for (const field of document.querySelectorAll("[data-when]")) if (field.closest("form")) settle(field.closest("form"));
