"""Reading a PDF back as its reader would: the text of its pages, and the types that it carries."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """Read the text of every page without its white space; letters that look alike are one letter."""
    pages = PdfReader(BytesIO(pdf)).pages
    return ["".join(unicodedata.normalize("NFKC", page.extract_text()).split()) for page in pages]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Tell for every type that the pages name whether the PDF carries it."""
    found: dict[str, bool] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        for reference in resources.get("/Font", {}).values():
            font = reference.get_object()
            if font["/Subtype"] == "/Type3":  # its letters are drawn in the PDF itself
                found[str(reference)] = "/CharProcs" in font
                continue
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            carried = {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            found[str(font["/BaseFont"])] = bool(carried)
    return found
