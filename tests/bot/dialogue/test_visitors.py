"""Sessions are known by their secret token; what was offered to them is remembered, within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.dialogue.visitors import OFFERED_MOST, Visitors, remember_offer
from bot.storage import Database


def button(title: str) -> dict[str, str]:
    return {"title": title, "payload": f"/{title}"}


def raw_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("x.db*"))


async def offer(store: Database, visitor_id: str, *titles: str) -> None:
    def work(session: Any) -> None:
        remember_offer(session, visitor_id, [button(title) for title in titles], None)

    await store.run(work)


async def test_a_token_leads_to_its_own_session_only(store: Database) -> None:
    visitors = Visitors(store)
    first, second = await visitors.open("web"), await visitors.open("web")
    assert await visitors.by_token(first.token) == first.id
    assert await visitors.by_token(second.token) == second.id
    assert first.id != second.id


async def test_no_other_text_is_a_token(store: Database) -> None:
    visitors = Visitors(store)
    session = await visitors.open("web")
    for guess in ("", session.id, session.token[:-1], session.token + "x", session.token.swapcase(), "' OR 1=1 --"):
        assert await visitors.by_token(guess) is None


async def test_a_token_cannot_be_read_in_the_file(sqlite_store: Database, tmp_path: Path) -> None:
    session = await Visitors(sqlite_store).open("web")
    sqlite_store.engine.dispose()
    raw = raw_bytes(tmp_path)
    assert session.id.encode() in raw
    assert session.token.encode() not in raw


async def test_only_the_buttons_of_the_last_answer_are_the_latest(store: Database) -> None:
    visitors = Visitors(store)
    session = await visitors.open("web")
    assert await visitors.offered(session.id) == []
    await offer(store, session.id, "提交", "取消")
    await offer(store, session.id, "满意")
    offered = [(b["payload"], b["latest"]) for b in await visitors.offered(session.id)]
    assert offered == [("/提交", False), ("/取消", False), ("/满意", True)]


async def test_after_an_answer_without_buttons_none_is_the_latest(store: Database) -> None:
    visitors = Visitors(store)
    session = await visitors.open("web")
    await offer(store, session.id, "提交")
    await offer(store, session.id)
    assert [(b["payload"], b["latest"]) for b in await visitors.offered(session.id)] == [("/提交", False)]


async def test_a_button_offered_again_is_kept_once_at_the_end(store: Database) -> None:
    visitors = Visitors(store)
    session = await visitors.open("web")
    await offer(store, session.id, "提交", "取消")
    await offer(store, session.id, "提交")
    assert [b["payload"] for b in await visitors.offered(session.id)] == ["/取消", "/提交"]


async def test_the_oldest_buttons_go_when_there_are_too_many(store: Database) -> None:
    visitors = Visitors(store)
    session = await visitors.open("web")
    for number in range(OFFERED_MOST + 10):
        await offer(store, session.id, str(number))
    offered = [b["title"] for b in await visitors.offered(session.id)]
    assert offered == [str(number) for number in range(10, OFFERED_MOST + 10)]


async def test_somebody_unknown_was_offered_nothing(store: Database) -> None:
    await offer(store, "nobody", "提交")
    assert await Visitors(store).offered("nobody") == []
