"""A copy of a draft in its true wording, beside the draft."""

from pathlib import Path

from qa import Check, Draft, DraftError, Fixed, fixed


def write_fixed(draft: Draft, check: Check) -> tuple[Path, Fixed]:
    """Write the copy, never over a file that is there; raises `DraftError`.

    That of a Word document is Markdown. All copies are UTF-8; lines end as the draft's do.
    """
    path = Path(draft.name)
    copy = path.with_name(f"{path.stem}.fixed{'.md' if draft.converted else path.suffix}")
    made = fixed(check, markdown=draft.markdown)
    try:
        with copy.open("x", encoding="utf-8", newline=draft.line_end) as file:
            file.write(made.text)
    except FileExistsError as error:
        raise DraftError(f"{copy} is there already; move it away first") from error
    except OSError as error:
        raise DraftError(f"{copy} cannot be written: {error.strerror}") from error
    return copy, made
