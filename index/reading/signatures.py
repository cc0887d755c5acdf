"""Binary formats that are not read, told by the bytes they begin with."""

_IMAGE = "image, which holds no text; run OCR on it and add the result"
_SOUND = "audio or video, which holds no text; add a transcript instead"
_ARCHIVE = "archive; unpack it first"
_PROGRAM = "program, not a document"
_DATABASE = "database or data set, not prose; export what matters as text, CSV or PDF"

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"{\\rtf", "Rich Text Format; save it as DOCX or PDF"),
    (0, b"%!PS", "PostScript; convert it to PDF"),
    (0, b"\xffWPC", "WordPerfect document; save it as DOCX or PDF"),
    (0, b"AT&TFORM", "DjVu document; convert it to PDF with its text layer"),
    (0, b"ITSF", "compiled HTML help; convert it to HTML or PDF"),
    (60, b"BOOKMOBI", "Kindle book; convert it to EPUB"),
    (0, b"\x89PNG\r\n", f"PNG {_IMAGE}"),
    (0, b"\xff\xd8\xff", f"JPEG {_IMAGE}"),
    (0, b"GIF87a", f"GIF {_IMAGE}"),
    (0, b"GIF89a", f"GIF {_IMAGE}"),
    (0, b"II*\0", f"TIFF {_IMAGE}"),
    (0, b"MM\0*", f"TIFF {_IMAGE}"),
    (0, b"8BPS", f"Photoshop {_IMAGE}"),
    (0, b"\0\0\1\0", f"icon {_IMAGE}"),
    (8, b"WEBP", f"WebP {_IMAGE}"),
    (0, b"\0\0\0\x0cjP  ", f"JPEG 2000 {_IMAGE}"),
    (4, b"ftypheic", f"HEIC {_IMAGE}"),
    (4, b"ftypavif", f"AVIF {_IMAGE}"),
    (4, b"ftyp", _SOUND),
    (8, b"WAVEfmt", _SOUND),
    (8, b"AVI LIST", _SOUND),
    (0, b"ID3", _SOUND),
    (0, b"\xff\xfb", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"MThd", _SOUND),
    (0, b"FLV\1", _SOUND),
    (0, b"\x1aE\xdf\xa3", _SOUND),
    (0, b"\x1f\x8b", f"gzip {_ARCHIVE}"),
    (0, b"\x1f\x9d", f"compress (.Z) {_ARCHIVE}"),
    (0, b"BZh", f"bzip2 {_ARCHIVE}"),
    (0, b"\xfd7zXZ\0", f"xz {_ARCHIVE}"),
    (0, b"7z\xbc\xaf\x27\x1c", f"7-Zip {_ARCHIVE}"),
    (0, b"Rar!\x1a\7", f"RAR {_ARCHIVE}"),
    (0, b"\x28\xb5\x2f\xfd", f"Zstandard {_ARCHIVE}"),
    (0, b"MSCF", f"cabinet {_ARCHIVE}"),
    (0, b"!<arch>", f"ar {_ARCHIVE}"),
    (257, b"ustar", f"tar {_ARCHIVE}"),
    (0, b"WARC/", "web archive; save the pages themselves as HTML or PDF"),
    (0, b"filedesc://", "web archive; save the pages themselves as HTML or PDF"),
    (0, b"MZ\x90\0", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\xce\xfa\xed\xfe", _PROGRAM),
    (0, b"\0asm", _PROGRAM),
    (0, b"SQLite format 3\0", _DATABASE),
    (0, b"\0\1\0\0Standard ", _DATABASE),
    (0, b"PAR1", _DATABASE),
    (0, b"\x89HDF\r\n", _DATABASE),
    (0, b"\x80\2", _DATABASE),
)


def unread_format(data: bytes) -> str | None:
    """Return why the format of `data` is not read and what to do, or None if it may be."""
    for offset, signature, reason in _SIGNATURES:
        if data.startswith(signature, offset):
            return reason
    if data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data):
        return f"bitmap {_IMAGE}"
    return None
