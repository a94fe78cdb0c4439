// Single keys for people who work a long list. Everything they do can also be done with Tab and Enter.
//
//   data-key="n"          the key clicks this link or button, checks this radio, or puts the cursor into this field
//   data-keys-list        a list whose data-keys-item parts are gone through with j (next) and k (previous);
//                         keys of the item that holds the focus come before keys of the rest of the page
//   data-keys-help        a <details> that ? opens
//   data-keys-toggle      a check box that turns all keys off and on for this browser (WCAG 2.1.4)
//   data-submit-key       a form that Ctrl+Enter (Cmd+Enter) submits from inside a field
//
// Keys are off inside fields, with any modifier, and while a key is held down.

const STORE = "rai-keys";
const toggle = document.querySelector("[data-keys-toggle]");
let on = true;
try {
  on = localStorage.getItem(STORE) !== "off";
} catch {
  // no storage: the keys stay on
}

if (toggle) {
  toggle.checked = on;
  toggle.addEventListener("change", () => {
    on = toggle.checked;
    try {
      localStorage.setItem(STORE, on ? "on" : "off");
    } catch {
      // holds for this page only
    }
  });
}

const isField = (node) =>
  node instanceof HTMLElement &&
  (node.isContentEditable ||
    node.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])"));

// What lies in a closed <details> has boxes, but cannot be focused.
const isShown = (node) => node.checkVisibility() && !node.disabled;

function find(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const item = document.activeElement?.closest("[data-keys-item]");
  const inItem = item ? [...item.querySelectorAll(selector)].find(isShown) : null;
  return inItem ?? [...document.querySelectorAll(selector)].find((node) => isShown(node) && !node.closest("[data-keys-item]"));
}

function act(node) {
  if (isField(node)) node.focus();
  else {
    node.focus();
    node.click();
  }
}

function step(forward) {
  const items = [...document.querySelectorAll("[data-keys-list] [data-keys-item]")].filter(isShown);
  if (!items.length) return false;
  const here = items.indexOf(document.activeElement?.closest("[data-keys-item]"));
  const next = here < 0 ? 0 : Math.min(Math.max(here + (forward ? 1 : -1), 0), items.length - 1);
  items[next].tabIndex = -1;
  items[next].focus();
  items[next].scrollIntoView({ block: "nearest" });
  return true;
}

function openHelp() {
  const help = document.querySelector("[data-keys-help]");
  if (!help) return false;
  help.open = true;
  help.querySelector("summary").focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form[data-submit-key]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (!on || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
  const target = find(event.key);
  if (target) {
    event.preventDefault();
    act(target);
    return;
  }
  const moved = event.key === "j" ? step(true) : event.key === "k" ? step(false) : event.key === "?" && openHelp();
  if (moved) event.preventDefault();
});
