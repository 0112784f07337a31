"""Changes (更改): what the learned labels of a message say of the facts, the kind and the account that were told before.

The label tells that something is to be put right, left out or counted anew; here is worked out what. Words of such a part
never get into the account as they are: where it cannot be worked out, the person is shown the sentences to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.dialogue.act import Act, Context
from bot.dialogue.corrections import KINDS, closest
from bot.dialogue.cues import CLAUSE, EDGE, is_question, spaced, standard, without_pictures
from bot.dialogue.spoken_places import DETAIL, is_place
from bot.dialogue.swaps import swap
from bot.language.extract.facts import find_name, find_time
from bot.language.extract.places import find_location
from bot.language.turns import Said, pieces
from bot.privacy import find_phone

_SURE = 0.6
"""How sure the reader of turns must be of a part that it changes something."""
_FIXES = {"fix_place": "location", "fix_time": "occurred_at", "fix_phone": "phone", "fix_name": "name"}
CHANGES = (*_FIXES, "fix_story", "remove", "kind", "one", "several")
"""Labels of parts that change what was told before."""
_LONGEST_NEW = 20
"""Characters that are put for others in the account; a longer correction is told beside them."""
_LONGEST_NAME = 4
_BUSINESS = re.compile(r"^[一-鿿\w]{2,15}(?:店|馆|公司|厂|社|超市|商行|合作社|工作室|民宿|诊所)$")
"""A business that is given as the requester's name."""
_PLACES = 2
"""Clauses of a corrected place: 壶镇镇苍岭路，溪滨小区3幢."""
_SCRAP = 6
"""Characters below which a clause is shown with the one before it."""
_GOES_WITH = re.compile(r"^(?:而?是|应该|其实|实际|在|叫|姓|改|换|才|不是|不在|不叫|不姓|非)")
"""How a part begins that belongs to the correction before it."""
_DENIES = re.compile(r"^(?:[^，,]{0,6}不(?:是|在|叫|姓)[^是]*|[^，,]{0,12}(?:错[了的]?|不对|有误|改一?下)[了啊呀吧]*)$")
"""A part that says only what is wrong."""
_COUNTED = re.compile(
    r"(?P<number>[0-9一二两三四五六七八九十百千万半多几]+)(?P<of>个(?:月|星期|礼拜|小时|人|学生|老人|孩子)?|[条只次天年岁楼层号栋幢户家元块亩米斤吨张辆台间件遍趟点分路班页把根棵头口桌级])"
)
_ANOTHER_NUMBER = re.compile(
    rf"{_COUNTED.pattern}[，,\s]?(?:而)?不是(?P<old>[0-9一二两三四五六七八九十百千万半]+(?P=of))"
)
"""是八条不是六条."""
_FIELDS = {
    "phone": re.compile(r"电话|手机|号码|联系方式|\bphone"),
    "name": re.compile(r"(?<![他她人生师长员任])(?<![他她人生师长员任]的)(?<!路)(?:名字|姓名|称呼|姓)|\bmy name"),
    "location": re.compile(r"(?:地址|地点|门牌)(?!里)|\baddress"),
    "occurred_at": re.compile(r"时间|日期|\btime"),
}
_PROTESTS = re.compile(r"怎么(?!写)|没有?(?:说|讲)|谁(?:说|让)|为什么")
_QUOTED = re.compile(r"[“\"‘'「](?P<words>[^”\"’'」]{1,40})[”\"’'」]")
_LATEST = re.compile(r"^(?:最?后面?|刚才?|刚刚|上面)?(?:加|说|写)?的?(?:那|这)?(?:[一两]?句|一?段|些)?话?$")
_ABOUT = re.compile(
    r"把|将|给我|帮我|麻烦|请|不要|不用|不必|不该|别|删除?|去|拿|划|抹|拎|掉|除|(?:写|放|加|记|登|提|说|讲)(?:进|上|到|在)?去?(?:里面?)?|就?(?:行|好|可以)(?:了|吧)?$|[了吧呗啊呀哈呢嘛,，。！!\s]+$|那个|这个"
    r"|(?:那|这)(?:一|几|两)?(?:句|段|条|些)(?:话)?|[一几两三四](?:个字|句话?|段话?)|我(?:说|讲|写|骂)的|也|都|的(?:话|事|内容)|^我(?=[^们])|地址里面?|里面|前面|刚才|the|please|delete|remove"
)
"""Words about the wish to leave something out, and not about what."""
_RECKONS = re.compile(r"^我?(?:又|再|刚才?)?[算数查看想]了?(?:一?下|算|来)?(?:了)?(?:应该)?(?:是|有)")
"""算了下是十天 tells only the ten days."""
_NUMBERS = "一二三四五六七八九"
_NUMERAL = re.compile(r"[1-9一二三四五六七八九]")
_NAMES_A_SENTENCE = re.compile(r"第\s{0,2}[1-9一二三四五六七八九]\s{0,2}(?:句|条|段)")
_ONE = r"(?:第\s{0,2})?[1-9一二三四五六七八九](?![0-9个月天年块元万号楼幢栋路层])(?:\s{0,2}(?:句话?|条|段))?"
_MANY = rf"{_ONE}(?:[\s、，,和跟及]{{0,3}}{_ONE}){{0,8}}"
_OUT = r"(?:不要|不用|别|去掉|删掉|删除|删|拿掉|划掉)"
_BY_NUMBER = re.compile(
    rf"{_OUT}了?\s{{0,2}}(?P<them>{_MANY})(?!\s{{0,2}}(?:改|换))|(?P<these>{_MANY})\s{{0,2}}(?:都|也|请|就|给我){{0,2}}{_OUT}"
    rf"|^(?P<bare>{_MANY})[\s。.!！吧了]*$"
)
_ANEW = re.compile(
    rf"(?P<which>{_ONE})[\s，,]*(?:请|就|要)?(?:改成|改为|换成|应该是|写成)[:：\s]*(?P<new>.{{2,}})", re.DOTALL
)
_MISSING = re.compile(
    r"^(?:咦|哎|诶|还有|那|可是|但是?)*[，,\s]*(?P<new>.{3,40}?)(?:的事|这件?事|这句|这个)?(?:怎么|咋|你|都|还|也)+(?:没有?|不)(?:给我|帮我)?(?:写|记|登|放)(?:进去|上去?|上|下)?[了啊呀呢吗]*$"
)
"""What the person misses in the account (推下楼梯怎么没写)."""
_LEAVES_OUT = re.compile(
    r"(?:不要|不用|别|不该)(?:写|放|提|登|记|报|说)(?:进去|上去|出来|出去)?[了啊吧呀哈]*$|(?:删|去掉|拿掉|划掉|删掉|删除)(?:掉|了|吧|啊|呀|一下)*$"
)
"""How a part ends that wants something left out, whatever was learned of its words."""
_SHORTENS = re.compile(r"(?:弄|写|改|说)?(?:短|简单|简短|精简|少)(?:一?点|些)|太长了?$")
_SHOWS = re.compile(
    r"(?:里面|上面|现在)?(?:写|登记|记)的?(?:是|都是)?(?:啥|什么|些什么)|(?:发|给|念)(?:给)?我(?:看|听)"
)
"""A wish to see what stands there: the summary is shown again anyway."""
_DOUBTED = ("story", "no", "ask", "process", "order")
"""Learned labels that plain words may overrule."""
_GIVES_MORE = re.compile(r"^(?:还有|另外|再|而且|对了|补充)")
_PARTS = re.compile(
    r"(?:分开|分别|各自|单独|另外)(?:来)?(?:登记|立|写|报|办|办理|提交|开)|(?:登|立|开|写|分)成?(?:两|三|几|[2-5])(?:张|件|份|个单)"
)
_KIND = "|".join(KINDS)
_WANTS = {**KINDS, "感谢": "praise", "点赞": "praise", "点个赞": "praise", "意见": "suggestion", "问问": "consultation"}
"""Words that name the kind that is wanted."""
_WANTED, _NAMED = re.compile("|".join(_WANTS)), re.compile(_KIND)
_DENIED = re.compile(
    rf"(?:不是?|并非|而?非|别|不要|不算|什么|把)[“\"]?(?:写|当|算|搞|弄)?成?(?:要|来|在|想)?(?:个|一个|一条|条)?[“\"]?(?:{_KIND})"
    rf"|(?:怎么|你|给我)[^，,]{{0,5}}?(?:写|弄|变|当|搞|登记?|算|归)(?:成|到)?了?(?:{_KIND})|(?:写|弄|变|当|搞)成了?(?:{_KIND})了"
)


