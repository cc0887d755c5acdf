"""Reading e-mail."""

from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart

import pytest

from index.documents import Heading, Landmark
from index.errors import UnreadableFile
from index.reading.mail import read_mail

_HEADER = "From: Ann\nTo: Bob\nSubject: Rope"


def _letter(text: str | None = "The rope arrived.") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ann Example <ann@example.org>"
    mail["To"] = "bob@example.org"
    mail["Date"] = "Tue, 22 Sep 2020 08:30:00 +0200"
    mail["Subject"] = "Your order"
    if text is not None:
        mail.set_content(text)
    return mail


_TOP = (
    "From: Ann Example <ann@example.org>\nTo: bob@example.org\n"
    "Date: Tue, 22 Sep 2020 08:30:00 +0200\nSubject: Your order"
)


def test_the_header_lines_come_before_the_body() -> None:
    reading = read_mail(bytes(_letter()))

    assert reading.text == f"{_TOP}\n\nThe rope arrived."
    assert (reading.title, reading.author) == ("Your order", "Ann Example")
    assert (reading.date, reading.media_type) == ("2020-09-22", "message/rfc822")
    assert reading.landmarks == (Landmark("part", 0, 1, "message"),)


def test_plain_text_is_preferred_to_html() -> None:
    mail = _letter("Plain words.")
    mail.add_alternative("<p>HTML words.</p>", subtype="html")

    assert read_mail(bytes(mail)).text == f"{_TOP}\n\nPlain words."


def test_html_is_read_where_the_plain_text_is_blank() -> None:
    mail = _letter("\n")
    mail.add_alternative("<h1>Offer</h1><p>HTML words.</p>", subtype="html")

    reading = read_mail(bytes(mail))

    assert reading.text == f"{_TOP}\n\nOffer\n\nHTML words."
    assert reading.headings == (Heading(len(_TOP) + 2, len(_TOP) + 7, 1, "Offer"),)


def test_attachments_that_are_text_are_parts_and_others_are_left_out() -> None:
    mail = _letter()
    mail.add_attachment("Terms of sale.", filename="terms.txt")
    mail.add_attachment("<p>An <b>offer</b>.</p>", subtype="html", filename="offer.html")
    mail.add_attachment(b"\x00\x01", "application", "pdf", filename="report.pdf")
    mail.add_attachment(b"a,b\n1,2\n", "application", "octet-stream", filename="prices.csv")

    reading = read_mail(bytes(mail))

    parts = [reading.text[mark.start :].partition("\n\n")[0] for mark in reading.landmarks]
    assert parts == [_TOP, "Terms of sale.", "An offer.", "a,b\n1,2"]
    assert [(mark.kind, mark.number, mark.label) for mark in reading.landmarks] == [
        ("part", 1, "message"),
        ("part", 2, "terms.txt"),
        ("part", 3, "offer.html"),
        ("part", 4, "prices.csv"),
    ]
    assert "report.pdf" not in reading.text


def test_an_attachment_that_cannot_be_read_does_not_cost_the_message() -> None:
    mail = _letter()
    mail.add_attachment(bytes(range(256)) * 9, "text", "plain", filename="no text.txt")
    encrypted = EmailMessage()
    encrypted["Content-Type"] = "application/pkcs7-mime"
    mail.add_attachment(encrypted)
    mail.add_attachment("Terms of sale.", filename="terms.txt")

    reading = read_mail(bytes(mail))

    assert reading.text == f"{_TOP}\n\nThe rope arrived.\n\nTerms of sale."
    assert [mark.label for mark in reading.landmarks] == ["message", "terms.txt"]


def test_forwarded_messages_are_parts_with_header_lines_of_their_own() -> None:
    inner = EmailMessage()
    inner["From"] = "eve@example.org"
    inner["Subject"] = "Complaint"
    inner.set_content("The rope broke.")
    mail = _letter()
    mail.add_attachment(inner)

    reading = read_mail(bytes(mail))

    assert reading.text.endswith(
        "arrived.\n\nFrom: eve@example.org\nSubject: Complaint\n\nThe rope broke."
    )
    assert reading.landmarks[1].label == "Complaint"
    assert reading.text[reading.landmarks[1].start :].startswith("From: eve")


