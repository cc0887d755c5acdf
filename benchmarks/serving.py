"""The page and the server over a library of 10,000 passages: painting, answering, a crowd.

Run with `make bench-serving`, with nothing else running; needs Chromium for the page.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from get_browser import find_chromium
from playwright.sync_api import sync_playwright

from benchmarks.bench import (
    add_data_option,
    add_library_options,
    add_output_option,
    spread,
)
from benchmarks.browsing import browse
from benchmarks.growing import Copying, documents, grow, material
from benchmarks.people import Asked, ask_together, by_program, in_conversation
from benchmarks.plots import draw_serving
from benchmarks.servers import Server
from index import Library, Reader, SentenceEmbedder, token_counter

_QUESTIONS = 400
_BROWSED = 60
_TIMES = 10
_VIEWS = ("/", "/library")


def main() -> None:
    """Fill a library, serve it, visit and ask it, and write the table and the plot."""
    arguments = _arguments()
    sources, questions = material(arguments.data, _QUESTIONS)
    with tempfile.TemporaryDirectory() as folder:
        library = arguments.library or Path(folder)
        model = SentenceEmbedder()
        embedder = Copying(model)
        with Library.open(
            library, embedder=embedder, count=token_counter(), create=True
        ) as filled:
            passages = grow(filled, documents(sources, embedder), arguments.size)
            files = filled.document_count()
        print(f"{passages:,} passages of {files:,} documents")
        with Server(library) as server:
            rows = _browsed(server.address, questions[:_BROWSED])
            crowds = {
                name: ask_together(
                    server.address,
                    questions,
                    way,
                    people=arguments.people,
                    seconds=arguments.seconds,
                )
                for name, way in (("programs", by_program), ("conversations", in_conversation))
            }
        rows.append(("passages that the reader reads", str(Reader(model, library).candidates)))
    for name, asked in crowds.items():
        rows += _crowd_rows(f"{arguments.people} at once, {name}", asked)
        for problem in asked.errors[:5]:
            print(f"error: {problem}", file=sys.stderr)
    _write(rows, crowds, arguments.output)


def _browsed(address: str, questions: Sequence[str]) -> list[tuple[str, str]]:
    with sync_playwright() as playwright:
        chromium = find_chromium(playwright)
    if chromium is None:
        print("skipped: the page; there is no Chromium here, get one with tools/get_browser.py")
        return []
    found = browse(address, chromium, questions, _VIEWS, _TIMES)
    rows = []
    for view in _VIEWS:
        rows.append((f"first paint of `{view}`, empty cache", spread(found.painted_ms[view])))
        rows.append((f"weight of `{view}`", f"{found.bytes[view] / 1000:.0f} kB"))
    rows.append(("Enter to answer painted, new conversation", spread(found.first_ms)))
    rows.append(("Enter to answer painted, next question", spread(found.next_ms)))
    return rows


def _crowd_rows(name: str, asked: Asked) -> list[tuple[str, str]]:
    return [
        (f"{name}: answers a second", f"{len(asked.answers_ms) / asked.seconds:.1f}"),
        (f"{name}: time of an answer", spread(asked.answers_ms)),
        (f"{name}: slowest health check", f"{max(asked.health_ms):.0f} ms"),
        (f"{name}: errors", f"{len(asked.errors):,} of {len(asked.answers_ms):,}"),
    ]


def _write(rows: Sequence[tuple[str, str]], crowds: dict[str, Asked], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["| | measured |", "|---|---:|", *(f"| {name} | {told} |" for name, told in rows)]
    (folder / "serving.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "serving.json").write_text(
        json.dumps(dict(rows), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    draw_serving(crowds, folder / "serving.png")
    print(re.sub("[|`]", " ", "\n".join(lines[2:])))
    print(f"wrote serving.json, serving.md, serving.png into {folder}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=32, help="how many ask at once")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long they ask")
    add_library_options(parser)
    add_data_option(parser)
    add_output_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
