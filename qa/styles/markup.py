"""Text of documents inside Markdown, HTML and LaTeX, where it must not become markup."""

import html
import re

# What Markdown or its common extensions would take for markup, for a link or for an emoji.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~&$^{}@]|:(?=//|[\w+-]+:)|(?<=www)\.", re.IGNORECASE)
# And, at the beginning of a line, for code, a list, a heading, a table or a rule.
_OPENING = re.compile(r"(?P<digits>\d{0,9})(?P<sign>[-+=:.)]|[ \t])")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_LATEX = {
    "\\": r"\textbackslash{}",
    # Not `\{`: BibTeX counts its brace as one that opens.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")


def escaped(text: str) -> str:
    """Text within one line, as Markdown renders just that."""
    return _MARKDOWN.sub(r"\\\g<0>", text).replace("\r", "&#13;")


def markdown_line(line: str) -> str:
    """One whole line of text that Markdown renders as just that."""
    safe = escaped(line)
    opening = _OPENING.match(safe)
    if opening is None:
        return safe
    sign = opening["sign"]
    shown = f"&#{ord(sign)};" if sign.isspace() else f"\\{sign}"
    return f"{opening['digits']}{shown}{safe[opening.end() :]}"


def block_quote(text: str) -> str:
    """The text as a block quote of Markdown, line by line."""
    return "\n".join(f"> {markdown_line(line)}".rstrip() for line in text.split("\n"))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a quote, each on one line."""
    return [" ".join(one.split()) for one in _PARAGRAPH_BREAK.split(text) if one.strip()]


def in_html(text: str) -> str:
    """The text as HTML, also within an attribute; what HTML cannot hold is a space."""
    return html.escape(_CONTROL.sub(" ", text))


def in_latex(text: str) -> str:
    """The text as LaTeX, on one line."""
    return "".join(_LATEX.get(sign, sign) for sign in " ".join(_CONTROL.sub(" ", text).split()))
