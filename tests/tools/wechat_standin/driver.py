"""The stand-in as tests use it: citizens who act and see, and the account's own calls."""

from __future__ import annotations

import json
from typing import Any

import httpx

APP_ID, APP_SECRET, TOKEN = "wx0123456789abcdef", "a secret for tests only", "a-token-for-tests"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
LONG = 60
"""Seconds that a test waits for something that should come at once."""


class Standin:
    """Control of a running stand-in, whose address is ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=LONG, trust_env=False)

    def post(self, path: str, /, **body: Any) -> Any:
        """A control that succeeds."""
        answer = self.http.post(f"/standin/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, path: str, /, **query: Any) -> Any:
        answer = self.http.get(f"/standin/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def citizen(self, follows: bool = True) -> Citizen:
        """A new citizen; with ``follows`` the account has already heard of it."""
        citizen = Citizen(self, self.post("users")["openid"])
        if follows:
            citizen.does("follow")
        return citizen

    def violations(self) -> list[str]:
        """The codes of all breaches, in order."""
        return [one["code"] for one in self.get("violations")["violations"]]

    def log(self, kind: str) -> list[dict[str, Any]]:
        return [item for item in self.get("log")["items"] if item["kind"] == kind]

    def skip(self, seconds: float) -> None:
        self.post("clock", advance=seconds)


class Citizen:
    """One person in the conversation."""

    def __init__(self, standin: Standin, openid: str) -> None:
        self.standin, self.openid = standin, openid

    def does(self, what: str, **body: Any) -> dict[str, Any]:
        """What came of it: ``result``, ``tries``, ``msg_id``, ``shown``."""
        outcome: dict[str, Any] = self.standin.post(f"users/{self.openid}/{what}", **body)
        return outcome

    def says(self, text: str) -> dict[str, Any]:
        return self.does("text", content=text)

    def seen(self) -> list[dict[str, Any]]:
        """The conversation without what the citizen said."""
        items = self.standin.get(f"users/{self.openid}/seen")["items"]
        return [item for item in items if item["by"] != "me"]

    def reads(self) -> list[str]:
        """The texts that came."""
        return [item["text"] for item in self.seen() if item["type"] == "text"]

    def waits_for(self, count: int) -> list[dict[str, Any]]:
        """The conversation without the citizen's own part, once there is so much of it."""
        last = 0
        while len(self.seen()) < count:
            items = self.standin.get(f"users/{self.openid}/seen", after=last, wait=LONG)["items"]
            assert items, "nothing came"
            last = items[-1]["n"]
        return self.seen()

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.standin.get(f"users/{self.openid}")
        return state


class Api:
    """The account's side of the calls under ``/cgi-bin``, with a token that is fetched once."""

    def __init__(self, standin: Standin) -> None:
        self.http = standin.http
        self.renew()

    def renew(self) -> None:
        """Fetches the token again, after a test let it run out."""
        self.token = str(self.stable()["access_token"])

    def stable(self, **more: Any) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET, **more}
        return self.posts("stable_token", body)

    def classic(self, secret: str = APP_SECRET) -> dict[str, Any]:
        query = {"grant_type": "client_credential", "appid": APP_ID, "secret": secret}
        answer: dict[str, Any] = self.http.get("/cgi-bin/token", params=query).json()
        return answer

    def gets(self, path: str, token: str | None = None, **query: Any) -> httpx.Response:
        return self.http.get(f"/cgi-bin/{path}", params={"access_token": token or self.token, **query})

    def posts(self, path: str, body: Any, token: str | None = None) -> dict[str, Any]:
        query = {} if path == "stable_token" else {"access_token": token or self.token}
        content = json.dumps(body, ensure_ascii=False).encode()
        answer = self.http.post(f"/cgi-bin/{path}", params=query, content=content)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def code(self, path: str, body: Any, token: str | None = None) -> int:
        """The return code of a call."""
        return int(self.posts(path, body, token).get("errcode", 0))

    def sends(self, citizen: Citizen, text: str = "您好", **more: Any) -> int:
        """A customer-service text; the return code."""
        message = {"touser": citizen.openid, "msgtype": "text", "text": {"content": text}, **more}
        return self.code("message/custom/send", message)
