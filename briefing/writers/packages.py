"""Packages of Word: written with fixed dates, and those of users looked at before they are opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from errors import InputError
from geo.archives import checked_zip

MOST_BYTES, MOST_UNPACKED = 10 * 2**20, 64 * 2**20
MOST_ELEMENTS = 100_000
PROGRAMS = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|/afchunk", re.IGNORECASE)
PROGRAM_KINDS = re.compile(r"macroEnabled|/(vbaProject|oleObject|package|control|aFChunk|subDocument)$")
# Fields that read a file or ask a program when the document is opened.
READING = re.compile(r"\b(DDE|DDEAUTO|LINK|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DATABASE|RD)\b.{0,80}", re.IGNORECASE)
# What a document may name that lies elsewhere: links to click on, and the template it was made from, which is let go.
ELSEWHERE = ("/hyperlink", "/attachedTemplate")
FAULTS = (
    *(OpcError, DefusedXmlException, zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, AssertionError),
    *(SyntaxError, EOFError, OSError, RuntimeError),
)

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of the members with fixed dates, the list of contents first as Word expects it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(members, key=lambda name: (name != "[Content_Types].xml", name)):
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system, member.external_attr = 0, 0
            archive.writestr(member, members[name])
    return out.getvalue()


def described(parts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the members that say what the others are: those beside the document by name and kind, their ids being rId1 and so on."""
    contents = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_CONTENT}.{kind}+xml"/>' for name, kind in parts.items())
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATED}/{kind}" Target="{name}.xml"/>' for n, (name, kind) in enumerate(parts.items(), 1)
    )
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
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
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        _check_part(part, name)
    except FAULTS as error:
        raise InputError("The template {file} cannot be read; open it in Word and save it again as .docx.", file=name) from error


def _check_part(part: IO[bytes], name: str) -> None:
    fields = ""
    for counted, (_event, found) in enumerate(iterparse(part, forbid_dtd=True)):
        if counted > MOST_ELEMENTS:
            raise InputError("The template {file} is too long; a template is a page or two.", file=name)
        if found.tag == qn("w:instrText"):
            fields += found.text or ""
        fields += found.get(qn("w:instr"), "")
        if PROGRAM_KINDS.search(found.get("Type", "") + found.get("ContentType", "")):
            raise InputError("The template {file} has macros or embedded files; save it without them.", file=name)
        outside = found.get("TargetMode") == "External" and not found.get("Type", "").endswith(ELSEWHERE)
        _check_place(found.get("Target") if outside else None, name)
        found.clear()
    reading = READING.search(fields)
    _check_place(reading.group() if reading else None, name)


def _check_place(target: str | None, name: str) -> None:
    if target is not None:
        raise InputError(
            "The template {file} shows a file that lies elsewhere: {target}; put it into the document.", file=name, target=repr(target)
        )
