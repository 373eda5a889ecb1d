"""A post office for tests: a mail server and a mailbox on real sockets, in threads of this process."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class PostOffice:
    """The mails that were handed in by recipient, and which of those in the mailbox were read."""

    smtp: int = 0
    imap: int = 0
    mails: list[tuple[list[str], bytes]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    forgets_marks: bool = False
    address: str = "servicedesk@example.org"

    @property
    def box(self) -> list[bytes]:
        """The mails to the desk, in the order in which they came."""
        return [raw for people, raw in self.mails if self.address in people]

    def sent_to(self, address: str) -> list[bytes]:
        """Give the mails to one address."""
        return [raw for people, raw in self.mails if address in people]

    @property
    def url(self) -> str:
        """The address of the mailbox."""
        return f"imap://desk:secret@127.0.0.1:{self.imap}/INBOX"


class _Line(socketserver.StreamRequestHandler):
    office: PostOffice

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def heard(self) -> Iterator[str]:
        while line := self.rfile.readline():
            yield line.decode("utf-8", "surrogateescape").rstrip("\r\n")


class _Smtp(_Line):
    def handle(self) -> None:
        people: list[str] = []
        self.say("220 post office")
        for line in self.heard():
            verb = line.upper()
            if verb.startswith("RCPT TO:"):
                people.append(line[8:].strip().strip("<>").split(">")[0])
            if verb == "DATA":
                self.say("354 go on")
                self.office.mails.append((people, self._content()))
                people = []
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Imap(_Line):
    def handle(self) -> None:
        self.say("* OK post office")
        for line in self.heard():
            tag, _space, said = line.partition(" ")
            if said.upper().startswith("LOGIN") and "secret" not in said:
                self.say(f"{tag} NO wrong password")
                continue
            self.answer(said)
            self.say(f"{tag} OK done")
            if said.upper() == "LOGOUT":
                return

    def answer(self, said: str) -> None:
        office, box = self.office, self.office.box
        if said == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif said.startswith("SELECT"):
            self.say(f"* {len(box)} EXISTS")
        elif said == "UID SEARCH UNSEEN":
            self.say("* SEARCH " + " ".join(str(n) for n in range(1, len(box) + 1) if n not in office.seen))
        elif found := re.match(r"UID STORE (\d+)", said):
            office.seen |= set() if office.forgets_marks else {int(found[1])}
        elif found := re.match(r"UID FETCH (\d+) \((.+)\)", said):
            self.fetch(int(found[1]), found[2])

    def fetch(self, uid: int, part: str) -> None:
        raw = self.office.box[uid - 1]
        if part == "RFC822.SIZE":
            self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            return
        given = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in part else raw
        self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(given)}}}\r\n".encode() + given + b")\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def opened() -> Iterator[PostOffice]:
    """Keep the post office open while the block runs."""
    office = PostOffice()
    with _serving(_Smtp, office) as smtp, _serving(_Imap, office) as imap:
        office.smtp, office.imap = smtp, imap
        yield office


@contextmanager
def _serving(handler: type[_Line], office: PostOffice) -> Iterator[int]:
    bound = type(handler.__name__, (handler,), {"office": office})
    with _Server(("127.0.0.1", 0), bound) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
