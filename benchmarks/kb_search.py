"""Latency and recall of one search, without the encoder, among very many articles: in memory, and in PostgreSQL.

The articles are synthetic: lines of the real ones with some words replaced by those of others, and vectors near to
those of the lines. The queries are real lines with their own vectors. The baseline is brute force: every line of every
article compared by numpy, in the same run.
"""

from __future__ import annotations

import random
import re
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
import numpy as np
from tqdm import tqdm

from bot.language.nlu.encoder import Kind, Vectors
from bot.storage import Database
from kb.search import model
from kb.search.base import as_document
from kb.search.directions import around
from kb.search.index import Document, HybridIndex, Index, Likeness, passages
from kb.search.pg import tables
from kb.search.pg.filling import TOGETHER, build, empty_state, fingerprint
from kb.search.pg.searching import StoredIndex
from kb.search.store import load_articles
from kb.search.vectors import kept_vectors

ASKS, PARTS = 7, 2
"""Questions beside the title, and passages, of a synthetic article."""
SWAPPED = 0.3
"""Share of the words of a line that are replaced."""
STRAY = 0.35
"""Noise of a synthetic vector: its distance to that of its line; neighbouring lines of real articles lie 0.5 apart."""
QUESTIONS, WARM = 300, 50
TOP = 10


class Lines:
    """The lines of the real articles; synthesises articles like them, and stands in for their encoder."""

    def __init__(self) -> None:
        documents = [as_document(article) for article in load_articles()]
        self._asks, self._parts = [one.asks for one in documents], [one.parts for one in documents]
        asks, texts = ([line for lines in some for line in lines] for some in (self._asks, self._parts))
        self._words = [word for line in (*asks, *texts) for word in re.findall(r"\w{2}", line)]
        kept = kept_vectors()
        self._vectors = np.concatenate([kept.encode(asks, "query"), kept.encode(texts, "passage")])
        self._number = {line: number for number, line in enumerate([*asks, *texts])}
        self.fingerprint, self.dim = model.model()["encoder"], self._vectors.shape[1]
        self.questions = random.Random(0).sample(asks, QUESTIONS)

    def whole(self, number: int) -> Document:
        """An article with as many lines as a real one."""
        chance = random.Random(number)
        one = chance.randrange(len(self._asks))
        title, *asks = (self._mixed(chance, line) for line in chance.choices(self._asks[one], k=ASKS + 1))
        text = ""
        for line in chance.choices(self._parts[one], k=PARTS):
            text += self._mixed(chance, re.sub(r"[。！？；\n]", "，", line[:150])) + "。"
            self._number.setdefault(f"{title} {passages(text)[-1]}", self._number[line])
        return Document(f"made-{number}", title, text, tuple(asks))

    def short(self, number: int) -> Document:
        """An article of one line with a vector, and some more words."""
        chance = random.Random(number)
        one = chance.randrange(len(self._asks))
        title = self._mixed(chance, chance.choice(self._asks[one]))
        return _Short(f"made-{number}", title, self._mixed(chance, chance.choice(self._parts[one])[:60]))

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        """Real lines have their vectors, synthetic ones noisy copies: deterministic for each line."""
        found = self._vectors[[self._number[text] % len(self._vectors) for text in texts]]
        for text, vector in zip(tqdm(texts, desc=progress, disable=not progress), found, strict=True):
            if self._number[text] >= len(self._vectors):
                noise = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(self.dim, np.float32)
                vector += STRAY / self.dim**0.5 * noise
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def _mixed(self, chance: random.Random, line: str) -> str:
        words = re.findall(r"..?", line)
        made = "".join(chance.choice(self._words) if chance.random() < SWAPPED else word for word in words)
        # Synthetic lines are numbered after the real ones, which tells them apart.
        source = self._number.get(line, 0) % len(self._vectors)
        self._number.setdefault(made, source + len(self._vectors))
        return made


class _Short(Document):
    """A document whose text is found by its words only."""

    @property
    def parts(self) -> list[str]:
        return []


