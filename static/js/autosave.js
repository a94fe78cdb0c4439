// Saves the draft of a form while its person types. Without JavaScript the form's own Save button does the work.
//
// THE PAGE
//   <form method="post" data-autosave-url="…" data-autosave-user="{{ user.uid }}"> holds
//     <input type="hidden" name="version" value="7">           the version the page was drawn from
//     components/saved_indicator.html                            where the words appear
//   A page may hold several such forms. A conflict panel is put right before its form.
//
// THE REQUEST  POST to data-autosave-url, form-encoded: every field but files, `version`, `csrfmiddlewaretoken`;
//   headers X-CSRFToken, X-Autosave: 1, Accept: application/json. Sent 2 s after the last key, when a field is left,
//   and when the page is left (then with keepalive, and the answer is not read).
//
// THE ANSWER
//   200  {"version": 8, "saved_at_text": "Saved 14:02 (Europe/Berlin)"}
//   409  {"version": 9, "html": "…"}   somebody saved meanwhile: html is components/conflict_panel.html, version is
//        that of the other text. Nothing was written. The form keeps the person's text; the next save carries
//        version 9 and happens only when the person asks for it.
//   4xx  {"message": "…"}              a rule says no (the gate closed, the right was withdrawn): the words are shown,
//        nothing is sent again until the text changes.
//   a redirect, 401, or 403 without JSON: signed out, or an old CSRF secret. The words and a link ask to sign in.
//   5xx, no network: tried again after 2, 4, 8, 16, 30, 30 … s.
//   A full submit with a stale version draws the page again with the same panel and the person's text in the form.
//
// WHAT IS KEPT HERE  Unsaved text lies in localStorage under "rai-draft:<user>:<url>" until the server has it, two weeks at
//   most. When the page is opened again by the same person the text is put back and saved; where the server holds a
//   newer version, that save is answered 409, so that both texts are shown.

const QUIET = 2000; // ms after the last key
const WAITS = [2000, 4000, 8000, 16000, 30000]; // ms between tries
const KEPT_FOR = 14 * 24 * 60 * 60 * 1000; // ms
const PREFIX = "rai-draft:";
const OWN = new Set(["csrfmiddlewaretoken", "version"]);

const plain = (text) => String(text).replace(/\r\n?/g, "\n").trim();

function controls(form) {
  return [...form.elements].filter(
    (one) => one.name && !OWN.has(one.name) && !["hidden", "file", "password", "submit", "button"].includes(one.type),
  );
}

function read(form) {
  const names = new Set(controls(form).map((one) => one.name));
  return [...new FormData(form)].filter(([name, value]) => names.has(name) && typeof value === "string");
}

function fill(form, pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  for (const one of controls(form)) {
    const mine = values.get(one.name) ?? [];
    if (one.type === "checkbox" || one.type === "radio") one.checked = mine.includes(one.value);
    else if (one.multiple) for (const option of one.options) option.selected = mine.includes(option.value);
    else if (mine.length) one.value = mine.shift();
  }
}

const same = (some, others) =>
  JSON.stringify(some.map(([name, value]) => [name, plain(value)])) ===
  JSON.stringify(others.map(([name, value]) => [name, plain(value)]));

/** What this browser keeps of one form, for one person. Storage may be full or forbidden: then nothing is kept. */
class Copy {
  constructor(user, url) {
    this.key = user ? `${PREFIX}${user}:${url}` : "";
  }

