"""LangChain as its tutorial on semantic search builds it, over FAISS."""

from collections.abc import Sequence

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.peers.exchange import CHARACTERS, MODEL, MOST, Chunk, Search, Text, answer, checked


def build(documents: Sequence[Text]) -> Search:
    """Split recursively with the tutorial's overlap of a fifth; FAISS compares by distance."""
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHARACTERS, chunk_overlap=200, add_start_index=True
    )
    splits = splitter.split_documents(
        [
            Document(page_content=one.text, metadata={"id": one.id, "title": one.title})
            for one in documents
        ]
    )
    store = FAISS.from_documents(splits, HuggingFaceEmbeddings(model_name=MODEL))
    texts = {one.id: one.text for one in documents}

    def search(question: str) -> list[Chunk]:
        return [
            checked(texts, _chunk(document, distance), document.page_content)
            for document, distance in store.similarity_search_with_score(question, k=MOST)
        ]

    return search


def _chunk(document: Document, distance: float) -> Chunk:
    start = document.metadata["start_index"]
    # The squared distance of unit vectors, as a cosine.
    score = 1 - float(distance) / 2
    return Chunk(document.metadata["id"], start, start + len(document.page_content), score)


if __name__ == "__main__":
    answer(build)
