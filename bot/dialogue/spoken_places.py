"""Places as people say them (口头地点): which answers are one, which only the person knows, and their house numbers."""

from __future__ import annotations

import re

from bot.dialogue.cues import CLAUSE, EDGE
from bot.language.extract.facts import find_time
from bot.language.extract.places import find_location
from bot.privacy import find_phone

_PLACE_LIKE = re.compile(
    r"(?:[路街巷弄村镇乡苑桥幢栋楼店厂门里边面旁角口湾坑岭山河溪江塘田地库区园场站馆院部]|(?<!老)头|小区|新村|花园|单元|附近|隔壁|学校|医院|市场|超市|银行|公司|宿舍|[0-9一二三四五六七八九十]+[号室层])"
    r"(?:那里|那边|这里|这边|那儿|[里上下中内外]|的?(?:旁边|对面|附近|后面|前面|门口|边上))?[啊呀呢吧哦的]*$"
    r"|\b(?:street|road|no\.|near|opposite|next to|building|village|district)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:就|都)?(?:是)?(?:在)?(?:我们?|俺们?|咱们?|自己)?(?:这|那)?(?:的)?(?:家|屋|小区|村|村子|村里|楼|楼道|单元|公司|学校|单位|这里|这边|那里|那边|店|老地方|旁边|附近)?(?:的)?(?:里|里面|门口|门前|楼下|楼上|旁边|附近|对面|边上|外面|后面|前面|这里|这边|那里|那边)?(?:啊|呀|呢|嘛|那)?$"
)
DETAIL = re.compile(r"(?:[0-9A-Za-z一二三四五六七八九十百]{1,8}(?:号楼|号院|号|幢|栋|座|单元|室|楼|层))+")
_ONE_DETAIL = re.compile(r"([0-9A-Za-z一二三四五六七八九十百]{1,8})(号楼|号院|号|幢|栋|座|单元|室|楼|层)")


def is_vague(place: str) -> bool:
    """Whether it names a place that only the person knows (我家楼下, 村口)."""
    return bool(_VAGUE.match(place.strip(EDGE))) and find_location(place).text is None


def with_detail(place: str, detail: str) -> str | None:
    """The place with another house, unit or room: 3号楼 in 白云小区2号楼; None where the words are no such detail."""
    if not DETAIL.fullmatch(detail):
        return None
    for number, unit in _ONE_DETAIL.findall(detail):
        changed = re.sub(rf"[0-9A-Za-z一二三四五六七八九十百]{{1,8}}{unit}(?!楼)", f"{number}{unit}", place, count=1)
        place = changed if f"{number}{unit}" in changed else place + number + unit
    return place


def is_place(text: str) -> bool:
    """Whether an answer names a place, also one that no map knows (老樟树下的小卖部)."""
    if find_location(text).text:
        return True
    time = find_time(text)
    if find_phone(text) or (time and len(time) * 2 > len(text)) or re.fullmatch(r"[\d\W]+", text):
        return False
    return any(_PLACE_LIKE.search(clause.strip(EDGE)) for clause in CLAUSE.findall(text)) and not re.search(
        r"[你您](?:们|是|好|有|怎|什)|没人管|不好|^我(?:要|想)(?!在)", text
    )
