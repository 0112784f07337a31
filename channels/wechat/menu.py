"""The menu below the conversation (自定义菜单), and what its keys say."""

from __future__ import annotations

from typing import Any

from bot.dialogue.wording import say

SAYS = ("report", "progress", "human", "help")
"""The keys of the menu, or of a QR code (带参数二维码), that say something for the person (`says`)."""
ASK = "ask"
"""The key that invites a question; nothing is said for the person."""


def says(key: str) -> str:
    """What a key of `SAYS` says for the person."""
    return say(f"wechat.says.{key}")


def menu(public_url: str | None) -> dict[str, Any]:
    """The menu for ``menu/create``: reporting and progress at one tap, the rest in a drawer."""
    more = [
        {"type": "click", "name": say("wechat.menu.ask"), "key": ASK},
        {"type": "click", "name": say("wechat.menu.human"), "key": "human"},
        {"type": "click", "name": say("wechat.menu.help"), "key": "help"},
    ]
    if public_url:
        more.append({"type": "view", "name": say("wechat.menu.web"), "url": public_url})
    return {
        "button": [
            {"type": "click", "name": say("wechat.menu.report"), "key": "report"},
            {"type": "click", "name": say("wechat.menu.progress"), "key": "progress"},
            {"name": say("wechat.menu.more"), "sub_button": more},
        ]
    }
