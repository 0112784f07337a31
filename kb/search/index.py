"""Hybrid index: how like a question each document is, by words and by meaning."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from bot.language.nlu.encoder import Kind
from kb.search.directions import Groups, Numbers, Themes, around
from kb.search.lexical import Lexical, Scores
from kb.search.model import against, centre

PASSAGE = 200
"""Characters of a passage: longer texts are cut at sentence ends, so that a vector means one thing."""
CLOSE = 100
"""Documents that are compared line by line: those whose words and theme are nearest to the question."""
LIKELY = 1_000
"""Documents whose themes are compared exactly where there are very many: the nearest after a rough look."""
PASSAGES_MOST = 24
"""Passages of one document that are encoded; what comes later is found by its words."""

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]?")


class Encodes(Protocol):
    """Turns texts into unit vectors: the encoder itself, or one that keeps what it encoded."""

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Scores: ...


@dataclass(frozen=True)
class Document:
    """Something to find: its title, ways to ask for it, and its text."""

    id: str
    title: str
    text: str
    questions: tuple[str, ...] = field(default=())
    region: str | None = None
    """Where it holds; everywhere unless given."""
    beyond: tuple[str, ...] = field(default=())
    """Questions near to it that no document answers."""

    @property
    def words(self) -> str:
        """Everything that its words are compared in."""
        return " ".join((self.title, *self.questions, self.text))

    @property
    def asks(self) -> list[str]:
        """The lines that ask for it."""
        return list(dict.fromkeys((self.title, *self.questions)))

    @property
    def parts(self) -> list[str]:
        """The passages of its text, each under its title."""
        return [f"{self.title} {part}" for part in passages(self.text)]


class Near(NamedTuple):
    """Documents near to a question, and how near: 0 and less for a stranger, above 1 for one that says the same."""

    documents: list[Document]
    scores: Scores
    same: Scores
    """How much each is asked for in these very words: `Likeness.ask`, negative where a question beyond it is as near; 0
    where documents have texts only."""
    against: float | None = None
    """How like the question is to those that no document answers: `kb.search.model.against`; None where that is not known."""


class Index(Protocol):
    """Finds the documents near to a question, in memory or elsewhere."""

    def near(self, query: str, elsewhere: Collection[str] = ()) -> Near:
        """In any order; those of the regions ``elsewhere`` do not count."""
        ...


WORDS, THEME, ASK, TEXT = 0.73, 0.47, 0.5, 0.3
"""What each likeness counts. Divided by how much it usually varies between documents: words and theme equal shares, ask
the same, text half."""
LONE_WORDS, LONE_POWER = 0.2, 1.5
"""What words (in the whole and in one passage) count beside meaning where documents have texts only, and to which power: few
words in common say little, many say more than meaning does."""


class Likeness(NamedTuple):
    """How like a question documents are: an array each."""

    documents: list[Document]
    """Those that were compared."""
    words: Scores
    """BM25 over title, questions and text."""
    theme: Scores
    """Cosine to the mean of title and questions."""
    ask: Scores
    """Cosine to the nearest of title and questions."""
    text: Scores
    """Cosine to the nearest passage of the text."""
    beyond: Scores
    """Cosine to the nearest of the questions that no document answers, 0 where it has none."""

    def near(self) -> Near:
        """The documents with their scores."""
        # A line that is among both is not answered: whoever put it beyond the document knew better.
        same = np.where(self.beyond >= self.ask, -self.beyond, self.ask)
        return Near(self.documents, self.fused(), same, against(self.beyond))

    def fused(self) -> Scores:
        """All of it in one score."""
        return np.asarray(WORDS * self.words + THEME * self.theme + ASK * self.ask + TEXT * self.text, np.float32)


def passages(text: str) -> list[str]:
    """The text in pieces of about `PASSAGE` characters, cut at sentence ends."""
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if pieces and len(pieces[-1]) + len(sentence) <= PASSAGE:
            pieces[-1] += sentence
        else:
            pieces += [sentence[i : i + PASSAGE] for i in range(0, len(sentence), PASSAGE)]
    return pieces[:PASSAGES_MOST]


class HybridIndex:
    """Compares a question with every document, by words and by meaning."""

    def __init__(
        self, documents: Sequence[Document], encoder: Encodes, kept: Encodes | None = None, progress: str | None = None
    ) -> None:
        """``kept`` encodes the documents, where their vectors are kept between starts; queries never are."""
        kept = kept or encoder
        self.documents = list(documents)
        self._encoder = encoder
        self._asked = any(document.questions for document in self.documents)
        self._regions = _Regions([document.region for document in self.documents])
        self._words = Lexical([document.words for document in self.documents])
        asks = [document.asks for document in self.documents]
        texts = [document.parts for document in self.documents]
        ask = kept.encode([each for some in asks for each in some], "query", progress and f"{progress}: questions")
        text = kept.encode([each for some in texts for each in some], "passage", progress and f"{progress}: texts")
        self._centre = centre(encoder, "query", ask)
        self._asks = Groups(around(ask, self._centre), [len(some) for some in asks])
        self._texts = Groups(around(text, centre(encoder, "passage", text)), [len(some) for some in texts])
        beyond = [document.beyond for document in self.documents]
        others = kept.encode([each for some in beyond for each in some], "query", progress and f"{progress}: others")
        self._beyond = Groups(around(others, self._centre), [len(some) for some in beyond])
        self._parts = [each for some in texts for each in some]
        self._themes = Themes(self._asks.means())

    def near(self, query: str, elsewhere: Collection[str] = ()) -> Near:
        """The nearest of those with questions; all where there are texts only."""
        if self._asked:
            return self.likeness(query, elsewhere).near()
        among = self._regions.without(elsewhere)
        whole, part, text = self.likeness_of_texts(query)
        words = LONE_WORDS * (whole + part) ** LONE_POWER
        fused = np.asarray(words + text, np.float32)
        return Near([self.documents[number] for number in among], fused[among], np.zeros(len(among), np.float32))

    def likeness(self, query: str, elsewhere: Collection[str] = ()) -> Likeness:
        """How like the question the documents near to it are, in the order of the index."""
        vector = around(self._encoder.encode([query], "query"), self._centre)[0]
        words, among = self._words.scores(query), self._regions.without(elsewhere)
        if len(among) > LIKELY:
            rough = WORDS * words + THEME * self._themes.roughly(vector)
            among = _best(rough[among], among, LIKELY)
        theme = self._themes.exactly(vector, among)
        if len(among) > CLOSE:
            near = np.arange(len(among))
            near = _best(WORDS * words[among] + THEME * theme, near, CLOSE)
            among, theme = among[near], theme[near]
        return Likeness(
            [self.documents[number] for number in among],
            words[among],
            theme,
            self._asks.nearest(vector, among),
            self._texts.nearest(vector, among),
            self._beyond.nearest(vector, among),
        )

    def likeness_of_texts(self, query: str) -> tuple[Scores, Scores, Scores]:
        """How like the question every document is that has no questions: BM25 of the whole and of its best passage, and
        the cosine to its nearest passage."""
        vector = around(self._encoder.encode([query], "query"), self._centre)[0]
        parts = self._texts.largest(self._part_words.scores(query))
        return self._words.scores(query), parts, self._texts.largest(self._texts.vectors @ vector)

    @cached_property
    def _part_words(self) -> Lexical:
        return Lexical(self._parts)


class _Regions:
    """Where each document holds."""

    def __init__(self, regions: Sequence[str | None]) -> None:
        self._names = list(dict.fromkeys(regions))
        place = {name: number for number, name in enumerate(self._names)}
        self._of = np.array([place[name] for name in regions], np.intp)
        self._all = np.arange(len(regions))

    def without(self, elsewhere: Collection[str]) -> Numbers:
        """The documents of all regions but these."""
        if not elsewhere:
            return self._all
        return np.flatnonzero(np.array([name not in elsewhere for name in self._names], bool)[self._of])


def _best(scores: Scores, among: Numbers, count: int) -> Numbers:
    """Of ``among`` those with the best scores, in their order."""
    return np.sort(among[np.argpartition(-scores, count)[:count]])
