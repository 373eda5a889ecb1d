"""Taking a mail apart: who says what in answer to which, whether a machine wrote it, and its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import parseaddr
from hashlib import sha256
from html import unescape

import nh3
from django.utils.translation import gettext

from itsm.notices.rendering import one_line

#: Where what is answered begins: all below is the other side's own words again.
QUOTED = re.compile(
    r"^(-{2,} ?(original message|原始郵件|原始信件|forwarded message) ?-{2,}|_{20,}|on .{5,200}wrote:"
    r"|於 ?.{5,120}寫道[:：]|寄件者[:：] ?.+|from: .+@.+)$",
    re.IGNORECASE,
)  # fmt: skip
BREAKS = re.compile(r"(?i)<br\s*/?>|</(p|div|li|tr|h[1-6]|blockquote)>")
MOST_FILES = 20
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")


@dataclass(frozen=True)
class Letter:
    """A mail taken apart; ``full`` holds all its words, ``text`` those that are new."""

    mid_key: str
    digest: str
    sender: str
    subject: str
    text: str
    full: str
    references: tuple[str, ...]
    automatic: bool
    files: tuple[tuple[str, bytes], ...]


def read(raw: bytes) -> Letter:
    """Take a mail apart; what cannot be read is left out, never refused."""
    mail = message_from_bytes(raw, policy=default)
    sender = parseaddr(_header(mail, "From"))[1][:254]
    subject = one_line(_header(mail, "Subject"))[:300]
    digest = sha256(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]).hexdigest()
    own = MESSAGE_ID.search(_header(mail, "Message-ID"))
    full = _words(mail)
    return Letter(
        mid_key=own[0][:255] if own else sha256(f"{_header(mail, 'Date')}|{sender}|{subject}|{digest}".encode()).hexdigest(),
        digest=digest, sender=sender, subject=subject, full=full, text=fresh(full) or gettext("(no words; see the files)"),
        references=tuple(MESSAGE_ID.findall(f"{_header(mail, 'In-Reply-To')} {_header(mail, 'References')}"))[:50],
        automatic=_is_automatic(mail), files=tuple(_files(mail)),
    )  # fmt: skip


def _header(mail: EmailMessage, name: str) -> str:
    """Give a header as text, whatever its sender has made of it."""
    try:
        return str(mail.get(name, "")).replace("\x00", "")
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):  # broken headers fail in many ways
        return ""


def _is_automatic(mail: EmailMessage) -> bool:
    """Tell whether a machine answered: by RFC 3834, the older headers, or as a report of delivery."""
    said = _header(mail, "Auto-Submitted").strip().casefold()
    bulk = _header(mail, "Precedence").strip().casefold() in ("bulk", "auto_reply", "junk", "list")
    older = any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
    report = mail.get_content_type() == "multipart/report" or _header(mail, "Return-Path").strip() == "<>"
    return (said not in ("", "no")) or bulk or older or report


def _words(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None or part.get_content_maintype() != "text":
        return ""
    said = _decoded(part)
    if part.get_content_subtype() == "html":
        bare = nh3.clean(BREAKS.sub("\n", said), tags=set(), clean_content_tags={"script", "style"})
        said = unescape(bare)
    lines = [line.rstrip() for line in said.replace("\x00", "").replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _decoded(part: MIMEPart) -> str:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "big5"):
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def fresh(words: str) -> str:
    """Leave out what is quoted: everything from the line that introduces it, and lines that begin with >."""
    kept: list[str] = []
    for line in words.split("\n"):
        if QUOTED.match(line.strip()):
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _files(mail: EmailMessage) -> list[tuple[str, bytes]]:
    found = []
    for part in list(mail.iter_attachments())[:MOST_FILES] if mail.is_multipart() else []:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            found.append((part.get_filename() or part.get_content_type().replace("/", "."), content))
    return found
