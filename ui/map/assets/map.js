// The map: takes one message at a time, keeps the layers it names fetched and drawn, and tells the page what was clicked.
window.epigrid = window.epigrid || {};

(() => {
  "use strict";

  const { own } = epigrid;
  const CHINA = [[18, 73], [54, 135]];
  // Kinds of settlements, the most important first, and the zoom at which each has its name on the map.
  const PLACES = [["city", 6], ["town", 9], ["township", 9], ["suburb", 11], ["village", 11], ["neighbourhood", 13], ["hamlet", 13.5]];
  const rank = (f) => { const i = PLACES.findIndex(([place]) => place === f.p.place); return i < 0 ? 5 : i; };
  // Smaller areas, and their names, appear as one comes closer.
  const LEVELS = {
    city: { from: 0, names: 5 }, district: { from: 0, names: 7 }, township: { from: 0, names: 9 },
    village: { from: 10, names: 12 }, community: { from: 10, names: 12 }, grid: { from: 13, names: 15 },
  };
  const LOOKS = {
    light: { ink: "#1f2429", soft: "#4d565e", paper: "#ffffff", halo: "#f8f8f6", accent: "#000000", border: "#8b939b", fill: 1, colour: {} },
    // On dark ground the dark blue is hard to see; its lighter neighbour in the palette stands in.
    dark: { ink: "#f1f3f5", soft: "#b4bdc6", paper: "#14181d", halo: "#14181d", accent: "#ffffff", border: "#6f7982", fill: 0.5, colour: { "#0072B2": "#56B4E9" } },
  };
  const MINUTE_MS = 60000;
  const NEAR = { mouse: 10, finger: 22 };

  const unpack = (text) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))));

  // One canvas over the map, a little larger than it, redrawn when the map has moved.
  const Canvas = L.Renderer.extend({
    options: { padding: 0.2 },
    initialize(paint) { L.Renderer.prototype.initialize.call(this, {}); this.onPaint = paint; },
    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "epi-canvas";
      this._container.setAttribute("aria-hidden", "true");
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const canvas = this._container, size = this._bounds.getSize(), ratio = this.ratio();
      L.DomUtil.setPosition(canvas, this._bounds.min);
      canvas.width = size.x * ratio; canvas.height = size.y * ratio;
      canvas.style.width = `${size.x}px`; canvas.style.height = `${size.y}px`;
      const c = canvas.getContext("2d");
      c.setTransform(ratio, 0, 0, ratio, -this._bounds.min.x * ratio, -this._bounds.min.y * ratio);
      this.onPaint(c, this._bounds);
    },
    ratio() { return Math.min(window.devicePixelRatio || 1, 2); },
    redraw() { if (this._map && !this._queued) this._queued = requestAnimationFrame(() => { this._queued = 0; if (this._map) this._update(); }); },
  });

  class CommandMap {
    constructor(element, styles) {
      this.styles = styles;
      this.message = null;
      this.counts = { started: performance.timeOrigin + performance.now(), updates: 0, failures: 0, paints: 0, firstPaint: null, complete: null };
      this.map = L.map(element, { attributionControl: false, zoomControl: false, fadeAnimation: false, minZoom: 3, maxZoom: 19, zoomSnap: 0.5, wheelPxPerZoomLevel: 90 });
      this.map.getContainer().classList.add("epi");
      this.map.fitBounds(CHINA, { animate: false });
      this.panels = new epigrid.Panels(this.map, styles, { locate: () => this.locate(), print: () => this.print() });
      const told = { changed: () => this.changed(), failed: () => this.failed(), recovered: () => this.recovered() };
      this.layers = styles.map((style) => new epigrid.Source(style, told));
      this.canvas = new Canvas((c, box) => this.paint(c, box)).addTo(this.map);
      this.online = [];
      this.hits = new Map();
      this.follow();
      // Without a moment of its own the map shows now: the route answers by the minute, and says when nothing has changed.
      setInterval(() => { if (this.message && !this.message.at) this.layers.forEach((layer) => layer.again()); }, MINUTE_MS);
    }

    follow() {
      const { map } = this;
      map.on("zoomend", () => { if (this.message) { this.ask(); this.tally(); } });
      // Runs before the page's own listener on the same event, which then sends this place, with the feature on it, to the page.
      map.on("click", (e) => {
        const hit = this.message && !this.message.placing && !e.latlng.extent ? this.find(e.layerPoint) : null;
        if (hit) { e.latlng.layer = hit.layer; e.latlng.id = hit.id; this.panels.showTip({ ...hit, style: this.style(hit.layer) }, e.containerPoint); }
        else this.panels.hideTip();
        e.latlng.n = Date.now();
      });
      map.on("mousemove", (e) => { this.pointer = e; this.hovering ||= requestAnimationFrame(() => { this.hovering = 0; this.hover(this.pointer); }); });
      map.on("mouseout movestart zoomstart", () => this.panels.hideTip());
      map.getContainer().addEventListener("keydown", (e) => {
        if (e.key !== "Enter" || e.target !== map.getContainer()) return;
        const containerPoint = map.getSize().divideBy(2), layerPoint = map.containerPointToLayerPoint(containerPoint);
        map.fire("click", { latlng: map.layerPointToLatLng(layerPoint), layerPoint, containerPoint });
      });
      map.getContainer().addEventListener("pointerdown", (e) => { this.finger = e.pointerType !== "mouse"; });
    }

    style(name) { return this.styles.find((s) => s.name === name); }

    // The page is told what is on the screen in the one way it listens to: as a click, with the extent on it.
    print() {
      const { map } = this, latlng = map.getCenter(), box = map.getBounds(), containerPoint = map.getSize().divideBy(2);
      latlng.extent = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
      map.fire("click", { latlng, containerPoint, layerPoint: map.containerPointToLayerPoint(containerPoint) });
    }

    // A new message: what changed in it is done, the rest stays as it is.
    update(message) {
      const before = this.message;
      this.message = message;
      this.counts.updates += 1;
      const box = this.map.getContainer().classList;
      for (const name of ["dark", "wall", "placing"]) box.toggle(`epi-${name}`, message[name]);
      this.look = LOOKS[message.dark ? "dark" : "light"];
      this.sprites = new epigrid.Sprites(this.canvas.ratio());
      this.panels.setWords(message.words);
      this.panels.demo.hidden = !message.demo;
      this.panels.buttons.print.hidden = !message.printable;
      if (!before) this.panels.setNote("loading");
      this.ask();
      if (!before || before.revision !== message.revision) this.learnBasemap();
      this.dress();
      if (message.fly_to && JSON.stringify(message.fly_to) !== JSON.stringify(before && before.fly_to)) this.look_at(message.fly_to, Boolean(before));
      this.changed();
    }

    // A layer is fetched once the map is close enough to show it, or something in it is selected.
    ask() {
      const { layers, selected } = this.message, zoom = this.map.getZoom();
      for (const layer of this.layers) {
        const { name, fromZoom } = layer.style, near = zoom >= fromZoom || layer.url || own(selected, name)?.length;
        layer.ask(layers.includes(name) && near ? this.address(name) : null);
      }
    }

    address(name) {
      const { at, known_at, area, revision, question } = this.message, { path, studied } = this.style(name);
      const asked = studied ? question : { at, known_at, area, v: revision };
      const given = Object.entries(asked).filter(([, value]) => value !== null);
      return `/${path}.geojson?${new URLSearchParams(given)}`;
    }

    look_at([west, south, east, north], animate) {
      this.placed = true;
      // A frame that has no size yet is fitted again once it has one, unless the reader has moved the map meanwhile.
      if (Math.min(this.map.getSize().x, this.map.getSize().y) < 60) this.map.once("resize", () => this.look_at([west, south, east, north], false));
      this.map.fitBounds([[south, west], [north, east]], { animate, maxZoom: 17, padding: [14, 14] });
    }

    async learnBasemap() {
      try {
        const answer = await fetch("/basemap.json");
        if (!answer.ok) throw new Error(`${answer.status}`);
        const about = await answer.json();
        if (this.about && this.about.revision === about.revision) return;
        this.about = about;
        if (this.basemap) this.basemap.remove();
        this.basemap = about.bounds ? new epigrid.Basemap(about, () => this.failed()) : null;
        if (this.basemap) this.basemap.on("load", () => { this.recovered(); this.canvas.redraw(); });
        if (about.bounds && !this.placed) this.look_at(about.bounds, false);
        this.dress();
        this.changed();
      } catch {
        this.failed();
        setTimeout(() => this.learnBasemap(), 3000);
      }
    }

    // The right ground under the symbols: the built-in one, or what the office chose to fetch.
    dress() {
      const wanted = this.message.basemaps.join("\n");
      if (wanted !== this.onlineNow) {
        this.online.forEach((layer) => layer.remove());
        this.online = this.message.basemaps.map((url) => L.tileLayer(url, { maxZoom: 19, subdomains: "01234567" }).addTo(this.map));
        this.onlineNow = wanted;
        this.map.options.zoomSnap = wanted ? 1 : 0.5; // pictures are sharp at whole zooms alone
      }
      if (!this.basemap) return;
      this.basemap.setDark(this.message.dark);
      if (wanted) this.basemap.remove();
      else if (!this.map.hasLayer(this.basemap)) this.basemap.addTo(this.map);
    }

    changed() {
      if (!this.message) return;
      this.tally();
      const sources = new Set(this.layers.flatMap((layer) => layer.sources).concat(this.about ? this.about.sources : []));
      const credits = [sources.has("osm") ? this.panels.word("osm") : "", this.message.basemaps.length ? this.message.basemap_credit : ""];
      this.panels.setCredits(credits.filter(Boolean));
      this.canvas.redraw();
    }

    failed() { this.counts.failures += 1; this.panels.setNote("offline"); }

    recovered() { if (!this.panels.note.hidden) this.panels.setNote(null); }

    passes(f) {
      const filters = own(this.message.filters, f.layer);
      return !filters || Object.entries(filters).every(([column, values]) => values.includes(own(f.p, column)));
    }

    // What is shown of each layer, and the legend's counts of it.
    tally() {
      const rows = [];
      const shaded = this.layers.some((layer) => layer.style.shade && layer.url);
      // Nobody reads a shade without its classes.
      if (shaded && !this.shaded) this.panels.unfold();
      this.shaded = shaded;
      for (const layer of this.layers) {
        const style = layer.style;
        layer.shown = layer.features.filter((f) => f.x !== undefined && this.passes(f));
        // What needs eyes is drawn last, on top: what is open over what is sealed, problems over both.
        layer.shown.sort((a, b) => a.hollow - b.hollow || a.overdue - b.overdue || Boolean(a.p.open_now) - Boolean(b.p.open_now));
        // An area within one of the same status is filled already.
        const filled = new Map(layer.shown.map((f) => [f.id, f.symbol]));
        if (style.draw === "area") for (const f of layer.shown) f.filled = filled.get(f.p.parent_id) === f.symbol;
        if (style.draw === "label" || !layer.shown.length || this.map.getZoom() < style.fromZoom) continue;
        if (style.shade) rows.push({ heading: style.name });
        for (const value of Object.keys(style.symbols)) {
          if (["outline", "ground"].includes(style.symbols[value].shape) && !style.shade) continue;
          if (this.gives_way(style)) continue;
          const of = layer.shown.filter((f) => f.symbol === value);
          if (of.length) rows.push({ colour: this.colour(style.symbols[value]), shape: style.symbols[value].shape, count: of.length, label: `${style.name}.${value}`, variant: { angle: 0 } });
        }
        if (style.shade) rows.push({ heading: "" });
        for (const [mark, label, problem] of [["hollow", "unstaffed", true], ["closed", "closed_now", false], ["corner", "no_egress", false], ["overdue", "overdue", true]]) {
          const of = layer.shown.filter((f) => f[mark]);
          if (!of.length) continue;
          const symbol = style.symbols[of[0].symbol];
          rows.push({ colour: this.colour(symbol), shape: symbol.shape, count: of.length, label, of: problem ? style.name : null, problem, variant: { [mark]: true } });
        }
      }
      rows.sort((a, b) => Number(b.problem ?? false) - Number(a.problem ?? false));
      this.panels.setLegend(rows, this.look, this.canvas.ratio());
      if (!rows.length && this.settled() && this.about && !this.about.bounds) this.panels.setNote("empty");
    }

    // Two fills of one area would be read as one: under a shade areas show their borders alone.
    gives_way(style) { return this.shaded && style.name === "areas"; }

    settled() { return this.layers.every((layer) => layer.loaded === layer.url); }

    radius(style) {
      const z = this.map.getZoom(), wall = this.message.wall ? 1.5 : 1;
      return Math.round(Math.max(1.9, Math.min(9, 2.4 + (z - 11) * 0.95)) * style.scale * wall * 2) / 2;
    }

    paint(c, box) {
      if (!this.message) return;
      const began = performance.now(), zoom = this.map.getZoom(), scale = 2 ** zoom, origin = this.map.getPixelOrigin();
      const at = (f) => [f.x * scale - origin.x, f.y * scale - origin.y];
      this.hits = new Map();
      const space = new epigrid.Space(box);
      c.clearRect(box.min.x, box.min.y, box.max.x - box.min.x, box.max.y - box.min.y);
      for (const layer of this.layers) {
        const { style } = layer;
        layer.drawn = 0;
        if (!layer.shown || zoom < style.fromZoom) continue;
        const radius = this.radius(style);
        if (style.draw === "line") { layer.drawn = this.paintLines(c, layer, scale, origin, box); continue; }
        for (const f of layer.shown) {
          if (f.rings) layer.drawn += this.paintArea(c, f, style, scale, origin, box);
          else {
            const r = this.sized(radius, f);
            const [x, y] = at(f);
            if (x < box.min.x - r || y < box.min.y - r || x > box.max.x + r || y > box.max.y + r) continue;
            layer.drawn += 1;
            if (style.draw !== "area" || zoom > 14) this.stamp(c, f, style, x, y, style.draw === "point" ? r : r * 0.5);
            if (style.namesFrom < 99 || f.hollow) space.take(x - r, y - r, x + r, y + r, 1);
            this.touch(f, x, y, r);
          }
        }
      }
      this.markSelected(c, at, scale, origin);
      this.writeNames(c, space, at, zoom, box);
      if (this.here) this.markHere(c, at);
      this.counts.paints += 1;
      this.counts.paintMs = performance.now() - began;
      const drawn = this.layers.some((layer) => layer.drawn);
      if (drawn) this.counts.firstPaint ??= performance.timeOrigin + performance.now();
      if (drawn && this.settled() && this.about) this.counts.complete ??= performance.timeOrigin + performance.now();
    }

    stamp(c, f, style, x, y, r) {
      const symbol = style.symbols[f.symbol];
      const first = symbol.shape === "letter" && f.p[style.by] !== "other" ? Array.from(this.panels.value(style.name, f.p[style.by] ?? ""))[0] : "";
      const letter = ["star", "joint_matters", "numbered"].includes(symbol.shape) ? String(f.p.number ?? "") : first;
      const sprite = this.sprites.get({
        shape: symbol.shape, colour: this.colour(symbol), r, hollow: f.hollow, closed: f.closed, corner: f.corner, overdue: f.overdue,
        letter, angle: f.p.bearing || 0, ink: this.look.ink, paper: this.look.paper,
      });
      c.drawImage(sprite, x - sprite.half, y - sprite.half, sprite.half * 2, sprite.half * 2);
    }

    colour(symbol) { return own(this.look.colour, symbol.colour) ?? symbol.colour; }

    path(f, scale, origin) {
      const path = new Path2D();
      for (const ring of f.rings) {
        let lx = NaN, ly = NaN;
        for (let i = 0; i < ring.length; i += 2) {
          const x = ring[i] * scale - origin.x, y = ring[i + 1] * scale - origin.y;
          if (i && Math.abs(x - lx) < 0.8 && Math.abs(y - ly) < 0.8) continue;
          if (i) path.lineTo(x, y); else path.moveTo(x, y);
          lx = x; ly = y;
        }
        path.closePath();
      }
      return path;
    }

    paintArea(c, f, style, scale, origin, box) {
      const chosen = this.message.area === f.p.id;
      if (!chosen && this.map.getZoom() < (own(LEVELS, f.p.level ?? "")?.from ?? 0)) return 0;
      const [x0, y0, x1, y1] = f.box;
      if (x1 * scale - origin.x < box.min.x || y1 * scale - origin.y < box.min.y || x0 * scale - origin.x > box.max.x || y0 * scale - origin.y > box.max.y) return 0;
      const { shape, colour } = style.symbols[this.gives_way(style) ? "" : f.symbol], path = this.path(f, scale, origin);
      const wide = ["city", "district", "township"].includes(f.p.level);
      c.save();
      if ((shape === "hatch" || shape === "dots") && !f.filled) { c.globalAlpha = this.look.fill; c.fillStyle = epigrid.pattern(c, shape, colour); c.fill(path, "evenodd"); }
      const fill = () => c.fill(path, "evenodd");
      if (!f.filled) epigrid.shade(c, shape, this.colour({ colour }), fill);
      if (shape === "ground") { c.fillStyle = `${colour}14`; c.fill(path, "evenodd"); }
      if (shape === "dashed") { c.fillStyle = `${colour}22`; c.fill(path, "evenodd"); c.setLineDash([6, 4]); }
      const quiet = shape === "outline" || shape === "dots";
      c.strokeStyle = quiet || style.shade ? this.look.border : colour;
      c.globalAlpha = shape === "ground" ? 0.55 : 0.75;
      c.lineWidth = quiet ? (wide ? 1.6 : 0.9) : 1.1;
      if (quiet && !wide && this.map.getZoom() >= 12) c.setLineDash([7, 3, 1.5, 3]);
      if (chosen) { c.setLineDash([]); c.globalAlpha = 1; c.lineWidth = 2.6; c.strokeStyle = this.look.accent; }
      c.stroke(path);
      c.restore();
      return 1;
    }

    // All halos lie under all lines: lines that run together stay one line. An arrow head now and then says which way it leads.
    paintLines(c, { shown, style }, scale, origin, box) {
      const wall = this.message.wall ? 1.5 : 1, stretch = 2 ** 0.25;
      const near = shown.filter((f) => f.box[2] * scale - origin.x > box.min.x && f.box[0] * scale - origin.x < box.max.x && f.box[3] * scale - origin.y > box.min.y && f.box[1] * scale - origin.y < box.max.y);
      const drawn = near.map((f) => ({ f, look: epigrid.lineLook(style.symbols[f.symbol], f.p), paths: f.lines.map((line) => this.bends(line, scale, origin)) }));
      const stroke = ({ paths }) => { c.beginPath(); for (const p of paths) p.forEach(([x, y], i) => c[i ? "lineTo" : "moveTo"](x, y)); c.stroke(); };
      c.save();
      c.lineJoin = "round";
      for (const one of drawn) { c.lineCap = "round"; c.lineWidth = (one.look.width + 2.6) * wall; c.strokeStyle = this.look.paper; c.globalAlpha = 0.8; stroke(one); }
      c.globalAlpha = 1;
      for (const one of drawn) {
        const { look, paths, f } = one;
        c.lineCap = look.cap || "butt"; c.lineWidth = look.width * wall; c.strokeStyle = this.colour(look); c.setLineDash(look.dash.map((d) => d * wall * stretch)); stroke(one);
        c.setLineDash([]);
        for (const p of paths) {
          if (look.heads) epigrid.along(p, look.heads, (x, y, turn) => { if (x > box.min.x && x < box.max.x && y > box.min.y && y < box.max.y) epigrid.head(c, x, y, turn, 5.5 * wall, this.colour(look), this.look.paper); });
          if (look.bars) epigrid.along(p, look.bars, (x, y) => epigrid.saltire(c, x, y, 4.5 * wall, this.colour(look), this.look.paper));
          epigrid.along(p, 22, (x, y) => { if (x > box.min.x && x < box.max.x && y > box.min.y && y < box.max.y) this.touch(f, x, y, 2); });
        }
      }
      c.restore();
      return near.length;
    }

    // A line's points on the screen, without those too close to the one before.
    bends(line, scale, origin) {
      const points = [];
      let lx = NaN, ly = NaN;
      for (let i = 0; i < line.length; i += 2) {
        const x = line[i] * scale - origin.x, y = line[i + 1] * scale - origin.y;
        if (points.length && i < line.length - 2 && Math.abs(x - lx) < 0.8 && Math.abs(y - ly) < 0.8) continue;
        points.push([(lx = x), (ly = y)]);
      }
      return points;
    }

    // A feature may say how large it is against others of its layer.
    sized(radius, f) { return Math.round(radius * (f.p.size || 1) * 2) / 2; }

    markSelected(c, at, scale, origin) {
      for (const layer of this.layers) {
        const ids = own(this.message.selected, layer.style.name);
        if (!ids || !ids.length) continue;
        const wanted = new Set(ids);
        for (const f of layer.features) {
          if (!wanted.has(f.id) || f.x === undefined) continue;
          const path = f.rings ? this.path(f, scale, origin) : new Path2D();
          const [x, y] = at(f), own_r = this.sized(this.radius(layer.style), f), r = own_r + 5;
          if (f.lines) for (const line of f.lines) this.bends(line, scale, origin).forEach(([px, py], i) => path[i ? "lineTo" : "moveTo"](px, py));
          else if (!f.rings) path.arc(x, y, Math.max(9, r), 0, Math.PI * 2);
          c.lineWidth = 5.5; c.strokeStyle = this.look.paper; c.stroke(path);
          c.lineWidth = 2.5; c.strokeStyle = this.look.accent; c.stroke(path);
          if (!f.rings && !f.lines && this.passes(f)) this.stamp(c, f, layer.style, x, y, own_r);
        }
      }
    }

    writeNames(c, space, at, zoom, box) {
      const wall = this.message.wall ? 1.4 : 1;
      const look = (size, weight, ink, apart, over = false) => ({ size: size * wall, font: `${weight} ${size * wall}px ${epigrid.FONT}`, ink, halo: this.look.halo, apart, over });
      const within = (x, y) => x > box.min.x && y > box.min.y && x < box.max.x && y < box.max.y;
      const named = (f) => (f.layer === "settlements" ? PLACES[rank(f)][1] : own(LEVELS, f.p.level ?? "")?.names ?? 0);
      const write = (name, order, looks) => {
        const layer = this.layers.find((l) => l.style.name === name);
        if (!layer.shown || zoom < layer.style.namesFrom) return;
        const inView = layer.shown.map((f) => [f, ...at(f)]).filter(([f, x, y]) => f.name && zoom >= named(f) && within(x, y)).sort((a, b) => order(a[0]) - order(b[0]));
        for (const [f, x, y] of inView.slice(0, 400)) {
          const r = f.rings ? 0 : this.radius(layer.style) * (layer.style.draw === "label" ? 0.4 : 1);
          const placed = epigrid.label(c, space, f.name, x, y, r, looks(f));
          // A name stands for its feature where the feature has no symbol to point at.
          if (placed && layer.style.draw !== "point") this.touch(f, (placed[0] + placed[2]) / 2, y, (placed[2] - placed[0]) / 2, (placed[3] - placed[1]) / 2);
        }
      };
      write("settlements", rank, (f) => look(rank(f) < 3 ? 15 : 12.5, 600, this.look.ink, 60, rank(f) < 5));
      write("areas", (f) => -(f.box ? f.box[2] - f.box[0] : 0), (f) => look(13, 600, this.look.soft, 160, own(LEVELS, f.p.level ?? "")?.from === 0));
      write("compounds", (f) => -(f.box ? f.box[2] - f.box[0] : 0), () => look(12, 400, this.look.soft, 60));
      for (const name of ["checkpoints", "entrances", "venues"]) write(name, (f) => -f.hollow, () => look(11.5, 400, this.look.ink, 30));
      if (this.basemap && this.map.hasLayer(this.basemap) && zoom >= 13) {
        const road = look(11, 400, this.basemap.colours().name, 0);
        for (const name of this.basemap.names()) if (within(name.x, name.y)) epigrid.labelAlong(c, space, name, road);
      }
    }

    // Remember where a feature was drawn, by cells of 32 pixels.
    touch(f, x, y, rx, ry = rx) {
      for (let i = Math.floor((x - rx) / 32); i <= Math.floor((x + rx) / 32); i++) {
        for (let j = Math.floor((y - ry) / 32); j <= Math.floor((y + ry) / 32); j++) {
          const key = i * 65536 + j, cell = this.hits.get(key);
          if (cell) cell.push([f, x, y, rx, ry]); else this.hits.set(key, [[f, x, y, rx, ry]]);
        }
      }
    }

    // The feature under a point: the nearest symbol or name, the one drawn later winning a tie; else the smallest shaded area or compound around it.
    find({ x, y }) {
      const near = this.finger ? NEAR.finger : NEAR.mouse;
      let best = null, least = Infinity;
      for (let i = Math.floor((x - near) / 32); i <= Math.floor((x + near) / 32); i++) {
        for (let j = Math.floor((y - near) / 32); j <= Math.floor((y + near) / 32); j++) {
          for (const [f, fx, fy, rx, ry] of this.hits.get(i * 65536 + j) || []) {
            const gap = Math.hypot(Math.max(0, Math.abs(x - fx) - rx), Math.max(0, Math.abs(y - fy) - ry));
            // A line gives way to whatever stands on it.
            const far = gap * 100 + Math.hypot(x - fx, y - fy) / 10 + (f.lines ? 60 : 0);
            if (gap <= near * 0.6 && far <= least) { best = f; least = far; }
          }
        }
      }
      if (best) return best;
      const zoom = this.map.getZoom(), scale = 2 ** zoom, origin = this.map.getPixelOrigin(), wx = (x + origin.x) / scale, wy = (y + origin.y) / scale;
      for (const { style, shown } of this.layers) { // shades come first: what is shaded is what is asked about
        if (!(style.shade || style.name === "compounds") || zoom < style.fromZoom) continue;
        const around = (shown || []).filter((f) => f.box && wx >= f.box[0] && wx <= f.box[2] && wy >= f.box[1] && wy <= f.box[3] && epigrid.inside(f.rings, wx, wy));
        if (around.length) return around.reduce((a, b) => (b.box[2] - b.box[0] < a.box[2] - a.box[0] ? b : a));
      }
      return null;
    }

    hover(e) {
      if (!this.message || this.finger) return;
      const hit = this.message.placing ? null : this.find(e.layerPoint);
      this.map.getContainer().classList.toggle("epi-over", Boolean(hit));
      if (hit) this.panels.showTip({ ...hit, style: this.style(hit.layer) }, e.containerPoint);
      else this.panels.hideTip();
    }

    locate() {
      const unable = () => { this.panels.setNote("locate_failed"); setTimeout(() => this.recovered(), 4000); };
      if (!navigator.geolocation) { unable(); return; }
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        const [x, y] = epigrid.world([coords.longitude, coords.latitude]);
        this.here = { x, y, metres: coords.accuracy, lat: coords.latitude };
        this.map.setView([coords.latitude, coords.longitude], Math.max(this.map.getZoom(), 16));
        this.canvas.redraw();
      }, unable, { enableHighAccuracy: true, timeout: 10000 });
    }

    markHere(c, at) {
      const [x, y] = at(this.here), metre = (256 * 2 ** this.map.getZoom()) / (40075016 * Math.cos((this.here.lat * Math.PI) / 180));
      c.beginPath(); c.arc(x, y, this.here.metres * metre, 0, Math.PI * 2); c.fillStyle = "#0072b222"; c.fill();
      c.beginPath(); c.arc(x, y, 7, 0, Math.PI * 2); c.fillStyle = "#0072b2"; c.fill(); c.lineWidth = 2.5; c.strokeStyle = "#fff"; c.stroke();
    }

    // What is on screen and what it took, for tests and for the benchmark.
    stats() {
      const layers = {};
      for (const layer of this.layers) {
        if (layer.url) layers[layer.style.name] = { loaded: layer.loaded === layer.url, features: layer.features.length, shown: layer.shown?.length ?? 0, drawn: layer.drawn ?? 0 };
      }
      return {
        ...this.counts, layers, zoom: this.map.getZoom(), settled: this.settled(),
        fetches: this.layers.reduce((n, layer) => n + layer.fetches, 0), tiles: this.basemap ? this.basemap.drawn : 0,
      };
    }
  }

  let current = null;

  epigrid.start = (element, styles) => { current = new CommandMap(element, unpack(styles)); return current.map; };
  epigrid.update = (message) => current.update(unpack(message));
  epigrid.stats = () => (current ? current.stats() : null);
  // Where a feature is drawn, in CSS pixels of the map's frame: tests point there.
  epigrid.whereIs = (layer, id) => {
    const source = current.layers.find((l) => l.style.name === layer), f = source.features.find((one) => one.id === id);
    if (!f || f.x === undefined) return null;
    const scale = 2 ** current.map.getZoom(), origin = current.map.getPixelOrigin();
    return current.map.layerPointToContainerPoint(L.point(f.x * scale - origin.x, f.y * scale - origin.y));
  };
})();
