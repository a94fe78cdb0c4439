// Shows a follow-up question only while the answer that opens it is given. Without JavaScript all of
// them are there, each led by the words "Only if you answered …". Nothing that was typed is cleared.
//
//   data-shown-when="all;field=yes,no;other=x"   on a control of the question: "any" or "all" of the parts
//   data-only-when="Only if …"                   those words, which the hint then need not say

function holds(form, test) {
  const [mode, ...parts] = test.split(";");
  const met = parts.map((part) => {
    const [name, values] = part.split("=");
    return values.split(",").includes(new FormData(form).get(name) ?? "");
  });
  return mode === "any" ? met.some(Boolean) : met.every(Boolean);
}

function refresh(form) {
  for (const control of form.querySelectorAll("[data-shown-when]")) {
    const field = control.closest(".field");
    if (field) field.hidden = !holds(form, control.dataset.shownWhen);
  }
}

/** Takes the words away that only a page without script needs. */
function tidy(form) {
  for (const control of form.querySelectorAll("[data-only-when]")) {
    const hint = control.closest(".field")?.querySelector(".field__hint");
    if (!hint) continue;
    hint.textContent = hint.textContent.replace(control.dataset.onlyWhen, "").trim();
    hint.hidden = !hint.textContent;
  }
}

for (const form of document.querySelectorAll("form:has([data-shown-when])")) {
  tidy(form);
  refresh(form);
  form.addEventListener("change", () => refresh(form));
  form.addEventListener("input", () => refresh(form));
}