  write(record) {
    if (!this.key) return;
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...record, at: Date.now() }));
    } catch {
      this.key = "";
    }
  }

  read() {
    if (!this.key) return null;
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }

  forget() {
    if (this.key) localStorage.removeItem(this.key);
  }

  static clearOld() {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(PREFIX)) continue;
        const { at = 0 } = JSON.parse(localStorage.getItem(key)) ?? {};
        if (Date.now() - at > KEPT_FOR) localStorage.removeItem(key);
      }
    } catch {
      // no storage: nothing to clear
    }
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosaveUrl;
    this.sign = form.querySelector("[data-saved]") ?? document.createElement("p");
    this.copy = new Copy(form.dataset.autosaveUser, this.url);
    this.edits = 0; // counts changes; `saved` is the count that the server has
    this.saved = 0;
    this.tries = 0;
    this.timer = 0;
    this.sending = null;
    this.stopped = ""; // "conflict", "signed-out" or "refused": no save until the person acts
    this.leaving = false;
    this.listen();
    this.adoptConflict();
    this.restore();
  }

  get unsaved() {
    return this.edits !== this.saved;
  }

  get version() {
    return this.form.elements.namedItem("version")?.value ?? "";
  }

  set version(value) {
    const field = this.form.elements.namedItem("version");
    if (field) field.value = value;
  }

  listen() {
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", () => this.soon(0));
    this.form.addEventListener("focusout", () => this.unsaved && this.soon(0));
    this.form.addEventListener("submit", (event) => this.submitting(event));
    window.addEventListener("online", () => this.unsaved && this.soon(0));
    document.addEventListener("visibilitychange", () => document.hidden && this.last());
    window.addEventListener("pagehide", () => this.last());
    window.addEventListener("pageshow", () => (this.leaving = false));
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.unsaved && (this.stopped || this.tries)) event.preventDefault();
    });
  }

  changed() {
    this.edits += 1;
    this.keep();
    if (this.stopped === "refused") this.stopped = "";
    if (this.stopped) return;
    this.say("typing");
    this.soon(QUIET);
  }

  keep(extra = {}) {
    this.copy.write({ version: this.version, pairs: read(this.form), ...extra });
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  body() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    return body;
  }

  request(keepalive = false) {
    return fetch(this.url, {
      method: "POST",
      body: this.body(),
      keepalive,
      redirect: "manual",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-Autosave": "1",
        "X-CSRFToken": this.form.elements.namedItem("csrfmiddlewaretoken")?.value ?? "",
      },
    });
  }

  /** Saves now, unless nothing is unsaved or the person has to act first. One request at a time. */
  async save() {
    clearTimeout(this.timer);
    if (this.sending) return this.sending;
    if (!this.unsaved || this.stopped) return undefined;
    this.say("saving");
    this.sending = this.send(this.edits);
    await this.sending;
    this.sending = null;
    if (this.unsaved && !this.stopped && !this.tries) this.soon(QUIET);
    return undefined;
  }

  async send(sent, keepalive = false) {
    let reply;
    let answer = null;
    try {
      reply = await this.request(keepalive);
      if (reply.headers.get("Content-Type")?.includes("json")) answer = await reply.json();
    } catch {
      return this.tryAgain();
    }
    if (reply.type === "opaqueredirect" || reply.status === 401) return this.stop("signed-out");
    if (reply.ok && answer) return this.took(sent, answer);
    if (reply.status === 409 && answer?.html) return this.conflict(answer);
    if (reply.status === 403 && !answer) return this.stop("signed-out");
    if (reply.status < 500 && reply.status !== 429) return this.stop("refused", answer?.message);
    return this.tryAgain();
  }

  took(sent, answer) {
    this.saved = sent;
    this.tries = 0;
    this.version = answer.version;
    if (this.unsaved) this.keep();
    else this.copy.forget();
    this.say(this.unsaved ? "typing" : "saved", answer.saved_at_text);
  }

  tryAgain() {
    const wait = WAITS[Math.min(this.tries, WAITS.length - 1)];
    this.tries += 1;
    this.say("failed");
    this.timer = setTimeout(() => this.save(), wait);
  }

  stop(why, words) {
    this.stopped = why;
    this.tries = 0;
    this.keep();
    this.say(why, words);
  }

  conflict({ version, html }) {
    this.version = version;
    this.stop("conflict");
    const holder = document.createElement("template");
    holder.innerHTML = html;
    this.panel?.remove();
    this.form.before(holder.content);
    this.adoptConflict();
  }

  /** Brings the buttons of a conflict panel before the form to life, whoever drew it. */
  adoptConflict() {
    const before = this.form.previousElementSibling;
    this.panel = before?.matches("[data-conflict]") ? before : null;
    if (!this.panel) return;
    this.stopped = "conflict";
    this.edits += 1;
    const { panel } = this;
    const mine = new Map(read(this.form));
    const borrowed = new Set(); // fields that hold the other text, as it was or worked over
    // What was typed since the save that met the other text is the person's, too: shown, and given back by its button.
    const show = (field) => {
      if (!(field instanceof HTMLTextAreaElement) && field?.type !== "text") return;
      const shown = panel.querySelector(`[data-conflict-yours="${CSS.escape(field.name)}"]`);
      if (this.panel !== panel || !shown || borrowed.has(field.name)) return;
      mine.set(field.name, field.value);
      shown.textContent = field.value || "–";
    };
    for (const field of this.form.elements) show(field);
    this.form.addEventListener("input", (event) => show(event.target));
    for (const button of this.panel.querySelectorAll("[data-conflict-use]")) {
      const field = this.form.elements.namedItem(button.dataset.name);
      button.hidden = !(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement);
      button.addEventListener("click", () => {
        const theirs = this.panel.querySelector(`[data-conflict-theirs="${CSS.escape(button.dataset.name)}"]`);
        const other = "empty" in theirs.dataset ? "" : theirs.textContent;
        const back = button.dataset.conflictUse === "yours";
        field.value = back ? (mine.get(field.name) ?? "") : other;
        borrowed[back ? "delete" : "add"](field.name);
        this.changed();
        field.focus();
      });
    }
    this.panel.querySelector("[data-conflict-done]")?.addEventListener("click", () => {
      this.panel.remove();
      this.panel = null;
      this.stopped = "";
      this.save();
    });
  }

  /** A submit waits for the save under way, so that it carries the version which that save made. */
  async submitting(event) {
    if (this.leaving) return;
    clearTimeout(this.timer);
    if (this.sending) {
      event.preventDefault();
      const { submitter } = event;
      await this.sending;
      if (["conflict", "signed-out"].includes(this.stopped)) return;
      clearTimeout(this.timer);
      this.form.requestSubmit(submitter);
      return;
    }
    if (this.stopped === "signed-out") {
      event.preventDefault();
      this.say("signed-out");
      return;
    }
    this.leaving = true;
    if (this.unsaved) this.keep({ submitted: true });
  }

  /** The page is being left: one last try that the browser finishes by itself. */
  last() {
    if (this.leaving || !this.unsaved || this.stopped) return;
    if (this.sending) return;
    clearTimeout(this.timer);
    this.sending = this.send(this.edits, true).finally(() => (this.sending = null));
  }

  restore() {
    const kept = this.copy.read();
    if (!kept || this.stopped) return;
    const received = kept.submitted && kept.version !== this.version;
    if (received || same(kept.pairs, read(this.form))) {
      this.copy.forget();
      return;
    }
    fill(this.form, kept.pairs);
    this.version = kept.version;
    this.edits += 1;
    this.say("restored");
    this.soon(QUIET);
  }

  say(state, words) {
    this.sign.dataset.state = state;
    const passing = this.sign.querySelector("[data-saved-passing]");
    const lasting = this.sign.querySelector("[data-saved-text]");
    const text = words ?? this.sign.getAttribute(`data-text-${state}`) ?? "";
    const isPassing = state === "typing" || state === "saving";
    if (passing) passing.textContent = isPassing ? (this.sign.getAttribute(`data-text-${state}`) ?? "") : "";
    if (lasting && !isPassing && lasting.textContent !== text) lasting.textContent = text;
    this.offerSignIn(state === "signed-out");
  }

  offerSignIn(needed) {
    const place = this.sign.querySelector("[data-saved-action]");
    if (!place) return;
    place.replaceChildren();
    if (!needed) return;
    const link = document.createElement("a");
    const here = encodeURIComponent(location.pathname + location.search);
    link.href = `${this.sign.dataset.signInUrl}?next=${here}`;
    link.textContent = this.sign.getAttribute("data-text-sign-in");
    link.addEventListener("click", () => (this.leaving = true));
    place.append(link);
  }
}

const known = new WeakSet();

function begin(root) {
  for (const form of root.querySelectorAll("form[data-autosave-url]")) {
    if (known.has(form)) continue;
    known.add(form);
    new Draft(form);
  }
}

Copy.clearOld();
begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentNode ?? document));
