// Data: each layer is fetched from its route when its address changes, and made ready for drawing and pointing.
window.epigrid = window.epigrid || {};

(() => {
  "use strict";

  const RETRY_MS = [1000, 2000, 5000, 10000, 30000];
  // A request without an answer by then is given up and made again, as one that failed.
  const PATIENCE_MS = epigrid.patience || 30000;
  const own = (object, key) => (Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined);

  // Web Mercator at zoom 0: a square of 256 units.
  function world([lon, lat]) {
    const sin = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
    return [(lon + 180) * (256 / 360), 128 - (Math.atanh(sin) * 128) / Math.PI];
  }

  function ring(coordinates) {
    const flat = new Float64Array(coordinates.length * 2);
    coordinates.forEach((c, i) => { const [x, y] = world(c); flat[2 * i] = x; flat[2 * i + 1] = y; });
    return flat;
  }

  function rings(geometry) {
    if (geometry.type === "Polygon") return geometry.coordinates.map(ring);
    if (geometry.type === "MultiPolygon") return geometry.coordinates.flat().map(ring);
    return [];
  }

  function lines(geometry) {
    if (geometry.type === "LineString") return [ring(geometry.coordinates)];
    if (geometry.type === "MultiLineString") return geometry.coordinates.map(ring);
    return null;
  }

  function box(flat) {
    const b = [Infinity, Infinity, -Infinity, -Infinity];
    for (const f of flat) for (let i = 0; i < f.length; i += 2) {
      b[0] = Math.min(b[0], f[i]); b[1] = Math.min(b[1], f[i + 1]); b[2] = Math.max(b[2], f[i]); b[3] = Math.max(b[3], f[i + 1]);
    }
    return b;
  }

  // The centre of mass of the largest ring: where the name goes.
  function centre(flat) {
    let best = [0, 0], most = -1;
    for (const f of flat) {
      let a = 0, x = 0, y = 0;
      const x0 = f[0], y0 = f[1]; // relative to a corner, else the sums drown in rounding
      for (let i = 0; i + 3 < f.length; i += 2) {
        const w = (f[i] - x0) * (f[i + 3] - y0) - (f[i + 2] - x0) * (f[i + 1] - y0);
        a += w; x += (f[i] + f[i + 2] - 2 * x0) * w; y += (f[i + 1] + f[i + 3] - 2 * y0) * w;
      }
      if (Math.abs(a) > most) { most = Math.abs(a); best = a ? [x0 + x / (3 * a), y0 + y / (3 * a)] : [x0, y0]; }
    }
    return best;
  }

  function inside(flat, x, y) {
    let within = false;
    for (const f of flat) for (let i = 0, j = f.length - 2; i < f.length; j = i, i += 2) {
      if (f[i + 1] > y !== f[j + 1] > y && x < ((f[j] - f[i]) * (y - f[i + 1])) / (f[j + 1] - f[i + 1]) + f[i]) within = !within;
    }
    return within;
  }

  // A GeoJSON feature made ready: where it lies, which symbol it takes, whether it is a problem.
  function prepare(style, { geometry, properties: p }) {
    const value = style.by ? String(p[style.by] ?? "") : "";
    const symbol = own(style.symbols, value) ? value : "";
    const f = { id: p.id, name: p.name || "", p, layer: style.name, symbol, hollow: p.unstaffed ?? (p.staffed === false && p.open_now !== false) };
    f.closed = p.mode === "open_hours" && p.open_now === false;
    f.corner = p.egress === "none";
    f.overdue = p.overdue === true;
    if (!geometry) return f;
    if (geometry.type === "Point") [f.x, f.y] = world(geometry.coordinates);
    else if ((f.lines = lines(geometry))) {
      f.box = box(f.lines);
      const longest = f.lines.reduce((a, b) => (b.length > a.length ? b : a)), middle = 2 * Math.floor(longest.length / 4);
      [f.x, f.y] = [longest[middle], longest[middle + 1]];
    } else {
      f.rings = rings(geometry);
      if (!f.rings.length) return f;
      f.box = box(f.rings);
      [f.x, f.y] = centre(f.rings);
    }
    return f;
  }

  epigrid.inside = inside;
  epigrid.own = own;
  epigrid.world = world;

  // One layer's data: the old stays until the new is there; a newer request abandons an older one; a failed one is tried again.
  epigrid.Source = class {
    constructor(style, { changed, failed, recovered }) {
      Object.assign(this, { style, changed, failed, recovered });
      this.features = [];
      this.sources = [];
      this.url = null;
      this.loaded = null;
      this.fetches = 0;
    }

    ask(url) {
      if (url === this.url) return;
      this.url = url;
      this.attempt = 0;
      clearTimeout(this.timer);
      if (this.request) this.request.abort();
      if (url) this.fetch();
      else { this.features = []; this.sources = []; this.loaded = null; this.changed(this); }
    }

    // The same question again: the clock has moved on. What is known stays on screen until the answer is there.
    again() { if (this.url && this.loaded === this.url) this.fetch(); }

    async fetch() {
      const url = this.url, request = (this.request = new AbortController());
      const late = setTimeout(() => request.abort(new Error("late")), PATIENCE_MS);
      try {
        this.fetches += 1;
        const answer = await fetch(url, { signal: request.signal });
        // A refusal (unknown area, bad time) stays one; only a server that fails is asked again.
        if (answer.status >= 500) throw new Error(`${answer.status}`);
        const data = answer.ok ? await answer.json() : { features: [], sources: [] };
        if (url !== this.url) return;
        this.features = data.features.map((f) => prepare(this.style, f));
        this.sources = data.sources || [];
        this.loaded = url;
        this.recovered(this);
        this.changed(this);
      } catch (error) {
        if (error.name === "AbortError" || url !== this.url) return;
        this.failed(this);
        this.timer = setTimeout(() => this.fetch(), RETRY_MS[Math.min(this.attempt++, RETRY_MS.length - 1)]);
      } finally {
        clearTimeout(late);
      }
    }
  };
})();
