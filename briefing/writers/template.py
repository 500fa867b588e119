"""Templates of the Word document: ours, made by code in the layout of GB/T 9704-2012, and those of users with their letterhead."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import docx
from docx.document import Document
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import OxmlElement

from briefing.writers.office import packed
from briefing.writers.packages import FAULTS, checked, described
from briefing.writers.styles import ALTERNATIVES, FANG, FOOTER, FOOTER_EVEN, HEADER, LATIN, STYLES, SUBTITLE, TITLE, definitions, fonts
from briefing.writers.word import Element, el, field, paragraph, run, twips
from errors import InputError, NotFound
from queries import landing
from queries.store import Store, Viewer

FOLDER = "forms"  # of the workspace, beside the workbooks
BLOCKS = ("body", "annexes")
KNOWN = ("title", "unit", "date", "cutoff", "area", "marks", *BLOCKS)
PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")

# The parts that the document refers to, in the order of their ids (rId1 …), and what each is.
_PARTS = {
    "header1": "header",
    "header2": "header",
    "footer1": "footer",
    "footer2": "footer",
    "styles": "styles",
    "settings": "settings",
    "fontTable": "fontTable",
}


def default() -> bytes:
    """Return our template: the layout of an official document with the placeholders in their places; the same bytes every time."""
    ids = {style.name: style.id for style in STYLES}
    body = el(
        "body",
        paragraph(ids[TITLE], run("{{title}}")),
        paragraph(ids[SUBTITLE], run("{{unit}}")),
        paragraph(ids[SUBTITLE], run("{{cutoff}}")),
        paragraph("Normal"),
        paragraph("Normal", run("{{body}}")),
        paragraph("Normal", run("{{annexes}}")),
        _section(),
    )
    marks = el("hdr", paragraph(ids[HEADER], run("{{marks}}")))
    footer, even = (el("ftr", paragraph(ids[name], run("— "), *field("PAGE", "1"), run(" —"))) for name in (FOOTER, FOOTER_EVEN))
    default_letters = el("rPr", fonts(FANG), el("sz", val=32), el("szCs", val=32), el("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
    styles = el("styles", el("docDefaults", el("rPrDefault", default_letters), el("pPrDefault")), *definitions())
    settings = el(
        "settings",
        el("evenAndOddHeaders"),
        el("characterSpacingControl", val="compressPunctuation"),
        el("compat", el("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15)),
        el("themeFontLang", val="en-US", eastAsia="zh-CN"),
    )
    faces = el("fonts", *(el("font", el("altName", val=other), name=face) for face, other in ALTERNATIVES.items()), el("font", name=LATIN))
    parts = {"document": el("document", body), "styles": styles, "settings": settings, "fontTable": faces}
    parts |= {"header1": marks, "header2": marks, "footer1": footer, "footer2": even}
    xml = {f"word/{name}.xml": serialize_part_xml(part) for name, part in parts.items()}
    return packed({**described(_PARTS), **xml})


def opened(path: Path | None) -> Document:
    """Open a template, ours if none is given, that is fit to be written into.

    Raises
    ------
    InputError
        When it is no Word document, is damaged or too large, has macros or parts that lie elsewhere, or its placeholders do not fit.
    """
    if path is None:
        return docx.Document(io.BytesIO(default()))
    checked(path)
    try:
        document = docx.Document(str(path))
        names = list(placeholders(document))
        assert document.element.body.sectPr is not None
        assert document.styles is not None
    except FAULTS as error:
        raise InputError("The template {file} cannot be read; open it in Word and save it again as .docx.", file=path.name) from error
    _check_placeholders(document, names, path.name)
    _forget(document)
    return document


def templates(store: Store) -> list[str]:
    """Return the names of the templates that are kept in a workspace, sorted."""
    return sorted(path.name for path in (store.path / FOLDER).glob("*.docx") if not path.name.startswith((".", "~")))


def kept(store: Store, name: str) -> Path:
    """Return where a template is kept. Raises NotFound when there is none of that name."""
    if name not in templates(store):
        raise NotFound("There is no template {name} here.", name=repr(name))
    return store.path / FOLDER / name


def add(store: Store, viewer: Viewer, path: Path) -> str:
    """Keep a Word document as a template of this workspace and return its name; one of the same name is replaced.

    Raises
    ------
    InputError
        As :func:`opened`.
    AccessDenied
        When the viewer may not change anything.
    """
    store.check_writable(viewer)
    opened(path)
    landing.make_folder(store.path / FOLDER)
    place = store.path / FOLDER / path.name
    temporary = place.with_suffix(".part")
    temporary.write_bytes(path.read_bytes())
    temporary.replace(place)
    return path.name


def remove(store: Store, viewer: Viewer, name: str) -> None:
    """Remove a template. Raises NotFound when there is none of that name."""
    store.check_writable(viewer)
    kept(store, name).unlink()


def placeholders(document: Document) -> Iterator[tuple[str, Element]]:
    """Return every placeholder of a document, its headers and footers, with the paragraph it stands in."""
    for found, text in _paragraphs(document):
        for name in PLACEHOLDER.findall(text):
            yield name, found


def fill(document: Document, values: Mapping[str, str]) -> None:
    """Put texts in the places of their names, in place; each takes the look of the letter it begins at, however Word has cut it up."""
    for found, text in list(_paragraphs(document)):
        for match in reversed(list(PLACEHOLDER.finditer(text))):
            if match[1] in values:
                _replace(_texts(found), match.start(), match.end(), values[match[1]])


def _section() -> Element:
    """Return the page of GB/T 9704: A4, 22 lines; the number of the page 7 mm below the text."""
    references = [("header", "default", 1), ("header", "even", 2), ("footer", "default", 3), ("footer", "even", 4)]
    made = el("sectPr")
    for kind, use, number in references:
        made.append(
            OxmlElement(f"w:{kind}Reference", {qn("w:type"): use, qn("r:id"): f"rId{number}"}, {name: nsmap[name] for name in "wr"})
        )
    made.append(el("pgSz", w=twips(210), h=twips(297)))
    sides = {"top": 37, "right": 26, "bottom": 35, "left": 28, "header": 15, "footer": 25, "gutter": 0}
    made.append(el("pgMar", **{side: twips(width) for side, width in sides.items()}))
    made.append(el("docGrid", type="lines", linePitch=579))
    return made


def _check_placeholders(document: Document, found: list[tuple[str, Element]], file: str) -> None:
    names = [name for name, _paragraph in found]
    unknown = next((name for name in names if name not in KNOWN), None)
    known = ", ".join(f"{{{{{name}}}}}" for name in KNOWN)
    if unknown is not None:
        raise InputError(
            "The template {file} has nothing to put for {name}; there is: {known}.", file=file, name=f"{{{{{unknown}}}}}", known=known
        )
    if names.count("body") != 1:
        raise InputError("The template {file} needs {name} exactly once: the text stands there.", file=file, name="{{body}}")
    for name, place in found:
        alone = PLACEHOLDER.fullmatch("".join(text.text or "" for text in _texts(place)).strip())
        if name in BLOCKS and (place.getparent() is not document.element.body or not alone or names.count(name) > 1):
            raise InputError(
                "In the template {file}, {name} must stand in a paragraph of its own, outside tables and frames.",
                file=file,
                name=f"{{{{{name}}}}}",
            )


def _forget(document: Document) -> None:
    """Let go of what must not go along, in place.

    That is the template a document was made from, which Word would look for wherever it lies, and bookmarks: a template made from an
    earlier briefing has those of its numbers.
    """
    for found in list(document.element.body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        found.getparent().remove(found)
    settings = document.settings.element
    for found in settings.findall(qn("w:attachedTemplate")):
        settings.remove(found)
    for part in document.part.package.iter_parts():
        for key in [key for key, rel in part.rels.items() if rel.reltype.endswith("/attachedTemplate")]:
            del part.rels[key]


def _paragraphs(document: Document) -> Iterator[tuple[Element, str]]:
    furniture = (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith(("/header", "/footer")))
    for part in (document.part, *furniture):
        for found in part.element.iter(qn("w:p")):
            yield found, "".join(text.text or "" for text in _texts(found))


def _texts(found: Element) -> list[Element]:
    """Return the texts of a paragraph, without those of frames that hang on it."""
    return [text for text in found.iter(qn("w:t")) if next(text.iterancestors(qn("w:p"))) is found]


def _replace(texts: list[Element], start: int, end: int, value: str) -> None:
    at = 0
    for text in texts:
        said = text.text or ""
        first, last = max(start - at, 0), min(end - at, len(said))
        if first < last:
            text.text = said[:first] + (value if at <= start else "") + said[last:]
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at += len(said)
