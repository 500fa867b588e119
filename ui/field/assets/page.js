// The page: my grid, its lists, the entry that is open, and how the network stands.

const TABS = ["readings", "doors", "entrances", "entries"];
const REFRESH_MS = 60000;

class FieldPage {
  constructor(root, component) {
    this.root = root;
    this.tab = "readings";
    this.tasks = null;
    this.fetchedAt = 0;
    this.problem = "";
    this.lost = false; // the lists could not be fetched the last time
    this.stops = [];
    this.update(component);
    for (const [target, name, act] of [
      [window, "online", () => this.awake()],
      [window, "offline", () => this.redraw()],
      [window, "focus", () => this.awake()],
      [document, "visibilitychange", () => document.hidden || this.awake()],
      [window, "storage", (event) => event.key?.startsWith(this.shelf.prefix + "entry.") && this.redraw()],
      [root, "pointerdown", () => (this.pressed = true)],
      ...["pointerup", "pointercancel", "blur"].map((name) => [window, name, () => this.released()]),
    ]) {
      target.addEventListener(name, act);
      this.stops.push(() => target.removeEventListener(name, act));
    }
    this.stops.push(keepTyping(root));
    const timer = setInterval(() => document.hidden || this.refresh(), REFRESH_MS);
    this.stops.push(() => clearInterval(timer));
  }

  /** Take what the server says of the page; the grid, the words or the workspace may have changed. */
  update({ data, setTriggerValue }) {
    const other = !this.data || data.space !== this.data.space || data.area !== this.data.area || data.lang !== this.data.lang;
    this.data = data;
    this.choose = (area) => setTriggerValue("area", area);
    if (!other) return;
    clearTimeout(this.queue?.timer);
    this.shelf = new Shelf(data.space);
    this.queue = new Queue(this.shelf, {
      url: this.address(`field/events?lang=${encodeURIComponent(data.lang)}`),
      tripped: data.words.tripped,
      changed: () => this.redraw(),
      arrived: () => this.refresh(),
    });
    this.tasks = null;
    if (data.area) this.shelf.set("area", data.area);
    else if (data.areas.some(({ id }) => id === this.shelf.get("area"))) this.choose(this.shelf.get("area"));
    const draft = this.shelf.get("draft");
    if (draft && KINDS[draft.kind] && data.area) this.open(draft);
    this.draw();
    this.awake();
  }

  address(path) {
    return new URL(path, document.baseURI).href;
  }

