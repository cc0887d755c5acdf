"""The public sets, loaded into one shape. Where each comes from: benchmarks/README.md."""

import csv
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from benchmarks.shapes import Question, QuestionSet, Range, Source
from index import Reading
from index.reading.process import ReaderProcess

_CORPORA = ("chatlogs", "finance", "pubmed", "state_of_the_union", "wikitexts")
_SEED = 5
_ALL = 1_000_000

# Of SQuAD 2.0 and of the articles that only 1.1 has.
_REPORTED, _FITTED, _FITTED_OLDER = slice(4, None, 5), slice(2, None, 5), slice(1, None, 4)
_MISLEADING = 0.15

Part = Literal["learn", "fit", "report"]
"""What the reader learns from, what its weights are fitted to, and what reports how well."""


def squad(data: Path, most: int) -> QuestionSet:
    """All articles of SQuAD 2.0 (dev), each paragraph a document; half as many unanswerable.

    What is asked is about the articles that the reader has not learnt from.
    """
    articles = read_json(data / "squad" / "squad_v2.json")["data"]
    asked = list(_squad_questions(articles[_REPORTED]))
    answered = [question for question in asked if question.answerable]
    silent = [question for question in asked if not question.answerable]
    return QuestionSet(
        "squad",
        list(squad_paragraphs(articles)),
        [*_sample(answered, most), *_sample(silent, most // 2)],
    )


def foreign(data: Path, most: int) -> QuestionSet:
    """Every second article of SQuAD 2.0, and as many questions about the articles left out.

    What is asked is about articles that the reader has not learnt from.
    """
    articles = read_json(data / "squad" / "squad_v2.json")["data"]
    kept, reported = articles[1::2], articles[_REPORTED]
    titles = {one["title"] for one in kept}
    about = [one for one in reported if one["title"] in titles]
    left_out = [one for one in reported if one["title"] not in titles]
    own = [question for question in _squad_questions(about) if question.answerable]
    other = [question for question in _squad_questions(left_out) if question.answerable]
    return QuestionSet(
        "foreign",
        list(squad_paragraphs(kept)),
        [
            *_sample(own, most // 2),
            *(Question(question.text) for question in _sample(other, most // 2)),
        ],
    )


def squad_tuning(data: Path, most: int) -> QuestionSet:
    """Every second of the articles that only SQuAD 1.1 has, and what is asked about the others."""
    articles = read_json(data / "squad" / "squad_v1_other_articles.json")["data"]
    kept, left_out = articles[1::2], articles[::2]
    return QuestionSet(
        "squad 1.1",
        list(squad_paragraphs(kept)),
        [
            *_sample(list(_squad_questions(kept)), most // 2),
            *(Question(one.text) for one in _sample(list(_squad_questions(left_out)), most // 2)),
        ],
    )


def squad_parts(data: Path) -> dict[str, Part]:
    """What each article is for, by its title, where the reader is concerned."""
    newer = read_json(data / "squad" / "squad_v2.json")["data"]
    older = read_json(data / "squad" / "squad_v1_other_articles.json")["data"]
    parts: dict[str, Part] = {one["title"]: "learn" for one in (*newer, *older)}
    parts |= {one["title"]: "fit" for one in (*newer[_FITTED], *older[_FITTED_OLDER])}
    return parts | {one["title"]: "report" for one in newer[_REPORTED]}


def squad_reading(data: Path, most: int) -> QuestionSet:
    """What the weights of the reader's evidence are fitted to, none of which it has learnt.

    Half are questions that an article answers. Of the others most are about an article that is
    left out, for so are most that people ask in vain; some are written to mislead.
    """
    parts = squad_parts(data)
    newer = read_json(data / "squad" / "squad_v2.json")["data"]
    older = read_json(data / "squad" / "squad_v1_other_articles.json")["data"]
    asked = list(_squad_questions([one for one in newer if parts[one["title"]] == "fit"]))
    left_out = [one for one in older if parts[one["title"]] == "fit"]
    foreign_ones = list(_squad_questions(left_out))
    misleading = int(_MISLEADING * most / 2)
    kept = [one for one in newer if parts[one["title"]] != "report"]
    kept += [one for one in older if parts[one["title"]] == "learn"]
    return QuestionSet(
        "squad, kept back",
        list(squad_paragraphs(kept)),
        [
            *_sample([one for one in asked if one.answerable], most // 2),
            *_sample([one for one in asked if not one.answerable], misleading),
            *(Question(one.text) for one in _sample(foreign_ones, most // 2 - misleading)),
        ],
    )


def chunking(data: Path, most: int) -> QuestionSet:
    """The five corpora of the chunking evaluation as one library, with its marked ranges."""
    folder = data / "chunking_evaluation"
    texts = {
        name: (folder / "corpora" / f"{name}.md").read_text(encoding="utf-8") for name in _CORPORA
    }
    with (folder / "questions_df.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    questions = []
    for row in rows:
        corpus = row["corpus_id"]
        marked = []
        for one in json.loads(row["references"]):
            if texts[corpus][one["start_index"] : one["end_index"]] != one["content"]:
                msg = f"{corpus}.md does not hold {one['content']!r} at {one['start_index']}"
                raise ValueError(msg)
            marked.append(Range(corpus, one["start_index"], one["end_index"]))
        questions.append(Question(row["question"], {corpus: 1}, marked=(tuple(marked),)))
    sources = [
        Source(name, Reading(text=text, media_type="text/plain")) for name, text in texts.items()
    ]
    return QuestionSet("chunking", sources, _sample(questions, most))


def scifact(data: Path, most: int) -> QuestionSet:
    """The abstracts of SciFact and its training claims, each with the abstracts it cites."""
    sources = [
        _text_source(one["_id"], one["text"], one["title"])
        for one in lines(data / "scifact" / "corpus.jsonl")
    ]
    claims = [claim for _, claim in scifact_claims(data)]
    return QuestionSet("scifact", sources, _sample(claims, most))


def scifact_claims(data: Path) -> list[tuple[str, Question]]:
    """SciFact's training claims, each with the id under which its evidence is told."""
    folder = data / "scifact"
    cited: dict[str, dict[str, int]] = {}
    with (folder / "qrels_train.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            cited.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return [
        (claim["_id"], Question(claim["text"], cited[claim["_id"]]))
        for claim in lines(folder / "queries_train.jsonl")
        if claim["_id"] in cited
    ]


def clapnq(data: Path, most: int) -> QuestionSet:
    """The passages of CLAPnq's two files, with the sentences that people marked."""
    sources: dict[str, Source] = {}
    sentences: dict[str, tuple[Range, ...]] = {}
    questions: list[Question] = []
    for name in ("answerable", "unanswerable"):
        for row in lines(data / "clapnq" / f"{name}.jsonl"):
            (passage,) = row["passages"]
            text = passage["text"]
            # One passage stands in both files: it is one document.
            key = sha256(text.encode()).hexdigest()[:16]
            sources[key] = _text_source(key, text, passage["title"])
            sentences[key] = tuple(located(key, text, passage["sentences"]))
            chosen = [
                tuple(sentences[key][passage["sentences"].index(one)] for one in found)
                for found in (output["selected_sentences"] for output in row["output"])
                if found
            ]
            relevant = {key: 1} if name == "answerable" else {}
            questions.append(
                Question(row["input"], relevant, marked=tuple(chosen), written_on=key)
            )
    return QuestionSet("clapnq", list(sources.values()), _sample(questions, most), sentences)


def cranfield(data: Path, most: int) -> QuestionSet:
    """Cranfield's abstracts and queries; grades from 4, a complete answer, to 1."""
    folder = data / "cranfield"
    sources = []
    for number, parts in enumerate(_records(folder / "cran.all.1400"), start=1):
        # Two of the 1,400 are empty.
        if "W" in parts:
            sources.append(_text_source(str(number), parts["W"], " ".join(parts["T"].split())))
    grades: dict[int, dict[str, int]] = {}
    for line in (folder / "cranqrel").read_text(encoding="ascii").splitlines():
        query, document, code = line.split()
        # Its codes run from 1, a complete answer, to 4, of minimum interest.
        grades.setdefault(int(query), {})[document] = 5 - int(code)
    queries = enumerate(_records(folder / "cran.qry"), start=1)
    questions = [
        Question(" ".join(parts["W"].split()), grades[number]) for number, parts in queries
    ]
    return QuestionSet("cranfield", sources, _sample(questions, most))


def financebench(data: Path, most: int) -> QuestionSet:
    """Filings of FinanceBench, read from their PDFs; what is marked is the evidence's pages."""
    folder = data / "financebench"
    sources: dict[str, Source] = {}
    pages: dict[str, list[Range]] = {}
    with ReaderProcess(seconds=300) as reader:
        for path in sorted((folder / "pdfs").glob("*.pdf")):
            reading = reader.read(path, sha256(path.read_bytes()).hexdigest())
            starts = [mark.start for mark in reading.landmarks if mark.kind == "page"]
            edges = pairwise([*starts, len(reading.text)])
            sources[path.stem] = Source(path.stem, reading)
            pages[path.stem] = [Range(path.stem, *edge) for edge in edges]
    questions = []
    for row in lines(folder / "questions.jsonl"):
        evidence = {(one["doc_name"], one["evidence_page_num"]) for one in row["evidence"]}
        marked = tuple(pages[name][page] for name, page in sorted(evidence))
        questions.append(Question(row["question"], {row["doc_name"]: 1}, marked=(marked,)))
    return QuestionSet("financebench", list(sources.values()), _sample(questions, most))


def each_filing(together: QuestionSet) -> list[QuestionSet]:
    """Each document as a library of its own, with the questions about it."""
    return [
        QuestionSet(
            f"{together.name}: {source.id}",
            [source],
            [question for question in together.questions if source.id in question.relevant],
        )
        for source in together.sources
    ]


def halves(questions: Sequence[Question]) -> list[Part | None]:
    """The part of each of a set's questions.

    From every second the reader learns. Of the others those are kept back that share no
    document with one of these, for it often asks nearly the same.
    """
    learnt = {document for one in questions[::2] for document in one.documents}
    parts: list[Part | None] = [
        "report" if learnt.isdisjoint(one.documents) else None for one in questions
    ]
    parts[::2] = ["learn"] * len(parts[::2])
    return parts


def _kept_back(
    load: Callable[[Path, int], QuestionSet],
) -> Callable[[Path, int], QuestionSet]:
    """A set with those of its questions that are kept back from the reader."""

    @wraps(load)
    def loaded(data: Path, most: int) -> QuestionSet:
        whole = load(data, _ALL)
        both = zip(whole.questions, halves(whole.questions), strict=True)
        kept = [one for one, part in both if part == "report"]
        return replace(whole, questions=_sample(kept, most))

    return loaded


LOADERS: dict[str, Callable[[Path, int], QuestionSet]] = {
    "squad": squad,
    "foreign": foreign,
    "chunking": chunking,
    "scifact": _kept_back(scifact),
    "clapnq": _kept_back(clapnq),
    "cranfield": cranfield,
    "financebench": financebench,
}
"""From the folder of all sets and the most questions (of one kind) to a set that reports."""

FOLDERS = {"foreign": "squad", "chunking": "chunking_evaluation"}
"""Where a set's folder is not named as the set."""


def squad_paragraphs(articles: Sequence[Mapping[str, Any]]) -> Iterator[Source]:
    """Every paragraph of some of SQuAD's articles as a document with the article's title."""
    for article in articles:
        title = article["title"].replace("_", " ")
        for number, paragraph in enumerate(article["paragraphs"]):
            yield _text_source(f"{article['title']}/{number}", paragraph["context"], title)


def _squad_questions(articles: Sequence[dict[str, Any]]) -> Iterator[Question]:
    for article in articles:
        for number, paragraph in enumerate(article["paragraphs"]):
            for one in paragraph["qas"]:
                answers = tuple(answer["text"] for answer in one["answers"])
                relevant = {} if one.get("is_impossible") else {f"{article['title']}/{number}": 1}
                yield Question(one["question"], relevant, answers)


def located(document: str, text: str, sentences: Sequence[str]) -> Iterator[Range]:
    """Where sentences that follow each other stand in a document's text."""
    end = 0
    for sentence in sentences:
        start = text.index(sentence, end)
        end = start + len(sentence)
        yield Range(document, start, end)


def _records(path: Path) -> Iterator[dict[str, str]]:
    """Cranfield's records: a line `.X` opens the field X."""
    for record in path.read_text(encoding="latin-1").split("\n.I "):
        parts: dict[str, str] = {}
        name = ""
        for line in record.splitlines()[1:]:
            if len(line) == 2 and line[0] == ".":
                name = line[1]
            elif name:
                parts[name] = f"{parts.get(name, '')}{line}\n"
        yield parts


def _text_source(key: str, text: str, title: str) -> Source:
    return Source(key, Reading(text=text, media_type="text/plain", title=title))


def _sample(questions: Sequence[Question], most: int) -> list[Question]:
    if len(questions) <= most:
        return list(questions)
    return random.Random(_SEED).sample(questions, most)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The values of a file of JSON lines."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def read_json(path: Path) -> Any:
    """Whatever a JSON file holds."""
    return json.loads(path.read_text(encoding="utf-8"))
