"""Pages to bytes: PNG, PDF and SVG without a clock in them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.backends.backend_svg import FigureCanvasSVG
from PIL import Image

from briefing.maps.surface import Surface

FAST = 1  # of zlib: a quarter larger than the default, four times as fast


def encode(pages: Sequence[Surface], form: str, *, title: str = "") -> bytes:
    """Return a file: of a PDF all pages, of a picture the first."""
    stream = io.BytesIO()
    {"png": _png, "pdf": _pdf, "svg": _svg}[form](pages, stream, title)
    return stream.getvalue()


def _png(pages: Sequence[Surface], stream: io.BytesIO, title: str) -> None:
    figure = pages[0].figure
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height(physical=True)
    picture = Image.frombuffer("RGBA", (width, height), canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
    picture.save(stream, format="png", compress_level=FAST, dpi=(figure.dpi, figure.dpi))


def _pdf(pages: Sequence[Surface], stream: io.BytesIO, title: str) -> None:
    about = {"Title": title, "Creator": "EpiGrid", "Producer": None, "CreationDate": None}
    with PdfPages(stream, metadata=about) as file:
        for page in pages:
            FigureCanvasPdf(page.figure)
            page.figure.savefig(file, format="pdf", dpi=72)


def _svg(pages: Sequence[Surface], stream: io.BytesIO, title: str) -> None:
    FigureCanvasSVG(pages[0].figure)
    pages[0].figure.savefig(stream, format="svg", metadata={"Title": title, "Date": None, "Creator": "EpiGrid"})
