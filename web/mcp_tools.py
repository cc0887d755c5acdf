"""The tools that an assistant is given: what Pincite answers, and how that is to be told.

Their docstrings are what the assistant reads.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from anyio import from_thread
from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, TextContent
from pydantic import Field
from typing_extensions import TypedDict

from index import Document, FileState, Library, PinciteError
from qa import (
    SCHEMA,
    AnswerJson,
    CheckJson,
    FileJson,
    Place,
    SpanJson,
    Turn,
    WordingJson,
    answer_in_formats,
    check_draft,
    check_json,
    file_json,
    find_words,
    span_in_formats,
    wording_in_formats,
)
from web.crowd import Crowd
from web.finding import found_files
from web.mcp_arguments import After, Authors, Before, Earlier, Formats, Tags, Within, chosen
from web.mcp_library import OpenedLibrary

LONGEST_SPAN = 10_000

# They wait in threads, of which there are 40: some stay free for what is quickly told.
_MOST_WAITING = 20
# One takes as long as many questions.
_MOST_DRAFTS_WAITING = 4


class NoDocument(PinciteError):
    """There is no document of an id; the message names it."""


class FilesJson(TypedDict):
    """Some of the `total` files found, by path; `next` is the cursor of the rest, or null."""

    schema: int
    total: int
    documents: list[FileJson]
    next: str | None


class Tools:
    """What can be asked of a library; safe to call from many threads."""

    def __init__(self, opened: OpenedLibrary) -> None:
        self._opened = opened
        self._crowd = Crowd(most_waiting=_MOST_WAITING)
        self._drafts = Crowd(at_once=1, most_waiting=_MOST_DRAFTS_WAITING)

    def ask(
        self,
        question: Annotated[
            str,
            Field(
                description="A whole question. A phrase in quotation marks must stand in what is "
                "found, letter by letter."
            ),
        ],
        limit: Annotated[int, Field(ge=1, le=50, description="The most excerpts.")] = 5,
        within: Within = (),
        author: Authors = (),
        tag: Tags = (),
        after: After = None,
        before: Before = None,
        formats: Formats = (),
        follow_up_to: Earlier = (),
    ) -> Annotated[CallToolResult, AnswerJson]:
        """Ask the user's own documents a question; get the exact words that answer it.

        Each of the `excerpts`, best first, has a `quote`, verbatim, and a `citation` that names
        the source and the place. Give the quote letter by letter, in quotation marks, with its
        citation; never reword, mend or shorten what stands in quotation marks.

        Where `answered` is false, the documents do not say: tell the user just that, “Your
        documents do not say”, and do not answer from elsewhere as if they did. `closest` came
        nearest and answers nothing. `before` and `after` are the sentences around a quote, `also`
        are other documents that say the same in the same words, `answer_span` the document's
        characters that seem to be the answer itself.
        """
        only = chosen(within, author, tag, after, before)
        with self._crowd.turn():
            answer = self._opened.bot().ask(
                question, limit=limit, only=only, history=[Turn(one) for one in follow_up_to]
            )
        told = answer_in_formats(answer, formats)
        if told["answered"]:
            return _result(told)
        return _result(told, "Your documents do not say. What is closest answers nothing.")

    def quote(
        self,
        words: Annotated[
            str, Field(description="The words to look for, without quotation marks around them.")
        ],
        limit: Annotated[int, Field(ge=1, le=100, description="The most places of a kind.")] = 10,
        within: Within = (),
        author: Authors = (),
        tag: Tags = (),
        after: After = None,
        before: Before = None,
        formats: Formats = (),
    ) -> Annotated[CallToolResult, WordingJson]:
        """Find where words stand in the user's documents, to check or to cite a quotation.

        Typography and case make no difference; `quote` is what the document has: give that,
        letter by letter, with its `citation`. `exact` are the first of `total` places where the
        words stand word for word. Where `total` is 0 they stand nowhere: tell the user so, and
        never present them as a quotation.

        `near` are places that come near; `changes` tell how the user's words (`theirs`) differ
        from the document's (`ours`): give the document's. `alike` are passages that say it in
        other words, and are no source of the quotation.
        """
        only = chosen(within, author, tag, after, before)
        with self._crowd.turn():
            found = find_words(
                self._opened.library(),
                words,
                only=only,
                most=limit,
                threshold=self._opened.threshold,
            )
        told = wording_in_formats(found, formats)
        if told["total"]:
            return _result(told)
        return _result(told, "These words stand nowhere in your documents.")

    def check(
        self,
        context: Context[Any, Any],
        draft: Annotated[str, Field(description="The whole text, as it stands.")],
        markdown: Annotated[
            bool, Field(description="Whether the draft is Markdown; else it is plain text.")
        ] = True,
        claims: Annotated[
            bool,
            Field(description="Whether to look up sentences without quotation, too: slower."),
        ] = True,
        within: Within = (),
        author: Authors = (),
        tag: Tags = (),
        after: After = None,
        before: Before = None,
    ) -> Annotated[CallToolResult, CheckJson]:
        """Check every quotation and citation of a draft against the user's documents.

        The `verdict` of each of the `quotations`: *exact*; *elided* (words are left out or in
        brackets, as they may be); *altered* (`changes` tell how the draft's words, `theirs`,
        differ from the source's, `ours`); *misattributed* (another source than the one `cited`
        has them: see `places`); *wrong page*; *not found*; *not judged*. Tell the user each
        one that is not exact or elided, with its `remark`; give the true wording from `places`
        or `changes`, letter by letter, and invent none. A citation with no `documents` names
        none of the user's.

        `claims` are sentences with a number, date or name. *Supported* says that a passage,
        the `place`, speaks of all that the sentence names, not that the sentence is true; else
        `missing` is what the nearest passage lacks. Never call a claim true or false for it.

        A `span` counts the characters of the draft. Long drafts take minutes.
        """

        def report(done: int, total: int) -> None:
            # Raises where the request was cancelled.
            from_thread.check_cancelled()
            from_thread.run(context.report_progress, done, total)

        only = chosen(within, author, tag, after, before)
        with self._drafts.turn():
            found = check_draft(
                self._opened.library(),
                draft,
                markdown=markdown,
                only=only,
                look_up=claims,
                threshold=self._opened.threshold,
                done=report,
            )
        if found.passes:
            return _result(check_json(found))
        return _result(
            check_json(found),
            "Not all of this draft is as the documents have it: tell what is not.",
        )

    def documents(
        self,
        find: Annotated[
            str, Field(description="Words of a title, author, date, path or tag; none for all.")
        ] = "",
        state: Annotated[FileState | None, Field(description="Only files that ended so.")] = None,
        limit: Annotated[int, Field(ge=1, le=500, description="The most files to list.")] = 50,
        cursor: Annotated[str | None, Field(description="`next` of the list before.")] = None,
    ) -> Annotated[CallToolResult, FilesJson]:
        """List the user's documents: titles, authors, dates, tags, ids, citation keys.

        All files that were looked at are listed, by path. One whose `id` is null gave no
        document, for the `reason` told, and is neither searched nor quoted. The `id` is what
        other tools call the document, and what `within` takes.
        """
        files = found_files(self._opened.library().files(), find, state)
        left = [file for file in files if cursor is None or file.source > cursor]
        shown = left[:limit]
        told: FilesJson = {
            "schema": SCHEMA,
            "total": len(files),
            "documents": [file_json(file) for file in shown],
            "next": shown[-1].source if len(shown) < len(left) else None,
        }
        return _result(told)

    def read_span(
        self,
        document: Annotated[str, Field(description="The document's id.")],
        start: Annotated[int, Field(ge=0, description="The first character, counted from 0.")],
        end: Annotated[
            int, Field(ge=1, description=f"Behind the last; at most {LONGEST_SPAN} after start.")
        ],
        formats: Formats = (),
    ) -> Annotated[CallToolResult, SpanJson]:
        """Read characters of a document, verbatim, with their place and citation.

        `start` and `end` are those of a result's `span`, or lie around it to read what stands
        before and after; what lies beyond the end of the text, which has `characters`, is left
        out: see the `span` that comes back.
        """
        found = document_of(self._opened.library(), document)
        length = len(found.text)
        if start >= min(end, length):
            raise PinciteError(
                f"there are no characters from {start} to {end}; {document!r} has {length}, and "
                "start must be before end"
            )
        if end - start > LONGEST_SPAN:
            raise PinciteError(
                f"{end - start} characters are too many at once; read {LONGEST_SPAN} at most, "
                "and go on from there"
            )
        return _result(span_in_formats(Place(found, start, min(end, length)), formats))


def document_of(library: Library, document_id: str) -> Document:
    """The document of an id; raises `NoDocument` if there is none."""
    found = library.document(document_id)
    if found is None:
        raise NoDocument(
            f"there is no document {document_id!r}; it may have been removed, and `documents` "
            "lists those that are there"
        )
    return found


def _result(told: Mapping[str, Any], remark: str = "") -> CallToolResult:
    """What is told, as it is and as text, after a remark that must not be overlooked."""
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(
        content=[TextContent(text=text) for text in (remark, written) if text],
        structured_content=dict(told),
    )
