// The desk counts along while its reviewer judges. The server counts again with every page.

const done = (item) => item.querySelector('input[name="value"]:checked') !== null;
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

desk?.addEventListener("change", (event) => {
  if (event.target.name === "value") count();
});
