"""Fetching mails from the mailbox that MAIL_IN_URL names, each kept before the server is told that it was read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from imaplib import IMAP4, IMAP4_SSL
from ssl import create_default_context
from urllib.parse import unquote, urlsplit

from django.conf import settings

from itsm.intake.post.handling import keep_mail, work

log = logging.getLogger(__name__)

TIMEOUT = 10
MOST = 50
SCHEMES = {"imap": 143, "imaps": 993}


class BadAddress(Exception):
    """MAIL_IN_URL is no address of a mailbox."""


class NoMailbox(Exception):
    """The mailbox cannot be reached or opened."""


@dataclass(frozen=True)
class Mailbox:
    """Where mails are fetched."""

    host: str
    port: int
    encrypted: bool
    user: str
    password: str
    folder: str


def mailbox_of(url: str) -> Mailbox:
    """Read an address like ``imaps://name:password@host/INBOX``.

    :raises BadAddress: if it names no host, user, or a scheme other than imap and imaps
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname or not parts.username:
        raise BadAddress("MAIL_IN_URL must look like imaps://name:password@host/INBOX")
    return Mailbox(
        parts.hostname, parts.port or SCHEMES[parts.scheme], parts.scheme == "imaps", unquote(parts.username),
        unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX",
    )  # fmt: skip


def tend(at: datetime) -> int:
    """Fetch what is new and put it where it belongs; a mailbox that is away is tried again next time."""
    try:
        fetched = fetch(mailbox_of(settings.MAIL_IN_URL), at=at) if settings.MAIL_IN_URL else 0
    except (NoMailbox, BadAddress) as fault:
        log.warning("incoming mail: %s", fault)
        fetched = 0
    return fetched + work(at=at)


def fetch(box: Mailbox, *, at: datetime, most: int = MOST) -> int:
    """Keep the unread mails, at most ``most``, and mark each as read once it is kept; gives how many were new.

    :raises NoMailbox: if the mailbox cannot be reached, or breaks off
    """
    try:
        with _connect(box) as server:
            server.login(box.user, box.password)
            return sum(_fetch_one(server, uid, at=at) for uid in _unread(server, box)[:most])
    except (OSError, IMAP4.error) as fault:
        raise NoMailbox(f"{box.host}: {fault}") from fault


def _connect(box: Mailbox) -> IMAP4:
    if box.encrypted:
        return IMAP4_SSL(box.host, box.port, ssl_context=create_default_context(), timeout=TIMEOUT)
    return IMAP4(box.host, box.port, timeout=TIMEOUT)


def _unread(server: IMAP4, box: Mailbox) -> list[str]:
    status, said = server.select(f'"{box.folder}"')
    if status != "OK":
        raise NoMailbox(f"{box.host}: there is no folder {box.folder}: {said[0]!r}")
    _status, found = server.uid("SEARCH", "UNSEEN")
    return found[0].decode().split() if found and found[0] else []


def _fetch_one(server: IMAP4, uid: str, *, at: datetime) -> int:
    cut = _size(server, uid) > settings.ATTACHMENT_MAX_BYTES
    _status, parts = server.uid("FETCH", uid, "(BODY.PEEK[HEADER])" if cut else "(BODY.PEEK[])")
    raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
    if raw is None:  # another reader took it away meanwhile
        return 0
    new = keep_mail(raw, at=at, cut=cut)
    server.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    return int(new)


def _size(server: IMAP4, uid: str) -> int:
    _status, said = server.uid("FETCH", uid, "(RFC822.SIZE)")
    words = said[0].decode(errors="replace") if said and isinstance(said[0], bytes) else ""
    _before, found, after = words.partition("RFC822.SIZE ")
    digits = after.split(")")[0].split(" ")[0]
    return int(digits) if found and digits.isdecimal() else 0
