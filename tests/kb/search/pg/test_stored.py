"""The base in PostgreSQL answers as the one in memory does, and follows every publication."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from bot.storage import Database
from kb.search.live import InMemory, Live
from kb.search.pg import filling, tables
from kb.search.pg.stored import InPostgresql
from kb.search.published import today
from kb.upkeep import review
from tests.kb.search.pg.conftest import Counted, another
from tests.kb.search.test_live import DOG, DOGS, LAMP, first, following, until
from tests.kb.writing import REVIEWER, publish, write

QUESTIONS = ("路灯不亮了", "狗证怎么办", "路灯报修电话第3号", "垃圾没人收", "烧烤店很吵", "哈哈哈", "etc卡", "？", "")
TOPICS = ("路灯坏了怎么报修", "垃圾没人收怎么办", "烧烤店很吵找谁", "公积金怎么提取", "医保怎么报销", "etc卡在哪里办")


def fill(store: Database, count: int) -> None:
    """Publishes so many articles that are alike in part."""
    for number in range(count):
        topic = TOPICS[number % len(TOPICS)]
        phrasings = [f"{topic}{number}", f"请问{topic}", f"第{number}号{topic}", f"哈哈哈{topic}"]
        values = {
            "title": f"{topic}（第{number}号）",
            "phrasings": phrasings,
            "region": ("丽水市", "青田县")[number % 2],
        }
        publish(store, f"article-{number:03}", values=values)


def titles(base: Any, question: str, top: int = 10) -> list[str]:
    return [hit.document.title for hit in base.search(question, top).hits]


def counts(store: Database) -> tuple[Any, ...]:
    """All that is counted, and the lines there are."""
    with store.transaction() as session:
        state = tables.state(session)
        grams = dict(session.execute(text("SELECT gram, documents FROM kb_index.grams WHERE documents > 0")).all())
        lines = session.scalar(text("SELECT count(*) FROM kb_index.lines"))
    return state.documents, state.length, grams, lines


def test_the_same_is_found_with_the_same_scores_as_in_memory(empty: Database, encoder: Counted) -> None:
    fill(empty, 60)
    memory, stored = InMemory(empty, encoder).now(), InPostgresql(empty, encoder).now()
    assert (stored.revision, stored.day, len(stored.base.articles)) == (memory.revision, memory.day, 60)
    assert dict(stored.base.articles) == memory.base.articles
    for question in QUESTIONS:
        mine, theirs = memory.base.search(question, 60), stored.base.search(question, 60)
        assert {hit.document.id: hit.score for hit in theirs.hits} == pytest.approx(
            {hit.document.id: hit.score for hit in mine.hits}, abs=0.01
        )
        assert theirs.answerable == mine.answerable


def test_each_likeness_is_that_of_memory(empty: Database, encoder: Counted) -> None:
    fill(empty, 20)
    memory, stored = (
        source(empty, encoder).now().base._searcher.index  # type: ignore[operator]
        for source in (InMemory, InPostgresql)
    )
    for question in QUESTIONS:
        for mine, theirs in zip(memory.likeness(question)[1:], stored.likeness(question)[1:], strict=True):
            assert np.allclose(mine, theirs, atol=0.01), question
        words = (index.likeness(question).words for index in (memory, stored))
        assert np.allclose(*words, atol=1e-4), question


def test_rare_words_find_what_lies_far_away(empty: Database, encoder: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(empty, 12)
    publish(empty, "dog", values=DOGS)
    base = InPostgresql(empty, encoder).now().base
    for name in ("CLOSE", "WIDTH"):
        monkeypatch.setattr(f"kb.search.pg.searching.{name}", 1)
    for question in ("犬只登记", "犬只"):
        assert titles(base, question) == [DOG]


def test_what_is_published_changed_and_withdrawn_is_seen(empty: Database, encoder: Counted) -> None:
    source = InPostgresql(empty, encoder)
    assert source.now().base.search("路灯").hits == []
    publish(empty)
    publish(empty, "dog", values=DOGS)
    base = source.now().base
    assert titles(base, "狗证怎么办")[0] == DOG
    publish(empty, values={"title": "街上的灯灭了怎么办？"})
    base = source.now().base
    assert titles(base, "路灯不亮了")[0] == base.articles["lamp"].title == "街上的灯灭了怎么办？"
    with empty.transaction() as session:
        review.withdraw(session, REVIEWER, "dog", "办法废止")
    base = source.now().base
    assert (list(base.articles), len(base.articles), base.articles.get("dog")) == (["lamp"], 1, None)
    assert DOG not in titles(base, "狗证怎么办")


def test_a_draft_is_not_seen(empty: Database, encoder: Counted) -> None:
    publish(empty)
    write(empty, values={"title": "街上的灯灭了怎么办？"})
    assert titles(InPostgresql(empty, encoder).now().base, "路灯") == [LAMP]


def test_what_ends_is_gone_the_day_after_and_what_begins_is_there(empty: Database, encoder: Counted) -> None:
    tomorrow = today() + timedelta(days=1)
    publish(empty, values={"valid_to": today().isoformat()})
    publish(empty, "dog", values={**DOGS, "valid_from": tomorrow.isoformat()})
    source = InPostgresql(empty, encoder)
    assert list(source.now().base.articles) == ["lamp"]
    assert list(source.now(tomorrow).base.articles) == ["dog"]
    assert list(source.now(today()).base.articles) == ["lamp"]


def test_after_many_changes_the_counts_are_those_of_a_new_index(empty: Database, encoder: Counted) -> None:
    fill(empty, 12)
    source = InPostgresql(empty, encoder)
    source.now()
    publish(empty, "dog", values=DOGS)
    publish(empty, "article-003", values={"title": "路灯坏了哈哈哈"})
    with empty.transaction() as session:
        review.withdraw(session, REVIEWER, "article-004", "办法废止")
    source.now()
    changed = counts(empty)
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA kb_index CASCADE")
    source.now()
    assert counts(empty) == changed


def test_a_restart_encodes_nothing_and_a_change_only_what_is_new(empty: Database, encoder: Counted) -> None:
    fill(empty, 6)
    InPostgresql(empty, encoder).now()
    assert encoder.asked
    encoder.asked.clear()
    InPostgresql(empty, encoder).now()
    assert encoder.asked == []
    publish(empty, "dog", values=DOGS)
    InPostgresql(empty, encoder).now()
    assert set(encoder.asked) == {DOG, *DOGS["phrasings"], f"{DOG} {DOGS['answer']}"}
    encoder.asked.clear()
    with empty.transaction() as session:
        session.execute(text("UPDATE articles SET revision = revision + 100"))
        session.execute(text("UPDATE kb_revision SET revision = revision + 100"))
    InPostgresql(empty, encoder).now()
    assert encoder.asked == []


def test_another_encoder_makes_the_index_anew(
    empty: Database, encoder: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(empty)
    former = InPostgresql(empty, encoder).now().base
    monkeypatch.setattr(encoder, "fingerprint", "another")
    encoder.asked.clear()
    assert titles(InPostgresql(empty, encoder).now().base, "路灯") == [LAMP]
    assert LAMP in encoder.asked
    with pytest.raises(RuntimeError, match="start this process anew"):
        former.search("路灯")


def test_an_index_that_has_outgrown_its_middles_is_made_anew(empty: Database, encoder: Counted) -> None:
    source = InPostgresql(empty, encoder)
    sampled = []
    for number in range(4):
        publish(empty, f"dog-{number}", values={**DOGS, "title": f"{DOG}（{number}）"})
        source.now()
        with empty.transaction() as session:
            sampled.append(tables.state(session).sampled)
    assert sampled == [1, 1, 3, 3]


@pytest.mark.parametrize("change", ["all", "some"])
def test_a_kill_in_between_leaves_what_was_there(
    empty: Database, encoder: Counted, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    fill(empty, 6)
    source = InPostgresql(empty, encoder)
    base, before = source.now().base, counts(empty)
    publish(empty, "dog", values=DOGS)
    publish(empty, "article-001", values={"title": "路灯坏了哈哈哈"})
    if change == "all":
        monkeypatch.setattr(encoder, "fingerprint", "another")
    with monkeypatch.context() as broken:
        broken.setattr(filling.tables, "set_state", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            source.now()
    assert counts(empty) == before
    if change == "some":
        assert DOG not in titles(base, "狗证怎么办")
    assert DOG in titles(source.now().base, "狗证怎么办")


def test_an_article_of_another_county_is_not_found(empty: Database, encoder: Counted) -> None:
    fill(empty, 12)
    base = InPostgresql(empty, encoder).now().base
    assert {hit.document.region for hit in base.search("松阳县路灯坏了怎么报修").hits} == {"丽水市"}
    assert {hit.document.region for hit in base.search("路灯坏了怎么报修").hits} == {"丽水市", "青田县"}


def test_of_two_at_once_one_fills_the_tables(empty: Database, encoder: Counted) -> None:
    fill(empty, 12)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: InPostgresql(empty, encoder).now(), range(4)))
    assert {(now.revision, len(now.base.articles)) for now in found} == {(12, 12)}
    lines = sum(len({one.title, *one.phrasings}) + 1 for one in found[0].base.articles.values())
    assert counts(empty)[3] == lines == len([line for line in encoder.asked if line]) / 2


async def test_a_publication_is_found_within_two_seconds(
    empty: Database, encoder: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(empty)
    live = Live(empty, encoder, source=InPostgresql(empty, encoder))
    async with following(live):
        await asyncio.to_thread(publish, empty, "dog", values=DOGS)
        async with asyncio.timeout(10 * 2):  # the machine may be busy
            await until(lambda: first(live, "狗证怎么办") == DOG)
        await until(lambda: (live.revision, list(live.base.articles)) == (2, ["dog", "lamp"]))


# Where it cannot be ----------------------------------------------------------------------------------------------------


def test_without_the_right_to_make_the_extension_it_says_what_to_run(
    postgresql_server: str, encoder: Counted, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE clerk LOGIN")
    database = another(postgresql_server, "bare", "clerk")
    with pytest.raises(tables.IndexUnavailable, match=r"CREATE EXTENSION vector;.*permission denied"):
        InPostgresql(database, encoder).now()
    with Database(database.url.replace("clerk@", "tests@")).engine.begin() as connection:
        connection.exec_driver_sql("CREATE EXTENSION vector")
    monkeypatch.setattr(tables, "NEEDED", (99, 0))
    with pytest.raises(tables.IndexUnavailable, match=r"ALTER EXTENSION vector UPDATE;"):
        InPostgresql(database, encoder).now()
    database.engine.dispose()
