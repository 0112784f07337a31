"""The menu below the conversation (自定义菜单), and what its keys say."""

from __future__ import annotations

from typing import Any

SAYS = {
    "report": "我要反映一件事",
    "progress": "查进度",
    "human": "转人工",
    "help": "你能做什么",
}
"""What a key of the menu, or of a QR code (带参数二维码), says for the person."""
ASK = "ask"
"""The key that invites a question; nothing is said for the person."""


def menu(public_url: str | None) -> dict[str, Any]:
    """The menu for ``menu/create``: reporting and progress at one tap, the rest in a drawer."""
    more = [
        {"type": "click", "name": "问政策、问办事", "key": ASK},
        {"type": "click", "name": "转人工", "key": "human"},
        {"type": "click", "name": "能帮您做什么", "key": "help"},
    ]
    if public_url:
        more.append({"type": "view", "name": "网页版", "url": public_url})
    return {
        "button": [
            {"type": "click", "name": "我要反映", "key": "report"},
            {"type": "click", "name": "查进度", "key": "progress"},
            {"name": "更多", "sub_button": more},
        ]
    }
