"""Corrections (更正): what a message puts right of the facts, the kind or the account, wherever it stands in it."""

from __future__ import annotations

import re

from bot.dialogue.act import Act, Context
from bot.dialogue.cues import EDGE
from bot.dialogue.spoken_places import DETAIL
from bot.language.extract.facts import find_name, find_time
from bot.language.extract.places import find_location
from bot.language.turns import pieces
from bot.privacy import find_phone

_EDITS = re.compile(r"删|去掉|拿掉|不要写|别写|不用写|不要放|别放|不要那|写进去|不是加")
_KEEPS = re.compile(
    r"只(?:要|写|登记|留|说|报)(?P<kept>[^，,。；;！!？?\n]{2,20}?)(?:那|这)?(?:一)?(?:段|句|件|个|部分)?(?:就行|就好|吧)?(?:$|[，,。；;！!？?\n])"
)
_LATEST = re.compile(r"(?:后面|最后|刚才|刚刚|上面)(?:加的|说的|写的)?(?:的)?(?:那|这)?(?:[一两二三几]?句|话|段|些)")
_SWAPS = re.compile(
    r"(?:把)?[“\"‘']?(?P<old>[^，,。；;！!？?“”\"‘’'\s]{1,20}?)[”\"’']?(?:两个字|这个词|那个词)?(?:改成|换成|改为|改)[“\"‘']?(?P<new>[^，,。；;！!？?“”\"‘’'\s]{1,30}?)[”\"’']?(?:吧|就行|好了)?(?:$|[，,。；;！!？?\n\s])"
)
_QUOTED = re.compile(r"[“\"‘'](?P<old>[^”\"’']{2,40})[”\"’'].{0,8}(?:删|去掉|拿掉|不要|别写)")
_SHARED = 0.7
"""Share of the signs of a clause by which it is known again."""
KINDS = {
    "投诉": "complaint",
    "举报": "report",
    "表扬": "praise",
    "建议": "suggestion",
    "咨询": "consultation",
    "求助": "assistance",
}
_KIND = "|".join(KINDS)
_RECLASSIFIES = re.compile(
    rf"(?:不是(?:要|来|在|想)?(?:{_KIND})[\s,，]*(?:而?是|我?(?:要|是|想)(?:来)?|算)?(?:个|一个|一条|条)?(?P<new>{_KIND}))|(?:改成|改为|换成|应该[是算]|算是?|属于)(?:个|一个|一条|条)?(?P<also>{_KIND})"
    rf"|^我是?(?:要|想)(?:来)?(?P<want>{_KIND})的[啊呀]?$|^(?:我|这)?(?:这)?(?:个|条|件)?(?:只|就)?是(?:想|要|来)?(?:提|一个|个|一条|条)?(?P<plain>{_KIND})[的啊呀]?$"
)
_LABELS = {
    "location": r"地点|地址|门牌号?|位置|地方|\bplace|\baddress|\blocation",
    "occurred_at": r"时间|日期|\btime",
    "phone": r"电话号码|手机号码|电话|手机号?|号码|联系方式|\bphone(?: number)?",
    "name": r"名字|姓名|称呼|姓|\bname",
}
_LABEL = "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
_WRONG = r"(?:说|写|打|输|填|搞|弄|记|报|讲|选)?错了?|不对|有误|不准确"
_SAID = r"(?:刚才|刚刚|前面|上面|之前)?(?:我)?"
_CORRECTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:{_LABEL})(?:{_SAID}(?:{_WRONG}))?[\s,，:：]*(?:应该)?(?:是|为|叫|改成|改为|改到|换成|改|：|:|is\b)[\s:：]*(?P<new>[^，,。；;！!？?\n]+)",
        r"不(?:是在?|在)(?P<old>[^是，,。；;！!？?\n]{1,20}?)[\s,，。]{0,4}(?:而?是|应该是|应该在|应该叫)在?(?P<new>[^，,。；;！!？?\n]+)",
        rf"{_SAID}(?:{_WRONG})[\s,，。]*(?:应该)?(?:是|为|叫)在?(?P<new>[^，,。；;！!？?\n]+)",
        rf"(?P<new>[^，,。；;！!？?\n]{{2,30}})[\s,，。]{{0,4}}{_SAID}(?:说|写|打|输|填|搞|弄|记|报|讲)错了?",
        r"(?:改成|改为|换成|应该是|应该为|更正为|其实是|准确(?:的)?(?:说|讲)是|正确的是)在?(?P<new>[^，,。；;！!？?\n]+)",
    )
)
_REMOVES = re.compile(
    rf"(?:把|将)?(?:我的?)?(?:{_LABEL})(?:也)?(?:给)?(?:我)?(?:删|去|拿)(?:掉|了|除)|(?:删|去)(?:掉|除|了)(?:我的?)?(?:{_LABEL.replace('?P<', '?P<also_')})"
)
_DROPS = re.compile(
    r"(?:前面|刚才|上面|刚刚)?(?:说的|写的)?(?:[那这](?:一?句|一?段|个|件))?(?P<old>[^，,。；;！!？?\s的]{1,12}?)(?:的)?(?:那|这)?(?:一)?(?:句话?|段话?|件事|个事)?(?:就)?(?:不要|别|不用|不该)(?:写|放|记|加|登记)(?:进去|上去|在里面|里面)?"
    r"|(?:把|将)(?:前面|刚才|上面|刚刚)?(?:说的|写的)?(?:[那这](?:一?句|一?段|个|件))?(?P<also>[^，,。；;！!？?\s的]{1,12}?)(?:的)?(?:那|这)?(?:一)?(?:句话?|段话?|件事?|个事?)?(?:删|去|拿)(?:掉|了|除)"
)
_NUMBERS = "一二三四五"
_NOT_WANTED = r"(?:不要|不用|不报|删|去|拿掉|撤|取消|别报)"
_DROPS_MATTER = re.compile(
    rf"第(?P<number>[{_NUMBERS}1-5])[件个条点].{{0,6}}?{_NOT_WANTED}|(?:删|去)(?:掉|除|了)?.{{0,2}}第(?P<also>[{_NUMBERS}1-5])[件个条点]"
    rf"|(?P<kind>{_KIND})(?:的)?(?:那|这)?(?:一)?[件个条]?(?:事)?.{{0,2}}?{_NOT_WANTED}|(?:删|去)(?:掉|除|了).{{0,2}}(?P<of>{_KIND})"
)
_REWRITES = re.compile(
    r"(?:(?:把|将)?(?:内容|描述|文字|投诉内容)?(?:给我)?(?:改一?下|改成|改为|换成|重新写|应该写))\s*[:：]\s*(?P<anew>.{8,})|(?:(?:把|将)?(?:内容|描述|文字|那句|这句|前面|上面|刚才)[^，,。；;\n]{0,12}?(?:删|去掉|改|换)(?:掉|除|了)?[\s,，。]*(?:就|重新)?(?:写成?|改成|换成|成|为)|(?:内容|描述)?(?:重新写|重写|改写|写成)(?:一下|一遍)?(?![上进到了的在]))[\s:：“\"]*(?P<new>[^”\"]{6,})"
)


