"""What is inside ZIP and OLE containers, the two wrappings of office files."""

import zipfile
from io import BytesIO
from typing import Final, NoReturn

from index.errors import SkippedFile, UnreadableFile

ZIP_SIGNATURES: Final = (b"PK\3\4", b"PK\5\6", b"PK\7\x08PK\3\4")
OLE_SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_OFFICE_FOLDERS = {"word/": "docx", "ppt/": "pptx", "xl/": "xlsx"}
_ENCRYPTED = "encrypted; remove the password and add it again"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_LONGEST_MIMETYPE = 200

_ZIP_FORMATS = (
    ("xl/workbook.bin", "Excel binary workbook; save it as XLSX"),
    ("FixedDocSeq.fdseq", "XPS document; save it as PDF"),
    ("FixedDocumentSequence.fdseq", "XPS document; save it as PDF"),
    ("Index/Document.iwa", "Apple iWork document; export it as DOCX, PPTX, XLSX or PDF"),
    ("Index.zip", "Apple iWork document; export it as DOCX, PPTX, XLSX or PDF"),
    ("index.xml", "Apple iWork document; export it as DOCX, PPTX, XLSX or PDF"),
    ("META-INF/MANIFEST.MF", "Java program, not a document"),
)
_OLE_STREAMS = (
    ("EncryptedPackage", None),
    ("WordDocument", "Microsoft Word 97-2003 format; save it as DOCX"),
    ("PowerPoint Document", "Microsoft PowerPoint 97-2003 format; save it as PPTX"),
    ("__properties_version1.0", "Outlook message; save it as EML"),
    ("Workbook", "Microsoft Excel 97-2003 format; save it as XLSX"),
    ("Book", "Microsoft Excel 5.0 format; save it as XLSX"),
    ("VisioDocument", "Microsoft Visio drawing; save it as PDF"),
    ("Quill", "Microsoft Publisher document; save it as PDF"),
    ("HwpSummaryInformation", "Hangul Word Processor document; save it as DOCX or PDF"),
)


def kind_in_zip(data: bytes, extension: str) -> str:
    """Name the kind of document in a ZIP container: docx, pptx, xlsx or epub."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = [info.filename.replace("\\", "/") for info in archive.infolist()]
            mimetype = _mimetype(archive)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        _refuse_damaged(data, extension)
    if mimetype.startswith(_OPEN_DOCUMENT):
        raise SkippedFile("OpenDocument format; save it as DOCX, XLSX, PPTX or PDF")
    if mimetype == b"application/epub+zip" or "META-INF/container.xml" in names:
        return "epub"
    for name, reason in _ZIP_FORMATS:
        if name in names:
            raise SkippedFile(reason)
    for folder, kind in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return kind
    raise SkippedFile("ZIP archive; unpack it first")


def refuse_ole(data: bytes) -> NoReturn:
    """Say which old office format an OLE container holds."""
    directory = data.upper()
    for stream, reason in _OLE_STREAMS:
        if stream.upper().encode("utf-16-le") + b"\0\0" in directory:
            raise UnreadableFile(_ENCRYPTED) if reason is None else SkippedFile(reason)
    raise SkippedFile("old Microsoft Office container; save it as DOCX, XLSX, PPTX or PDF")


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    try:
        info = archive.getinfo("mimetype")
        if info.flag_bits & 1:
            return b""
        with archive.open(info) as file:
            return file.read(_LONGEST_MIMETYPE).strip()
    except (KeyError, zipfile.BadZipFile, NotImplementedError):
        return b""


def _refuse_damaged(data: bytes, extension: str) -> NoReturn:
    kinds = [kind for folder, kind in _OFFICE_FOLDERS.items() if folder.encode() in data]
    if b"application/epub+zip" in data[:_LONGEST_MIMETYPE]:
        kinds = ["epub"]
    if not kinds and extension in {*_OFFICE_FOLDERS.values(), "epub"}:
        kinds = [extension]
    if kinds:
        raise UnreadableFile(
            f"truncated or damaged {kinds[0].upper()} file; get a complete copy and add it again"
        )
    raise SkippedFile("damaged ZIP archive; unpack what is left of it first")
