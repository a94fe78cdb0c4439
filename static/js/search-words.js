// The search box of words as a combobox: the last word is completed from the list's own filter.
//
// input[data-completion]   address that answers {options: [{word, label}]} for ?word=
//
// Without this module the browser offers the datalist, and everything else works the same.

const WAIT = 120; // milliseconds after the last key

for (const input of document.querySelectorAll("input[data-completion]")) attach(input);

function attach(input) {
  input.removeAttribute("list");
  const list = document.createElement("ul");
  list.className = "search-options";
  list.id = `${input.id}-found`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent.trim() ?? "");
  list.hidden = true;
  input.after(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  let timer = 0;
  let asking = null;
  let chosen = -1;

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen].dataset.word);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    take(option.dataset.word);
  });

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const address = new URL(input.dataset.completion, location.href);
    address.searchParams.set("word", word().text);
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return close();
      const { options } = await answer.json();
      show(options.filter((one) => one.word !== word().text));
    } catch {
      close(); // no network: the words can be typed
    }
  }

  function show(options) {
    list.replaceChildren(
      ...options.map((one, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.dataset.word = one.word;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const code = document.createElement("code");
        code.textContent = one.word;
        const label = document.createElement("span");
        label.textContent = one.label;
        option.append(code, label);
        return option;
      }),
    );
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = options.length === 0 || document.activeElement !== input;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function move(step) {
    const count = list.children.length;
    chosen = chosen < 0 && step < 0 ? count - 1 : (chosen + step + count) % count;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
  }

  function take(text) {
    const { start, end } = word();
    const isOpen = /[:<>=]$/.test(text); // its value comes next
    const before = input.value.slice(0, start) + text + (isOpen ? "" : " ");
    input.value = before + input.value.slice(end).trimStart();
    input.setSelectionRange(before.length, before.length);
    close();
    input.focus();
    if (isOpen) ask();
  }

  function close() {
    asking?.abort();
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  // The word at the caret; quotes keep spaces together.
  function word() {
    const end = input.selectionStart ?? input.value.length;
    let start = 0;
    let isQuoted = false;
    for (let place = 0; place < end; place++) {
      if (input.value[place] === '"') isQuoted = !isQuoted;
      else if (/\s/.test(input.value[place]) && !isQuoted) start = place + 1;
    }
    return { start, end, text: input.value.slice(start, end) };
  }
}
