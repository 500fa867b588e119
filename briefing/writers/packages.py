"""Packages of Word: what says what the parts of ours are, and those of users looked at before they are opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from docx.opc.exceptions import OpcError

from briefing.writers.office import CONTENTS
from errors import InputError
from geo.archives import checked_zip

MOST_BYTES, MOST_UNPACKED = 10 * 2**20, 64 * 2**20
MOST_ELEMENTS = 100_000
LONGEST_CODE = 80  # of a field, where it is told
PROGRAMS = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|/afchunk", re.IGNORECASE)
PROGRAM_KINDS = re.compile(r"macroEnabled|/(vbaProject|oleObject|package|control|aFChunk|subDocument)$")
# Beside XML there are pictures and fonts, each declared as what its name says.
XML = (".xml", ".rels")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")
FONTS = (".odttf", ".ttf", ".otf")
PICTURE_KIND = re.compile(r"image/(?!svg)[\w.-]+", re.IGNORECASE)
FONT_KIND = re.compile(r"font/[\w.-]+|application/(x-font|vnd\.openxmlformats-officedocument\.obfuscatedFont)[\w.-]*", re.IGNORECASE)
# Fields that tell of the document itself; any other could read a file or ask a program when the document is opened.
FIELDS = re.compile(
    r"(?:PAGE|NUMPAGES|SECTIONPAGES|DATE|TIME|STYLEREF|TOC|REF|PAGEREF)(?![\w.])[^{}]*"
    r'|HYPERLINK\s+\\l\s+("[^"\\]*"|[^"\\\s]+)(\s+\\[hnot](\s+"[^"]*")?)*',
    re.IGNORECASE,
)
# What a document may name that lies elsewhere: links to click on, and the template it was made from, which is let go.
ELSEWHERE = ("/hyperlink", "/attachedTemplate")
FAULTS = (
    *(OpcError, DefusedXmlException, zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, AssertionError),
    *(SyntaxError, EOFError, OSError, RuntimeError),
)

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def described(parts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the members that say what the others are: those beside the document by name and kind, their ids being rId1 and so on."""
    contents = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_CONTENT}.{kind}+xml"/>' for name, kind in parts.items())
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATED}/{kind}" Target="{name}.xml"/>' for n, (name, kind) in enumerate(parts.items(), 1)
    )
    texts = {
        CONTENTS: f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_CONTENT}.document.main+xml"/>{contents}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATED}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    }
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return {name: (head + text).encode() for name, text in texts.items()}


