"""What is in drafts as SARIF 2.1.0, the form that editors and code hosts read findings in."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from index import absolute
from qa import Check, Draft, rewording
from web.check_findings import LEVELS, MEANINGS, Finding, Kind, Lines, findings
from web.draft_names import STANDARD_INPUT, readable

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_RULES: tuple[Kind, ...] = tuple(kind for kind, level in LEVELS.items() if level != "none")
# Where in its file a finding stands plays no part in it, nor do the lines above.
_FINGERPRINT = "pinciteWords/v1"


def sarif(checked: Sequence[tuple[Draft, Check]], refused: Sequence[str] = ()) -> dict[str, Any]:
    """One run over all the drafts, as plain values; `refused` says which were not checked.

    Only what is not fine is a result.
    """
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Pincite",
                        "rules": [_rule(kind) for kind in _RULES],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not refused,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": _message(reason)} for reason in refused
                        ],
                    }
                ],
                "results": [
                    result for draft, check in checked for result in _results(draft, check)
                ],
            }
        ],
    }


def _rule(kind: Kind) -> dict[str, Any]:
    return {
        "id": _rule_id(kind),
        "name": "".join(word.capitalize() for word in kind.split()),
        "shortDescription": _message(MEANINGS[kind]),
        "defaultConfiguration": {"level": LEVELS[kind]},
    }


def _rule_id(kind: Kind) -> str:
    return kind.replace(" ", "-")


def _results(draft: Draft, check: Check) -> Iterator[dict[str, Any]]:
    lines = Lines(check.draft)
    artifact = _artifact(draft.name)
    seen: Counter[str] = Counter()
    for one in findings(check):
        if one.level == "none":
            continue
        same = hashlib.sha256(f"{one.kind}\0{' '.join(one.words.split())}".encode()).hexdigest()
        seen[same] += 1
        # The lines of a text that was converted are not those of its file.
        place = {} if draft.converted else {"region": _region(lines, one.start, one.end)}
        result = {
            "ruleId": _rule_id(one.kind),
            "ruleIndex": _RULES.index(one.kind),
            "level": one.level,
            "message": _message(_said(one)),
            "locations": [{"physicalLocation": {"artifactLocation": artifact, **place}}],
            "partialFingerprints": {_FINGERPRINT: f"{same}:{seen[same]}"},
        }
        if fix := _fix(draft, check, lines, one):
            changed = {"artifactLocation": artifact, "replacements": [fix]}
            said = _message("Take the true wording.")
            result["fixes"] = [{"description": said, "artifactChanges": [changed]}]
        yield result


def _said(one: Finding) -> str:
    parts = [f"{one.title[0].upper()}{one.title[1:]}: “{' '.join(one.words.split())}”."]
    if one.wording:
        parts.append(f"The source has “{one.wording}”.")
    elif one.kind not in {"unsupported", "unknown source", "doubtful citation"}:
        parts.append(one.meaning)
    if one.cited:
        parts.append(f"Cited: {one.cited}.")
    if one.remark:
        parts.append(f"{one.remark[0].upper()}{one.remark[1:]}.")
    if one.places:
        parts.append(f"{one.places_told}: {'; '.join(place.citation for place in one.places)}")
    return " ".join(parts)


def _fix(draft: Draft, check: Check, lines: Lines, one: Finding) -> dict[str, Any] | None:
    if one.checked is None or draft.converted or draft.name == STANDARD_INPUT:
        return None
    edit = rewording(check.draft, one.checked, markdown=draft.markdown)
    if edit is None:
        return None
    region = _region(lines, edit.start, edit.end)
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _region(lines: Lines, start: int, end: int) -> dict[str, int]:
    """The end is that of the character after, as SARIF counts."""
    (line, column), (last_line, last_column) = lines.at(start), lines.at(end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": last_line,
        "endColumn": last_column,
    }


def _message(text: str) -> dict[str, str]:
    """A message: in its text, braces are doubled, for single ones stand for arguments."""
    return {"text": readable(text).replace("{", "{{").replace("}", "}}")}


def _artifact(name: str) -> dict[str, Any]:
    """What a draft is; standard input is no file."""
    if name == STANDARD_INPUT:
        return {"description": _message(name)}
    return {"uri": _uri(name)}


def _uri(name: str) -> str:
    """A draft as it is found from the current folder; one from elsewhere by its whole address."""
    path, here = absolute(Path(name)), Path.cwd()
    if path.is_relative_to(here):
        return quote(os.fsencode(path.relative_to(here)))
    return path.as_uri()
