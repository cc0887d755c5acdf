"""txtai as its retrieval quickstart builds it, chunks by its Chonkie chunker."""

from collections.abc import Sequence

from txtai import Embeddings
from txtai.pipeline import Segmentation

from benchmarks.peers.exchange import (
    CHARACTERS,
    MODEL,
    MOST,
    Chunk,
    Search,
    Text,
    answer,
    checked,
    located,
)


def build(documents: Sequence[Text]) -> Search:
    """Split recursively; FAISS as it sets it up, which is approximate for many chunks."""
    # Cleaning would change the text, so that it could no longer be placed.
    segment = Segmentation(chunker="recursive", chunk_size=CHARACTERS, cleantext=False)
    places: list[tuple[str, int]] = []
    chunks: list[str] = []
    for one in documents:
        parts = segment(one.text)
        places += [(one.id, start) for start in located(one.text, parts)]
        chunks += parts
    embeddings = Embeddings(path=MODEL, content=True)
    embeddings.index(chunks)
    texts = {one.id: one.text for one in documents}

    def search(question: str) -> list[Chunk]:
        found = []
        for result in embeddings.search(question, MOST):
            document, start = places[int(result["id"])]
            text = result["text"]
            chunk = Chunk(document, start, start + len(text), float(result["score"]))
            found.append(checked(texts, chunk, text))
        return found

    return search


if __name__ == "__main__":
    answer(build)
