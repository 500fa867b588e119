// What was entered, kept in the browser until it has arrived: one key of its storage for each entry, so that two tabs do not
// overwrite each other. The server takes an id once, whoever sends it how often.

const KEPT_MS = 24 * 3600 * 1000; // what has arrived is listed for a day
const CHUNK = 20;
const PATIENCE_MS = 20000;
const WAITS_MS = [2000, 4000, 8000, 15000, 30000, 60000];

let lastStamp = 0;

/** Return a new id: UUIDv7, growing with every call. */
function newId() {
  lastStamp = Math.max(Date.now(), lastStamp + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0, rest = lastStamp; i < 6; i += 1, rest = Math.floor(rest / 256)) bytes[5 - i] = rest % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The browser's storage under a prefix of the workspace; where it is refused, memory, which `lasting` then tells. */
class Shelf {
  constructor(space) {
    this.prefix = `epigrid.field.${space}.`;
    this.memory = new Map();
    this.lasting = true;
  }

  get(name) {
    if (this.memory.has(name)) return this.memory.get(name);
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name));
    } catch {
      return null;
    }
  }

  set(name, value) {
    try {
      localStorage.setItem(this.prefix + name, JSON.stringify(value));
      this.memory.delete(name);
    } catch {
      this.lasting = false;
      this.memory.set(name, value);
    }
  }

  remove(name) {
    this.memory.delete(name);
    try {
      localStorage.removeItem(this.prefix + name);
    } catch {
      this.lasting = false;
    }
  }

  names(start) {
    const found = new Set([...this.memory.keys()].filter((name) => name.startsWith(start)));
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(this.prefix + start)) found.add(key.slice(this.prefix.length));
      }
    } catch {
      this.lasting = false;
    }
    return [...found].sort();
  }
}

/** The entries of this browser, oldest first, and their way to the server. */
class Queue {
  constructor(shelf, { url, tripped, changed, arrived }) {
    Object.assign(this, { shelf, url, tripped, changed, arrived, chunk: CHUNK, sending: false, failures: 0, timer: 0, trouble: "" });
  }

  entries() {
    const all = this.shelf.names("entry.").map((name) => this.shelf.get(name)).filter(Boolean);
    for (const old of all.filter((entry) => entry.state === "sent" && Date.now() - entry.sent_at > KEPT_MS)) this.remove(old.id);
    return all.filter((entry) => this.shelf.get(`entry.${entry.id}`));
  }

  in(state) {
    return this.entries().filter((entry) => entry.state === state);
  }

  add(entry) {
    const kept = { id: newId(), taken_at: Date.now(), state: "waiting", tries: 0, ...entry };
    this.shelf.set(`entry.${kept.id}`, kept);
    this.changed();
    this.send();
    return kept;
  }

  remove(id) {
    this.shelf.remove(`entry.${id}`);
  }

  put(id, values) {
    const entry = this.shelf.get(`entry.${id}`);
    if (entry) this.shelf.set(`entry.${id}`, { ...entry, ...values });
  }

  /** Send what waits, in order; after a failure again in a while, sooner when the network is back. */
  async send() {
    clearTimeout(this.timer);
    if (this.sending) return;
    this.sending = true;
    let taken = 0;
    try {
      for (let waiting = this.in("waiting"); waiting.length; waiting = this.in("waiting")) {
        this.changed();
        taken += await this.post(waiting.slice(0, this.chunk));
        this.failures = 0;
        this.trouble = "";
      }
    } catch (error) {
      this.trouble = error.told || "";
      this.timer = setTimeout(() => this.send(), WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)]);
      this.failures += 1;
    } finally {
      this.sending = false;
      if (taken) this.arrived();
      this.changed();
    }
  }

  /** Send some entries and note what became of each; return how many have arrived. Throws when the server cannot be asked. */
  async post(entries) {
    for (const entry of entries) this.put(entry.id, { tries: entry.tries + 1 });
    const events = entries.map(({ id, kind, subject, taken_at, values }) => ({ ...values, id, kind, subject, taken_at }));
    const answer = await fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-EpiGrid-Field": "1" },
      body: JSON.stringify({ now: Date.now(), events }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    // One entry that the server trips over must not hold up the others: from now on each goes alone.
    if (answer.status === 500 && this.chunk > 1) this.chunk = 1;
    else if (answer.status === 500) this.put(entries[0].id, { state: "refused", why: this.tripped });
    if (answer.status === 500) return 0;
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error("refused"), { told: told.error });
    const known = new Set(entries.map((entry) => entry.id));
    const answered = told.events.filter(({ id }) => known.has(id));
    if (!answered.length) throw new Error("no answer");
    for (const { id, status, why } of answered) {
      // What has arrived is in the ledger: of it the browser keeps whose it was and when, not what was measured or said.
      this.put(id, status === "rejected" ? { state: "refused", why } : { state: "sent", sent_at: Date.now(), values: undefined, draft: undefined });
    }
    return answered.filter(({ status }) => status !== "rejected").length;
  }
}
