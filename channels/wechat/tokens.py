"""The access token (接口调用凭据) of an account: one stable token for all processes, refreshed five minutes early.

It stands encrypted in the database. Who finds it due notes in the row, under its lock, that it is fetching, and calls
the platform outside of the transaction: nobody's writing waits for the network. Meanwhile the others use the old token,
which lives five minutes more, or wait for the new one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tenacity import AsyncRetrying, retry_if_result, wait_fixed

from bot.storage import Database
from bot.storage.queue import Lease, lock
from bot.storage.tables import now
from bot.storage.tables_wechat import WeChatAccount

log = logging.getLogger(__name__)
T = TypeVar("T")

EARLY = timedelta(minutes=5)
"""How long before its end a token is replaced."""
SOONEST = timedelta(seconds=30)
"""How long a token is used at least before the platform is asked again, also near its end."""
FETCHING = timedelta(seconds=20)
"""How long one process is trusted to be fetching."""
LEASE: Lease[WeChatAccount] = Lease(WeChatAccount.fetching_until, FETCHING)
LOOK = 0.1
"""Seconds between two looks for the token that another process fetches."""

Fetch = Callable[[bool], Awaitable[tuple[str, float]]]
"""Asks the platform; the argument is ``force_refresh``; gives the token and the seconds that it lives."""


@dataclass(frozen=True)
class Token:
    """A token, when the next is asked for, and when it ends."""

    value: str
    refresh_at: datetime
    until: datetime


class Tokens:
    """The token of one account."""

    def __init__(self, store: Database, app_id: str, fetch: Fetch) -> None:
        self._store, self._app_id, self._fetch = store, app_id, fetch
        self._held: Token | None = None
        self._lock = asyncio.Lock()

    async def get(self, refused: str | None = None) -> str:
        """A token that is good; never ``refused``, which the platform has just turned down."""
        if (held := self._held) and held.value != refused and now() < held.refresh_at:
            return held.value
        async with self._lock:
            if (held := self._held) and held.value != refused and now() < held.refresh_at:
                return held.value
            # Another process that is fetching, or dies with it, lets this one through in the end.
            waiting = AsyncRetrying(retry=retry_if_result(lambda token: token is None), wait=wait_fixed(LOOK))
            token: Token = await waiting(self._take, refused)
            self._held = token
            return token.value

    async def _take(self, refused: str | None) -> Token | None:
        """The shared token, or a new one; None while another process fetches it."""
        token, mine = await self._store_run(lambda session: self._look(session, refused))
        return await self._renew(refused) if mine else token

    def _look(self, session: Session, refused: str | None) -> tuple[Token | None, bool]:
        """The shared token, if it may be used, and whether this process is to fetch the next one."""
        row = session.get(WeChatAccount, self._app_id, with_for_update=True)
        if row is None:
            row = WeChatAccount(app_id=self._app_id)
            session.add(row)
            session.flush()
        moment = now()
        token = None
        if row.token and row.refresh_at and row.token_until and row.token != refused and moment < row.token_until:
            token = Token(row.token, row.refresh_at, row.token_until)
        if token and moment < token.refresh_at:
            return token, False
        if LEASE.held(row):
            # Looked at again soon, without asking the database for every call.
            return (
                Token(token.value, min(moment + timedelta(seconds=1), token.until), token.until) if token else None
            ), False
        LEASE.hold(row)
        return None, True

    async def _renew(self, refused: str | None) -> Token:
        try:
            value, seconds = await self._fetch(False)
            if value == refused:
                # The platform still hands out what it turns down: only a forced refresh ends that.
                value, seconds = await self._fetch(True)
        except BaseException:
            await self._store_run(self._give_up)
            raise
        moment = now()
        until = moment + timedelta(seconds=seconds)
        token = Token(value, min(until, max(until - EARLY, moment + SOONEST)), until)
        await self._store_run(lambda session: self._keep(session, token))
        log.info("WeChat: a new access token for %d s", seconds)
        return token

    def _keep(self, session: Session, token: Token) -> None:
        row = lock(session, WeChatAccount, self._app_id)
        row.token, row.token_until, row.refresh_at = token.value, token.until, token.refresh_at
        LEASE.free(row)

    def _give_up(self, session: Session) -> None:
        LEASE.free(lock(session, WeChatAccount, self._app_id))

    async def _store_run(self, work: Callable[[Session], T]) -> T:
        try:
            return await self._store.run(work)
        except IntegrityError:
            # Another process has just made the row.
            return await self._store.run(work)
