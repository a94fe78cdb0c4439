// The desk follows its reviewer: it counts along, unfolds the item that keys lead to, and marks what that item rests
// on. The server counts again with every page, and every link works without this.

// A verdict that was carried over counts once its reviewer has touched it, because only then is it saved.
const done = (item) => item.querySelector('form:not([data-carried]) input[name="value"]:checked') !== null;
const desk = document.querySelector("[data-desk]");
const line = desk?.querySelector(".desk__progress .progress-line");
const said = desk?.querySelector("[data-desk-said]");
const pane = desk?.querySelector(".desk__side");
const basis = desk?.querySelector("[data-desk-basis]");
let current = null;
let unfolded = null; // the fold that a key opened, to be closed by the next one

function count() {
  const required = [...desk.querySelectorAll("[data-required]")];
  const bar = line?.querySelector("progress");
  if (bar && bar.max === required.length) {
    const answered = required.filter(done).length;
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

function unmark() {
  for (const one of desk.querySelectorAll("[data-marked]")) delete one.dataset.marked;
}

/** Marks the answers and files that the item rests on, and scrolls the pane beside to the first. */
function mark(item) {
  unmark();
  const anchors = item.dataset.basis.split(" ").filter(Boolean);
  const rows = anchors.map((one) => document.getElementById(one)).filter(Boolean);
  const files = [...item.querySelectorAll("[data-evidence]:checked")].map((one) =>
    desk.querySelector(`[data-file="${CSS.escape(one.value)}"]`),
  );
  for (const one of [...rows, ...files.filter(Boolean)]) one.dataset.marked = "";
  if (basis) basis.hidden = !rows.length;
  const first = rows[0];
  if (first && pane && getComputedStyle(pane).overflowY === "auto" && first.checkVisibility()) {
    const room = first.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTo({ top: pane.scrollTop + room - 56 });
  }
  return rows.length;
}

function choose(item) {
  if (item === current) return;
  if (current) delete current.dataset.current;
  current = item;
  item.dataset.current = "";
  const answers = mark(item);
  if (!said) return;
  const items = [...desk.querySelectorAll("[data-keys-item]")].filter((one) => one.checkVisibility());
  const facts = {
    code: item.querySelector(".item__code")?.textContent.trim() ?? "",
    number: items.indexOf(item) + 1,
    all: items.length,
    state: item.querySelector("[data-item-state]")?.textContent.trim() ?? "",
    answers,
  };
  said.textContent = said.dataset.text.replace(/\{(\w+)\}/g, (_, key) => facts[key]);
}

/** Keys and addresses focus the item itself: it unfolds, and what a key had unfolded before folds again. */
function unfold(item) {
  const fold = item.querySelector(":scope > details");
  if (!fold || fold.open) return;
  if (unfolded && unfolded !== fold && !unfolded.contains(document.activeElement)) unfolded.open = false;
  fold.open = true;
  unfolded = fold;
}

function goToAddress() {
  const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const item = target?.closest("[data-keys-item]");
  if (!item) return;
  const later = item.closest("details:not(.item__fold)");
  if (later) later.open = true;
  unfold(item);
  item.focus({ preventScroll: true });
  target.scrollIntoView();
}

function showTab() {
  for (const link of desk.querySelectorAll("[data-pane-of]")) {
    const one = document.getElementById(link.dataset.paneOf);
    if (one?.checkVisibility() && (one.closest(".desk__side") || getComputedStyle(pane).display === "none")) {
      link.setAttribute("aria-current", "true");
    } else link.removeAttribute("aria-current");
  }
}

if (desk) {
  desk.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-keys-item]");
    if (!item) return;
    if (event.target === item) unfold(item);
    choose(item);
  });
  desk.addEventListener(
    "toggle",
    (event) => {
      if (event.target.open && event.target.matches(".item__fold")) choose(event.target.closest("[data-keys-item]"));
    },
    true,
  );
  desk.addEventListener("input", (event) => {
    const form = event.target.closest(".verdict");
    if (!form) return;
    delete form.dataset.carried;
    const chosen = form.querySelector('input[name="value"]:checked');
    if (chosen) name(chosen);
    if (event.target.matches("[data-evidence]") && current) mark(current);
    count();
  });
  // To choose what is chosen already changes nothing for a browser. On a carried verdict it means: it still holds.
  desk.addEventListener("click", (event) => {
    if (!event.target.matches('form[data-carried] input[name="value"]') || !event.target.defaultChecked) return;
    for (const kind of ["input", "change"]) event.target.dispatchEvent(new Event(kind, { bubbles: true }));
  });
  window.addEventListener("hashchange", () => {
    goToAddress();
    showTab();
  });
  window.addEventListener("resize", showTab);
  goToAddress();
  showTab();
  if (!current) {
    const open = desk.querySelector(".item__fold[open]")?.closest("[data-keys-item]");
    if (open) choose(open);
  }
}
