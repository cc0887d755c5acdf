"""A page of a PDF as people see it: its image, and where each of its characters stands on it."""

import base64
import math
from collections.abc import Mapping
from ctypes import c_int
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.errors import UnreadableFile
from index.reading.draft import clean

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

# A page may claim to be as large as it likes.
_MOST_PIXELS = 4_000_000
_LONGEST_SIDE = 8_000
_MOST_CHARACTERS = 50_000
# PDFium turns places on the page into whole numbers; these are fine enough to be fractions.
_FINE = 1 << 20
_NOWHERE = (math.nan,) * 4

Boxes = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPage:
    """An image of `width` × `height` pixels (PNG) and the characters drawn on it.

    `boxes[k]` is left, top, right, bottom of `text[k]` in fractions of the image,
    not a number where the character stands nowhere. `text` is None where the
    page holds more characters than are placed.
    """

    label: str | None
    image: bytes
    width: int
    height: int
    text: str | None
    boxes: Boxes


def draw_page(data: bytes, number: int, scale: float) -> DrawnPage:
    """Draw a page, counted from 1, with `scale` pixels a point, or less where it is huge."""
    # Imported here because it is heavy and only PDF files need it.
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        pdf = PdfDocument(data)
        try:
            # What is filled in a form is drawn only then.
            pdf.init_forms()
            page = pdf[number - 1]
            try:
                return _drawn(pdf, page, number, scale)
            finally:
                page.close()
        finally:
            pdf.close()
    except PdfiumError as error:
        raise UnreadableFile(f"page {number} of the file is damaged") from error


def drawn_to_json(drawn: DrawnPage) -> dict[str, Any]:
    """Turn a drawn page into plain values that `json` can write."""
    return {
        "label": drawn.label,
        "image": base64.b64encode(drawn.image).decode(),
        "width": drawn.width,
        "height": drawn.height,
        "text": drawn.text,
        "boxes": base64.b64encode(drawn.boxes.tobytes()).decode(),
    }


def drawn_from_json(values: Mapping[str, Any]) -> DrawnPage:
    """Restore the page that `drawn_to_json` was given."""
    boxes = np.frombuffer(base64.b64decode(values["boxes"]), dtype=np.float32).reshape(-1, 4)
    return DrawnPage(
        label=values["label"],
        image=base64.b64decode(values["image"]),
        width=values["width"],
        height=values["height"],
        text=values["text"],
        boxes=boxes,
    )


def _drawn(pdf: "PdfDocument", page: "PdfPage", number: int, scale: float) -> DrawnPage:
    across, down = page.get_size()
    if not (0 < across < math.inf and 0 < down < math.inf):
        raise UnreadableFile(f"page {number} has no size")
    scale = min(
        scale, math.sqrt(_MOST_PIXELS / (across * down)), _LONGEST_SIDE / max(across, down)
    )
    image, width, height = _image(page, scale)
    text, boxes = _characters(page)
    label = clean(pdf.get_page_label(number - 1)).strip() or None
    return DrawnPage(label, image, width, height, text, boxes)


def _image(page: "PdfPage", scale: float) -> tuple[bytes, int, int]:
    # Imported here because it is heavy and only PDF files need it.
    from PIL import Image

    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        pixels = bitmap.to_numpy()[:, :, :3]
        # Most pages are black on white, which takes a third of the bytes.
        if (pixels == pixels[:, :, :1]).all():
            pixels = pixels[:, :, 0]
        image = Image.fromarray(np.ascontiguousarray(pixels))
    finally:
        bitmap.close()
    written = BytesIO()
    image.save(written, "PNG", compress_level=3)
    return written.getvalue(), image.width, image.height


def _characters(page: "PdfPage") -> tuple[str | None, Boxes]:
    # Imported here because it is heavy and only PDF files need it.
    from pypdfium2.raw import FPDFText_GetCharIndexFromTextIndex

    nothing = np.empty((0, 4), dtype=np.float32)
    characters = page.get_textpage()
    try:
        if characters.count_chars() > _MOST_CHARACTERS:
            return None, nothing
        text = characters.get_text_range()
        corners = []
        unit = 0
        for character in text:
            place = FPDFText_GetCharIndexFromTextIndex(characters, unit)
            corners.append(
                characters.get_charbox(place, loose=True)
                if place >= 0 and not character.isspace()
                else _NOWHERE
            )
            # PDFium counts in UTF-16 units.
            unit += 2 if ord(character) > 0xFFFF else 1
    finally:
        characters.close()
    if not text:
        return "", nothing
    origin, right, up = _axes(page)
    found = np.array(corners, dtype=np.float64)
    first = origin + found[:, 0:1] * right + found[:, 1:2] * up
    second = origin + found[:, 2:3] * right + found[:, 3:4] * up
    boxes = np.hstack([np.minimum(first, second), np.maximum(first, second)])
    return text, boxes.astype(np.float32)


def _axes(page: "PdfPage") -> npt.NDArray[np.float64]:
    """Where the page's origin is drawn, and how far a point to the right and up is from it.

    In fractions of the image: only PDFium knows what boxes and rotations make of the page.
    """
    # Imported here because it is heavy and only PDF files need it.
    from pypdfium2.raw import FPDF_PageToDevice

    step = max(page.get_size())
    drawn = []
    for x, y in ((0, 0), (step, 0), (0, step)):
        across, down = c_int(), c_int()
        FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
        drawn.append((across.value / _FINE, down.value / _FINE))
    origin, right, up = np.array(drawn)
    return np.array([origin, (right - origin) / step, (up - origin) / step])
