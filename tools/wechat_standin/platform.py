"""Everything that the stand-in holds, in one place and in memory."""

from __future__ import annotations

import asyncio
import time
from itertools import count
from typing import Any

import httpx

from tools.wechat_standin.account import Account
from tools.wechat_standin.clock import Clock
from tools.wechat_standin.crypto import Cipher
from tools.wechat_standin.faults import Faults
from tools.wechat_standin.journal import Journal
from tools.wechat_standin.media import MediaStore
from tools.wechat_standin.menu import Button
from tools.wechat_standin.notices import Template
from tools.wechat_standin.tokens import Tokens
from tools.wechat_standin.users import Users


class Platform:
    """One platform with one account. ``base_url`` is the stand-in's own address, for links to media."""

    def __init__(self, account: Account, base_url: str, http: httpx.AsyncClient, templates: list[Template]) -> None:
        self.account = account
        self.base_url = base_url
        self.http = http
        self.clock = Clock()
        self.users = Users()
        self.tokens = Tokens()
        self.media = MediaStore()
        self.templates = {template.id: template for template in templates}
        self.menu: list[Button] | None = None
        self.faults = Faults()
        self.journal = Journal()
        self._ids = count(time.time_ns() // 100)
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def cipher(self) -> Cipher:
        return Cipher(self.account.aes_key, self.account.app_id)

    def now(self) -> float:
        return self.clock.now()

    def new_id(self) -> int:
        """A fresh number for a message (64 bits), also after a restart."""
        return next(self._ids)

    def violation(self, code: str, detail: str, **more: object) -> None:
        self.journal.violation(code, detail, self.now(), **more)

    def background(self, task: asyncio.Task[Any]) -> None:
        """Keeps a task that nobody waits for until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Waits until nothing is under way in the background."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def close(self) -> None:
        """Lets go everybody who waits for something to happen here."""
        self.users.close()
        self.journal.log.close()
