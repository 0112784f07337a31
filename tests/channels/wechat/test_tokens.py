"""One token for all processes, fetched once, replaced five minutes before its end, and unreadable in the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.storage import Database
from bot.storage.tables import now
from bot.storage.tables_wechat import WeChatAccount
from channels.wechat.client import WeChatError
from channels.wechat.tokens import EARLY, Tokens

APP = "wx1"


class Platform:
    """Gives tokens and counts how often it is asked, and how often by force."""

    def __init__(self) -> None:
        self.asked, self.forced, self.number = 0, 0, 0
        self.life = 7200.0
        self.broken = False

    async def fetch(self, force: bool) -> tuple[str, float]:
        self.asked += 1
        self.forced += force
        for _ in range(50):
            await asyncio.sleep(0)
        if self.broken:
            raise WeChatError(-1)
        if force or not self.number:
            self.number += 1
        return f"token-{self.number}", self.life

    def renew(self) -> None:
        """From now on there is another token."""
        self.number += 1


async def age(store: Database, **values: Any) -> None:
    def work(session: Any) -> None:
        row = session.get(WeChatAccount, APP)
        for name, value in values.items():
            setattr(row, name, value)

    await store.run(work)


async def test_many_callers_in_several_processes_make_one_call(store: Database) -> None:
    platform = Platform()
    stores = [store, Database(store.url)]
    processes = [Tokens(stores[n % 2], APP, platform.fetch) for n in range(4)]
    got = await asyncio.gather(*(processes[n % 4].get() for n in range(40)))
    assert set(got) == {"token-1"}
    assert platform.asked == 1
    stores[1].engine.dispose()


async def test_a_new_start_uses_the_token_that_is_there(store: Database) -> None:
    platform = Platform()
    await Tokens(store, APP, platform.fetch).get()
    assert await Tokens(store, APP, platform.fetch).get() == "token-1"
    assert platform.asked == 1


async def test_the_token_stands_encrypted_in_the_database(store: Database) -> None:
    await Tokens(store, APP, Platform().fetch).get()
    with store.engine.connect() as connection:
        [raw] = connection.exec_driver_sql("SELECT token FROM wechat_accounts").scalars()
    assert b"token-1" not in bytes(raw)


async def test_it_is_replaced_five_minutes_early(store: Database) -> None:
    platform = Platform()
    await Tokens(store, APP, platform.fetch).get()
    row = await store.run(lambda session: (lambda r: (r.refresh_at, r.token_until))(session.get(WeChatAccount, APP)))
    assert row[1] - row[0] == EARLY == timedelta(minutes=5)
    platform.renew()
    await age(store, refresh_at=now() + timedelta(seconds=60))
    assert await Tokens(store, APP, platform.fetch).get() == "token-1"
    await age(store, refresh_at=now() - timedelta(seconds=1))
    assert await Tokens(store, APP, platform.fetch).get() == "token-2"


async def test_while_one_process_fetches_the_others_use_the_old_token(store: Database) -> None:
    platform = Platform()
    await Tokens(store, APP, platform.fetch).get()
    await age(store, refresh_at=now() - timedelta(seconds=1), fetching_until=now() + timedelta(seconds=60))
    assert await Tokens(store, APP, platform.fetch).get() == "token-1"
    assert platform.asked == 1


async def test_who_dies_while_fetching_holds_up_the_others_only_for_a_while(store: Database) -> None:
    platform = Platform()
    await Tokens(store, APP, platform.fetch).get()
    await age(store, token_until=now() - timedelta(seconds=1), fetching_until=now() + timedelta(seconds=60))
    waiting = asyncio.create_task(Tokens(store, APP, platform.fetch).get())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not waiting.done()
    await age(store, fetching_until=now() - timedelta(seconds=1))
    assert await asyncio.wait_for(waiting, 30) == "token-1"
    assert platform.asked == 2


async def test_a_refused_token_is_never_given_again(store: Database) -> None:
    platform = Platform()
    tokens = Tokens(store, APP, platform.fetch)
    assert await tokens.get() == "token-1"
    platform.renew()
    assert await tokens.get("token-1") == "token-2"
    assert (platform.asked, platform.forced) == (2, 0)


async def test_a_refusal_that_another_process_has_already_heard_of_costs_no_call(store: Database) -> None:
    platform = Platform()
    one, other = Tokens(store, APP, platform.fetch), Tokens(store, APP, platform.fetch)
    await one.get()
    await other.get()
    platform.renew()
    await one.get("token-1")
    assert await other.get("token-1") == "token-2"
    assert platform.asked == 2


async def test_a_platform_that_hands_out_what_it_refuses_is_forced_once(store: Database) -> None:
    platform = Platform()
    tokens = Tokens(store, APP, platform.fetch)
    assert await tokens.get() == "token-1"
    assert await tokens.get("token-1") == "token-2"
    assert (platform.asked, platform.forced) == (3, 1)


async def test_near_its_end_the_platform_is_not_asked_for_every_call(store: Database) -> None:
    platform = Platform()
    platform.life = 200.0
    tokens = Tokens(store, APP, platform.fetch)
    for _ in range(20):
        await tokens.get()
    assert platform.asked == 1


async def test_after_a_failure_the_next_call_tries_again(store: Database) -> None:
    platform = Platform()
    tokens = Tokens(store, APP, platform.fetch)
    platform.broken = True
    for _ in range(2):
        with pytest.raises(WeChatError):
            await tokens.get()
    platform.broken = False
    assert await tokens.get() == "token-1"
    assert platform.asked == 3
