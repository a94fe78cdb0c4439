// Names after an @ in a comment, completed. Without it the name is typed out; the server checks it either way.
//
//   <textarea data-mentions="/reviews/…/people/">   the address answers {"people": [{"name": …, "username": …}]}
//
// The pattern of a combobox: arrows choose, Enter or Tab takes, Escape closes; the cursor stays in the text.

const MOST = 8;
const known = new Map(); // address -> promise of people

function people(address) {
  if (!known.has(address)) {
    const answer = fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then((reply) => (reply.ok ? reply.json() : { people: [] }))
      .then((found) => found.people)
      .catch(() => []);
    known.set(address, answer);
  }
  return known.get(address);
}

/** What stands between the last @ and the cursor, or null where no name is being typed. */
function begun(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = /(?:^|[^\w.@+-])@([\w.+-]*)$/.exec(before);
  return found ? found[1] : null;
}

class Completion {
  constructor(field) {
    this.field = field;
    this.list = document.createElement("ul");
    this.list.className = "completion";
    this.list.id = `${field.id}-people`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "@");
    this.list.hidden = true;
    field.after(this.list);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.list.id);
    this.place = -1;
    field.addEventListener("input", () => this.look());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the cursor stays in the text
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  async look() {
    const start = begun(this.field);
    if (start === null) return this.close();
    const everybody = await people(this.field.dataset.mentions);
    if (begun(this.field) !== start) return undefined;
    const word = start.toLowerCase();
    const fits = everybody.filter(
      (one) =>
        one.username.toLowerCase().startsWith(word) ||
        one.name.toLowerCase().split(/\s+/).some((part) => part.startsWith(word)),
    );
    return this.show(fits.slice(0, MOST));
  }

  show(found) {
    this.list.replaceChildren(
      ...found.map((one, number) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.username = one.username;
        option.textContent = `${one.name} @${one.username}`;
        return option;
      }),
    );
    this.list.hidden = !found.length;
    if (found.length) this.choose(0);
    else this.close();
  }

  choose(place) {
    const options = [...this.list.children];
    this.place = (place + options.length) % options.length;
    options.forEach((one, number) => one.setAttribute("aria-selected", String(number === this.place)));
    this.field.setAttribute("aria-activedescendant", options[this.place].id);
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") this.choose(this.place + 1);
    else if (event.key === "ArrowUp") this.choose(this.place - 1);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      this.take(this.list.children[this.place]);
    } else return;
    event.preventDefault();
  }

  take(option) {
    const { field } = this;
    const end = field.selectionStart;
    const from = end - begun(field).length;
    field.setRangeText(`${option.dataset.username} `, from, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.list.replaceChildren();
    this.field.removeAttribute("aria-activedescendant");
  }
}

const met = new WeakSet();
document.addEventListener("focusin", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement) || !field.dataset.mentions || met.has(field)) return;
  met.add(field);
  new Completion(field);
});

// A draft says that it is one as soon as there is a word of it.
document.addEventListener("input", (event) => {
  const note = event.target.closest?.("form")?.querySelector("[data-draft-note]");
  if (note && event.target.matches("[data-mentions]")) note.hidden = !event.target.value.trim();
});
