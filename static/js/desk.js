// The desk counts along while its reviewer judges. The server counts again with every page.

// A verdict that was carried over counts once its reviewer has touched it, because only then is it saved.
const done = (item) => item.querySelector('form:not([data-carried]) input[name="value"]:checked') !== null;
const desk = document.querySelector(".desk");
const line = desk?.querySelector(".desk__progress .progress-line");

function count() {
  const required = [...desk.querySelectorAll("[data-required]")];
  const answered = required.filter(done).length;
  const bar = line?.querySelector("progress");
  if (bar) {
    bar.value = answered;
    const words = line.querySelector(".progress-line__words > :last-child");
    words.textContent = words.textContent.replace(/^\d+/, String(answered));
  }
  for (const group of desk.querySelectorAll("[data-goal-items]")) {
    const mine = [...group.querySelectorAll("[data-required]")];
    const place = desk.querySelector(`[data-goal="${group.dataset.goalItems}"] .goal-index__done`);
    if (place) place.textContent = `${mine.filter(done).length}/${mine.length}`;
  }
  for (const open of desk.querySelectorAll("[data-open-item]")) {
    const item = document.getElementById(open.dataset.openItem);
    open.hidden = Boolean(item && done(item));
  }
}

function name(radio) {
  const badge = radio.closest("[data-keys-item]")?.querySelector("[data-item-state] .badge");
  if (!badge) return;
  badge.className = `badge tone--${radio.dataset.tone}`;
  badge.textContent = radio.closest("label").textContent.trim();
}

desk?.addEventListener("input", (event) => {
  const form = event.target.closest(".verdict");
  if (!form) return;
  delete form.dataset.carried;
  const chosen = form.querySelector('input[name="value"]:checked');
  if (chosen) name(chosen);
  count();
});
