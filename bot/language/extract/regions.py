"""Known places in a text as whole words, and the region (属地) that a text is about.

A name counts only where a word begins and ends: 庆元 is not in 庆元旦, 上海 is not in 晚上海鲜. Of several places, the
one where it happens counts before one where somebody works or comes through, and that before one's home.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

from bot.cities import CITY_LEVEL, city
from bot.language.extract.words import tagged
from bot.language.gazetteer import Hit, gazetteer

_NAMES = ("LOC", "ORG", "nz", "nt", "ns", "s")
_STRONG = 4
"""Signs of a name that needs no word around it."""
_LONGEST_NAME = 3
"""Signs of a person's name that a place may begin: 云和平."""
_LONGEST_LEAD = 12
"""Signs that are looked at before a name."""
_ROAD = re.compile(r"路|街(?![道上头])|道(?!路)|巷|弄|桥(?!头)|大道")
"""What makes a town's name the name of a road: 青田街, 南京路."""
_SUBDISTRICT = re.compile(r"道(?!路)")


@lru_cache(maxsize=1)
def _leads(province: str) -> re.Pattern[str]:
    """What may stand before a name inside a longer word: 浙江遂昌."""
    return re.compile(rf"(?:{re.escape(province)}省?|中国|[省市县区镇乡]|老家|在|到|去|来|是|住|的|和|与|从)$")


_WHERE = ("上", "下", "里", "边", "口", "旁", "中", "头", "内", "外")
_THERE = re.compile(r"[那这]边|那里|城[里区]|县城|境内|高速|老家")


class Standing(IntEnum):
    """How near a place is to the matter; the lowest counts."""

    SCENE = 0
    """Where it happens, as far as the text says (事发地)."""
    PRESENCE = 1
    """Where somebody works, is registered or passes through (从杭州回来, 户口在松阳)."""
    ORIGIN = 2
    """Where somebody or something is from (青田人, 老家景宁)."""


_ORIGIN_BEFORE = re.compile(r"(?:老家(?:是|在)?|祖籍|籍贯|原籍|来自|(?:出生|生)[在于])$")
_HOME_THINGS = re.compile(r"的?(?:老家)?的?(?:老|自建|农村)?(?:房|屋|宅|田|地|山林|坟|家里)")
"""What makes one's home the scene: 老家景宁的房子漏水."""
_ORIGIN_AFTER = re.compile(
    r"(?:本地)?(?:人(?![民社才行口家员大事力武均流工])|籍|户籍|口音|话|牌照|来的|过来|嫁|打工回来"
    r"|的(?:朋友|亲戚|同学|客人|游客|老乡|货车|车子|司机))"
)
_RIDE = "(?:的|间的?)?(?:动车|高铁|火车|列车|班车|大巴|客车|航班|飞机|公交|车票|高速|快递)"
_PRESENCE_BEFORE = re.compile(r"(?:从|离开|往返|开往|去往|发往|寄往|往|飞|(?:户口|户籍)(?:还|都)?在|人在)$")
_PRESENCE_AFTER = re.compile(
    rf"(?:那边|这边)?(?:上班|工作|打工|做生意|经商|读大学|方向|出发)|(?:到|至|去|往)(?=[一-鿿]{{2,8}}?{_RIDE})"
)
_ARRIVAL = re.compile(rf"(?:[到至去往]|往返|开往)[一-鿿]{{2,8}}{_RIDE}")


def known_places(text: str) -> list[Hit]:
    """Places of the gazetteer that stand in the text as words of their own, from left to right."""
    return list(gazetteer().find(text, _Words(text).fit))


class _Words:
    """The words of a text, to judge where a name may begin and end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = tagged(text)
        self._starts = [word.start for word in self._words]
        self._read = self._words[-1].end if self._words else 0
        self._last = -1

    def fit(self, hit: Hit) -> bool:
        """Whether the name is a word there, or begins one, or follows another place inside one."""
        fits = self._is_word(hit)
        if fits:
            self._last = hit.end
        return fits

    def _is_word(self, hit: Hit) -> bool:
        name, kind = hit.place.name, hit.place.kind
        town = kind in ("county", "city", "district")
        if town and len(name) == 2 and _ROAD.match(self._text, hit.end):
            return False
        if name.endswith("街") and _SUBDISTRICT.match(self._text, hit.end):
            return False
        strong = len(name) >= _STRONG or (len(name) == 3 and name[-1] in "区县市镇乡")
        if strong or hit.end > self._read:
            return strong
        first = self._words[bisect_right(self._starts, hit.start) - 1]
        last = self._words[bisect_right(self._starts, hit.end - 1) - 1]
        follows = hit.start == self._last
        if first.tag == "PER" and hit.end < first.end and len(first.text) <= _LONGEST_NAME:
            return False
        begins = hit.start == first.start or follows
        leads = first.tag in _NAMES and _leads(city().province_short).search(
            self._text[max(0, hit.start - _LONGEST_LEAD) : hit.start]
        )
        # A word that begins inside the name and goes on after it is another word (庆|元旦), unless it says where (湖|上).
        ends = last.end == hit.end or last.start <= hit.start or self._text[hit.end : last.end] in _WHERE
        # 王村|口红 begins with a place: it is 王村口.
        ends = ends or (len(name) > 2 and begins and first.tag == "LOC")
        # 江山, 开化, 天台: towns elsewhere whose names are words.
        names = ("LOC", "ORG") if hit.end < first.end else _NAMES
        named = kind != "district" or first.tag in names or follows or _THERE.match(self._text, hit.end)
        return bool((begins or leads) and ends and named)


def standing(text: str, start: int, end: int) -> Standing:
    """How near the place at this span is to the matter."""
    before = text[max(0, start - 8) : start]
    if _HOME_THINGS.match(text, end):
        return Standing.SCENE
    if _ORIGIN_BEFORE.search(before) or _ORIGIN_AFTER.match(text, end):
        return Standing.ORIGIN
    way = _PRESENCE_BEFORE.search(before) or _PRESENCE_AFTER.match(text, end)
    if way or _ARRIVAL.match(text, max(0, start - 1)):
        return Standing.PRESENCE
    return Standing.SCENE


def _standings(text: str, hits: Sequence[Hit]) -> list[Standing]:
    """Places in a row (丽水莲都区碧湖镇) stand together."""
    found: list[Standing] = []
    while (at := len(found)) < len(hits):
        end = at + 1
        while end < len(hits) and hits[end].start == hits[end - 1].end:
            end += 1
        found += [standing(text, hits[at].start, hits[end - 1].end)] * (end - at)
    return found


def region_among(text: str, hits: Sequence[Hit], best: tuple[int, int] | None = None) -> str | None:
    """The region of the places found: a county says more than its city, the chosen place more than others.

    ``best`` is the span of the chosen place. None where no place tells a region.
    """
    told = [
        (
            near,
            _vagueness(hit, near),
            not (best and best[0] <= hit.start < best[1]),
            hit.place.kind != "county",
            hit.place.kind in ("city", "district"),
            hit.start,
            hit.place.region,
        )
        for hit, near in zip(hits, _standings(text, hits), strict=True)
        if hit.place.region
    ]
    return min(told)[-1] if told else None


def _vagueness(hit: Hit, near: Standing) -> int:
    """The city's own name says least of the scene, but more than the other end of a journey (丽水到温州)."""
    if hit.place.region == CITY_LEVEL:
        return 1
    return 2 if hit.place.kind in ("city", "district") and near != Standing.SCENE else 0
