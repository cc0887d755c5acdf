"""LlamaIndex as its starter builds it, over its FAISS vector store."""

from collections.abc import Sequence

import faiss
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import NodeWithScore
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peers.exchange import MODEL, MOST, Chunk, Search, Text, answer, checked


def build(documents: Sequence[Text]) -> Search:
    """Split with the default splitter, its overlap a fifth as by default; titles are metadata."""
    embedding = HuggingFaceEmbedding(model_name=MODEL)
    dimension = len(embedding.get_query_embedding("a"))
    store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(dimension))
    index = VectorStoreIndex.from_documents(
        [_document(one) for one in documents],
        storage_context=StorageContext.from_defaults(vector_store=store),
        embed_model=embedding,
        transformations=[SentenceSplitter(chunk_size=256, chunk_overlap=50)],
    )
    retriever = index.as_retriever(similarity_top_k=MOST)
    texts = {one.id: one.text for one in documents}

    def search(question: str) -> list[Chunk]:
        return [
            checked(texts, _chunk(found), found.node.get_content())
            for found in retriever.retrieve(question)
        ]

    return search


def _document(text: Text) -> Document:
    metadata = {"title": text.title} if text.title else {}
    return Document(text=text.text, doc_id=text.id, metadata=metadata)


def _chunk(found: NodeWithScore) -> Chunk:
    node = found.node
    # The squared distance of unit vectors, as a cosine.
    score = 1 - float(found.score) / 2
    return Chunk(node.ref_doc_id, node.start_char_idx, node.end_char_idx, score)


if __name__ == "__main__":
    answer(build)
