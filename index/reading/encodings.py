"""Which characters the bytes of a text stand for."""

import codecs
import re
from collections import Counter

from index.errors import UnreadableFile

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ESCAPED = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$B", "iso2022_jp_2"),
    (b"\x1b$@", "iso2022_jp_2"),
    (b"\x1b$A", "iso2022_jp_2"),
    (b"\x1b$(", "iso2022_jp_2"),
)
# Names are declared for narrower sets than the ones used under them.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_JAPANESE = ("cp932", "euc_jis_2004")
_KANA = re.compile("[\u3041-\u30ff]")
_KANA_SHARE = 0.1

_BEYOND_ASCII = re.compile("[^\x00-\x7f“”‘’‚„‹›«»–—…•€£¥¢§¶©®™°±×÷†‡‰·¿¡¼½¾²³ªºµ´\xa0\xad]")
# Text read in the wrong encoding shows letters that no one of these alphabets has together.
_LATIN = (
    ("cp1252", "àâæçèéêëîïôœùûüÿñö"),  # French, English
    ("cp1252", "äöüßéèêëïàç"),  # German, Dutch, Swedish, Finnish
    ("cp1252", "áéíóúüñçàèòï"),  # Spanish, Catalan
    ("cp1252", "ãõáâàéêíóôúçü"),  # Portuguese
    ("cp1252", "àèéìíòóùúî"),  # Italian
    ("cp1252", "åäöæøéüèàô"),  # Danish, Norwegian, Swedish
    ("cp1252", "áðéíóúýþæö"),  # Icelandic
    ("cp1254", "çğıöşüâîû"),  # Turkish
    ("cp1250", "áčďéěíňóřšťúůýž"),  # Czech
    ("cp1250", "áäčďéíĺľňóôŕšťúýž"),  # Slovak
    ("cp1250", "čšžćđ"),  # Slovene, Croatian
    ("cp1250", "ąćęłńóśźż"),  # Polish
    ("cp1250", "áéíóöőúüű"),  # Hungarian
    ("iso8859_2", "áčďéěíňóřšťúůýž"),
    ("iso8859_2", "áäčďéíĺľňóôŕšťúýž"),
    ("iso8859_2", "čšžćđ"),
    ("iso8859_2", "ąćęłńóśźż"),
)
_ALPHABET_SHARE = 0.95
_LATIN_DENSITY = 0.5

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.05
_MOST_BROKEN = 0.01
_SAMPLE = 1 << 18
_CONTEXT = 2048


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`; raise UnreadableFile where no encoding makes sense of it."""
    text = _decoded(data, declared)
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise UnreadableFile("binary data, not text; convert it to a text format and add it again")
    return text


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for attempt in (_wide, _escaped, _utf8):
        if (text := attempt(data)) is not None:
            return text
    if declared and (text := _as_declared(data, declared)) is not None:
        return text
    if (text := _latin(data)) is not None:
        return text
    return _recognised(data)


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark shows by its zero bytes."""
    if b"\0" not in data[:_SAMPLE]:
        return None
    sample = data[: min(len(data), _SAMPLE) & ~3]
    for encoding in ("utf-32-le", "utf-32-be"):
        if sample and _strict(sample, encoding) is not None:
            return data.decode(encoding, "replace")
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    little, big = odd > even, even > odd
    ascii_share = max(even, odd) * 2 / max(len(sample), 1)
    if ascii_share < 0.05 or min(even, odd) > 0.1 * max(even, odd) or not (little or big):
        return None
    return data.decode("utf-16-le" if little else "utf-16-be", "replace")


def _escaped(data: bytes) -> str | None:
    for escape, encoding in _ESCAPED:
        if escape in data and (text := _strict(data, encoding)) is not None:
            return text
    return None


def _utf8(data: bytes) -> str | None:
    """UTF-8, even with a few bytes broken in transport."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if broken == 0:
        return text
    sound = sum(1 for character in text if character > "\x7f") - broken
    return text if sound > 20 * broken else None


def _as_declared(data: bytes, declared: str) -> str | None:
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return _nearly(data, _WIDER.get(name, name))


def _latin(data: bytes) -> str | None:
    """Take the first single-byte Latin encoding in which one alphabet explains the text."""
    sample = _sample(data)
    for encoding, alphabet in _LATIN:
        text = _strict(sample, encoding)
        if text is None:
            continue
        beyond = Counter(_BEYOND_ASCII.findall(text.lower()))
        total = beyond.total()
        if total > _LATIN_DENSITY * len(text):
            return None
        if sum(beyond[letter] for letter in alphabet) >= _ALPHABET_SHARE * total:
            return _nearly(data, encoding)
    return None


def _recognised(data: bytes) -> str:
    # Imported here because it is heavy and most files do not need it.
    from charset_normalizer import from_bytes

    sample = _sample(data)
    match = from_bytes(sample).best()
    if match is not None and (text := _nearly(data, match.encoding)) is not None:
        return text
    for encoding in _JAPANESE:
        text = _nearly(data, encoding) or ""
        if len(_KANA.findall(text)) > _KANA_SHARE * len(_BEYOND_ASCII.findall(text)):
            return text
    raise UnreadableFile("its character encoding cannot be recognised; save it as UTF-8")


def _sample(data: bytes) -> bytes:
    """Cut the lines around the first bytes beyond ASCII."""
    beyond = re.search(rb"[\x80-\xff]", data)
    start = max(0, beyond.start() - _CONTEXT) if beyond else 0
    sample = data[start : start + _SAMPLE]
    if start:
        sample = sample[sample.find(b"\n") + 1 :]
    if start + _SAMPLE < len(data):
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    return sample


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _nearly(data: bytes, encoding: str) -> str | None:
    """Return the text if all but a few of its characters are sound."""
    try:
        text = data.decode(encoding, "replace")
    except (UnicodeError, LookupError):
        return None
    return text if text.count("\ufffd") <= _MOST_BROKEN * len(text) else None
