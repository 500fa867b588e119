// The built-in basemap: vector tiles of the workspace's own roads and ground, drawn in quiet greys on canvas.
window.epigrid = window.epigrid || {};

(() => {
  "use strict";

  // From the bottom to the top. Widths in CSS pixels at zoom 14; each zoom level widens them by a third.
  const ROADS = [
    ["path", 0.8, [2, 3]], ["track", 1, [5, 3]], ["service", 1.1], ["street", 1.9], ["tertiary", 2.6],
    ["secondary", 3.2], ["primary", 3.9], ["trunk", 4.4], ["motorway", 4.8],
  ];
  const LIGHT = {
    land: "#f8f8f6", compounds: "#f0efec", green: "#e9f0e6", buildings: "#e4e2de", casing: "#cfd2d4", name: "#6d747b", halo: "#f8f8f6",
    path: "#d3d3d0", track: "#cccac4", service: "#dcdddd", street: "#d3d5d7", tertiary: "#c6c9cc", secondary: "#bbbfc3",
    primary: "#b0b5ba", trunk: "#a7acb2", motorway: "#9ba1a8",
  };
  const DARK = {
    land: "#1a1f25", compounds: "#20262d", green: "#1d2922", buildings: "#2a3138", casing: "#11151a", name: "#8d97a1", halo: "#1a1f25",
    path: "#30373e", track: "#333a41", service: "#2d343b", street: "#343c44", tertiary: "#3e474f", secondary: "#48525b",
    primary: "#525d67", trunk: "#5b6771", motorway: "#66727d",
  };
  const KEPT = 240;

  function trace(c, path, closed) {
    let x = path[0], y = path[1];
    c.moveTo(x, y);
    for (let i = 2; i < path.length; i += 2) c.lineTo(x += path[i], y += path[i + 1]);
    if (closed) c.closePath();
  }

  epigrid.Basemap = L.GridLayer.extend({
    options: { tileSize: 512, minZoom: 1, keepBuffer: 1, updateWhenZooming: false, className: "epi-basemap" },

    initialize(about, report) {
      L.GridLayer.prototype.initialize.call(this, {});
      this.about = about;
      this.report = report;
      this.data = new Map();
      this.drawn = 0;
      this.dark = false;
      this.options.bounds = L.latLngBounds([[about.bounds[1], about.bounds[0]], [about.bounds[3], about.bounds[2]]]).pad(0.02);
    },

    setDark(dark) {
      if (dark === this.dark) return;
      this.dark = dark;
      if (this._map) this.redraw();
    },

    // Beyond the deepest tile, its data is enlarged: d levels, of which this tile shows a part.
    place(coords) {
      const d = Math.max(0, coords.z - 1 - this.about.maxZoom);
      return { z: coords.z - 1 - d, x: coords.x >> d, y: coords.y >> d, scale: 2 ** d, dx: coords.x & (2 ** d - 1), dy: coords.y & (2 ** d - 1) };
    },

    load(at) {
      const url = `/basemap/${encodeURIComponent(this.about.revision)}/${at.z}/${at.x}/${at.y}.json`;
      let known = this.data.get(url);
      if (!known) {
        const answer = fetch(url).then((r) => { if (!r.ok) throw new Error(`${r.status}`); return r.json(); });
        known = answer.then((tile) => (known.tile = tile));
        known.catch(() => this.data.delete(url));
        this.data.set(url, known);
        if (this.data.size > KEPT) this.data.delete(this.data.keys().next().value);
      }
      return known;
    },

    createTile(coords, done) {
      const canvas = document.createElement("canvas");
      const ratio = Math.max(1.5, Math.min(window.devicePixelRatio || 1, 2)); // to spare, for zooms between two levels
      canvas.width = canvas.height = 512 * ratio;
      const at = this.place(coords);
      this.load(at).then(
        (tile) => { this.paint(canvas.getContext("2d"), tile, at, ratio, coords.z); this.drawn += 1; done(null, canvas); },
        (error) => { done(error, canvas); this.report(); },
      );
      return canvas;
    },

    paint(c, tile, at, ratio, zoom) {
      const look = this.dark ? DARK : LIGHT;
      const unit = (512 * at.scale) / tile.extent;
      c.setTransform(ratio * unit, 0, 0, ratio * unit, -at.dx * 512 * ratio, -at.dy * 512 * ratio);
      for (const ground of ["land", "compounds", "green", "buildings"]) {
        c.beginPath();
        for (const ring of tile[ground]) trace(c, ring, true);
        c.fillStyle = look[ground];
        c.fill("evenodd");
      }
      c.lineCap = c.lineJoin = "round";
      const widen = 1.3 ** (zoom - 14);
      for (const casing of [true, false]) {
        for (const [name, width, dash] of ROADS) {
          const lines = tile.roads[name];
          const px = Math.max(width * widen, 0.7);
          if (!lines || (casing && (px < 3 || dash))) continue;
          c.beginPath();
          for (const line of lines) trace(c, line, false);
          c.setLineDash((dash || []).map((d) => (d * Math.max(1, widen)) / unit));
          c.lineWidth = (casing ? px + 1.4 : px) / unit;
          c.strokeStyle = casing ? look.casing : look[name];
          c.stroke();
        }
      }
    },

    // The names of the roads on screen, at layer points, for whoever places the labels.
    names() {
      const found = [], seen = new Set();
      if (!this._map) return found;
      const scale = 256 * 2 ** this._map.getZoom(), origin = this._map.getPixelOrigin();
      for (const { coords, current } of Object.values(this._tiles || {})) {
        if (!current) continue;
        const at = this.place(coords);
        const key = `${at.z}/${at.x}/${at.y}`;
        const known = this.data.get(`/basemap/${encodeURIComponent(this.about.revision)}/${key}.json`);
        if (seen.has(key) || !known || !known.tile) continue;
        seen.add(key);
        for (const [text, x, y, degrees] of known.tile.names) {
          found.push({
            text, degrees,
            x: ((at.x + x / known.tile.extent) / 2 ** at.z) * scale - origin.x,
            y: ((at.y + y / known.tile.extent) / 2 ** at.z) * scale - origin.y,
          });
        }
      }
      return found;
    },

    colours() { return this.dark ? DARK : LIGHT; },
  });
})();
