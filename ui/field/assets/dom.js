// Small pieces of a page. Text reaches the page as text alone.

/** Return an element with properties, data attributes (data-…) and children; a child that is text becomes a text node. */
function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "inputmode") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Return a button that does something. */
function button(label, act, { kind = "", ...properties } = {}) {
  return el("button", { type: "button", className: kind, onclick: act, ...properties }, label);
}

/** Return a row of chips of which one, or with `many` any number, may be chosen; `chosen` is a Set that follows. */
function chips(options, chosen, { many = false, wide = false, changed }) {
  const draw = () => buttons.forEach(([code, node]) => node.setAttribute("aria-pressed", String(chosen.has(code))));
  const buttons = options.map(([code, label]) => {
    const toggle = () => {
      const had = chosen.has(code);
      if (!many) chosen.clear();
      if (had) chosen.delete(code);
      else chosen.add(code);
      draw();
      changed();
    };
    return [code, button(label, toggle, { kind: "chip", "data-code": code })];
  });
  draw();
  return el("div", { className: wide ? "chips wide" : "chips" }, buttons.map(([, node]) => node));
}

/** Return a number between two large buttons; it can be typed as well. `read` turns the text into a number, or NaN. */
function stepper(value, { step, digits, low, high, label, less, more, changed }) {
  const input = el("input", { type: "text", inputmode: digits ? "decimal" : "numeric", value: value.toFixed(digits), autocomplete: "off", "aria-label": label });
  const read = () => Number(input.value.replace(/[，,。．]/g, ".").replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)) || NaN);
  const move = (by) => {
    const from = Number.isFinite(read()) ? read() : value;
    input.value = Math.min(high, Math.max(low, from + by)).toFixed(digits);
    changed(read());
  };
  input.onfocus = () => input.select();
  input.oninput = () => changed(read());
  return el("div", { className: "stepper" }, held("−", less, () => move(-step)), input, held("+", more, () => move(step)));
}

/** Return a button that goes on acting while it is held down. */
function held(sign, label, act) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const again = () => {
    act();
    timer = setTimeout(again, 110);
  };
  const node = el("button", { type: "button", className: "step", "aria-label": label }, sign);
  node.onpointerdown = () => {
    stop();
    timer = setTimeout(again, 450);
  };
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) node.addEventListener(end, stop);
  node.oncontextmenu = (event) => event.preventDefault();
  node.onclick = act;
  return node;
}
