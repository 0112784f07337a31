"""Keys of the units' editors and systems (``BOT_KB_KEYS``): ``unit/person:key:scope+scope``; the unit ``*`` is every unit."""

from __future__ import annotations

from sanic import Request

from bot.errors import Refusal
from bot.settings import settings
from channels import keys, wrong_keys
from kb.upkeep.editing import SCOPES, Editor

EVERY_UNIT = "*"


def parse(text: str) -> tuple[keys.Key, ...]:
    """The keys of the setting; raises `ValueError` that says which is wrong, without showing it."""
    found = keys.parse(text, "BOT_KB_KEYS", tuple(SCOPES))
    if len({key.secret for key in found}) < len(found):
        raise ValueError("two names of BOT_KB_KEYS have the same key: who wrote and who published could not be told")
    return found


def editor_of(request: Request) -> Editor:
    """Who calls, by ``Authorization: Bearer KEY`` or ``X-API-Key``; raises `Refusal` without a known key."""
    allowed = parse(settings().kb_keys or "")
    if not allowed:
        raise Refusal(503, "off", "知识库接口还没有开通：没有设置 BOT_KB_KEYS。")
    given = request.token or request.headers.get("x-api-key")
    if not given:
        raise Refusal(401, "no_key", "请带上密钥：Authorization: Bearer 密钥。")
    wrong_keys.check(request)
    key = keys.known(allowed, given)
    if key is None:
        wrong_keys.count(request)
        raise Refusal(401, "bad_key", "这个密钥不对，请核对后再试。")
    unit = key.name.partition("/")[0]
    return Editor(key.name, None if unit == EVERY_UNIT else unit, key.scopes, alone=not settings().kb_four_eyes)
