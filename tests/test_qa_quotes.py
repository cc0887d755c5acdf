"""Every quote anywhere is its span of the canonical text, whatever the document holds."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from conftest import WordEmbedder
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import Library, SkippedFile, UnreadableFile, locate, token_counter
from index.reading import read
from qa import Answer, Bot, Whereabouts, answer_json, fingerprint, found_again

WORDS = st.sampled_from(
    [
        "zebra",
        "law",
        "e\u0301tude",
        "naïve",
        "👩‍🚀",
        "🏽",
        "שלום",
        "عالم",
        "日本語",
        "ﬁne",
        "co-\nop",
        "Mr.",
    ]
)
SEPARATORS = st.sampled_from(
    [" ", " ", " ", ". ", "\r\n", "\n\n", "\r", ".", "! ", "\u2028", "\t"]
)
TEXTS = st.lists(st.tuples(WORDS, SEPARATORS), min_size=1, max_size=60).map(
    lambda pairs: "".join(word + separator for word, separator in pairs)
)


def check(answer: Answer, library: Library) -> None:
    """Hold each excerpt to the document as the library returns it."""
    told = answer_json(answer)
    for excerpt, wire in zip(
        answer.excerpts + answer.closest, told["excerpts"] + told["closest"], strict=True
    ):
        document = library.document(excerpt.document.id)
        assert document is not None
        start, end = wire["span"]["start"], wire["span"]["end"]
        assert wire["quote"] == document.text[start:end] == excerpt.quote
        assert excerpt.quote == excerpt.quote.strip() != ""
        context = document.text[excerpt.context_start : excerpt.context_end]
        assert wire["before"] + wire["quote"] + wire["after"] == context
        assert locate(document, start, end) == excerpt.locator
        words = fingerprint(document.text, start, end)
        assert wire["link"] == f"/d/{document.id}/{start}-{end}-{words}"
        assert found_again(document, start, end, words) == Whereabouts("unchanged", start, end)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=3),
    question=TEXTS,
    suffix=st.sampled_from(["txt", "md", "html", "csv"]),
)
@example(texts=["zebra " * 33_334], question="zebra", suffix="txt")
@example(texts=["zebra" * 40_000], question="zebra", suffix="txt")
@example(texts=["日本語" * 5_000], question="日本", suffix="md")
def test_every_excerpt_equals_its_span(texts: list[str], question: str, suffix: str) -> None:
    with (
        TemporaryDirectory() as folder,
        Library.open(
            Path(folder), embedder=WordEmbedder(), count=token_counter(), create=True
        ) as library,
    ):
        with library.writer() as writer:
            for number, text in enumerate(texts):
                try:
                    reading = read(text.encode(), f"{number}.{suffix}")
                except (SkippedFile, UnreadableFile):
                    continue
                writer.add(
                    reading,
                    source=f"/{number}.{suffix}",
                    sha256=str(number),
                    fingerprint="",
                    bibliography={},
                )
        if not any(character.isalnum() for character in question):
            question += " zebra"
        for threshold in (0.0, 1.0):
            check(Bot(library, threshold=threshold).ask(question), library)


def test_every_excerpt_from_the_sample_documents_equals_its_span(seed_library: Library) -> None:
    bot = Bot(seed_library, threshold=0.5)
    lines = (Path(__file__).parent / "golden_questions.jsonl").read_text().splitlines()
    for line in lines:
        check(bot.ask(json.loads(line)["question"], limit=50), seed_library)