_NO_COMPLAINT = re.compile(
    r"(?:没|没有|不是|不)(?:要|想|在|来)?投诉(?:谁|人|他们?|什么)?(?:的)?(?:意思)?(?=$|[，,。；;！!？?\s])"
)
"""我没投诉谁，就是报一下: it is a request for help then."""


def corrections(text: str, context: Context) -> tuple[list[Act], str]:
    """What is put right, and the text without it. 应该是上周三 puts right only what was told before."""
    acts: list[Act] = []
    shown = context.question == "confirm"
    if shown and context.matters > 1 and (edited := _matter_dropped(text)):
        return [edited[0]], edited[1]
    for pattern, make in ((_RECLASSIFIES, _reclassified), (_REMOVES, _removed)):
        if match := pattern.search(text.strip(EDGE)):
            acts.append(make(match))
            text = text.replace(match.group(), "，")
    if shown and not acts and (match := _NO_COMPLAINT.search(text.strip(EDGE))):
        acts.append(Act("reclassify", value="assistance"))
        text = text.replace(match.group(), "，")
    if shown and (edited := _edits(text, context)):
        return [*acts, edited[0]], edited[1]
    for number, pattern in enumerate(_CORRECTS):
        match = pattern.search(text)
        if match is None or (number in (0, 4) and not (shown or re.search(_WRONG, match.group()))):
            continue
        if act := _correction(match, context):
            acts.append(act)
            text = text.replace(match.group(), "，")
    return acts, text


