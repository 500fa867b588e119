// Labels: placed in order of importance where nothing lies yet; whatever does not fit is left out.
window.epigrid = window.epigrid || {};

(() => {
  "use strict";

  const CELL = 5;
  const LONGEST = 24;

  epigrid.short = (text) => {
    const characters = Array.from(text.trim());
    return characters.length > LONGEST ? characters.slice(0, LONGEST - 1).join("") + "…" : characters.join("");
  };

  // What is taken on screen, in cells of a few pixels.
  epigrid.Space = class {
    constructor(box) {
      this.x = box.min.x; this.y = box.min.y;
      this.w = Math.ceil((box.max.x - box.min.x) / CELL); this.h = Math.ceil((box.max.y - box.min.y) / CELL);
      this.cells = new Uint8Array(this.w * this.h);
      this.said = new Map();
    }

    span(x0, y0, x1, y1) {
      return [Math.floor((x0 - this.x) / CELL), Math.floor((y0 - this.y) / CELL), Math.floor((x1 - this.x) / CELL), Math.floor((y1 - this.y) / CELL)];
    }

    // kind: 1 for a symbol, 2 for text.
    take(x0, y0, x1, y1, kind) {
      const [a, b, c, d] = this.span(x0, y0, x1, y1);
      for (let j = Math.max(b, 0); j <= Math.min(d, this.h - 1); j++) this.cells.fill(kind, j * this.w + Math.max(a, 0), j * this.w + Math.max(0, Math.min(c, this.w - 1) + 1));
    }

    // Text never lies on text; with kind 1 given, it may lie on symbols.
    free(x0, y0, x1, y1, kind = 0) {
      const [a, b, c, d] = this.span(x0, y0, x1, y1);
      if (a < 0 || b < 0 || c >= this.w || d >= this.h) return false;
      for (let j = b; j <= d; j++) for (let i = a; i <= c; i++) if (this.cells[j * this.w + i] > kind) return false;
      return true;
    }

    // The same words close by say nothing new.
    repeats(text, x, y, distance) {
      const places = this.said.get(text) || [];
      if (places.some(([px, py]) => Math.hypot(px - x, py - y) < distance)) return true;
      this.said.set(text, [...places, [x, y]]);
      return false;
    }
  };

  function write(c, text, x, y, look) {
    c.lineJoin = "round";
    c.lineWidth = look.haloWidth || 3;
    c.strokeStyle = look.halo; c.strokeText(text, x, y);
    c.fillStyle = look.ink; c.fillText(text, x, y);
  }

  // Write beside a symbol of radius r, on the first side that is free; r = 0 writes on the spot. Returns the box written, or nothing.
  epigrid.label = (c, space, text, x, y, r, look) => {
    text = epigrid.short(text);
    if (!text) return null;
    c.font = look.font;
    const w = c.measureText(text).width, h = look.size * 1.2, gap = r + 3;
    const beside = (d) => [[d, 0], [-d - w, 0], [-w / 2, -d - h / 2], [-w / 2, d + h / 2], [d * 0.7, -d * 0.7 - h / 2], [d * 0.7, d * 0.7 + h / 2]];
    const sides = r ? [...beside(gap), ...(look.over ? [...beside(gap + 9), ...beside(gap + 18)] : [])] : [[-w / 2, 0]];
    for (const kind of look.over ? [0, 1] : [0]) for (const [dx, dy] of sides) {
      const box = [x + dx - 1, y + dy - h / 2, x + dx + w + 1, y + dy + h / 2];
      if (!space.free(...box, kind)) continue;
      if (space.repeats(text, x, y, look.apart || 60)) return null;
      space.take(...box, 2);
      c.textAlign = "left"; c.textBaseline = "middle";
      write(c, text, x + dx, y + dy, look);
      return box;
    }
    return null;
  };

  // Write along a road.
  epigrid.labelAlong = (c, space, name, look) => {
    c.font = look.font;
    const text = epigrid.short(name.text);
    const w = c.measureText(text).width, turn = (name.degrees * Math.PI) / 180, half = look.size * 0.6;
    const steps = [-1, -0.5, 0, 0.5, 1].map((s) => [name.x + (Math.cos(turn) * w * s) / 2, name.y + (Math.sin(turn) * w * s) / 2]);
    const boxes = steps.map(([x, y]) => [x - half, y - half, x + half, y + half]);
    if (!boxes.every((b) => space.free(...b)) || space.repeats(text, name.x, name.y, 260)) return;
    boxes.forEach((b) => space.take(...b, 2));
    c.save();
    c.translate(name.x, name.y); c.rotate(turn);
    c.textAlign = "center"; c.textBaseline = "middle";
    write(c, text, 0, 0, look);
    c.restore();
  };
})();
