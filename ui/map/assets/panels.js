// What stands around the map: buttons, legend, north, credits, notes, and the card of what is pointed at. Text is only ever textContent.
window.epigrid = window.epigrid || {};

(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const ICONS = {
    zoom_in: "M9 3v12M3 9h12",
    zoom_out: "M3 9h12",
    locate: "M9 1v3M9 14v3M1 9h3M14 9h3M9 4.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9",
    print: "M5 6.5V2h8v4.5M5 12.5H2V6.5h14v6h-3M5 10.5h8V16H5Z",
    north: "M6 0L11 15L6 11.5L1 15Z",
  };

  function el(tag, name, parent, text) {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    if (parent) parent.append(node);
    return node;
  }

  function icon(path, parent, filled, view) {
    const svg = document.createElementNS(SVG, "svg"), line = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", view);
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    line.setAttribute("fill", filled ? "currentColor" : "none");
    line.setAttribute("stroke", filled ? "none" : "currentColor");
    line.setAttribute("stroke-width", "1.6");
    line.setAttribute("stroke-linecap", "round");
    svg.append(line);
    parent.append(svg);
  }

  function control(map, position, node) {
    const c = L.control({ position });
    c.onAdd = () => { L.DomEvent.disableClickPropagation(node); L.DomEvent.disableScrollPropagation(node); return node; };
    c.addTo(map);
    return node;
  }

  epigrid.Panels = class {
    constructor(map, styles, { locate, print }) {
      this.map = map;
      this.styles = styles;
      const root = map.getContainer();
      const buttons = el("div", "epi-box epi-buttons");
      this.buttons = {};
      for (const [name, act] of [["zoom_in", () => map.zoomIn()], ["zoom_out", () => map.zoomOut()], ["locate", locate], ["print", print]]) {
        const button = el("button", "", buttons);
        button.type = "button";
        icon(ICONS[name], button, false, "0 0 18 18");
        button.addEventListener("click", act);
        this.buttons[name] = button;
      }
      control(map, "topright", buttons);
      const north = el("div", "epi-north");
      icon(ICONS.north, north, true, "0 0 12 16");
      this.north = el("span", "", north);
      control(map, "topright", north).style.pointerEvents = "none";
      this.legend = el("details", "epi-box epi-legend");
      this.legend.open = root.clientWidth > 1000; // on a smaller map it would hide what it explains
      this.legendTitle = el("summary", "", this.legend);
      this.legendRows = el("table", "", this.legend);
      control(map, "bottomleft", this.legend);
      this.demo = control(map, "topleft", el("div", "epi-box epi-demo"));
      this.demo.hidden = true;
      this.credit = control(map, "bottomright", el("div", "epi-foot"));
      L.control.scale({ position: "bottomright", imperial: false, maxWidth: 110 }).addTo(map);
      this.note = el("div", "epi-box epi-note", root);
      this.note.setAttribute("role", "status");
      this.note.hidden = true;
      this.tip = el("div", "epi-box epi-tip", root);
      this.tip.hidden = true;
      el("div", "epi-aim", root);
    }

    setWords(words) {
      this.words = words;
      this.map.getContainer().setAttribute("aria-label", this.word("map"));
      for (const [name, button] of Object.entries(this.buttons)) { button.title = this.word(name); button.setAttribute("aria-label", this.word(name)); }
      this.north.textContent = this.word("north");
      this.legendTitle.textContent = this.word("legend");
      this.demo.textContent = this.word("demo");
    }

    word(key) { return epigrid.own(this.words || {}, key) ?? key; }

    // The name of a value of a layer's column; what has no name is told as it is.
    value(layer, value) {
      if (value === true) return this.word("yes");
      if (value === false) return this.word("no");
      const known = epigrid.own(this.words || {}, `${layer}.${value}`);
      return known ?? (typeof value === "number" ? value.toLocaleString() : String(value));
    }

    // Show the legend where it leaves most of the map free.
    unfold() { this.legend.open ||= this.map.getContainer().clientWidth > 480; }

    setNote(key) {
      this.note.hidden = !key;
      this.note.textContent = key ? this.word(key) : "";
    }

    setCredits(texts) { this.credit.textContent = texts.join(" · "); }

    // One row a symbol, in drawing order: how it looks, what it means, how many there are, and whether that is a problem. A heading names a shade; an empty one ends it.
    setLegend(rows, look, ratio) {
      this.legendRows.replaceChildren();
      for (const { heading, shape, colour, count, label, of, problem, variant } of rows) {
        const row = el("tr", problem ? "epi-problem" : "", this.legendRows);
        if (heading !== undefined) { el("th", "", row, this.word(heading)).colSpan = 3; continue; }
        const canvas = el("canvas", "", el("td", "", row));
        canvas.width = canvas.height = 22 * ratio;
        const c = canvas.getContext("2d");
        const rising = epigrid.RISING.has(shape);
        c.scale(ratio, ratio); c.translate(rising ? 7 : 11, rising ? 18 : 11);
        epigrid.drawSymbol(c, { shape, colour, r: rising ? 6 : 6.5, ink: look.ink, paper: look.paper, letter: "·", ...variant });
        el("td", "", row, of ? `${this.word(of)} · ${this.word(label)}` : this.word(label));
        el("td", "", row, count.toLocaleString());
      }
      this.legend.hidden = !rows.length;
    }

    showTip(feature, point) {
      const style = feature.style, tip = this.tip;
      tip.replaceChildren();
      el("b", "", tip, feature.name || this.word("unnamed"));
      el("i", "", tip, this.word(style.name));
      const facts = el("div", "", tip);
      for (const column of style.tell) {
        const value = epigrid.own(feature.p, column);
        const silent = value === null || value === undefined || value === "" || (column === "overdue" && !value);
        if (silent || (column === "staffed" && feature.p.open_now === false)) continue;
        el("span", "", facts, this.word(`column.${column}`));
        el("span", "", facts, this.value(style.name, value));
      }
      tip.hidden = false;
      const size = this.map.getSize(), w = tip.offsetWidth, h = tip.offsetHeight;
      tip.style.left = `${Math.max(4, point.x + 16 + w < size.x ? point.x + 16 : point.x - w - 12)}px`;
      tip.style.top = `${Math.max(4, Math.min(point.y + 12, size.y - h - 6))}px`;
    }

    hideTip() { this.tip.hidden = true; }
  };
})();
