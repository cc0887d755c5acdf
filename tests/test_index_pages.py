"""Pages of PDF files as images, and what covers a quote on them."""

import hashlib
import io
import os
import signal
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import SEEDS
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdfium2 import PdfDocument, PdfPage
from test_index_reading_pdf import make_pdf, pages

from index import Document, PageView, PageViewer, TooBusy
from index.errors import NotPlaced
from index.highlights import rectangles
from index.reading.pdf import read_pdf

WORDS = (
    "A pinpoint citation names the page, the paragraph or the line on which the quoted words "
    "stand. The first tells a reader which book to fetch; the second where to open it. "
)


@pytest.fixture(scope="module")
def viewer() -> Iterator[PageViewer]:
    viewer = PageViewer()
    yield viewer
    viewer.close()


def _document(folder: Path, data: bytes, name: str = "file.pdf") -> Document:
    path = folder / name
    path.write_bytes(data)
    reading = read_pdf(data)
    return Document(
        **{field: getattr(reading, field) for field in reading.__dataclass_fields__},
        id="d",
        source=str(path),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _words(text: str) -> str:
    return "".join(text.split())


def _under(document: Document, view: PageView) -> str:
    """The text that PDFium finds below the rectangles, whatever the page's box and rotation."""
    pdf = PdfDocument(document.source)
    try:
        page = pdf[view.number - 1]
        text = page.get_textpage()
        bounds = (_on_page(page, rectangle) for rectangle in view.rectangles)
        found = [text.get_text_bounded(*bound) for bound in bounds]
        text.close()
        page.close()
    finally:
        pdf.close()
    return " ".join(found)


def _on_page(page: PdfPage, rectangle: tuple[float, ...]) -> tuple[float, ...]:
    """Left, bottom, right, top in points, of a rectangle of the image; worked out on our own."""
    left, bottom, right, top = page.get_bbox()
    x0, y0, x1, y1 = rectangle
    match page.get_rotation():
        case 0:
            across, up = (x0, x1), (1 - y1, 1 - y0)
        case 90:
            across, up = (y0, y1), (x0, x1)
        case 180:
            across, up = (1 - x1, 1 - x0), (y0, y1)
        case _:
            across, up = (1 - y1, 1 - y0), (1 - x1, 1 - x0)
    return (
        left + across[0] * (right - left),
        bottom + up[0] * (top - bottom),
        left + across[1] * (right - left),
        bottom + up[1] * (top - bottom),
    )


def _ink(view: PageView) -> tuple[float, float]:
    """How much of the image is dark inside the rectangles, and outside."""
    assert view.image is not None
    image = Image.open(io.BytesIO(view.image)).convert("L")
    assert image.size == (view.width, view.height)
    dark = np.asarray(image) < 128
    inside = np.zeros(dark.shape, dtype=bool)
    for x0, y0, x1, y1 in view.rectangles:
        rows = slice(round(y0 * view.height), round(y1 * view.height))
        inside[rows, round(x0 * view.width) : round(x1 * view.width)] = True
    return float(dark[inside].mean()), float(dark[~inside].mean())


def test_a_page_is_drawn_with_its_label_and_size(tmp_path: Path, viewer: PageViewer) -> None:
    def write(pdf: FPDF) -> None:
        for style in ("r", "r", "D"):
            pdf.add_page(label_style=style)
            pdf.cell(text="A page.")

    view = viewer.view(_document(tmp_path, make_pdf(write)), 2)

    assert (view.number, view.label, view.pages) == (2, "ii", 3)
    assert (view.width, view.height) == (1191, 1684)
    assert view.image is not None
    assert view.image.startswith(b"\x89PNG")
    assert (view.rectangles, view.reason) == ((), None)


def test_the_words_under_the_rectangles_are_the_quote(viewer: PageViewer) -> None:
    path = SEEDS / "pinpoint-citations.pdf"
    document = _document(path.parent, path.read_bytes(), path.name)
    marks = [*document.landmarks, None]
    for mark, following in pairwise(marks):
        assert mark is not None
        end = following.start if following else len(document.text)
        text = document.text[mark.start : end].rstrip()
        for first, length in ((0, 25), (len(text) // 3, 240), (0, len(text))):
            start = mark.start + text.rfind(" ", 0, first + 1) + 1
            quote = document.text[start : min(start + length, mark.start + len(text))]
            quote = quote if length == len(text) else quote[: quote.rindex(" ")]
            view = viewer.view(document, mark.number, (start, start + len(quote)))
            assert view.reason is None
            assert _words(_under(document, view)) == _words(quote)
            lines = [line for line in quote.split("\n") if line.strip()]
            assert len(view.rectangles) == len(lines)
            inside, _ = _ink(view)
            assert inside > 0.02


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_rectangles_agree_with_a_rotated_or_cropped_page(
    tmp_path: Path, viewer: PageViewer, rotation: int, cropped: bool
) -> None:
    data = make_pdf(pages("First line.\nThe words to show.\nLast line."))
    pdf = PdfDocument(data)
    pdf[0].set_rotation(rotation)
    if cropped:
        pdf[0].set_cropbox(20, 700, 300, 830)
    written = io.BytesIO()
    pdf.save(written)
    pdf.close()
    document = _document(tmp_path, written.getvalue())
    start = document.text.index("The words")

    view = viewer.view(document, 1, (start, start + len("The words to show.")))

    assert view.reason is None
    across, down = (280, 130) if cropped else (595.28, 841.89)
    if rotation in (90, 270):
        across, down = down, across
    assert view.width == pytest.approx(2 * across, abs=2)
    assert view.height == pytest.approx(2 * down, abs=2)
    (rectangle,) = view.rectangles
    assert all(0 <= place <= 1 for place in rectangle)
    assert _under(document, view) == "The words to show."
    # What is dark in the image is where the rectangle says.
    inside, _ = _ink(view)
    assert inside > 0.05


def test_a_quote_over_two_pages_has_rectangles_on_each(tmp_path: Path, viewer: PageViewer) -> None:
    document = _document(tmp_path, make_pdf(pages("It begins here and", "goes on here. The end.")))
    quote = (3, document.text.index(" The end."))

    first, second = (viewer.view(document, number, quote) for number in (1, 2))

    assert _under(document, first) == "begins here and"
    assert _under(document, second).strip() == "goes on here."
    assert (first.reason, second.reason) == (None, None)


def test_a_word_that_a_line_end_parts_is_covered_with_its_hyphen(
    tmp_path: Path, viewer: PageViewer
) -> None:
    document = _document(tmp_path, make_pdf(pages("It is a fine exam-\nple of this.")))
    start = document.text.index("exam")

    view = viewer.view(document, 1, (start, start + len("exam-\nple")))
    whole = viewer.view(document, 1, (start, start + len("exam-")))

    assert len(view.rectangles) == 2
    assert whole.rectangles == view.rectangles[:1]
    assert _words(_under(document, view)).replace("-", "").replace("\x02", "") == "example"


def test_text_in_two_columns_is_not_covered_beyond_the_quote(
    tmp_path: Path, viewer: PageViewer
) -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        for column in (10, 110):
            for line in range(4):
                pdf.text(column, 30 + 6 * line, f"Column {column} line {line} ends.")

    document = _document(tmp_path, make_pdf(write))
    start = document.text.index("line 1")
    end = document.text.index("line 3") + len("line 3")

    view = viewer.view(document, 1, (start, end))

    assert view.reason is None
    assert _words(_under(document, view)) == _words(document.text[start:end])


def test_repeated_words_are_told_apart_by_their_place(tmp_path: Path, viewer: PageViewer) -> None:
    document = _document(tmp_path, make_pdf(pages("Again.\nAgain.\nAgain.")))

    tops = [viewer.view(document, 1, (start, start + 6)).rectangles[0][1] for start in (0, 7, 14)]

    assert tops == sorted(set(tops))


def test_a_glyph_of_two_letters_and_letters_beyond_the_basic_plane_are_placed(
    tmp_path: Path, viewer: PageViewer
) -> None:
    # What the file says that its glyphs mean: F is f and i, M a letter of two UTF-16 units.
    document = _document(tmp_path, _with_meanings("A Fne M, the end.", F="ﬁ", M="𝑀"))
    assert [_folded(word) for word in document.text.split()] == ["A", "fine", "M,", "the", "end."]

    for word in document.text.split():
        start = document.text.index(word)
        view = viewer.view(document, 1, (start, start + len(word)))
        assert view.reason is None
        assert _folded(_under(document, view).strip()) == _folded(word)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _with_meanings(text: str, **meanings: str) -> bytes:
    """A PDF of one line that declares what some of its letters mean."""
    lines = [
        f"<{ord(letter):02x}> <{meaning.encode('utf-16-be').hex()}>"
        for letter, meaning in {**{one: one for one in text}, **meanings}.items()
    ]
    # fmt: off
    cmap = "\n".join([
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def",
        "/CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange",
        f"{len(lines)} beginbfchar", *lines, "endbfchar endcmap end end",
    ])
    drawn = f"BT /F 18 Tf 40 100 Td ({text}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources 7 0 R >>",
        f"<< /Length {len(drawn)} >> stream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        f"<< /Length {len(cmap)} >> stream\n{cmap}\nendstream",
        "<< /Font << /F 5 0 R >> >>",
    ]
    # fmt: on
    body = "".join(f"{n} 0 obj {one} endobj\n" for n, one in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R >>\n%%EOF".encode()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(Path.unlink, "its file is no longer there", id="gone"),
        pytest.param(lambda path: path.write_bytes(b"%PDF-1.7"), "changed since", id="changed"),
    ],
)
def test_a_file_that_is_not_the_one_that_was_read_is_not_shown(
    tmp_path: Path, viewer: PageViewer, spoil: Callable[[Path], Any], reason: str
) -> None:
    document = _document(tmp_path, make_pdf(pages(f"Words of {reason}.")))
    spoil(Path(document.source))

    view = viewer.view(document, 1, (0, 5))

    assert (view.image, view.rectangles, view.pages) == (None, (), 1)
    assert reason in (view.reason or "")


def test_a_quote_of_another_page_or_of_spaces_has_no_rectangles(
    tmp_path: Path, viewer: PageViewer
) -> None:
    document = _document(tmp_path, make_pdf(pages("One.", "", "Three. -")))

    for number, quote, reason in (
        (1, (6, 12), "another page"),
        (2, (0, 4), "another page"),
        (1, (4, 6), "another page"),
        (3, (13, 14), "no letters"),
    ):
        view = viewer.view(document, number, quote)
        assert view.image is not None
        assert view.rectangles == ()
        assert reason in (view.reason or "")


def test_words_beyond_the_edge_have_no_rectangles(tmp_path: Path, viewer: PageViewer) -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        pdf.text(180, 30, "This goes on far beyond the edge of the page.")

    document = _document(tmp_path, make_pdf(write))

    view = viewer.view(document, 1, (0, len(document.text)))

    assert view.rectangles == ()
    assert "beyond the edge" in (view.reason or "")


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_page_that_is_not_there_is_a_value_error(
    tmp_path: Path, viewer: PageViewer, number: int
) -> None:
    document = _document(tmp_path, make_pdf(pages("One.", "Two.")))

    with pytest.raises(ValueError, match=f"no page {number} .* has 2"):
        viewer.view(document, number)


@pytest.mark.parametrize(
    "size", [(0.1, 0.1), (14400, 14400), (1_000_000, 2), (2e9, 2e9), (1e30, 1e30)]
)
def test_a_page_of_absurd_size_is_small_or_refused(
    tmp_path: Path, viewer: PageViewer, size: tuple[float, float]
) -> None:
    data = make_pdf(pages("Words."))
    box = f"/MediaBox [0 0 {size[0]:f} {size[1]:f}]".encode()
    old = data[data.index(b"/MediaBox") : data.index(b"]", data.index(b"/MediaBox")) + 1]
    document = _document(tmp_path, data.replace(old, box))

    view = viewer.view(document, 1, (0, 6))

    assert view.width * view.height <= 4_100_000
    assert max(view.width, view.height) <= 8_000
    assert (view.image is None) == bool(view.width == 0)
    assert view.image or view.reason


def test_a_page_that_takes_too_long_is_not_shown(tmp_path: Path) -> None:
    document = _document(tmp_path, make_pdf(pages("One.")))
    viewer = PageViewer(seconds=0.001)
    try:
        view = viewer.view(document, 1)
    finally:
        viewer.close()

    assert view.image is None
    assert view.reason == "the page cannot be shown: took longer than 0.001 s to read"


def test_what_was_drawn_is_kept_up_to_a_limit(tmp_path: Path) -> None:
    document = _document(tmp_path, make_pdf(pages("One.", "Two.", "Three.")))
    viewer = PageViewer(most_bytes=1)
    try:
        drawn = viewer.view(document, 1, (0, 4))
        Path(document.source).unlink()
        assert viewer.view(document, 1, (0, 4)) == drawn
        assert viewer.view(document, 2).image is None
    finally:
        viewer.close()


def test_pages_are_drawn_by_one_process_that_may_be_lost(tmp_path: Path) -> None:
    document = _document(tmp_path, make_pdf(pages(*(f"Page {n}." for n in range(8)))))
    before = _children()
    viewer = PageViewer()
    views: list[PageView] = []
    try:
        askers = [
            threading.Thread(target=lambda n=n: views.append(viewer.view(document, n)))
            for n in (1, 2, 3, 1, 2, 3)
        ]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert sorted(view.number for view in views if view.image) == [1, 1, 2, 2, 3, 3]
        (worker,) = _children() - before
        os.kill(worker, signal.SIGKILL)
        assert viewer.view(document, 4).image is not None
    finally:
        viewer.close()
    assert _children() == before


def test_what_was_drawn_is_shown_while_others_wait_and_few_may_wait(tmp_path: Path) -> None:
    document = _document(tmp_path, make_pdf(pages(*(f"Page {n}." for n in range(30)))))
    before = _children()
    viewer = PageViewer()
    views: list[PageView] = []
    refused: list[int] = []

    def look(number: int) -> None:
        try:
            views.append(viewer.view(document, number))
        except TooBusy:
            refused.append(number)

    try:
        drawn = viewer.view(document, 1)
        askers = [threading.Thread(target=look, args=(n,)) for n in range(2, 30)]
        (reader,) = _children() - before
        # A page that takes its time.
        os.kill(reader, signal.SIGSTOP)
        for asker in askers:
            asker.start()
        assert viewer.view(document, 1) == drawn
        while len(refused) < 12:
            time.sleep(0.01)
        os.kill(reader, signal.SIGCONT)
        for asker in askers:
            asker.join()
    finally:
        viewer.close()

    assert (len(views), len(refused)) == (16, 12)
    assert all(view.image for view in views)


def _children() -> set[int]:
    """The reader processes of this one."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"index.reading.worker" in Path("/proc", child, "cmdline").read_bytes():
                found.add(int(child))
    return found


@given(
    lines=st.lists(
        st.lists(st.sampled_from(["the", "end", "ﬁne", "co-op", "a"]), min_size=1, max_size=5),
        min_size=1,
        max_size=6,
    ),
    data=st.data(),
)
def test_what_is_covered_is_what_is_quoted(lines: list[list[str]], data: st.DataObject) -> None:
    """The page's text is written otherwise than it was drawn, as readers do."""
    printed = "\r\n".join(" ".join(line) for line in lines).replace("ﬁ", "fi")
    page = "\n".join(" ".join(line) for line in lines)
    start = data.draw(st.integers(0, len(page) - 1))
    end = data.draw(st.integers(start + 1, len(page)))
    boxes = _grid(printed)
    try:
        found = rectangles(page, start, end, printed=printed, boxes=boxes)
    except NotPlaced:
        assert not page[start:end].replace("-", "").strip()
        return

    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    covered = "".join(
        character
        for character, (x, y) in zip(printed, middles, strict=True)
        if any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in found)
    )
    quote = page[start:end].replace("ﬁ", "fi")
    assert _words(covered).strip("-") == _words(quote).strip("-")


