"""Mails as others write them: charsets, quoting, machines, and what is broken."""

import pytest

from itsm.intake.post.reading import fresh, read

HEAD = b"From: a@b.example\r\nSubject: x\r\nMessage-ID: <1@b>\r\n"


@pytest.mark.parametrize(
    ("charset", "words"), [("utf-8", "已更換"), ("big5", "已更換"), ("gb18030", "已更换"), ("iso-2022-jp", "交換済")]
)
def test_words_are_read_in_their_charset(charset: str, words: str) -> None:
    raw = HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + words.encode(charset)

    assert read(raw).text == words


def test_a_charset_that_is_wrong_is_guessed() -> None:
    assert read(HEAD + b"Content-Type: text/plain; charset=nonsense\r\n\r\n" + "已更換".encode("big5")).text == "已更換"


def test_a_page_is_read_as_its_words() -> None:
    raw = (
        HEAD
        + b"Content-Type: text/html\r\n\r\n<style>p{}</style><p>Done &amp; dusted</p><script>alert(1)</script><div>bye</div>"
    )

    assert read(raw).text == "Done & dusted\nbye"


@pytest.mark.parametrize(
    "head",
    [
        "-----Original Message-----", "On Mon, Nov 23, 2026 at 9:00 AM Desk <d@e> wrote:", "於 2026年11月23日 服務台 寫道：",
        "寄件者: 服務台", "From: Desk <desk@example.org>", "________________________________",
    ],
)  # fmt: skip
def test_what_is_quoted_is_left_out(head: str) -> None:
    assert fresh(f"Done.\n\n{head}\nold words") == "Done."


def test_a_mail_without_words_says_so() -> None:
    assert read(HEAD + b"\r\n> only quoted\r\n").text == "（無文字，請見附檔）"


@pytest.mark.parametrize(
    "line",
    ["Auto-Submitted: auto-replied", "Precedence: auto_reply", "X-Autoreply: yes", "Return-Path: <>"],
)  # fmt: skip
def test_machines_are_known(line: str) -> None:
    assert read(HEAD + line.encode() + b"\r\n\r\nhello").automatic
    assert not read(HEAD + b"Auto-Submitted: no\r\nX-Auto-Response-Suppress: All\r\n\r\nhello").automatic


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff\xfe", b"From: \r\n\r\n", b"From: =?utf-8?b?????=\r\nSubject: =?x?q?=FF?=\r\n\r\n\x80",
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", HEAD + b"Content-Type: ;;;\r\n\r\nhi",
        b"Message-ID: not an id\r\nFrom: a\r\n b@c\r\n\r\nhi", HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n!!!",
    ],
)  # fmt: skip
def test_what_is_broken_is_read_as_far_as_it_goes(raw: bytes) -> None:
    letter = read(raw)

    assert letter.mid_key
    assert "\n" not in letter.sender + letter.subject
    assert "\x00" not in letter.full + letter.sender + letter.subject
