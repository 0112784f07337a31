"""A caller's address is what the connection says, or what a trusted proxy says; nobody else is believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from sanic.compat import Header

from bot.settings import Settings
from channels.address import address_of


class Call:
    """A request from an address with what stands in X-Forwarded-For."""

    def __init__(self, ip: str, *forwarded: str) -> None:
        self.ip, self.headers = ip, Header([("X-Forwarded-For", value) for value in forwarded])


@pytest.mark.parametrize(
    ("proxies", "ip", "forwarded", "address"),
    [
        ("", "203.0.113.7", [], "203.0.113.7"),
        ("", "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", "127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        # What the caller wrote into the header himself stands further left.
        ("127.0.0.1", "127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", "127.0.0.1", ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1,10.0.0.0/8", "127.0.0.1", ["203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        ("127.0.0.1", "127.0.0.1", ["<script>"], "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", [], "127.0.0.1"),
        ("::1", "::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("", "::ffff:203.0.113.7", [], "203.0.113.7"),
        ("", "", [], ""),
    ],
)
def test_an_address_is_believed_where_it_can_be(
    environment: Callable[..., Settings], proxies: str, ip: str, forwarded: list[str], address: str
) -> None:
    environment(BOT_TRUSTED_PROXIES=proxies)
    call: Any = Call(ip, *forwarded)
    assert address_of(call) == address


def test_a_mistake_in_the_proxies_is_seen_at_start(environment: Callable[..., Settings]) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        environment(BOT_TRUSTED_PROXIES="nginx")