def checked(path: Path) -> None:
    """Look at a Word document from outside before anything opens it.

    Raises
    ------
    InputError
        When it is none, is damaged or too large, or holds programs, other files, or what lies elsewhere.
    """
    name = path.name
    if path.suffix.lower() != ".docx" or name.startswith((".", "~")) or len(name) > 100:
        raise InputError("The template {file} must be a Word document, its name ending in .docx.", file=name)
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise InputError("The template {file} is larger than {limit} MB; take pictures out of it.", file=name, limit=MOST_BYTES // 2**20)
    members = checked_zip(path)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise InputError("The template {file} is larger than {limit} MB; take pictures out of it.", file=name, limit=MOST_UNPACKED // 2**20)
    if any(PROGRAMS.search(member.filename) for member in members):
        raise InputError("The template {file} has macros or embedded files; save it without them.", file=name)
    try:
        with zipfile.ZipFile(path) as archive:
            kinds = _Kinds(archive.read(CONTENTS))
            for member in (member for member in members if not member.is_dir()):
                _check_kind(member.filename, kinds, name)
                if member.filename.lower().endswith(XML):
                    with archive.open(member) as part:
                        _check_part(part, name)
    except FAULTS as error:
        raise InputError("The template {file} cannot be read; open it in Word and save it again as .docx.", file=name) from error


class _Kinds:
    """What the parts of a package are declared to be."""

    def __init__(self, contents: bytes) -> None:
        self._parts: dict[str, str] = {}
        self._endings: dict[str, str] = {}
        for _event, found in iterparse(io.BytesIO(contents), forbid_dtd=True):
            kind = found.get("ContentType", "")
            if "PartName" in found.attrib:
                self._parts[found.attrib["PartName"].lstrip("/").lower()] = kind
            elif "Extension" in found.attrib:
                self._endings["." + found.attrib["Extension"].lower()] = kind

    def of(self, member: str) -> str:
        """Return what a part is declared to be; empty if nothing is said of it."""
        lower = member.lower()
        return self._parts.get(lower, self._endings.get(Path(lower).suffix, ""))


def _check_kind(member: str, kinds: _Kinds, name: str) -> None:
    """Refuse what is neither XML, which is looked at, nor a picture or a font that is declared as one."""
    kind, lower = kinds.of(member), member.lower()
    picture = lower.endswith(PICTURES) and PICTURE_KIND.fullmatch(kind)
    font = lower.endswith(FONTS) and FONT_KIND.fullmatch(kind)
    if not (lower.endswith(XML) or picture or font):
        raise InputError(
            "The template {file} has a part {member} that is neither text nor a picture; open it in Word and save it again as .docx.",
            file=name,
            member=repr(member),
        )


def _check_part(part: IO[bytes], name: str) -> None:
    fields = _Fields()
    for counted, (_event, found) in enumerate(iterparse(part, forbid_dtd=True)):
        if counted > MOST_ELEMENTS:
            raise InputError("The template {file} is too long; a template is a page or two.", file=name)
        fields.read(found)
        if PROGRAM_KINDS.search(found.get("Type", "") + found.get("ContentType", "")):
            raise InputError("The template {file} has macros or embedded files; save it without them.", file=name)
        outside = found.get("TargetMode") == "External" and not found.get("Type", "").endswith(ELSEWHERE)
        _check_place(found.get("Target") if outside else None, name)
        found.clear()
    for code in fields.codes():
        if not FIELDS.fullmatch(code):
            raise InputError(
                "The template {file} has the field {code}, which is not allowed; put the text there instead.",
                file=name,
                code=repr(code[:LONGEST_CODE]),
            )


class _Fields:
    """The fields of a part as they are read. One within the code of another makes that a code which no list allows."""

    def __init__(self) -> None:
        self._open: list[list[str]] = []  # of each its code so far
        self._shown: list[bool] = []  # whether its code is done, and what it shows has begun
        self._done: list[str] = []

    def read(self, found: Element) -> None:
        """Take in an element, in the order of the file; names are compared without their space, of which there are two."""
        tag = found.tag.rpartition("}")[2]
        named = {key.rpartition("}")[2]: value for key, value in found.attrib.items()}
        within = bool(self._open) and not self._shown[-1]
        if "instr" in named:
            self._done.append(named["instr"])
            self._code("{}" if within else "")
        if tag in ("instrText", "delInstrText") or (tag == "t" and within):
            self._code(found.text or "")
        elif tag == "fldChar":
            self._mark(named.get("fldCharType", ""))

    def _code(self, text: str) -> None:
        if self._open:
            self._open[-1].append(text)
        else:
            self._done.append(text)

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            if self._open and not self._shown[-1]:
                self._open[-1].append("{}")
            self._open.append([])
            self._shown.append(False)
        elif kind == "separate" and self._open:
            self._shown[-1] = True
        elif kind == "end" and self._open:
            self._shown.pop()
            self._done.append("".join(self._open.pop()))

    def codes(self) -> list[str]:
        """Return the codes of all fields, also of those that have no end."""
        left = ["".join(parts) for parts in self._open]
        return [code.strip() for code in [*self._done, *left] if code.strip()]


def _check_place(target: str | None, name: str) -> None:
    if target is not None:
        raise InputError(
            "The template {file} shows a file that lies elsewhere: {target}; put it into the document.", file=name, target=repr(target)
        )
