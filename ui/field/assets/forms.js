// The entries: what each asks, and how it is told in a line. A form reads its values from a draft and writes every change back.

const FEVER = 37.3; // as ledgers.passes.FEVER
const MET = ["registered", "phone_only", "landlord_reached"]; // somebody was asked

/** Return the form of a reading. */
function readingForm(app, draft) {
  const { words, terms } = app.data;
  const { values, keep } = draft;
  const alert = el("p", { className: "alert", role: "status" }, words.fever);
  const save = button("", () => draft.save(), { kind: "save" });
  const show = () => {
    const good = values.temperature >= 34 && values.temperature <= 43;
    alert.hidden = !(good && values.temperature >= FEVER);
    save.disabled = !good;
    save.textContent = good ? app.say("save_reading", { temperature: values.temperature.toFixed(1) }) : words.not_a_temperature;
  };
  const symptoms = new Set(values.symptoms);
  const channel = new Set([values.channel]);
  const needs = el("input", { type: "text", value: values.needs || "", maxLength: 200, placeholder: words.needs_what, "aria-label": words.needs_what });
  needs.hidden = !values.needs_any;
  needs.oninput = () => keep({ needs: needs.value });
  show();
  return [
    stepper(values.temperature, {
      step: 0.1, digits: 1, low: 34, high: 43, label: words.temperature, less: words.less, more: words.more,
      changed: (temperature) => { keep({ temperature }); show(); },
    }),
    alert,
    fieldset(words.symptoms, chips(Object.entries(terms.symptom), symptoms, { many: true, changed: () => keep({ symptoms: [...symptoms] }) })),
    question(app, words.went_out, values.went_out, (went_out) => keep({ went_out })),
    question(app, words.had_visitors, values.had_visitors, (had_visitors) => keep({ had_visitors })),
    question(app, words.needs, values.needs_any, (needs_any) => { keep({ needs_any }); needs.hidden = !needs_any; }),
    needs,
    fieldset(words.channel, chips(Object.entries(terms.channel), channel, {
      changed: () => keep({ channel: [...channel][0] || "visit" }),
    })),
    save,
  ];
}

/** Return the form of a door visited. */
function visitForm(app, draft) {
  const { words, terms } = app.data;
  const { values, keep } = draft;
  const outcome = new Set(values.outcome ? [values.outcome] : []);
  const counts = el("div", { className: "counts" });
  const save = button("", () => draft.save(), { kind: "save" });
  const count = (name, label) =>
    el("div", { className: "count" }, el("span", {}, label), stepper(values[name] || 0, {
      step: 1, digits: 0, low: 0, high: 99, label, less: words.less, more: words.more,
      changed: (n) => { keep({ [name]: Number.isInteger(n) && n >= 0 ? n : null }); show(); },
    }));
  const show = () => {
    counts.hidden = !MET.includes(values.outcome);
    const counted = counts.hidden || (values.screened !== null && values.key_persons !== null && values.key_persons <= values.screened);
    save.disabled = !values.outcome || !counted;
    if (!values.outcome) save.textContent = words.choose_outcome;
    else save.textContent = counted ? app.say("save_visit", { outcome: terms.outcome[values.outcome] }) : words.check_numbers;
  };
  counts.append(count("screened", words.screened), count("key_persons", words.key_persons));
  show();
  return [
    fieldset(words.outcome, chips(Object.entries(terms.outcome), outcome, {
      wide: true,
      changed: () => { keep({ outcome: [...outcome][0] || null }); show(); },
    })),
    counts,
    note(words.note, values, keep),
    save,
  ];
}

/** Return the form of an entrance found open. */
function entranceForm(app, draft) {
  const { words } = app.data;
  const { values, keep } = draft;
  const save = button(words.save_entrance, () => draft.save(), { kind: "save" });
  const show = () => { save.disabled = !values.note.trim(); };
  show();
  return [note(words.what_you_saw, values, (changed) => { keep(changed); show(); }), save];
}

function fieldset(legend, ...content) {
  return el("fieldset", {}, el("legend", {}, legend), content);
}

function question(app, label, answer, changed) {
  const given = new Set(answer === null || answer === undefined ? [] : [String(answer)]);
  const options = [["false", app.data.words.no], ["true", app.data.words.yes]];
  const answered = () => changed(given.size ? given.has("true") : null);
  return el("div", { className: "question", role: "group", "aria-label": label }, el("span", {}, label), chips(options, given, { changed: answered }));
}

function note(label, values, keep) {
  const text = el("textarea", { value: values.note || "", rows: 2, maxLength: 400, "aria-label": label, placeholder: label });
  text.oninput = () => keep({ note: text.value });
  return text;
}

// What a kind of entry starts from, its form, what of it is sent, and its line in the list of entries.
const KINDS = {
  reading: {
    form: readingForm,
    start: () => ({ temperature: 36.5, symptoms: [], went_out: null, had_visitors: null, needs_any: null, needs: "", channel: "visit" }),
    sent: (values, words) => {
      const { needs_any: any, needs, ...rest } = values;
      return { ...rest, needs: any ? needs.trim() || words.yes : "" };
    },
    line: (values, { terms }) => [`${Number(values.temperature).toFixed(1)} °C`, ...(values.symptoms || []).map((code) => terms.symptom[code] || code)].join(" · "),
  },
  visit: {
    form: visitForm,
    start: () => ({ outcome: null, screened: 0, key_persons: 0, note: "" }),
    sent: (values) => (MET.includes(values.outcome) ? values : { ...values, screened: 0, key_persons: 0 }),
    line: (values, { terms }) => terms.outcome[values.outcome] || values.outcome,
  },
  entrance: { form: entranceForm, start: (words) => ({ note: words.found_open }), sent: (values) => values, line: (values) => values.note },
};
