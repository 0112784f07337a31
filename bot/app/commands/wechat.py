"""The command ``bot wechat``: checks the settings against the platform, and puts up the menu."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from typing import Any

import click
import httpx
from pydantic import ValidationError

from bot.settings import settings
from bot.storage import database
from channels.wechat.client import TROUBLE, WeChatApi, WeChatError
from channels.wechat.crypto import Seal
from channels.wechat.menu import menu as the_menu
from channels.wechat.settings import WeChatSettings, wechat_settings

PATH = "/webhooks/wechat/webhook"
HINTS = {
    TROUBLE: "the platform cannot be reached from here",
    -1: "the platform is busy: try again",
    40001: "WECHAT_APP_SECRET is wrong",
    40013: "WECHAT_APP_ID is wrong",
    40125: "WECHAT_APP_SECRET is wrong; after a reset in the console (重置) the old one ends",
    40164: "the address of this machine is not in the console's list (IP白名单)",
    40243: "the AppSecret is frozen (冻结): unfreeze it in the console",
    48001: "the account may not make this call (接口权限): it is not verified, or of another type",
    89503: "the call waits for the administrator's consent on their phone",
    89506: "the administrator refused this address; ask again in 24 hours",
}
"""What to do about a code (返回码)."""


@click.group()
def wechat() -> None:
    """The WeChat official account (微信公众号)."""


@wechat.command()
def check() -> None:
    """Check the settings, the token, and whether the address answers as the platform wants."""
    chosen = _settings()
    public = settings().public_url
    click.echo(f"AppID        {chosen.app_id or '-'}")
    click.echo(f"encryption   {_encryption(chosen)}")
    click.echo(f"buttons      {'menu messages (菜单消息)' if chosen.msgmenu else 'numbers'}")
    notices = (
        f"{chosen.notice_means} {chosen.notice_template}" if chosen.notice_template else "off outside the 48 hours"
    )
    click.echo(f"notices      {notices}")
    click.echo(f"agents       {'WeChat (微信客服)' if chosen.transfer else 'the desk'}")
    click.echo(f"address      {public.rstrip('/') + PATH if public else '-'}")
    failed = [
        _outcome("token", _token(chosen)),
        _outcome("address", _address(chosen, public)),
    ]
    if any(failed):
        raise click.exceptions.Exit(1)


@wechat.command()
@click.option("--show", is_flag=True, help="Only print the menu that would be put up.")
def menu(show: bool) -> None:
    """Put the menu (自定义菜单) below the conversation."""
    wanted = the_menu(settings().public_url)
    if show:
        click.echo(json.dumps(wanted, ensure_ascii=False, indent=2))
        return
    failed = _outcome("menu", _with_api(_settings(), lambda api: api.create_menu(wanted)))
    if failed:
        raise click.exceptions.Exit(1)
    click.echo("It shows within 24 hours; at once for who follows anew.")


def _settings() -> WeChatSettings:
    try:
        chosen = wechat_settings()
    except ValidationError as error:
        raise click.ClickException(str(error)) from error
    if not chosen.on:
        raise click.ClickException("WeChat is off: WECHAT_TOKEN is not set")
    return chosen


def _encryption(chosen: WeChatSettings) -> str:
    if not chosen.aes_keys:
        return "off (明文模式)"
    only = "only encrypted messages are taken" if chosen.encrypted_only else "plain messages are taken, too"
    return f"{len(chosen.aes_keys)} key(s); {only}"


def _outcome(name: str, what: Coroutine[Any, Any, None]) -> bool:
    """Prints how a check went; gives whether it failed."""
    try:
        asyncio.run(what)
    except WeChatError as error:
        click.echo(f"FAILED  {name}: code {error.code}, {HINTS.get(error.code, 'see the platform’s list of codes')}")
        return True
    except _Failed as error:
        click.echo(f"FAILED  {name}: {error}")
        return True
    click.echo(f"ok      {name}")
    return False


class _Failed(Exception):
    """A check that failed, in words."""


async def _token(chosen: WeChatSettings) -> None:
    if chosen.app_secret is None:
        raise _Failed("WECHAT_APP_SECRET is not set: only passive replies within 4 seconds are possible")
    await _with_api(chosen, lambda api: api.token())


async def _with_api(chosen: WeChatSettings, do: Callable[[WeChatApi], Awaitable[Any]]) -> None:
    secret = chosen.app_secret.get_secret_value() if chosen.app_secret else ""
    api = WeChatApi(chosen.api_base, chosen.app_id, secret, database())
    try:
        await do(api)
    finally:
        await api.close()


async def _address(chosen: WeChatSettings, public: str | None) -> None:
    """Does what the platform does when the address is entered in the console (接入验证)."""
    if not public:
        raise _Failed("BOT_PUBLIC_URL is not set: it says at which address the platform reaches this service")
    token = chosen.token.get_secret_value() if chosen.token else ""
    signed, echo = Seal(token, chosen.app_id).sign(str(int(time.time())), secrets.token_hex(4)), secrets.token_hex(8)
    query = {**asdict(signed), "echostr": echo}
    try:
        async with httpx.AsyncClient(timeout=10) as http:
            answer = await http.get(public.rstrip("/") + PATH, params=query)
    except httpx.HTTPError as error:
        raise _Failed(
            f"it cannot be reached ({type(error).__name__}): is the service running, does the proxy lead to it?"
        ) from error
    if answer.status_code != 200 or answer.text != echo:
        raise _Failed(f"it answers {answer.status_code}: another token there, or another clock (five minutes at most)?")
