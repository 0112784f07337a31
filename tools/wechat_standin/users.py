"""The citizens: who follows the account, and what each of them sees in the conversation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from tools.wechat_standin.feed import Feed, Item
from tools.wechat_standin.quota import Quota


@dataclass
class User:
    """One citizen.

    ``seen`` holds the conversation in order: ``at`` (platform's time), ``by`` (``me``, ``account``, ``system``),
    ``via`` (how it came: ``passive``, ``custom``, ``template``, ``subscribe``, ``hint``, ``typed``), ``type``, content.
    ``subscribed`` tells for each template of notices whether it holds for long.
    """

    openid: str
    following: bool = False
    with_agent: bool = False
    quota: Quota = field(default_factory=Quota)
    subscribed: dict[str, bool] = field(default_factory=dict)
    client_ids: dict[str, tuple[float, str]] = field(default_factory=dict)
    typing_until: float = 0.0
    last_contact: float = 0.0
    last_event: int = 0
    seen: Feed = field(default_factory=Feed)

    def see(self, at: float, by: str, via: str, content: dict[str, Any]) -> Item:
        return self.seen.add({"at": at, "by": by, "via": via, **content})

    def state(self, now: float) -> dict[str, Any]:
        """For tests and the page; ``quota`` is the customer-service messages that may still be sent."""
        return {
            "openid": self.openid,
            "following": self.following,
            "with_agent": self.with_agent,
            "quota": self.quota.left(now),
            "typing": self.typing_until > now,
            "subscribed": self.subscribed,
        }


class Users:
    """All citizens by openid."""

    def __init__(self) -> None:
        self._all: dict[str, User] = {}

    def add(self, openid: str | None = None) -> User:
        """A citizen who does not follow yet; an openid has 28 characters and begins with ``o``."""
        user = User(openid or "o" + secrets.token_urlsafe(21)[:27])
        return self._all.setdefault(user.openid, user)

    def get(self, openid: object) -> User | None:
        return self._all.get(openid) if isinstance(openid, str) else None

    def close(self) -> None:
        for user in self._all.values():
            user.seen.close()