@dataclass(frozen=True)
class _Group:
    """Parts of the message that make one change."""

    label: str
    words: str
    sure: float


def plainly(said: tuple[Said, ...], context: Context) -> tuple[Said, ...]:
    """The parts of a message, with the label that the words of a part give plainly, whatever was learned of them."""
    known = [(part, _plain_label(standard(without_pictures(part.words)).strip(EDGE), context)) for part in said]
    return tuple(
        replace(part, label=label, sure=1.0) if label and part.label in _DOUBTED else part for part, label in known
    )


def _plain_label(bare: str, context: Context) -> str | None:
    if (match := _ANOTHER_NUMBER.search(bare)) and match["old"] in context.account:
        return "fix_story"
    if context.question != "confirm":
        return None
    if _LEAVES_OUT.search(bare) or _SHORTENS.search(bare):
        return "remove"
    if _PARTS.search(bare):
        return "several"
    if _SHOWS.search(bare):
        return "chat"
    return "fix_story" if _MISSING.match(bare) else None


def changes(text: str, context: Context) -> tuple[list[Act], str]:
    """What the message changes of what was told before, as learned, and the text without it."""
    if found := _numbered(text, context):
        return found, ""
    acts: list[Act] = []
    groups = [group for group in _groups(context) if group.sure >= _SURE]
    one = any(group.label == "one" for group in groups)
    for group in groups:
        if one and group.label == "several":
            continue
        made = _made(group, context)
        if made is None:
            continue
        acts.append(made)
        if group.label == "remove":
            text = _without_reason(text, group.words, context)
        text = text.replace(group.words, "，" if text.strip(EDGE) != group.words.strip(EDGE) else "", 1)
    return acts, text


