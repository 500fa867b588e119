"""A sheet of paper to draw on, in millimetres from its lower left corner: what is drawn later lies on top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform, TransformedBbox
from numpy.typing import NDArray

from briefing.maps import fonts
from briefing.maps.ground import Box
from briefing.maps.styles import INK, PAPER
from briefing.maps.symbols import Stamp

MM = 1 / 25.4
PT_PER_MM = 72 / 25.4
BOLD = 0.035  # of the size: how far apart the letters of a bold text are struck


@dataclass(frozen=True)
class Words:
    """A text on the sheet: where its baseline is, how it is set. Bold is the text struck three times; the halo is a stroke below it."""

    x: float
    y: float
    text: str
    size: float = 7.0
    colour: str = INK
    bold: bool = False
    align: Literal["left", "middle", "right"] = "left"
    halo: float = 0.0  # millimetres around the letters
    angle: float = 0.0  # degrees counterclockwise

    @property
    def start(self) -> tuple[float, float]:
        """Return where the first letter stands."""
        shift = {"left": 0.0, "middle": 0.5, "right": 1.0}[self.align] * fonts.width(self.text, self.size)
        a = np.radians(self.angle)
        return self.x - shift * float(np.cos(a)), self.y - shift * float(np.sin(a))


class Surface:
    """A figure without axes, drawn on in millimetres."""

    def __init__(self, width: float, height: float, dpi: int) -> None:
        self.figure = Figure(figsize=(width * MM, height * MM), dpi=dpi, facecolor=PAPER)
        self.mm = Affine2D().scale(MM) + self.figure.dpi_scale_trans
        self._drawn = 0

    def _add(self, artist: Artist, clip: Box | None, name: str) -> None:
        self._drawn += 1
        artist.set_zorder(self._drawn)
        if name:
            artist.set_gid(f"{name}-{self._drawn}")
        self.figure.add_artist(artist)
        # After it was added, for adding clips to the figure.
        artist.set_clip_box(None if clip is None else TransformedBbox(Bbox.from_bounds(clip.x, clip.y, clip.width, clip.height), self.mm))

    def fill(self, paths: Iterable[Path], colour: str, *, alpha: float = 1.0, clip: Box | None = None, name: str = "") -> None:
        """Fill outlines."""
        for path in paths:
            self._add(PathPatch(path, facecolor=colour, edgecolor="none", linewidth=0, alpha=alpha, transform=self.mm), clip, name)

    def stroke(
        self,
        paths: Iterable[Path],
        colour: str,
        width: float,
        *,
        dash: Sequence[float] = (),
        round_ends: bool = True,
        clip: Box | None = None,
        name: str = "",
    ) -> None:
        """Draw lines ``width`` millimetres wide; ``dash`` gives dashes and gaps in millimetres."""
        points = width * PT_PER_MM
        pattern = (0, tuple(piece / width for piece in dash)) if dash else "solid"
        ends: Any = "round" if round_ends and not dash else "butt"
        for path in paths:
            look: dict[str, Any] = {"facecolor": "none", "edgecolor": colour, "linewidth": points, "linestyle": pattern}
            self._add(PathPatch(path, capstyle=ends, joinstyle="round", transform=self.mm, **look), clip, name)

    def stamp(self, stamps: Iterable[Stamp], xy: NDArray[np.float64], *, clip: Box | None = None, name: str = "") -> None:
        """Draw a symbol at each place."""
        if len(xy):
            self._add(_Stamps(list(stamps), xy, self.mm), clip, name)

    def box(self, box: Box, *, face: str | None = None, edge: str | None = None, width: float = 0.2) -> None:
        """Draw a rectangle."""
        path = Path([(box.x, box.y), (box.right, box.y), (box.right, box.top), (box.x, box.top), (box.x, box.y)], closed=True)
        if face:
            self.fill([path], face)
        if edge:
            self.stroke([path], edge, width)

    def line(self, *points: tuple[float, float], colour: str = INK, width: float = 0.2) -> None:
        """Draw a line through some places."""
        self.stroke([Path(np.asarray(points, dtype=float))], colour, width)

    def write(self, words: Sequence[Words], *, clip: Box | None = None, name: str = "") -> None:
        """Set texts: their halos first, so that no halo covers a letter."""
        if words:
            self._add(_Lettering(words, self.mm), clip, name)


class _Stamps(Artist):
    """A symbol at many places: each of its stamps is drawn once, and set everywhere."""

    def __init__(self, stamps: Sequence[Stamp], xy: NDArray[np.float64], mm: Any) -> None:
        super().__init__()
        self.stamps = stamps
        self.xy = xy
        self.mm = mm

    def draw(self, renderer: Any) -> None:
        """Draw with a renderer of Agg, PDF or SVG."""
        scale = float(self.mm.get_matrix()[0, 0])
        renderer.open_group("symbols", self.get_gid())
        places = Path(self.xy * scale)
        for stamp in self.stamps:
            context = _context(renderer, self, stamp.edge or PAPER)
            context.set_capstyle("round")
            context.set_linewidth(stamp.width * PT_PER_MM if stamp.edge else 0)
            face = to_rgb(stamp.face) if stamp.face else None
            renderer.draw_markers(context, stamp.path, Affine2D().scale(scale), places, IdentityTransform(), face)
            context.restore()
        renderer.close_group("symbols")


def _context(renderer: Any, artist: Artist, colour: str) -> Any:
    context = renderer.new_gc()
    context.set_clip_rectangle(artist.get_clip_box())
    context.set_foreground(colour)
    context.set_joinstyle("round")
    context.set_snap(False)
    return context


class _Lettering(Artist):
    """Texts drawn from the outlines of their glyphs; in PDF and SVG the letters are the backend's own (a subset, to be searched)."""

    def __init__(self, words: Sequence[Words], mm: Any) -> None:
        super().__init__()
        self.words = words
        self.mm = mm

    def draw(self, renderer: Any) -> None:
        """Draw with a renderer of Agg, PDF or SVG."""
        scale = float(self.mm.get_matrix()[0, 0])
        renderer.open_group("text", self.get_gid())
        raster = isinstance(renderer, RendererAgg)
        self._glyphs(renderer, scale, [w for w in self.words if w.halo], PAPER, lambda w: 2 * w.halo)
        bold = [w for w in self.words if w.bold]
        for way in (-1, 1):  # struck twice, for a stroke around thin letters looks thick on a screen
            shift = (way * BOLD / 2, way * BOLD / 4)
            if raster:
                for words in bold:
                    self._outlines(renderer, scale, words, shift)
            else:
                for colour in sorted({words.colour for words in bold}):
                    self._glyphs(renderer, scale, [w for w in bold if w.colour == colour], colour, None, shift=shift)
        fill = self._outlines if raster else self._letters
        for words in self.words:
            fill(renderer, scale, words)
        renderer.close_group("text")

    def _glyphs(
        self,
        renderer: Any,
        scale: float,
        words: Sequence[Words],
        colour: str,
        width: Callable[[Words], float] | None,
        *,
        shift: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Draw glyphs as markers, each of a size, turn and width once and set everywhere: stroked, or filled if ``width`` is None."""
        places: dict[tuple[str, float, float, float], list[tuple[float, float]]] = defaultdict(list)
        for each in words:
            wide = width(each) if width else 0.0
            for character, x, y in _spread(each):
                places[character, each.size, each.angle, wide].append((x, y))
        for (character, size, angle, wide), spots in places.items():
            glyph = fonts.glyph(character)
            if not len(glyph.codes):
                continue
            context = _context(renderer, self, colour)
            context.set_linewidth(wide * PT_PER_MM)
            turn = Affine2D().translate(*shift).scale(size * fonts.MM_PER_PT * scale).rotate_deg(angle)
            outline, points = Path(glyph.vertices, glyph.codes), Path(np.asarray(spots) * scale)
            renderer.draw_markers(context, outline, turn, points, IdentityTransform(), None if width else to_rgb(colour))
            context.restore()

    def _outlines(self, renderer: Any, scale: float, words: Words, shift: tuple[float, float] = (0.0, 0.0)) -> None:
        glyphs = [fonts.glyph(character) for character in words.text]
        ahead = np.cumsum([0.0, *(glyph.advance for glyph in glyphs)])
        drawn = [(glyph, along) for glyph, along in zip(glyphs, ahead, strict=False) if len(glyph.codes)]
        if not drawn:
            return
        path = Path(
            np.concatenate([g.vertices + np.array((along, 0.0)) for g, along in drawn]), np.concatenate([g.codes for g, _ in drawn])
        )
        x, y = words.start
        place = Affine2D().translate(*shift).scale(words.size * fonts.MM_PER_PT).rotate_deg(words.angle).translate(x, y).scale(scale)
        context = _context(renderer, self, words.colour)
        context.set_linewidth(0)
        renderer.draw_path(context, path, place, context.get_rgb())
        context.restore()

    def _letters(self, renderer: Any, scale: float, words: Words) -> None:
        """Let the backend set the text, a run of each font for itself."""
        context = _context(renderer, self, words.colour)
        high = renderer.get_canvas_width_height()[1]
        run, start, file = "", (0.0, 0.0), ""
        for character, x, y in [*_spread(words), ("", 0.0, 0.0)]:
            now = fonts.glyph(character).face if character else ""
            if run and now != file:
                px, py = start[0] * scale, start[1] * scale
                if run.strip():
                    properties = fonts.properties(file, words.size)
                    renderer.draw_text(context, px, high - py if renderer.flipy() else py, run, properties, words.angle)
                run = ""
            if not run:
                start, file = (x, y), now
            run += character
        context.restore()


def _spread(words: Words) -> list[tuple[str, float, float]]:
    """Return each character with the place of its pen in millimetres."""
    x, y = words.start
    a = np.radians(words.angle)
    step = words.size * fonts.MM_PER_PT
    found, ahead = [], 0.0
    for character in words.text:
        found.append((character, x + ahead * float(np.cos(a)), y + ahead * float(np.sin(a))))
        ahead += fonts.glyph(character).advance * step
    return found