def _edits(text: str, context: Context) -> tuple[Act, str] | None:
    """A change of the account in so many words, and the text without it."""
    if (match := _SWAPS.search(text)) and (old := closest(match["old"], context.account, whole=False)):
        return Act("replace", value=match["new"], old=old), text.replace(match.group(), "，")
    if (match := _REWRITES.search(text)) and not _KEEPS.search(text):
        return Act("rewrite", value=(match["anew"] or match["new"]).strip(EDGE)), text[: match.start()]
    if (match := _KEEPS.search(text)) and (kept := closest(match["kept"], context.account)):
        return Act("rewrite", value=kept), ""
    for pattern in (_QUOTED, _DROPS):
        if match := pattern.search(text):
            named = match.groupdict()["old"] or match.groupdict().get("also") or ""
            if old := closest(named, context.account):
                return Act("drop", old=old), text.replace(match.group(), "，")
    if not _EDITS.search(text):
        return None
    return (Act("drop"), "") if _LATEST.search(text) else (Act("unclear"), "")


def _matter_dropped(text: str) -> tuple[Act, str] | None:
    """One of several matters that is not wanted, by its number or kind, and the text without it."""
    match = _DROPS_MATTER.search(text)
    if match is None:
        return None
    if number := match["number"] or match["also"]:
        value = str(_NUMBERS.index(number) + 1) if number in _NUMBERS else number
    else:
        value = KINDS[match["kind"] or match["of"]]
    return Act("drop_matter", value=value), text.replace(match.group(), "，")


def closest(words: str, account: str, whole: bool = True) -> str | None:
    """The words as they stand in the account, or the clause of it that shares most of their signs; None if none does."""
    words = re.sub(r"^(?:[那这]一?[句段个件]|前面|后面|刚才)|(?:那|这)?(?:一?句|一?段|话)$", "", words.strip(EDGE))
    if len(words) >= 2 and words in account:
        return words
    signs = set(words)
    if not whole or len(signs) < 3:
        return None
    clauses = [clause.strip(EDGE) for clause in pieces(account)]
    best = max(clauses, key=lambda clause: len(signs & set(clause)), default="")
    return best if len(signs & set(best)) >= _SHARED * len(signs) else None


def _reclassified(match: re.Match[str]) -> Act:
    word = match["new"] or match["also"] or match["want"] or match["plain"]
    return Act("reclassify", value=KINDS[word])


def _removed(match: re.Match[str]) -> Act:
    found = match.groupdict()
    field = next(name for name in _LABELS if found.get(name) or found.get(f"also_{name}"))
    return Act("remove", field)


def _correction(match: re.Match[str], context: Context) -> Act | None:
    found = match.groupdict()
    new, old = found["new"].strip(EDGE), (found.get("old") or "").strip(EDGE)
    new = re.sub(r"(?:才对|的|了|啊|呀|哦|吧)$", "", new)
    if not new:
        return None
    field = next((name for name in _LABELS if found.get(name)), None) or _field_of(new, old, context)
    if field is None:
        return Act("replace", value=new, old=old) if old and old in context.account else None
    if field == "phone" and find_phone(new) is None:
        return None
    if field == "name":
        new = find_name(new, asked=True) or new
    return Act("correct", field, find_phone(new) if field == "phone" else new, old or None)


def _field_of(new: str, old: str, context: Context) -> str | None:
    """Which fact the new words are."""
    place = context.place or ""
    if find_phone(new):
        return "phone"
    if (old and old in place) or DETAIL.fullmatch(new) or find_location(new).text:
        return "location"
    if (time := find_time(new)) and len(time) * 2 >= len(new):
        return "occurred_at"
    if old and old in context.account:
        return None
    if re.search(r"[路街巷弄村镇乡苑桥区园]$", new):
        return "location"
    return None
