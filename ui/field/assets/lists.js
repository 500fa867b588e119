// The lists: who is to be measured, which doors to visit, which entrances there are, and what was entered here.

/** Return the list of those to measure: alarms, then what is due, then who has been measured. */
function readingList(app) {
  const { words } = app.data;
  const rows = app.tasks.readings;
  const done = (row) => app.done("reading", row.id);
  const groups = [
    [words.alarms, rows.filter((row) => row.alarm), "alarm"],
    [words.due, rows.filter((row) => row.due && !row.alarm), ""],
    [words.measured, rows.filter((row) => !row.due && !row.alarm), "quiet"],
  ];
  return sections(groups, (row, look) => taskRow(app, {
    kind: "reading", id: row.id, label: label(app, row), look, done: done(row),
    under: [row.alarm && row.alarm_at !== row.taken_at ? reading(app, row.alarm_at, row.alarm_temperature, row.alarm_symptoms) : "",
      row.taken_at ? reading(app, row.taken_at, row.temperature, row.symptoms) : words.never_measured,
      row.missed ? app.say("missed", { n: row.missed }) : "",
      row.days ? app.say("day", { day: row.day, days: row.days }) : ""].filter(Boolean).join(" · "),
  }), words.nobody_observed);
}

/** Return the list of doors: retries first, then by building those where nobody has been. */
function doorList(app) {
  const { words, terms } = app.data;
  const { doors, doors_total: total } = app.tasks;
  const groups = [[words.retries, doors.filter((row) => row.visited_at), ""]];
  for (const row of doors.filter((door) => !door.visited_at)) {
    const building = row.building || words.no_building;
    if (groups.at(-1)[0] !== building || groups.length === 1) groups.push([building, [], ""]);
    groups.at(-1)[1].push(row);
  }
  const list = sections(groups, (row, look) => taskRow(app, {
    kind: "visit", id: row.id, label: label(app, row), look, done: app.done("visit", row.id),
    under: [row.visited_at ? `${app.when(row.visited_at)} · ${terms.outcome[row.outcome] || row.outcome}` : words.not_visited,
      row.people ? app.say("people", { n: row.people }) : ""].filter(Boolean).join(" · "),
  }), words.no_doors);
  return total > doors.length ? [...list, el("p", { className: "hint" }, app.say("more_doors", { n: total - doors.length }))] : list;
}

/** Return the entrances of the grid. */
function entranceList(app) {
  const { words, terms } = app.data;
  return sections([[words.which_entrance, app.tasks.entrances, ""]], (row, look) => taskRow(app, {
    kind: "entrance", id: row.id, label: row.name || row.id, look, done: app.done("entrance", row.id), under: terms.mode[row.mode] || words.no_order,
  }), words.no_entrances);
}

/** Return what was entered in this browser, the latest first; what was refused can be mended or given up. */
function entryList(app) {
  const { words } = app.data;
  const entries = app.queue.entries().reverse();
  if (!entries.length) return [el("p", { className: "hint" }, words.nothing_entered)];
  return entries.map((entry) => {
    // What may have arrived must not be entered a second time under another id, nor seem to be gone.
    const refused = entry.state === "refused";
    const open = refused || (entry.state === "waiting" && !entry.tries);
    return el("div", { className: `entry ${entry.state}`, "data-id": entry.id },
      el("div", { className: "words" },
        el("strong", {}, entry.label),
        el("span", {}, [entry.draft && KINDS[entry.kind].line(entry.draft, app.data), app.when(entry.taken_at)].filter(Boolean).join(" · ")),
        el("span", { className: "state" }, words[entry.state]),
        refused ? el("p", { className: "why" }, entry.why) : null),
      open ? el("div", { className: "acts" },
        refused ? button(words.mend, () => app.open({ ...entry, replaces: entry.id }), { kind: "mend" }) : null,
        button(words.give_up, (event) => app.giveUp(entry, event.currentTarget))) : null);
  });
}

function reading(app, taken, temperature, symptoms) {
  return `${app.when(taken)} · ${KINDS.reading.line({ temperature, symptoms: (symptoms || "").split(",").filter(Boolean) }, app.data)}`;
}

function label(app, { name, building, door, id }) {
  return [name, [building, door].filter(Boolean).join(" ")].filter(Boolean).join(" · ") || id;
}

function sections(groups, draw, empty) {
  const filled = groups.filter(([, rows]) => rows.length);
  if (!filled.length) return [el("p", { className: "hint" }, empty)];
  return filled.flatMap(([title, rows, look]) => [el("h2", { className: look }, title, el("span", {}, String(rows.length))), ...rows.map((row) => draw(row, look))]);
}

function taskRow(app, { kind, id, label: name, under, look, done }) {
  const mark = done ? `${done === "sent" ? "✓" : "◷"} ${app.data.words[done]}` : "›";
  return el("button", { type: "button", className: `row ${look} ${done || ""}`, "data-id": id, onclick: () => app.open({ kind, subject: id, label: name }) },
    el("span", { className: "words" }, el("strong", {}, name), el("span", {}, under)), el("span", { className: "mark" }, mark));
}
