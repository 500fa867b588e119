// Symbols: each a shape drawn around (0, 0) with radius r. They differ by shape first and by colour second.
window.epigrid = window.epigrid || {};

(() => {
  "use strict";

  const TAU = Math.PI * 2;

  function polygon(c, r, angles) {
    c.beginPath();
    angles.forEach((a, i) => c[i ? "lineTo" : "moveTo"](r * Math.sin(a * TAU), -r * Math.cos(a * TAU)));
    c.closePath();
  }

  // A filled outline, or when hollow a thick ring of it.
  function body(c, s) {
    if (s.hollow) {
      c.fillStyle = s.paper;
      c.fill();
      c.lineWidth = Math.max(1.6, s.r * 0.42);
      c.strokeStyle = s.colour;
      c.stroke();
    } else {
      c.lineWidth = s.r < 3 ? 0.8 : Math.max(1.8, s.r * 0.34);
      c.strokeStyle = s.paper;
      c.stroke();
      c.fillStyle = s.colour;
      c.fill();
    }
  }

  function strokes(c, s, lines) {
    const thick = Math.max(1.8, s.r * 0.5);
    const path = () => {
      c.beginPath();
      for (const [x0, y0, x1, y1] of lines) { c.moveTo(x0 * s.r, y0 * s.r); c.lineTo(x1 * s.r, y1 * s.r); }
      c.stroke();
    };
    c.lineCap = "round";
    c.lineWidth = thick + 2; c.strokeStyle = s.hollow ? s.colour : s.paper; path();
    c.lineWidth = s.hollow ? Math.max(1, thick - 1) : thick; c.strokeStyle = s.hollow ? s.paper : s.colour; path();
  }

  function bar(c, s, width) {
    c.fillStyle = s.hollow ? s.colour : s.paper;
    c.fillRect(-s.r * width, -s.r * 0.18, s.r * width * 2, s.r * 0.36);
  }

  const SHAPES = {
    circle(c, s) { c.beginPath(); c.arc(0, 0, s.r, 0, TAU); body(c, s); },
    ring(c, s) { c.beginPath(); c.arc(0, 0, s.r * 0.8, 0, TAU); body(c, { ...s, hollow: true }); },
    dot(c, s) { c.beginPath(); c.arc(0, 0, s.r * 0.62, 0, TAU); body(c, s); },
    barred_square(c, s) {
      const d = s.r * 0.9;
      c.beginPath(); c.rect(-d, -d, 2 * d, 2 * d); body(c, s);
      if (s.r >= 3.6) bar(c, s, 0.58);
    },
    half_circle(c, s) {
      c.beginPath(); c.arc(0, 0, s.r, 0, TAU);
      if (s.hollow) body(c, s);
      else {
        c.lineWidth = Math.max(1.8, s.r * 0.34); c.strokeStyle = s.paper; c.stroke();
        c.fillStyle = s.paper; c.fill();
        c.lineWidth = Math.max(1.1, s.r * 0.2); c.strokeStyle = s.colour; c.stroke();
      }
      c.beginPath(); c.arc(0, 0, s.hollow ? s.r * 0.55 : s.r, Math.PI / 2, Math.PI * 1.5); c.closePath(); c.fillStyle = s.colour; c.fill();
      if (s.closed && s.r >= 3.6) { c.strokeStyle = s.ink; c.lineWidth = Math.max(1.4, s.r * 0.26); c.beginPath(); c.moveTo(-s.r, 0); c.lineTo(s.r, 0); c.stroke(); }
    },
    triangle(c, s) { polygon(c, s.r * 1.2, [0, 1 / 3, 2 / 3]); body(c, s); },
    diamond(c, s) { polygon(c, s.r * 1.15, [0, 0.25, 0.5, 0.75]); body(c, s); },
    cross(c, s) { strokes(c, s, [[-0.72, -0.72, 0.72, 0.72], [-0.72, 0.72, 0.72, -0.72]]); },
    plus(c, s) { strokes(c, s, [[-0.92, 0, 0.92, 0], [0, -0.92, 0, 0.92]]); },
    // An arrow through the border, pointing inwards: s.angle is its bearing in degrees.
    arrow(c, s) {
      c.rotate((s.angle || 0) * Math.PI / 180);
      const lines = () => {
        c.beginPath(); c.moveTo(0, s.r * 1.1); c.lineTo(0, -s.r); c.moveTo(-s.r * 0.62, -s.r * 0.3); c.lineTo(0, -s.r * 1.05); c.lineTo(s.r * 0.62, -s.r * 0.3); c.stroke();
      };
      c.lineJoin = c.lineCap = "round";
      const thick = Math.max(1.6, s.r * 0.34);
      c.lineWidth = thick + 2.4; c.strokeStyle = s.paper; lines();
      c.lineWidth = thick; c.strokeStyle = s.colour; lines();
    },
    // The road goes on, we do not know where.
    ellipsis(c, s) {
      c.fillStyle = s.colour;
      for (const dx of [-0.8, 0, 0.8]) { c.beginPath(); c.arc(dx * s.r, 0, Math.max(1, s.r * 0.26), 0, TAU); c.fill(); }
    },
    letter(c, s) {
      const d = s.r;
      c.beginPath(); c.rect(-d, -d, 2 * d, 2 * d);
      c.fillStyle = s.paper; c.fill(); c.strokeStyle = s.colour; c.lineWidth = 1.2; c.stroke();
      c.fillStyle = s.ink; c.textAlign = "center"; c.textBaseline = "middle"; c.font = `${Math.round(s.r * 1.35)}px ${epigrid.FONT}`;
      if (s.r >= 5) c.fillText(s.letter || "", 0, s.r * 0.08);
    },
    // A post that is proposed, with its number.
    star(c, s) {
      const r = s.r * 1.25;
      c.beginPath();
      for (let i = 0; i < 10; i++) { const a = (i / 10) * TAU, d = i % 2 ? r * 0.56 : r; c[i ? "lineTo" : "moveTo"](d * Math.sin(a), -d * Math.cos(a)); }
      c.closePath();
      c.lineJoin = "round"; c.lineWidth = Math.max(3.2, r * 0.34); c.strokeStyle = s.paper; c.stroke();
      c.fillStyle = s.colour; c.fill();
      c.lineWidth = Math.max(1.2, r * 0.13); c.strokeStyle = "#000"; c.stroke();
      if (r < 6.5 || !s.letter) return;
      c.fillStyle = "#000"; c.textAlign = "center"; c.textBaseline = "middle";
      c.font = `700 ${Math.round(r * (s.letter.length > 1 ? 0.72 : 0.9))}px ${epigrid.FONT}`;
      c.fillText(s.letter, 0, r * 0.08);
    },
    // A place that lies open: a disc in a ring.
    target(c, s) {
      c.beginPath(); c.arc(0, 0, s.r, 0, TAU); body(c, { ...s, hollow: true, r: s.r * 0.8 });
      c.beginPath(); c.arc(0, 0, s.r * 0.42, 0, TAU); c.fillStyle = s.colour; c.fill();
    },
    // Two roads that may or may not meet: a ring with a stub on either side, and its number or a question mark in it.
    joint(c, s) { joint(c, s, "?", false); },
    joint_matters(c, s) { joint(c, s, s.letter || "?", true); },
    // A small number beside which a table says more.
    numbered(c, s) { c.beginPath(); c.arc(0, 0, s.r * 0.9, 0, TAU); body(c, { ...s, hollow: true, r: s.r * 0.4 }); letters(c, s, s.letter, s.ink); },
    // People come in here: a wedge that points down, to the ground.
    entry(c, s) {
      c.beginPath(); c.moveTo(-s.r, -s.r); c.lineTo(s.r, -s.r); c.lineTo(s.r, s.r * 0.1); c.lineTo(0, s.r * 1.1); c.lineTo(-s.r, s.r * 0.1); c.closePath();
      body(c, s);
    },
    // Marks: flags above the place, so that what stands there is still seen.
    flag(c, s) { pole(c, s, () => { c.moveTo(0, -2.3 * s.r); c.lineTo(s.r * 1.5, -1.75 * s.r); c.lineTo(0, -1.2 * s.r); }); },
    banner(c, s) { pole(c, s, () => { const x = s.r * 1.5; c.moveTo(0, -2.3 * s.r); c.lineTo(x, -2.3 * s.r); c.lineTo(x * 0.68, -1.75 * s.r); c.lineTo(x, -1.2 * s.r); c.lineTo(0, -1.2 * s.r); }); },
    tick(c, s) { pole(c, s, () => {}); signs(c, s, [[0.25, -1.75], [0.65, -1.35], [1.45, -2.3]]); },
    strike(c, s) { pole(c, s, () => {}); signs(c, s, [[0.25, -2.25], [1.35, -1.25]]); signs(c, s, [[0.25, -1.25], [1.35, -2.25]]); },
    // Lines, for the legend: a piece of one.
    route_line(c, s) { piece(c, s); epigrid.head(c, 4, 0, Math.PI / 2, 4.5, s.colour, s.paper); },
    proof_line(c, s) { piece(c, s); },
    added_line(c, s) { piece(c, s); },
    joined_line(c, s) { piece(c, s); },
    parted_line(c, s) { piece(c, s); epigrid.saltire(c, 0, 0, 3.6, s.colour, s.paper); },
    seen_line(c, s) { piece(c, s); },
    struck_line(c, s) { piece(c, s); epigrid.saltire(c, 0, 0, 3.6, s.colour, s.paper); },
    // Areas, for the legend: a swatch.
    outline(c, s) { swatch(c, s, null); },
    ground(c, s) { swatch(c, s, null); },
    dashed(c, s) { c.setLineDash([3, 2]); swatch(c, s, null); },
    dots(c, s) { swatch(c, s, "dots"); },
    hatch(c, s) { swatch(c, s, "hatch"); },
    unknown(c, s) { shaded(c, s); },
    risk_plain(c, s) { shaded(c, s); },
    risk_dots(c, s) { shaded(c, s); },
    risk_hatch(c, s) { shaded(c, s); },
    step_0(c, s) { shaded(c, s); },
    step_1(c, s) { shaded(c, s); },
    step_2(c, s) { shaded(c, s); },
    step_3(c, s) { shaded(c, s); },
    step_4(c, s) { shaded(c, s); },
  };

  // How areas are shaded: how dense the colour is, and what is drawn over it.
  const SHADES = {
    risk_plain: [0.35], risk_dots: [0.35, "spots"], risk_hatch: [0.35, "bars"],
    unknown: [0.07, "slats"], step_0: [0], step_1: [0.16], step_2: [0.34], step_3: [0.54], step_4: [0.78],
  };

  // Fill the shape of a shade; other shapes are none, and false says so.
  epigrid.shade = (c, shape, colour, fill) => {
    if (!SHADES[shape]) return false;
    const [dense, over] = SHADES[shape];
    c.save();
    c.globalAlpha = dense; c.fillStyle = colour; fill();
    c.globalAlpha = 0.85;
    if (over) { c.fillStyle = epigrid.pattern(c, over, colour); fill(); }
    c.restore();
    return true;
  };

  function letters(c, s, text, ink) {
    if (s.r < 5.5 || !text) return;
    c.fillStyle = ink; c.textAlign = "center"; c.textBaseline = "middle";
    c.font = `700 ${Math.round(s.r * (text.length > 1 ? 1 : 1.25))}px ${epigrid.FONT}`;
    c.fillText(text, 0, s.r * 0.08);
  }

  function joint(c, s, text, full) {
    const r = s.r * 0.85, stub = s.r * 1.5;
    const lines = () => { c.beginPath(); c.moveTo(-stub, 0); c.lineTo(-r, 0); c.moveTo(r, 0); c.lineTo(stub, 0); c.stroke(); };
    c.lineCap = "butt";
    c.lineWidth = Math.max(3.6, s.r * 0.6); c.strokeStyle = s.paper; lines();
    c.lineWidth = Math.max(1.8, s.r * 0.34); c.strokeStyle = s.colour; lines();
    c.beginPath(); c.arc(0, 0, r, 0, TAU);
    c.fillStyle = full ? s.colour : s.paper; c.fill();
    c.lineWidth = Math.max(1.4, s.r * 0.2); c.strokeStyle = full ? s.paper : s.colour; c.stroke();
    letters(c, s, text, full ? s.paper : s.ink);
  }

  function shaded(c, s) {
    c.beginPath(); c.rect(-s.r * 1.4, -s.r, s.r * 2.8, s.r * 2);
    epigrid.shade(c, s.shape, s.colour, () => c.fill());
    c.strokeStyle = s.colour; c.lineWidth = 1; c.stroke();
  }

  function pole(c, s, cloth) {
    const path = () => { c.beginPath(); c.moveTo(0, 0); c.lineTo(0, -2.3 * s.r); cloth(); };
    c.lineJoin = c.lineCap = "round";
    path(); c.closePath(); c.lineWidth = 3.4; c.strokeStyle = s.paper; c.stroke(); c.fillStyle = s.colour; c.fill();
    c.beginPath(); c.moveTo(0, 0); c.lineTo(0, -2.3 * s.r); c.lineWidth = 1.5; c.strokeStyle = s.ink; c.stroke();
  }

  function signs(c, s, points) {
    const path = () => { c.beginPath(); points.forEach(([x, y], i) => c[i ? "lineTo" : "moveTo"](x * s.r, y * s.r)); c.stroke(); };
    c.lineWidth = Math.max(4, s.r * 0.75); c.strokeStyle = s.paper; path();
    c.lineWidth = Math.max(1.8, s.r * 0.38); c.strokeStyle = s.colour; path();
  }

  // How a line of each shape is drawn: CSS pixels. heads and bars: how far apart. Proof routes differ by colour and by dash.
  const PROOF = [["#0072B2", []], ["#D55E00", [9, 4]], ["#009E73", [3, 3]], ["#E69F00", [12, 3, 3, 3]], ["#56B4E9", [6, 2]], ["#7F8790", [2, 2, 8, 2]]];
  epigrid.lineLook = ({ shape, colour }, p) => {
    const [hue, dash] = PROOF[((p.number || 1) - 1) % PROOF.length];
    return {
      route_line: { colour, width: 2.6, dash: [8, 5], heads: 76 },
      proof_line: { colour: hue, width: 3.4, dash },
      added_line: { colour, width: 3, dash: [2, 4], cap: "round" },
      struck_line: { colour, width: 2, dash: [], bars: 16 },
      // A few metres long: what is seen of them is the width.
      joined_line: { colour, width: 6, dash: [], cap: "round" },
      parted_line: { colour, width: 6, dash: [3, 3] },
      seen_line: { colour, width: 6, dash: [], cap: "round" },
    }[shape];
  };

  function piece(c, s) {
    const look = epigrid.lineLook(s, {});
    c.beginPath(); c.moveTo(-9.5, 0); c.lineTo(9.5, 0);
    c.lineWidth = look.width; c.strokeStyle = s.colour; c.lineCap = look.cap || "butt"; c.setLineDash(look.dash.map((d) => d * 0.6)); c.stroke();
    c.setLineDash([]);
  }

  // Call for a place every so many pixels along a path, the first half-way to the first mark: x, y, and the direction of travel from north.
  epigrid.along = (points, every, visit) => {
    let left = every / 2;
    for (let i = 1; i < points.length; i++) {
      const [x0, y0] = points[i - 1], [x1, y1] = points[i], length = Math.hypot(x1 - x0, y1 - y0);
      let at = left;
      for (; at <= length; at += every) visit(x0 + ((x1 - x0) * at) / length, y0 + ((y1 - y0) * at) / length, Math.atan2(x1 - x0, y0 - y1));
      left = at - length;
    }
  };

  epigrid.head = (c, x, y, turn, r, colour, paper) => {
    c.save();
    c.translate(x, y); c.rotate(turn);
    c.beginPath(); c.moveTo(0, -r); c.lineTo(r * 0.8, r * 0.8); c.lineTo(0, r * 0.35); c.lineTo(-r * 0.8, r * 0.8); c.closePath();
    c.lineJoin = "round"; c.lineWidth = 2.4; c.strokeStyle = paper; c.stroke(); c.fillStyle = colour; c.fill();
    c.restore();
  };

  epigrid.saltire = (c, x, y, r, colour, paper) => {
    for (const [width, ink] of [[4, paper], [1.8, colour]]) {
      c.beginPath(); c.moveTo(x - r, y - r); c.lineTo(x + r, y + r); c.moveTo(x - r, y + r); c.lineTo(x + r, y - r);
      c.lineWidth = width; c.strokeStyle = ink; c.lineCap = "round"; c.stroke();
    }
  };

  function swatch(c, s, fill) {
    c.beginPath(); c.rect(-s.r * 1.1, -s.r * 0.8, s.r * 2.2, s.r * 1.6);
    if (fill) { c.fillStyle = epigrid.pattern(c, fill, s.colour); c.fill(); }
    c.strokeStyle = s.colour; c.lineWidth = 1.2; c.stroke();
  }

  // Fill patterns, so that areas differ by more than colour.
  const patterns = new Map();
  epigrid.pattern = (c, kind, colour) => {
    const key = kind + colour;
    if (patterns.has(key)) return patterns.get(key);
    const tile = document.createElement("canvas");
    tile.width = tile.height = 16;
    const t = tile.getContext("2d");
    t.strokeStyle = t.fillStyle = colour;
    // Over a shade, where the pattern is all that grey paper shows: bold, on no ground of its own.
    if (kind === "bars") { t.lineWidth = 1.8; t.beginPath(); for (const o of [-8, 0, 8, 16]) { t.moveTo(o - 2, 18); t.lineTo(o + 18, -2); } t.stroke(); }
    // The other way than what is sealed off, and wider: where nobody knows anything.
    if (kind === "slats") { t.lineWidth = 1.3; t.beginPath(); for (const o of [-16, 0, 16]) { t.moveTo(o - 2, -2); t.lineTo(o + 18, 18); } t.stroke(); }
    if (kind === "spots") for (const [x, y] of [[4, 4], [12, 12]]) { t.beginPath(); t.arc(x, y, 1.7, 0, TAU); t.fill(); }
    t.globalAlpha = kind === "dots" ? 0.05 : 0.1;
    if (kind === "hatch" || kind === "dots") t.fillRect(0, 0, 16, 16);
    t.globalAlpha = 0.42; t.lineWidth = 1;
    if (kind === "hatch") { t.beginPath(); for (const o of [-8, 0, 8, 16]) { t.moveTo(o - 2, 18); t.lineTo(o + 18, -2); } t.stroke(); }
    if (kind === "dots") { t.beginPath(); t.arc(8, 8, 1, 0, TAU); t.fill(); }
    patterns.set(key, c.createPattern(tile, "repeat"));
    return patterns.get(key);
  };

  // Shapes that stand on their place instead of around it.
  const RISING = epigrid.RISING = new Set(["flag", "banner", "tick", "strike"]);

  epigrid.FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

  epigrid.drawSymbol = (c, s) => {
    c.save();
    SHAPES[s.shape](c, s);
    c.restore();
    if (s.corner && s.r >= 3.6) { c.fillStyle = s.ink; c.beginPath(); c.moveTo(s.r, -s.r); c.lineTo(s.r, s.r * 0.1); c.lineTo(-s.r * 0.1, -s.r); c.closePath(); c.fill(); }
    if (s.overdue) { c.beginPath(); c.arc(s.r * 1.05, s.r * 1.05, Math.max(2, s.r * 0.42), 0, TAU); c.fillStyle = s.ink; c.fill(); c.lineWidth = 1; c.strokeStyle = s.paper; c.stroke(); }
  };

  // Thousands of symbols are a few dozen pictures: draw each once, then stamp it.
  epigrid.Sprites = class {
    constructor(ratio) { this.ratio = ratio; this.made = new Map(); }

    get(s) {
      const key = `${s.shape}|${s.colour}|${s.r}|${s.hollow}|${s.closed}|${s.corner}|${s.overdue}|${s.letter || ""}|${Math.round((s.angle || 0) / 5)}|${s.paper}`;
      let sprite = this.made.get(key);
      if (!sprite) {
        const half = Math.ceil(s.r * (RISING.has(s.shape) ? 2.5 : 1.6) + 3);
        sprite = document.createElement("canvas");
        sprite.width = sprite.height = Math.ceil(half * 2 * this.ratio);
        const c = sprite.getContext("2d");
        c.scale(this.ratio, this.ratio); c.translate(half, half);
        epigrid.drawSymbol(c, s);
        sprite.half = half;
        this.made.set(key, sprite);
      }
      return sprite;
    }
  };
})();