  say(word, values) {
    return this.data.words[word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  when(moment) {
    const parts = { timeZone: this.data.zone, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return new Intl.DateTimeFormat(this.data.lang.replace("_", "-"), parts).format(new Date(moment));
  }

  awake() {
    this.queue.send();
    this.refresh();
  }

  /** Fetch the lists; without network those on the page stay. */
  async refresh() {
    const { area, lang } = this.data;
    if (!area) return;
    const asked = Date.now();
    try {
      const answer = await fetch(this.address(`field/tasks.json?${new URLSearchParams({ area, lang })}`), { cache: "no-store" });
      const told = await answer.json();
      if (area !== this.data.area || asked < this.fetchedAt) return;
      this.problem = answer.ok ? "" : told.error;
      this.lost = false;
      if (answer.ok) [this.tasks, this.fetchedAt] = [told, asked];
    } catch {
      this.lost = true;
      if (!this.tasks) this.problem = this.data.words.no_network;
    }
    this.redraw();
  }

  /** Tell whether something was entered for a subject since the lists were fetched: "waiting", "sent" or nothing. */
  done(kind, subject) {
    const made = this.entries.filter((entry) => entry.kind === kind && entry.subject === subject);
    if (made.some(({ state }) => state === "waiting")) return "waiting";
    return made.some(({ state, sent_at: sent }) => state === "sent" && (sent > this.fetchedAt || kind === "entrance")) ? "sent" : "";
  }

  // One entry

  /** Open the form of an entry: a new one, one that was being written, or one that was refused. */
  open({ kind, subject, label: name, values, draft: kept, replaces, taken_at: takenAt }) {
    const fresh = { ...KINDS[kind].start(this.data.words), ...(values && !kept ? values : kept) };
    const record = { kind, subject, label: name, values: fresh, replaces, taken_at: replaces ? takenAt : undefined };
    this.form = {
      ...record,
      keep: (changed) => {
        Object.assign(fresh, changed);
        this.shelf.set("draft", record);
      },
      save: () => {
        const { replaces: old } = record;
        const mended = old && record.taken_at <= Date.now() ? { taken_at: record.taken_at } : {};
        if (old) this.queue.remove(old);
        this.shelf.remove("draft");
        this.form = null;
        this.queue.add({ kind, subject, label: name, draft: fresh, values: KINDS[kind].sent(fresh, this.data.words), ...mended });
        this.draw();
      },
    };
    this.draw(true);
  }

  close() {
    this.shelf.remove("draft");
    this.form = null;
    this.draw();
  }

  giveUp(entry, pressed) {
    const { state, tries } = this.shelf.get(`entry.${entry.id}`) || {};
    if (state !== "refused" && tries) this.draw(); // it was sent meanwhile
    else if (pressed.dataset.sure) {
      this.queue.remove(entry.id);
      this.draw();
    } else {
      pressed.dataset.sure = "yes";
      pressed.textContent = this.data.words.give_up_sure;
    }
  }

  // Drawing

  /** Draw what came from outside; not under a mouse or a finger that is down: what it presses would be gone before its click. */
  redraw() {
    if (this.pressed) this.late = true;
    else this.draw();
  }

  released() {
    this.pressed = false;
    if (this.late) setTimeout(() => this.redraw()); // the click comes first
    this.late = false;
  }

  /** Draw the page anew; the form that is open stays as it is, and keeps what is typed. */
  draw(formToo = false) {
    if (!this.root.isConnected && !this.root.host?.isConnected) return;
    this.entries = this.queue.entries();
    if (!this.box) {
      this.box = el("div", { className: "field" });
      [this.head, this.nav, this.list, this.sheet] = ["head", "nav", "list", "sheet"].map((name) => el("div", { className: name }));
      this.box.append(this.head, this.nav, this.list, this.sheet);
      this.root.append(this.box);
    }
    this.box.classList.toggle("entering", Boolean(this.form));
    this.box.lang = this.data.lang.replace("_", "-");
    if (!this.data.area) {
      this.head.replaceChildren(...this.areaChoice());
      for (const part of [this.nav, this.list, this.sheet]) part.replaceChildren();
      return;
    }
    this.head.replaceChildren(...this.header());
    this.nav.replaceChildren(...TABS.map((name) => this.tabButton(name)));
    if (!this.form) this.sheet.replaceChildren();
    else if (formToo || !this.sheet.firstChild) {
      const { kind, label: name } = this.form;
      const head = el("div", { className: "sheet-head" }, button("‹", () => this.close(), { kind: "back", "aria-label": this.data.words.back }), el("h2", {}, name));
      this.sheet.replaceChildren(head, ...KINDS[kind].form(this, this.form));
      this.box.scrollIntoView({ block: "start" });
    }
    this.list.replaceChildren(...this.listed());
  }

  areaChoice() {
    const { words, areas } = this.data;
    return [el("h2", {}, words.my_grid), ...areas.map(({ id, name, under }) =>
      el("button", { type: "button", className: "row", onclick: () => this.choose(id) },
        el("span", { className: "words" }, el("strong", {}, name), el("span", {}, under)), el("span", { className: "mark" }, "›")))];
  }

  header() {
    const { words } = this.data;
    const change = () => {
      this.shelf.remove("area");
      this.choose("");
    };
    return [
      button(el("span", {}, this.tasks?.name || this.data.area_name, " ▾"), change, { kind: "grid", "aria-label": words.change_grid }),
      this.network(),
      this.queue.trouble ? el("p", { className: "why" }, this.queue.trouble) : null,
      this.shelf.lasting ? null : el("p", { className: "why" }, words.not_kept),
    ].filter(Boolean);
  }

  network() {
    const count = (state) => this.entries.filter((entry) => entry.state === state).length;
    const [waiting, refused] = [count("waiting"), count("refused")];
    const offline = !navigator.onLine || this.lost || this.queue.failures > 0;
    const { words } = this.data;
    const told = [
      offline ? words.offline : "",
      waiting ? this.say("n_waiting", { n: waiting }) : "",
      refused ? this.say("n_refused", { n: refused }) : "",
    ].filter(Boolean).join(" · ") || (count("sent") ? words.all_sent : words.online);
    const look = refused ? "bad" : offline || waiting ? "waiting" : "good";
    return button(told, () => this.show("entries"), { kind: `network ${look}`, role: "status" });
  }

  tabButton(name) {
    const left = { readings: "reading", doors: "visit" }[name];
    const open = (rows) => rows.filter((row) => !this.done(left, row.id)).length;
    const n = !this.tasks ? "" : {
      readings: () => open(this.tasks.readings.filter((row) => row.due || row.alarm)),
      doors: () => open(this.tasks.doors) + this.tasks.doors_total - this.tasks.doors.length,
      entrances: () => this.tasks.entrances.length,
      entries: () => this.entries.length,
    }[name]();
    const label = [el("strong", {}, String(n)), el("span", {}, this.data.words[name])];
    return el("button", { type: "button", className: "tab", "data-tab": name, "aria-pressed": String(this.tab === name), onclick: () => this.show(name) }, ...label);
  }

  show(name) {
    this.tab = name;
    this.draw();
  }

  listed() {
    if (this.tab === "entries") return entryList(this);
    const problem = this.problem ? [el("p", { className: "why" }, this.problem)] : [];
    if (!this.tasks) return problem.length ? problem : [el("p", { className: "hint" }, this.data.words.loading)];
    return [...problem, ...{ readings: readingList, doors: doorList, entrances: entranceList }[this.tab](this)];
  }

  leave() {
    for (const stop of this.stops) stop();
    clearTimeout(this.queue.timer);
    this.box?.remove();
  }
}

/** Close Streamlit's notice that the server does not answer, which would take the page away from whoever is typing; return how to stop. */
function keepTyping(root) {
  const observer = new MutationObserver(() => {
    const app = document.querySelector("[data-testid=stApp]");
    const close = document.querySelector("[data-testid=stDialog] section > button");
    if (!close || !app || app.dataset.testConnectionState === "CONNECTED") return;
    const typing = root.activeElement;
    close.click();
    setTimeout(() => typing?.isConnected && typing.focus({ preventScroll: true }));
  });
  observer.observe(document.body, { childList: true });
  return () => observer.disconnect();
}

const pages = new WeakMap();

/** Draw the page into its place, or bring up to date what is drawn there; return how to take leave. */
export default function (component) {
  const root = component.parentElement;
  if (pages.has(root)) pages.get(root).update(component);
  else pages.set(root, new FieldPage(root, component));
  return () => {
    pages.get(root)?.leave();
    pages.delete(root);
  };
}
