"""Opening ZIP containers that may be bombs."""

import zipfile
from io import BytesIO

import pytest

from index.errors import UnreadableFile
from index.reading.archive import open_archive, parse_xml, read_part, related_parts

_BILLION_LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY x0 "ha">'
    + b"".join(
        b'<!ENTITY x%d "%s">' % (level, b"&x%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    + b"]><a>before &x9; after</a>"
)


def _archive(
    *entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED, repeat: int = 1
) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries:
            with archive.open(name, "w", force_zip64=True) as entry:
                for _ in range(repeat):
                    entry.write(content)
    return file.getvalue()


def _lying_about_size(data: bytes, name: str, size: int) -> bytes:
    """Declare another size for an entry than it has."""
    changed = bytearray(data)
    central = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    changed[central + 24 : central + 28] = size.to_bytes(4, "little")
    return bytes(changed)


def test_an_ordinary_container_is_opened() -> None:
    with open_archive(_archive(("a/b.xml", b"<b/>"))) as archive:
        assert read_part(archive, "/A/B.xml") == b"<b/>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(
            _archive(("sheet.xml", bytes(2**20)), repeat=11), "200 times its size", id="ratio"
        ),
        pytest.param(
            _archive(*((f"{number}.xml", bytes(2**20)) for number in range(52)), repeat=10),
            "unpacks to 520 MiB, over the limit of 512 MiB",
            id="total",
        ),
        pytest.param(
            _archive(*((str(number), b"") for number in range(20_001))),
            "holds 20,001 files, over the limit of 20,000",
            id="entries",
        ),
        pytest.param(
            _archive(("a.xml", b"<a/>"), compression=zipfile.ZIP_LZMA), "unusual", id="method"
        ),
        pytest.param(b"PK\x03\x04", "truncated or damaged", id="no container"),
    ],
)
def test_a_container_over_a_limit_is_refused(data: bytes, reason: str) -> None:
    assert len(data) < 4 * 2**20
    with pytest.raises(UnreadableFile, match=reason):
        open_archive(data)


def test_an_entry_that_lies_about_its_size_gives_no_more_than_it_declares() -> None:
    data = _lying_about_size(_archive(("a.xml", bytes(2**20)), repeat=20), "a.xml", 100)

    with open_archive(data) as archive, pytest.raises(UnreadableFile, match="damaged"):
        read_part(archive, "a.xml")


def test_a_part_that_is_not_there_is_named() -> None:
    with (
        open_archive(_archive(("a.xml", b""))) as archive,
        pytest.raises(UnreadableFile, match=r"word/document\.xml is missing"),
    ):
        read_part(archive, "word/document.xml")


def test_entities_are_not_expanded() -> None:
    assert "ha" not in "".join(map(str, parse_xml(_BILLION_LAUGHS).itertext()))


def test_relations_lead_to_parts_and_not_outside() -> None:
    relations = b"""<Relationships
        xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
      <Relationship Type="x/styles" Target="../styles.xml"/>
      <Relationship Type="x/notes" Target="/word/notes.xml"/>
      <Relationship Type="x/up" Target="../../../../etc/passwd"/>
      <Relationship Type="x/image" Target="http://example.org/" TargetMode="External"/>
    </Relationships>"""
    data = _archive(("word/deep/_rels/main.xml.rels", relations))

    with open_archive(data) as archive:
        assert related_parts(archive, "word/deep/main.xml") == {
            "styles": "word/styles.xml",
            "notes": "word/notes.xml",
            "up": "etc/passwd",
        }
        assert related_parts(archive, "other.xml") == {}
