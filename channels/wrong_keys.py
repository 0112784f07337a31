"""Who tries keys (试密钥) is slowed down per address: keys of systems and editors, signatures of reports, links of pages."""

from __future__ import annotations

from functools import lru_cache

from sanic import Request

from bot.dialogue.gate import Limiter
from bot.dialogue.wording import say
from bot.errors import Refusal
from bot.settings import settings
from channels.address import address_of


def check(request: Request) -> None:
    """Before a key is looked at; raises `Refusal` 429 where too many wrong ones came from this address."""
    try:
        _limit().check(address_of(request))
    except Refusal as refusal:
        message = say("gate.wrong_keys", seconds=refusal.retry_after)
        raise Refusal(429, "too_many_wrong_keys", message, refusal.retry_after) from refusal


def count(request: Request) -> None:
    """Counts a wrong one."""
    _limit().hit(address_of(request))


@lru_cache(maxsize=1)
def _limit() -> Limiter:
    return Limiter(settings().wrong_key_limit, "wrong keys")
