"""A page of checked drafts that needs nothing else: no server, no network, no script."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa import Check, Draft
from web.check_view import check_view
from web.draft_names import shown
from web.texts import say

_HERE = Path(__file__).parent


def check_html(checked: Sequence[tuple[Draft, Check]]) -> str:
    """The page as HTML."""
    views = [
        check_view(shown(draft), check, prefix=f"{number}-" if len(checked) > 1 else "")
        for number, (draft, check) in enumerate(checked, 1)
    ]
    styles = [(_HERE / "static" / name).read_text("utf-8") for name in ("style.css", "check.css")]
    return _environment().get_template("checked.html").render(views=views, styles=styles)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals.update(say=say)
    return environment