def _grid(printed: str) -> Any:
    """A box for each character: a line a row, a character a column."""
    boxes, row, column = [], 0, 0
    for character in printed:
        if character == "\n":
            row, column = row + 1, 0
        if character.isspace():
            boxes.append((np.nan,) * 4)
        else:
            boxes.append((column / 50, row / 10, (column + 1) / 50, (row + 0.9) / 10))
        column += character not in "\r\n"
    return np.array(boxes, dtype=np.float32).reshape(-1, 4)


@pytest.mark.parametrize(
    ("page", "quote", "printed", "covered"),
    [
        pytest.param("one two three", "two", "one two 3", ["two"], id="elsewhere_otherwise"),
        pytest.param("two one two", "two", "two one two 3", None, id="twice"),
        pytest.param("one two", "two", "one 2", None, id="not_drawn"),
        pytest.param("No. It is.", "No", "Nobody is.", None, id="begins_a_word"),
        pytest.param("No. It is.", "No", "Nobody is. No", ["No"], id="begins_one_word"),
    ],
)
def test_a_page_drawn_otherwise_than_it_was_read(
    page: str, quote: str, printed: str, covered: list[str] | None
) -> None:
    start = page.rindex(quote)
    boxes = _grid(printed)
    try:
        found = rectangles(page, start, start + len(quote), printed=printed, boxes=boxes)
    except NotPlaced:
        assert covered is None
        return
    at = printed.rindex(quote)
    assert covered == [quote]
    assert found == ((boxes[at, 0], boxes[at, 1], boxes[at + len(quote) - 1, 2], boxes[at, 3]),)


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_no_text_surprises(page: str, printed: str, start: int, end: int) -> None:
    try:
        found = rectangles(page, start, end, printed=printed, boxes=_grid(printed))
    except NotPlaced:
        return
    assert found
    assert all(0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1 for x0, y0, x1, y1 in found)
