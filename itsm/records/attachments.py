"""Files: streamed to disk, kept under the hash of their content, judged by what they are and not by their name."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import puremagic
from django.conf import settings
from django.utils.translation import gettext
from PIL import Image, UnidentifiedImageError

from itsm.records.models import Attachment, Record
from itsm.records.refusals import Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

INLINE = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_PIXELS = 40_000_000
PIECE = 64 * 1024


class TooLarge(Objected):
    """The file is larger than the limit."""

    def __init__(self) -> None:
        limit = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
        super().__init__(
            fields={
                "file": gettext("The file is larger than %(limit)s MB. Share it another way and write where it is.")
                % {"limit": limit}
            }
        )


def path_of(sha256: str) -> Path:
    """Give the place of a content on disk."""
    return Path(settings.MEDIA_ROOT) / "sha256" / sha256[:2] / sha256[2:4] / sha256


def keep(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Write content to its place and give its hash and size; the same content is kept once.

    :raises TooLarge: if it exceeds ATTACHMENT_MAX_BYTES; nothing is left behind
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=root, prefix="incoming-")
    try:
        sha256, size = _write(handle, pieces)
        place = path_of(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return sha256, size


def _write(handle: int, pieces: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(handle, "wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > settings.ATTACHMENT_MAX_BYTES:
                raise TooLarge
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def attach(
    record: Record, *, name: str, pieces: Iterable[bytes], by: Person | None, at: datetime, internal: bool = False
) -> Attachment:
    """Keep a file with ``record`` under an honest name and type.

    :raises TooLarge: if it exceeds the limit
    :raises Objected: if it is empty
    """
    sha256, size = keep(pieces)
    if size == 0:
        raise Objected(fields={"file": gettext("The file is empty.")})
    return Attachment.objects.create(
        record_id=record.pk, name=honest_name(name), media_type=media_type(path_of(sha256)), size=size, sha256=sha256,
        is_internal=internal, added_by=by, added_at=at,
    )  # fmt: skip


def honest_name(name: str) -> str:
    """Take the directory and control or direction characters out of a file name, at most 200 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        char
        for char in base
        if char.isprintable() and char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return kept.strip(". ")[-200:] or "file"


def media_type(place: Path) -> str:
    """Tell the type from the content; plain text and unknown content are named so."""
    try:
        with place.open("rb") as file:
            found = puremagic.from_string(file.read(8192), mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found:
        return str(found)
    try:
        place.read_bytes()[:8192].decode("utf-8")
    except UnicodeDecodeError as fault:
        return "text/plain" if fault.start > 8000 else "application/octet-stream"
    return "text/plain"


def read(attachment: Attachment) -> Iterator[bytes]:
    """Stream the content in pieces.

    :raises FileNotFoundError: if it is gone from disk
    """
    with path_of(attachment.sha256).open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def picture(attachment: Attachment, *, edge: int = 1600) -> tuple[bytes, str] | None:
    """Re-encode an image, at most ``edge`` pixels long, without its metadata; None when it is none that is shown."""
    form = INLINE.get(attachment.media_type)
    if form is None:
        return None
    with path_of(attachment.sha256).open("rb") as file:
        return _encode(file, edge, "PNG" if form == "GIF" else form)


def _encode(file: BinaryIO, edge: int, form: str) -> tuple[bytes, str] | None:
    try:
        with Image.open(file) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.thumbnail((edge, edge))
            out = BytesIO()
            image.convert("RGB" if form == "JPEG" else "RGBA").save(out, form)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    return out.getvalue(), f"image/{form.lower()}"
