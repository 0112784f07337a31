"""Where it is (地点): the place as written, and the region it lies in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.extract.regions import Standing, known_places, region_among, standing
from bot.language.extract.words import tagged
from bot.language.gazetteer import Hit

# What may go on after a place: house numbers, and words that say where at the place.
_DETAIL = re.compile(
    r"(?:(?!一路)[0-9一二三四五六七八九十百]{1,12}(?:[-—~至][0-9]{0,12})?(?:号楼(?![下上道])|号院|号|幢|栋|座|单元|室|楼|层|期|区|弄|组|路公交|公里|站|路)"
    r"|(?:(?:[东南西北]?大?门口|[东南西北]?大门|[东南西北]门)|门前|楼下|楼上|楼道|路口|路段|对面|附近|旁边|旁|边上|后面|前面|北侧|南侧|东侧|西侧|里面|交叉口|交叉路口|交汇处|沿线|隔壁|地下车库|地下室|地下停车场|停车场|公交站|红绿灯|桥头|桥下|村口|广场(?!舞)|工地|菜场|小区|店门口))"
)
_FACILITY = re.compile(
    r"(?:(?<=[镇乡道村站山路街])|(?<=[社小]区))(?:中心|社区)?(?:卫生[院室站]|卫生服务(?:中心|站|点)|医院|诊所|敬老院|养老院|福利院|公墓|学校|小学|初中|中学|幼儿园"
    r"|图书馆|文化[馆站]|文化礼堂|体育[馆场]|(?:老年|居民)?活动(?:中心|室)|(?:便民|党群)?服务(?:中心|站|大厅)|办事大厅|便民中心|居家养老中心"
    r"|祠堂|教堂|渡口|码头|[进出]站口|候车[室厅]|售票[处厅]|水电站|加油站|充电站|收费站|隧道|涵洞|立交桥|[老新大石木]桥|水库|后山|步道|绿道|古道|景区"
    r"|观景台|农贸市场|夜市|垃圾(?:站|中转站))[边旁里上]?"
)
"""What a town, village, road, station or hill has, where it follows the name at once: 碧湖镇卫生院."""
_PLACE_WORD = re.compile(
    r"(?:小区|社区|花园|公寓|家园|苑|村|路|街|巷|弄|桥|广场|公园|学校|小学|中学|幼儿园|大学|学院|医院|大厦|商场|超市|菜场|市场|车站|站|镇|乡|街道|工业园|园区|庄|湾|坑|源|水库|溪|江|山)$"
)
_COMMON = re.compile(
    r"(?:(?:拆迁|回迁)?安置小区|老?旧?小区|断头路|机耕路|高速(?:公路|路口)?|收费站|[后茶竹]山|城中村|小?自然村|(?:隔壁|邻|本|我们)[村镇县]"
    r"|[镇村县市乡]里|县城|老城区|学校食堂|人才公寓|长租公寓|安置房|环城路|盘山路|步行街|玻璃栈道|花坛|[前后]门|[江河]里|溪滩|河埠头|半山|工业园区)[上下里边口]?"
)
"""Words that the tagger takes for places and that name none."""
_EXACT = re.compile(r"[0-9]|小区|花园|苑|路|街|巷|村|桥|门口|学校|小学|中学|医院|广场|公园|市场|大厦|楼")
_JOINABLE = re.compile(r"^(?:与|和|跟|、|的|到|至|-|—)?$")
_NOT_A_PLACE = ("政府", "局", "公司", "法院", "派出所", "委员会", "热线", "部门", "物业", "中国")


@dataclass(frozen=True)
class Location:
    """The place as written, or None, and the region, or None where nothing says it."""

    text: str | None
    region: str | None


def find_location(text: str) -> Location:
    """The most exact place that the text names, and its region."""
    hits = known_places(text)
    if not re.search(r"[一-鿿]", text):
        return Location(None, region_among(text, hits))
    best = max(
        ((standing(text, *span), *span) for span in _merge(text, _place_spans(text, hits))),
        key=lambda found: (-found[0], *_exactness(text[found[1] : found[2]])),
        default=None,
    )
    if best is None or best[0] == Standing.ORIGIN:
        # Where somebody is from is not where it happens.
        return Location(None, region_among(text, hits))
    span = best[1:]
    return Location(text[slice(*span)].strip("的,，。、 ") or None, region_among(text, hits, span))


def region_of(text: str) -> str | None:
    """The region that a place name lies in, or None."""
    return region_among(text, known_places(text))


def _place_spans(text: str, hits: list[Hit]) -> list[tuple[int, int]]:
    spans = [(hit.start, hit.end) for hit in hits]
    for word in tagged(text):
        if _COMMON.fullmatch(word.text):
            continue
        if word.tag in ("LOC", "ORG") and len(word.text) > 1 and not word.text.endswith(_NOT_A_PLACE):
            if word.tag == "LOC" or _PLACE_WORD.search(word.text):
                spans.append((word.start, word.end))
        elif word.tag in ("nz", "s", "n", "nw") and len(word.text) > 2 and _PLACE_WORD.search(word.text):
            spans.append((word.start, word.end))
    return sorted(spans)


def _merge(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins neighbouring spans, and takes in house numbers and words like 门口 that follow."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and (start <= merged[-1][1] or _JOINABLE.match(text[merged[-1][1] : start])):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
        merged[-1] = (merged[-1][0], _with_detail(text, merged[-1][1]))
    return merged


def _with_detail(text: str, end: int) -> int:
    while True:
        skip = 1 if text[end : end + 1] in ("的", " ") else 0
        match = _DETAIL.match(text, end + skip) or _FACILITY.match(text, end)
        if not match:
            return end
        end = match.end()


def is_exact(place: str) -> bool:
    """Whether a place names a road, village, house and the like, and not only a kind of place (实体店)."""
    return bool(_EXACT.search(place))


def _exactness(place: str) -> tuple[bool, int]:
    return is_exact(place), len(place)