def _without_reason(text: str, words: str, context: Context) -> str:
    """The text without what stands directly behind a wish to leave something out, and only says why."""
    behind = [standard(without_pictures(part.words)) for part in context.said if part.label == "story"]
    for reason in behind:
        if words + reason in text and not _GIVES_MORE.match(reason):
            return text.replace(words + reason, words, 1)
    return text


def _groups(context: Context) -> Iterator[_Group]:
    """The parts that change something, those of one change together: 不对，不是灯塔街，是大洋路."""
    label, words, sure, denial = "", "", 0.0, ""
    for part in context.said:
        text = standard(without_pictures(part.words))
        bare = text.strip(EDGE)
        joins = label in CHANGES and (part.label in (label, "no", "fix_story") or label == "fix_story")
        continues = _GOES_WITH.match(bare) or _DENIES.match(words.strip(EDGE)) or label == part.label == "kind"
        if joins and part.label in (*CHANGES, "no") and continues:
            label = label if part.label in ("no", "fix_story") else part.label
            words, sure = words + text, max(sure, part.sure)
            continue
        if label:
            yield _Group(label, words, sure)
        if part.label in CHANGES:
            label, words, sure, denial = part.label, denial + text, part.sure, ""
        else:
            label, words, sure = "", "", 0.0
            denial = denial + text if part.label == "no" else ""
    if label:
        yield _Group(label, words, sure)


def _made(group: _Group, context: Context) -> Act | None:
    """The change that some parts make; None where the rules may know better."""
    words, shown = group.words.strip(EDGE), context.question == "confirm"
    if group.label == "fix_place" and (other := _counted(swap(words).new, context)):
        return other
    if group.label in _FIXES:
        field = _FIXES[group.label]
        if value := fact(field, words):
            return Act("correct", field, value, swap(words).old or None)
        if field == "phone" and (told := find_phone(context.account)):
            # 电话填上啊: it stands in the account.
            return Act("correct", field, told)
        return Act("unclear") if shown else None
    if group.label == "fix_story":
        return _amended(words, context)
    if group.label == "one":
        return Act("merge")
    if group.label == "several":
        return Act("several")
    if group.label == "kind":
        kind = _kind(words)
        made = Act("reclassify", value=kind) if kind else Act("unclear")
    else:
        made = _removed(group.words, context)
    return made if shown or made.kind != "unclear" else None


def fact(field: str, words: str) -> str | None:
    """The fact that the words of a correction give, in their own words; None where there is none."""
    new, old = (found := swap(words)).new, found.old
    if field == "phone":
        return find_phone(words)
    if field == "name":
        clauses = [clause.strip(EDGE) for clause in CLAUSE.findall(spaced(words))]
        names = [
            find_name(text, asked=True) for text in (new, *clauses) if not text.startswith(("不是", "不姓", "不叫"))
        ]
        named = [name for name in names if name and name != old]
        if _BUSINESS.search(new):
            return new
        return max(named, key=len, default=None) or (new if 1 <= len(new) <= _LONGEST_NAME else None)
    if field == "occurred_at":
        new = _RECKONS.sub("", new)
        time = find_time(new)
        return new if time and len(time) * 2 >= len(new) else time or find_time(words)
    if DETAIL.fullmatch(new):
        return new
    places = [
        clause.strip(EDGE) for clause in CLAUSE.findall(spaced(new)) if is_place(clause) and not is_question(clause)
    ]
    if places:
        return "，".join(places[:_PLACES])
    return find_location(words.replace(old, "") if old else words).text or (
        new if 2 <= len(new) <= 2 * _LONGEST_NAME else None
    )


