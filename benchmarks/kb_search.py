"""How long one search takes, without the encoder, among very many articles: in memory, and in PostgreSQL.

The articles are made: the lines of the real ones with words of others strewn in, and vectors near to those of the
lines. The questions are real lines with their own vectors.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import click
import numpy as np
from tqdm import tqdm

from bot.nlu.encoder import Kind, Vectors
from kb import model
from kb.index import Document, HybridIndex, passages
from kb.search import as_document
from kb.store import load_articles
from kb.vectors import kept_vectors

ASKS, PARTS = 7, 2
"""Questions beside the title, and passages, of a made article."""
SWAPPED = 0.3
"""Share of the words of a line that are another line's."""
STRAY = 0.35
"""How far a made vector lies from that of its line; one line of the real articles lies 0.5 from the next."""
QUESTIONS = 300


class Lines:
    """The lines of the real articles, and made ones."""

    def __init__(self) -> None:
        documents = [as_document(article) for article in load_articles()]
        kept = kept_vectors()
        self.fingerprint = model.model()["encoder"]
        self.asks = [document.asks for document in documents]
        self.parts = [document.parts for document in documents]
        every = [line for lines in (*self.asks, *self.parts) for line in lines]
        self._words = [word for line in every for word in re.findall(r"\w{2}", line)]
        asks = [line for lines in self.asks for line in lines]
        texts = [line for lines in self.parts for line in lines]
        self.vectors = np.concatenate([kept.encode(asks, "query", "lines"), kept.encode(texts, "passage", "texts")])
        self._number = {line: number for number, line in enumerate([*asks, *texts])}
        self._source: dict[str, int] = {}
        self._random, self._noise = random.Random(0), np.random.default_rng(0)  # noqa: S311
        self.questions = self._random.sample(asks, QUESTIONS)

    def made(self, number: int) -> Document:
        """An article like a real one."""
        one = self._random.randrange(len(self.asks))
        title, *asks = (self._mixed(line, line) for line in self._random.choices(self.asks[one], k=ASKS + 1))
        text = ""
        for line in self._random.choices(self.parts[one], k=PARTS):
            text += self._mixed(line, re.sub(r"[。！？；\n]", "，", line[:150])) + "。"
            self._source[f"{title} {passages(text)[-1]}"] = self._number[line]
        return Document(f"made-{number}", title, text, tuple(asks))

    def _mixed(self, line: str, text: str) -> str:
        words = re.findall(r"..?", text)
        made = "".join(self._random.choice(self._words) if self._random.random() < SWAPPED else word for word in words)
        self._source[made] = self._number[line]
        return made

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        """Stands in for the encoder: real lines have their vectors, made ones some near to them."""
        if all(text in self._number for text in texts):
            return self.vectors[[self._number[text] for text in texts]]
        found = self.vectors[[self._source.get(text, 0) for text in texts]]
        for start in range(0, len(found), 10_000):
            part = found[start : start + 10_000]
            part += STRAY / part.shape[1] ** 0.5 * self._noise.standard_normal(part.shape, np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def timed(search: Callable[[str], Any], questions: Sequence[str]) -> str:
    """The median and the 95th percentile in milliseconds."""
    for question in questions[:20]:
        search(question)
    took = []
    for question in questions:
        begun = time.perf_counter()
        search(question)
        took.append(1000 * (time.perf_counter() - begun))
    return f"p50 {np.quantile(took, 0.5):.1f} ms, p95 {np.quantile(took, 0.95):.1f} ms"


def memory(count: int) -> None:
    lines = Lines()
    begun = time.perf_counter()
    documents = [lines.made(number) for number in tqdm(range(count), desc="articles")]
    print("made", time.perf_counter() - begun)
    begun = time.perf_counter()
    index = HybridIndex(documents, lines, progress="x")
    print("index", time.perf_counter() - begun)
    import resource

    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, "GB")
    print(count, timed(index.near, lines.questions))
    v = index._asks.vectors[5]
    print(
        "theme",
        timed(lambda q: index._themes.roughly(v), lines.questions),
        "words",
        timed(index._words.scores, lines.questions),
    )
    return index, lines


if __name__ == "__main__":
    import sys

    memory(int(sys.argv[1]))