def test_messages_inside_messages_are_read_to_a_depth_of_five() -> None:
    mail = _letter("Innermost.")
    for depth in range(8):
        outer = _letter(f"Depth {depth}.")
        outer.add_attachment(mail)
        mail = outer

    text = read_mail(bytes(mail)).text

    assert [f"Depth {depth}." in text for depth in range(8)] == [False] * 2 + [True] * 6
    assert "Innermost" not in text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?iso-8859-1?b?R3L832U=?= aus Rom", "Grüße aus Rom"),
        (b"=?utf-8?b?R3LDvMOf?=\r\n =?utf-8?b?ZQ==?=", "Grüße"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße aus Köln".encode("latin-1"), "Grüße aus Köln"),
        (b"folded\r\n line", "folded line"),
        (b"=?utf-8?b?R3!!?= broken", "=?utf-8?b?R3!!?= broken"),
        (b"=?no-such-charset?q?plain?=", "plain"),
    ],
)
def test_subjects_are_decoded_however_they_were_written(subject: bytes, title: str) -> None:
    assert read_mail(b"From: a@b.c\r\nSubject: " + subject + b"\r\n\r\nText").title == title


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        (b"Ann Example <ann@example.org>", "Ann Example"),
        (b'"Example, Ann" <ann@example.org>', "Example, Ann"),
        (b"ann@example.org", "ann@example.org"),
        (b"=?utf-8?q?J=C3=BCrgen?= <j@example.org>", "Jürgen"),
        (b"", None),
    ],
)
def test_the_author_is_who_sent_it(sender: bytes, author: str | None) -> None:
    assert read_mail(b"From: " + sender + b"\r\nSubject: x\r\n\r\nText").author == author


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21"),
        ("2025-07-29T12:42:06.000Z", "2025-07-29"),
        ("some day", None),
        ("Fri, 99 Nov 1997 09:55:06 -0600", None),
    ],
)
def test_the_date_is_read_where_it_is_one(written: str, date: str | None) -> None:
    assert read_mail(f"From: a@b.c\nDate: {written}\n\nText".encode()).date == date


@pytest.mark.parametrize(
    ("charset", "text"),
    [("utf-8", "Größe"), ("iso-8859-1", "Größe"), ("koi8-r", "Привет, мир"), ("nonsense", "ok")],
)
def test_the_body_is_read_in_its_declared_charset(charset: str, text: str) -> None:
    encoded = text.encode("utf-8" if charset == "nonsense" else charset)
    data = f"{_HEADER}\nContent-Type: text/plain; charset={charset}\n\n".encode() + encoded

    assert read_mail(data).text == f"{_HEADER}\n\n{text}"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_message_saved_in_another_encoding_is_read(encoding: str) -> None:
    data = f"{_HEADER}\n\nThe rope arrived, said Ann to Bob.".encode(encoding)

    assert read_mail(data).text == f"{_HEADER}\n\nThe rope arrived, said Ann to Bob."


def test_a_forwarded_message_in_base64_is_read() -> None:
    data = (
        f"{_HEADER}\nMIME-Version: 1.0\nContent-Type: message/rfc822\n"
        "Content-Transfer-Encoding: base64\n\nRnJvbTogRXZlCgpUaGUgcm9wZSBicm9rZS4=\n"
    ).encode()

    assert read_mail(data).text.endswith("From: Eve\n\nThe rope broke.")


def test_a_saved_web_page_is_read_without_the_header_its_browser_invented() -> None:
    data = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://example.org/
Subject: Rope
MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<html><body><p>About rope=3D.</p></body></html>
--b
Content-Type: text/css

p { color: red }
--b--
"""
    reading = read_mail(data)

    assert reading.text == "About rope=."
    assert (reading.title, reading.author) == ("Rope", None)


def _multipart(subtype: str, *kinds: tuple[str, str]) -> bytes:
    mail = MIMEMultipart(subtype)
    for kind in kinds:
        mail.attach(MIMEBase(*kind))
    return bytes(mail)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_multipart("encrypted", ("application", "octet-stream")), id="PGP/MIME"),
        pytest.param(
            b"From: a@b.c\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\nMIAG",
            id="S/MIME",
        ),
        pytest.param(b"From: a@b.c\n\n-----BEGIN PGP MESSAGE-----\nabc\n", id="inline PGP"),
    ],
)
def test_encrypted_mail_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="encrypted e-mail"):
        read_mail(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nunfinished',
        b"Content-Type: text/plain; charset=\xff\xfe\n\nx",
        b"Content-Type: ;;;\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: =?\nSubject: =?x?b?=?=\nDate: \n\nx",
        b'Content-Type: text/plain; name*0*=a; name*1*="\n\nx',
        b"Content-Type: message/rfc822\n\n",
    ],
)
def test_malformed_mail_does_no_harm(data: bytes) -> None:
    assert read_mail(data).landmarks[0] == Landmark("part", 0, 1, "message")
