"""Answers for tests of how they are rendered: everyday ones, and hostile ones of any size."""

from typing import Any

from hypothesis import strategies as st

from qa import AnswerJson, ExcerptJson, PlaceJson

BASE = "https://pincite.example"

HOSTILE = [
    *("<!channel>", "<!here|x>", "<@U024BE7LH>", "<#C024BE7LR>", "<!subteam^S1>", "@channel"),
    *("<https://evil.example|look>", "https://evil.example/a?b", "www.evil.example", "evil.py"),
    *("[look](https://evil.example)", "![x](//evil.example)", "[x]: //evil.example", "a@evil.com"),
    *("*bold*", "_so_", "~gone~", "`code`", "```", ":tada:", "# Head", "> ", "1. ", "- ", "| a |"),
    *(
        "\n",
        "\n\n",
        "\r\n",
        "---|---",
        "===",
        "    ",
        "\t",
        "&amp;",
        "&",
        "\\",
        '"',
        "\u0000",
        "\u202e",
    ),
    *("A sentence stands here. ", "Does it end? ", "第一句。", "word ", "e\u0301", "👩‍👩‍👧"),
]

texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=12).map("".join)
quotes = st.builds(
    lambda text, times: (text * times)[:20_000],
    texts.filter(str.strip),
    st.sampled_from([1, 1, 1, 40, 1000]),
)


def place(quote: str = "It was opened in 1931.", **changed: Any) -> PlaceJson:
    """Where a quote stands."""
    told: Any = {
        "quote": quote,
        "header": "",
        "document": {"id": "d", "title": "T", "author": None, "date": None, "source": "/t.txt"},
        "span": {"start": 0, "end": len(quote)},
        "locator": {},
        "citation": "“The bridge”, line 3.",
        "link": f"/d/abc/0-{len(quote)}-abcdefghijkl3",
    }
    told.update(changed)
    place: PlaceJson = told
    return place


def excerpt(number: int = 1, quote: str = "It was opened in 1931.", **changed: Any) -> ExcerptJson:
    """An excerpt, by default an everyday one."""
    told: Any = {
        "number": number,
        "before": "",
        "after": "",
        "score": 0.9,
        "answer_span": None,
        "also": [],
    }
    told.update(place(quote), **changed)
    excerpt: ExcerptJson = told
    return excerpt


def answer(*excerpts: ExcerptJson, answered: bool = True, **changed: Any) -> AnswerJson:
    """An answer that quotes these, or says that nothing answers and that these come closest."""
    told: Any = {
        "schema": 1,
        "question": "When was the bridge opened?",
        "searched": "When was the bridge opened?",
        "answered": answered,
        "confidence": 0.93,
        "excerpts": list(excerpts) if answered else [],
        "closest": [] if answered else list(excerpts),
        "took_ms": 31.4,
    }
    told.update(changed)
    answer: AnswerJson = told
    return answer


places = st.builds(
    place, quotes, header=texts, citation=texts.map(lambda text: f"“{text}”, p. 1.")
)


@st.composite
def answers(draw: st.DrawFn) -> AnswerJson:
    """Any answer that documents made by an enemy could lead to."""
    excerpts = [
        excerpt(
            number,
            draw(quotes),
            before=draw(texts),
            after=draw(quotes),
            header=draw(quotes),
            citation=f"“{draw(quotes)}”, p. 1.",
            also=draw(st.lists(places, max_size=5)),
        )
        for number in range(1, draw(st.integers(1, 6)) + 1)
    ]
    question = draw(quotes)
    return answer(
        *(excerpts * draw(st.sampled_from([1, 1, 12]))),
        answered=draw(st.booleans()),
        question=question,
        searched=draw(st.just(question) | quotes),
        **({"withheld": [9]} if draw(st.booleans()) else {}),
    )
