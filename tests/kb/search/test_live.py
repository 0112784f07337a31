"""A process answers from the newest publication: taken over while it runs, nothing encoded twice, nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.language.nlu.encoder import Kind, Vectors, encoder
from bot.storage import Database
from kb.search.live import Live
from kb.search.published import today
from kb.search.vectors import KeptVectors
from kb.upkeep import review
from tests.kb.writing import REVIEWER, approve, publish, write

LAMP, DOG = "路灯坏了找谁修？", "养狗要办什么证？"
DOGS = {
    "title": DOG,
    "phrasings": ["狗证怎么办", "养狗要登记吗", "小狗上户口", "犬只登记"],
    "answer": "城区养狗要登记，带上免疫证明和身份证到窗口办理，当场发证。",
}


class Counted:
    """The encoder, and what it was asked to encode."""

    def __init__(self) -> None:
        self.fingerprint, self.dim = encoder().fingerprint, encoder().dim
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], kind: Kind = "query", progress: str | None = None) -> Vectors:
        self.asked += texts
        return encoder().encode(texts, kind, progress)


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks for changes all the time."""
    monkeypatch.setattr("kb.search.published.EVERY", 0.01)


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def kept(counted: Counted, tmp_path: Path) -> KeptVectors:
    return KeptVectors(counted, tmp_path / "vectors.db")  # type: ignore[arg-type]


@asynccontextmanager
async def following(live: Live) -> AsyncIterator[None]:
    task = asyncio.create_task(live.follow())
    yield
    task.cancel()


async def until(true: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  # nothing else says when the base has changed
            await asyncio.sleep(0.01)


def first(live: Live, question: str) -> str | None:
    hits = live.search(question).hits
    return hits[0].document.title if hits else None


async def test_a_publication_is_found_without_a_restart(store: Database, kept: KeptVectors) -> None:
    publish(store)
    live = Live(store, kept)
    assert (first(live, "狗证怎么办"), live.revision) == (LAMP, 1)
    async with following(live):
        await asyncio.to_thread(publish, store, "dog", values=DOGS)
        await until(lambda: first(live, "狗证怎么办") == DOG)
        assert (first(live, "路灯不亮了"), live.revision) == (LAMP, 2)

        def withdraw(session: Any) -> None:
            review.withdraw(session, REVIEWER, "dog", "办法废止")

        await store.run(withdraw)
        await until(lambda: list(live.base.articles) == ["lamp"])
        assert first(live, "狗证怎么办") == LAMP


async def test_only_what_changed_is_encoded(sqlite_store: Database, counted: Counted, kept: KeptVectors) -> None:
    publish(sqlite_store)
    live = Live(sqlite_store, kept)
    assert LAMP in counted.asked
    counted.asked.clear()
    async with following(live):
        await asyncio.to_thread(publish, sqlite_store, "dog", values=DOGS)
        await until(lambda: len(live.base.articles) == 2)
    assert set(counted.asked) == {DOG, *DOGS["phrasings"], f"{DOG} {DOGS['answer']}"}
    counted.asked.clear()
    assert list(Live(sqlite_store, kept).base.articles) == ["dog", "lamp"]
    assert counted.asked == []


async def test_questions_are_answered_while_units_push(store: Database, kept: KeptVectors) -> None:
    publish(store)
    live = Live(store, kept)
    found: list[str | None] = []
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            found.append(await asyncio.to_thread(first, live, "路灯不亮了"))

    def push(n: int) -> None:
        publish(store, f"dog-{n}", values={**DOGS, "title": f"{DOG}（{n}）"})

    async with following(live):
        asking = [asyncio.create_task(ask()) for _ in range(2)]
        for n in range(12):
            await asyncio.to_thread(push, n)
        # Articles may be there one look before the revision that brought them.
        await until(lambda: live.revision == 13)
        done.set()
        await asyncio.gather(*asking)
    assert set(found) == {LAMP}
    assert len(live.base.articles) == 13


async def test_an_article_that_ends_is_gone_the_day_after(
    sqlite_store: Database, kept: KeptVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(sqlite_store)
    publish(sqlite_store, "dog", values={**DOGS, "valid_to": today().isoformat()})
    live = Live(sqlite_store, kept)
    assert first(live, "狗证怎么办") == DOG
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr("kb.search.published.today", lambda: tomorrow)
    assert first(Live(sqlite_store, kept), "狗证怎么办") == LAMP


def test_it_says_what_an_article_has_in_common_with_a_question(sqlite_store: Database, kept: KeptVectors) -> None:
    publish(sqlite_store)
    publish(sqlite_store, "dog", values=DOGS)
    parts = Live(sqlite_store, kept).explain("请问街上的灯灭了？", ["lamp", "dog", "gone"])
    assert set(parts) == {"lamp", "dog"}
    lamp, dog = parts["lamp"], parts["dog"]
    assert (lamp.phrasing, lamp.question) == ("街上的灯灭了", pytest.approx(1, abs=0.01))
    assert lamp.words == 1 and lamp.words > dog.words and lamp.question > dog.question and lamp.text > dog.text


async def test_a_draft_changes_nothing(sqlite_store: Database, kept: KeptVectors) -> None:
    publish(sqlite_store)
    live = Live(sqlite_store, kept)
    write(sqlite_store, values={"title": "街上的灯灭了怎么办？"})
    assert Live(sqlite_store, kept).revision == live.revision
    approve(sqlite_store, number=2)
    assert Live(sqlite_store, kept).revision == live.revision + 1