class BruteForce:
    """Compares every line of every document."""

    def __init__(self, index: HybridIndex, lines: Lines) -> None:
        self._index, self._lines = index, lines

    def scores(self, query: str) -> Vectors:
        """The fused scores of all documents."""
        index = self._index
        vector = around(self._lines.encode([query]), index._centre)[0]
        words, theme = index._words.scores(query), index._themes._vectors @ vector
        ask, text = (lines.largest(lines.vectors @ vector) for lines in (index._asks, index._texts))
        return Likeness([], words, theme, ask, text, np.zeros_like(words)).fused()

    def best(self, query: str) -> set[str]:
        """The ids of the ten best."""
        return {self._index.documents[number].id for number in np.argpartition(-self.scores(query), TOP)[:TOP]}


def best(index: Index, query: str) -> set[str]:
    """The ids of the ten best that an index finds."""
    near = index.near(query)
    return {near.documents[place].id for place in np.argsort(-near.scores)[:TOP]}


def timed(search: Callable[[str], Any], questions: Sequence[str]) -> tuple[float, float]:
    """The median and the 95th percentile in milliseconds."""
    for question in questions[:WARM]:
        search(question)
    took = []
    for question in questions:
        begun = time.perf_counter()
        search(question)
        took.append(1000 * (time.perf_counter() - begun))
    return float(np.quantile(took, 0.5)), float(np.quantile(took, 0.95))


def measure(name: str, index: Index, exact: BruteForce, lines: Lines, count: int) -> None:
    """Prints a line of the table."""
    median, slow = timed(index.near, lines.questions)
    brute, _ = timed(exact.scores, lines.questions[:WARM])
    recall = np.mean([len(best(index, query) & exact.best(query)) / TOP for query in lines.questions])
    print(f"| {name} | {count:,} | {median:.1f} | {slow:.1f} | {brute:.1f} | {brute / median:.0f} | {recall:.3f} |")


def fill(store: Database, lines: Lines, count: int, memory: str) -> StoredIndex:
    """Creates the tables with ``count`` short articles, and builds their indexes with this much memory."""

    def read() -> Iterator[list[tuple[int, Document]]]:
        for start in range(0, count, TOGETHER):
            yield [(1, lines.short(number)) for number in range(start, min(start + TOGETHER, count))]

    begun = time.perf_counter()
    with store.transaction() as session:
        tables.prepare(session)
        session.connection().exec_driver_sql(
            f"SET LOCAL maintenance_work_mem = '{memory}'; SET LOCAL max_parallel_maintenance_workers = 2"
        )
        bar = tqdm(total=count, desc="loading (then the indexes are built)", unit="article")
        build(session, lines, empty_state(lines), read, bar)
    print(f"PostgreSQL: loaded and indexed in {time.perf_counter() - begun:.0f} s\n")
    return StoredIndex(store, lines, fingerprint(lines))


@click.command()
@click.option("--postgresql", "url", help="A database of its own for this: its index is replaced. Else in memory.")
@click.option("--articles", "counts", multiple=True, type=int, default=(10_000, 100_000), show_default=True)
@click.option("--memory", default="2GB", show_default=True, help="maintenance_work_mem while the indexes are built.")
def main(url: str | None, counts: Sequence[int], memory: str) -> None:
    """Print a table of latencies and of the recall of the ten best."""
    head = "| index | articles | median ms | 95th percentile ms | brute force, median ms | times as fast | recall@10 |"
    for count in counts:
        lines = Lines()
        stored = fill(Database(url), lines, count, memory) if url else None
        make = lines.short if url else lines.whole
        held = HybridIndex([make(number) for number in tqdm(range(count), desc="articles")], lines, progress="lines")
        print(f"{head}\n|{'---|' * 7}")
        measure("PostgreSQL" if stored else "memory", stored or held, BruteForce(held, lines), lines, count)


if __name__ == "__main__":
    main()
