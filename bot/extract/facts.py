"""Time, person and numbers in a message, as written."""

from __future__ import annotations

import re

from bot.extract.words import tagged
from bot.privacy import find_phone

CASE_NUMBER = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[-\s]?(\d{8})[-\s]?([0-9A-Z]{6})(?![A-Z0-9])", re.IGNORECASE)

_TIME_GAP = re.compile(r"^(?:的|到|至|-|—|~|开始|起|,|左右|大概|大约|每天|天天)*$")
_TIME_TAIL = re.compile(r"^(?:左右|前后|开始|起|以来|以后|之后|多)")
_CLOCK = re.compile(
    r"(?:(?:今天|昨天|前天|昨晚|今晚|今早|早上|上午|中午|下午|晚上|凌晨|半夜|每天|天天|每晚|周[一二三四五六日天末]|星期[一二三四五六日天])"
    r"(?:[0-9一二三四五六七八九十两]{1,3}(?:点半?|时|:[0-9]{2})(?:多|左右)?)?)+"
    r"|(?:20\d\d年)?[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}[日号]?"
)
_NOT_A_TIME = ("现在", "当时", "以前", "目前", "平时", "有时", "随时", "时间", "未来", "将来")
_NAMED = re.compile(r"(?:我叫|我的名字是?|我名叫|名字叫?|姓名[:：是]?|联系人[:：是]?)\s*([一-鿿·]{2,4})(?![一-鿿])")
_SURNAMED = re.compile(r"(?:我姓|免贵姓|本人姓|姓)([一-鿿]{1,2})(?:,|，|。|$|\s|先生|女士|小姐|师傅|老师|电话|手机)")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟"
    "秦邱侯江尹薛阎段雷龙黎史陶贺毛郝顾龚邵万钱严洪武莫孔汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单"
    "裴霍涂成苗谷盛曲翁冉骆蓝路游辛管柴蒙鲍华喻祁房屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师"
    "和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝雷项练蓝季麻阙叶梅吕"
)
_TITLED = re.compile(r"^([一-鿿]{1,3}(?:先生|女士|小姐|师傅|老师|阿姨|大爷|大妈|叔叔))")


def find_time(text: str) -> str | None:
    """When it happened, in the person's own words, or None."""
    spans: list[list[int]] = []
    marks = [(w.start, w.end) for w in tagged(text) if w.tag in ("TIME", "t") and w.text not in _NOT_A_TIME]
    marks += [match.span() for match in _CLOCK.finditer(text)]
    for start, end in sorted(marks):
        if spans and (start <= spans[-1][1] or _TIME_GAP.match(text[spans[-1][1] : start])):
            spans[-1][1] = max(spans[-1][1], end)
        else:
            spans.append([start, end])
    for span in spans:
        if tail := _TIME_TAIL.match(text[span[1] :]):
            span[1] += tail.end()
    best = max(spans, key=lambda span: span[1] - span[0], default=None)
    return text[best[0] : best[1]].strip("的,，。 ") if best else None


def find_name(text: str, asked: bool = False) -> str | None:
    """The requester's name. Where it was asked for, a bare name or 王女士 is one, too."""
    if match := _NAMED.search(text) or _SURNAMED.search(text):
        return match.group(1)
    if not asked:
        return None
    bare = re.sub(r"[\d\s+\-]+|电话|手机号?码?|号码|[,，。、:：;；!！是]", " ", text).strip()
    bare = re.sub(r"^(?:我叫|叫我|我是|就叫|姓名|我)\s*", "", bare).split(" ")[0]
    if match := _TITLED.match(bare):
        return match.group(1)
    people = [word.text for word in tagged(bare) if word.tag == "PER"]
    if people:
        return people[0]
    # Only what begins with a surname: 提交 and 不用 are no names.
    plain = re.fullmatch(
        rf"[老小]?[{_SURNAMES}][一-鿿]{{0,2}}|[一-鿿]{{2,4}}·[一-鿿]{{2,6}}|[A-Za-z][A-Za-z ]{{1,30}}", bare
    )
    return bare if plain else None


def find_case_number(text: str) -> str | None:
    """A work-order number in the text in its standard form, e.g. LS20261124-7K3M9Q, or None."""
    match = CASE_NUMBER.search(text)
    return f"{match.group(1)}{match.group(2)}-{match.group(3)}".upper() if match else None


__all__ = ["find_case_number", "find_name", "find_phone", "find_time"]
