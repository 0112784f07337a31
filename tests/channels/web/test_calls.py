"""One address has a bounded number of calls under way."""

from __future__ import annotations

from contextlib import ExitStack

import httpx

from bot.dialogue.admission import turns
from bot.settings import settings

CALLS = ("session", "message", "media")


def _call(address: str, call: str, person: str) -> httpx.Response:
    headers = {"X-Forwarded-For": person, "Authorization": "Bearer nobody"}
    return httpx.post(f"{address}/{call}", json={"text": "救命，我家着火了"}, headers=headers, trust_env=False)


async def test_one_too_many_is_refused_with_the_line_to_call(address: str) -> None:
    with ExitStack() as under_way:
        for _ in range(settings().calls_per_address):
            under_way.enter_context(turns().call("198.51.100.9"))
        for call in CALLS:
            refused = _call(address, call, "198.51.100.9")
            assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
            assert refused.json()["error"]["code"] == "too_many_calls"
        assert _call(address, "message", "198.51.100.9").json()["error"]["line"] == "119"
        assert _call(address, "message", "198.51.100.8").status_code == 401
    assert _call(address, "message", "198.51.100.9").status_code == 401