def _amended(words: str, context: Context) -> Act:
    """A correction of the account: put where the wrong words stand, or told beside them; what is missed is told."""
    if missed := _MISSING.match(words):
        return Act("tell", value=missed["new"])
    found = swap(words)
    if found.old and len(found.new) <= _LONGEST_NEW and context.account.count(found.old) == 1:
        return Act("replace", value=_as_counted(found.new, found.old), old=found.old)
    match = _COUNTED.search(found.new)
    return (match and _counted(match.group(), context)) or Act("amend", value=words)


def _counted(new: str, context: Context) -> Act | None:
    """A number put for the one in the account that counts the same (11路 for 12路), where the place has none such."""
    match = _COUNTED.fullmatch(new)
    if match is None or _alike(match, context.place or ""):
        return None
    same = _alike(match, context.account)
    return Act("replace", value=new, old=same[0]) if len(same) == 1 and same[0] != new else None


def _alike(match: re.Match[str], text: str) -> list[str]:
    return [other.group() for other in _COUNTED.finditer(text) if other["of"] == match["of"]]


def _as_counted(new: str, old: str) -> str:
    """Of 跑了七趟 for 一趟 only the number with what it counts."""
    was, now = _COUNTED.search(old), _COUNTED.search(new)
    return now.group() if was and now and was.group() == old and was["of"] == now["of"] else new


def _removed(words: str, context: Context) -> Act:
    """What is to be left out: a field, the words that are named, the latest, or what the person must choose."""
    if _PROTESTS.search(words):
        return Act("unclear")
    if (match := _QUOTED.search(words)) and match["words"] in context.account:
        return Act("drop", old=match["words"])
    bare = _ABOUT.sub("", words.strip(EDGE)).strip(EDGE + "的")
    if len(bare) >= 2 and (old := closest(bare, context.account)):
        return Act("drop", old=old)
    field = next((name for name, pattern in _FIELDS.items() if pattern.search(words)), None)
    if field:
        return Act("remove", field)
    latest = re.sub(r"删|去|掉|了|把|不要|别|写|吧|[，,。！!\s]", "", words)
    return Act("drop") if latest and _LATEST.match(latest) else Act("unclear")


def _kind(words: str) -> str | None:
    """The kind that is wanted: the last that is named and not denied (不是投诉，是求助); help for who only denies a complaint."""
    wanted, named = _WANTED.findall(_DENIED.sub("", words)), _NAMED.findall(words)
    if wanted:
        return _WANTS[wanted[-1]]
    return "assistance" if named and set(named) <= {"投诉", "举报"} else None


def sentences(account: str) -> list[str]:
    """The sentences of an account as they are shown to choose from: its clauses, none a mere scrap, and not too many."""
    for least in (_SCRAP, _LONGEST_NEW, len(account)):
        found: list[str] = []
        for piece in pieces(account):
            whole = not found or found[-1].endswith("\n") or len(found[-1].strip(EDGE)) >= least
            if whole and re.search(r"\w", piece):
                found.append(piece)
            elif found:
                found[-1] += piece
        if len(found) <= len(_NUMBERS):
            break
    return [sentence.strip() for sentence in found]


def listed(account: str) -> str:
    """The sentences of an account with their numbers; nothing where there is only one."""
    told = sentences(account)
    return "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(told, 1)) if len(told) > 1 else ""


def _told(which: str, context: Context) -> list[str]:
    """The sentences with the numbers that some words name, as they were shown."""
    told = sentences(context.account)
    numbers = [_NUMBERS.index(sign) + 1 if sign in _NUMBERS else int(sign) for sign in _NUMERAL.findall(which)]
    return [told[number - 1] for number in dict.fromkeys(numbers) if number <= len(told)]


def _numbered(text: str, context: Context) -> list[Act]:
    """Changes of sentences by their numbers: 去掉第2句和第3句, 第2句改成……; bare numbers only after they were shown."""
    if context.question != "confirm" or not (context.listed or _NAMES_A_SENTENCE.search(text)):
        return []
    acts: list[Act] = []
    if anew := _ANEW.search(text):
        acts = [Act("replace", value=anew["new"].strip(EDGE), old=old) for old in _told(anew["which"], context)]
        text = text[: anew.start()]
    for match in _BY_NUMBER.finditer(text.strip()):
        which = match["them"] or match["these"] or match["bare"]
        acts += [Act("drop", old=old) for old in _told(which, context)]
    return acts
