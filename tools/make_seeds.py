"""Write the binary sample documents: `python tools/make_seeds.py [FOLDER]`.

The same words give the same bytes: dates are fixed, and nothing is compressed,
since compressed bytes depend on the zlib at hand.
"""

import argparse
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pptx
import seed_booklet as booklet
import seed_prose as prose
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from fpdf import FPDF, XPos, YPos
from openpyxl.styles import Font
from seed_epub import write_epub
from seed_shared import AUTHOR, blocks, one_line, write_archive

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def write_office_file(target: Path, saved: BytesIO, when: datetime) -> None:
    """Write what an Office library saved, with the time of saving replaced by `when`."""
    with ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in sorted(archive.namelist())}
    parts["docProps/core.xml"] = re.sub(
        rb"(<dcterms:modified[^>]*>)[^<]*",
        rb"\g<1>" + when.strftime("%Y-%m-%dT%H:%M:%SZ").encode(),
        parts["docProps/core.xml"],
    )
    first = "[Content_Types].xml"
    write_archive(target, {first: parts.pop(first), **parts})


class Booklet(FPDF):
    """Small pages with their printed label at the foot."""

    def footer(self) -> None:
        """Print the page's label, except on the title page."""
        if self.page_no() > 1:
            self.set_y(-14)
            self.set_font("Times", size=10)
            self.cell(0, 6, self.get_page_label(), align="C")

    def heading(self, level: int, text: str) -> None:
        """Print a heading with its bookmark, on the page of the lines that follow it."""
        if self.will_page_break(30):
            self.add_page()
        self.ln(4 if level == 1 else 1)
        self.start_section(text, level=level - 1)
        self.set_font("Times", style="B" if level == 1 else "I", size=14 if level == 1 else 12)
        self.line_of_text(text, 8)

    def line_of_text(self, text: str, height: float = 5.5, align: str = "L") -> None:
        """Print text over the whole width and go to the next line."""
        self.multi_cell(0, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def body(self, source: str) -> None:
        """Print headings and paragraphs."""
        for level, text in blocks(source):
            if level:
                self.heading(level, text)
            else:
                self.set_font("Times", size=11.5)
                self.line_of_text(text)
                self.ln(2.5)


def write_booklet(target: Path) -> None:
    """Write the PDF: three pages of front matter (i to iii), then pages 1, 2, 3, ..."""
    pdf = Booklet(format=(115, 170))
    pdf.core_fonts_encoding = "windows-1252"  # curly quotes and dashes
    pdf.set_compression(False)
    pdf.set_creation_date(datetime(2026, 1, 12, 9, tzinfo=UTC))
    pdf.set_title(booklet.TITLE)
    pdf.set_author(AUTHOR)
    pdf.set_lang("en")
    pdf.set_producer("fpdf2")
    pdf.set_margins(16, 16)
    pdf.set_auto_page_break(True, margin=18)

    pdf.add_page(label_style="r")
    pdf.set_y(50)
    pdf.set_font("Times", style="B", size=22)
    pdf.line_of_text(booklet.TITLE, 12, "C")
    pdf.set_font("Times", size=13)
    pdf.line_of_text(booklet.SUBTITLE, 8, "C")
    pdf.line_of_text(AUTHOR, 8, "C")
    pdf.add_page()
    pdf.heading(1, "About this booklet")
    pdf.body(booklet.ABOUT)
    pdf.add_page()
    pdf.heading(1, "Contents")
    pdf.set_font("Times", size=11.5)
    for level, text in blocks(booklet.BODY):
        if level == 1:
            pdf.line_of_text(text)
    pdf.add_page(label_style="D", label_start=1)
    pdf.body(booklet.BODY)
    pdf.output(str(target))


def write_style_guide(target: Path) -> None:
    """Write the Word document: headings, a table and a list."""
    document = docx.Document()
    about = document.core_properties
    about.title, about.author, about.language = prose.GUIDE_TITLE, AUTHOR, "en"
    about.comments = about.last_modified_by = ""
    about.created = about.modified = when = datetime(2026, 2, 2, 9, tzinfo=UTC)
    document.add_heading(prose.GUIDE_TITLE, level=0)
    _add_blocks(document, prose.GUIDE_INTRODUCTION)
    table = document.add_table(rows=0, cols=3, style="Table Grid")
    for row in prose.GUIDE_TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    _add_blocks(document, prose.GUIDE_CHECKLIST)
    _drop_unused_styles(document)
    document.save(saved := BytesIO())
    write_office_file(target, saved, when)


def _add_blocks(document: DocxDocument, source: str) -> None:
    for level, text in blocks(source):
        if level > 0:
            document.add_heading(text, level=level)
        else:
            document.add_paragraph(text, style="List Bullet" if level else None)


def _drop_unused_styles(document: DocxDocument) -> None:
    """Remove what the library's template brings along: nine tenths of the file's size."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", "Table Grid"):
            style.delete()
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            document.part.drop_rel(key)


def write_workbook(target: Path) -> None:
    """Write the workbook: one sheet of deadlines, one of corrections."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = "Newsroom deadlines", AUTHOR
    book.properties.created = when = datetime(2026, 3, 9, 9)
    for title, rows in (("Deadlines", prose.DEADLINES), ("Corrections", prose.CORRECTIONS)):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    book.save(saved := BytesIO())
    write_office_file(target, saved, when)


def write_talk(target: Path) -> None:
    """Write the slides, with speaker notes."""
    deck = pptx.Presentation()
    about = deck.core_properties
    about.title, about.author = prose.TALK_TITLE, AUTHOR
    about.last_modified_by = ""
    about.created = about.modified = when = datetime(2026, 3, 16, 9, tzinfo=UTC)
    opening = deck.slides.add_slide(deck.slide_layouts[0])
    opening.shapes.title.text = prose.TALK_TITLE
    opening.placeholders[1].text = prose.TALK_SUBTITLE
    opening.notes_slide.notes_text_frame.text = one_line(prose.TALK_OPENING_NOTES)
    for title, points, notes in prose.TALK_SLIDES:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(points)
        slide.notes_slide.notes_text_frame.text = one_line(notes)
    deck.save(saved := BytesIO())
    write_office_file(target, saved, when)


def main() -> None:
    """Write every binary sample document into the folder given, or into `seeds/`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=SEEDS, help="where to write them")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in WRITERS.items():
        write(folder / name)
        print(folder / name)


WRITERS = {
    "pinpoint-citations.pdf": write_booklet,
    "style-guide.docx": write_style_guide,
    "history-of-footnotes.epub": write_epub,
    "deadlines.xlsx": write_workbook,
    "talk.pptx": write_talk,
}

if __name__ == "__main__":
    main()
