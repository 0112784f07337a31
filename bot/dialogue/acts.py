"""Acts in context (语境中的言语行为): what a message does while a form is filled in, given what was asked.

A message may do several things: answer, correct, ask, complain of the assistant. Each becomes an `Act`. This is read from
the words alone, so that the form neither takes a question for a place nor loses a fact told at the wrong moment.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.act import Act, Context
from bot.dialogue.changes import CHANGES, changes, plainly
from bot.dialogue.contacts import HIDES, I_AM, is_refusal, name_said, refuses, spoken_digits, without_numbers
from bot.dialogue.corrections import corrections
from bot.dialogue.cues import (
    CLAUSE,
    EDGE,
    GOES_ON,
    asks_for_order,
    doubts_unit,
    help_called,
    is_over,
    is_question,
    plain_topic,
    spaced,
    standard,
    topic_in,
    topic_of,
    topics_in,
    without_pictures,
)
from bot.dialogue.spoken_places import is_place
from bot.language.extract.answers import is_skip
from bot.language.extract.facts import find_name, find_time
from bot.language.extract.places import find_location, region_of
from bot.language.turns import dictated, pieces
from bot.privacy import find_phone, private_spans

_YES = re.compile(
    r"(?:(?:嗯+|对|对的|是|是的|是这样|好|好的|好滴|行|可以|没错|没问题|没有问题|正确|都对|提交|提交吧|交吧|确认|确定|就这样|就这些|就这么着|同意"
    r"|yes|ok|okay|correct|right|submit|that'?s right)[吧了的啊呀哦嗯呢\s]*)+",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"(?:你好|您好|喂|哈喽|不好意思|抱歉|对不起|谢谢|谢谢你|谢谢您|多谢|辛苦了?|麻烦了?|麻烦你了?|哦|噢|啊|唉|哎|哎呀|嗯|那个|这个|就是|对了|还有|另外|不过|但是|然后|我说|等一下|等下|等等|稍等|诶|(?:我)?没(?:有)?留(?:电话|名字|手机)(?:的)?|(?:我|免贵)?姓.|sorry|接着说|继续"
    r"|please|thanks|thank you|hello|hi)[吧了啊呀哦呢]*",
    re.IGNORECASE,
)
_SUBMITS = re.compile(r"[^不别没，,]{0,10}(?:提交|交上去|报上去|登上去|登记)(?:吧|了|就行|好了|上去)*")
_META = re.compile(
    r"[你您](?:怎么|咋|给我|到底|还|就|别)?(?:写|登记|问|听不|讲)|^(?:不用|别|不要)(?:叫|打|登记|写)|谁让你|打太极|废话|报什么警|闲聊|^我(?:就|只是)?问|^(?:那|这)?(?:个)?不是(?:我的?)?(?:名字|电话|地址)|^(?:名字|电话|姓名|号码)?等(?:下|会|一下)(?:儿)?再(?:说|讲|给|发)|^什么(?:110|119|120|122)|我没(?:让|闲聊)|快点派|写进去"
)
"""Talk to the assistant, which is no part of a matter."""
_LONGEST_META = 20
_LONGEST_DOUBT = 30
_PUBLISHES = re.compile(
    r"(?:我|我的|这个|这事|名字|电话|都|也){0,3}(?:(?:不用|不需要|不必|不要)(?:给我)?保密|不保密|(?:可以|直接)公开)[的了啊呀]{0,2}"
)
"""Said outright, and nothing beside it: 怕你们不保密 is the contrary."""
_NO = re.compile(
    r"(?:.{0,6}(?:说|写|打|输|填|搞|弄|记|报|讲|选)错了?(?:不好意思|抱歉|对不起)?|不对|不是|错了|有错|不行|不要|no|wrong)[的了啊呀哦]*",
    re.IGNORECASE,
)
_GRUMBLE = re.compile(
    r"听不懂|听不听得懂|脑壳有病|神经病|看不懂|没看懂|听不明白|(?:说|讲|发|写|告诉)(?:了|过)?(?:你|您)?(?:好?几|多少|无数|[两三四五])[遍次]|(?:刚才|前面|上面|刚刚|早就|都|已经)(?:不是)?(?:都)?(?:说|讲|写|告诉你?)过?了"
    r"|不是(?:说|讲|写)(?:过)?了|怎么(?:又|还|老)(?:问|是)|[还又老]问|问来问去|烦死|烦不烦|啰嗦|罗嗦|什么破|垃圾(?:系统|机器|客服)|人工智障|智障|傻瓜机器|没用的(?:东西|机器)"
    r"|答非所问|什么鬼|写的什么|乱写|牛头不对马嘴|还没(?:有)?(?:回我|回答|答我|讲呢?$|说呢?$|告诉我)|不回答|没回答|鸡同鸭讲"
)
_SHORT_ANSWER = 30
"""Characters of an answer that may be a place or time as it stands."""
_SHORT_LABEL = 3
"""Characters beside a number that only label it."""
_NAMING = 6
"""Characters beside a name that only say that it is one."""
_SHORT_TIME = 12
"""Characters of an answer that is a time if there is any word of time in it."""
_MERGES = re.compile(
    r"(?:就|都|其实|这|只)?是?(?:同一件|一件|同一个|一个|一回)事(?:情)?(?!不)|就(?:这)?一件|(?:合|并)(?:在一起|成一[件个张])|(?:不用|别|不要|没必要)(?:分开?|另外|拆)"
)
_DENIES = re.compile(r"^不(?:是在?|在)(?P<old>[^，,。；;！!？?\n]{2,20})$")
_UNKNOWN = re.compile(r"没有?|不知道|不清楚|说不")
_MAY_I = re.compile(r"(?:可以|行|好)(?:吗|么|不)|可不可以|行不行|能不能")
_LEAD = re.compile(
    r"^(?:那个|这个|哦?地方[啊呀嘛]|就是(?:在|我们?)?(?=.{3})|对了|还有|另外|不过|但是|然后|就是|应该|大概|好像|嗯|哦|噢|啊|我?(?:说的)?是?(?=在)|地址是?|地点是?|位置是?|地方是?(?=在|大概|应该|就)|时间是?|是|就?在(?=[^建,，]{2})|就(?=[^是在,，]{3})|[:：])*"
)
_TAIL = re.compile(r"(?<=[一-鿿]{2})(?:(?:那边|那里|那儿|这边|那一带)(?:的|吧|啊|呢)?|的事情?|[吧呀啊呢喏嘛的])$")
_TIME_LIKE = re.compile(
    r"一直|经常|每|天天|夜夜|最近|好久|很久|长期|不定|前阵|这阵|前段|这段|刚刚|刚才|今|昨|明|晚|早|[0-9一二两三四五六七八九十几半][个]?(?:年|月|周|天|日|号|点|星期|礼拜)|周末|星期|礼拜"
    r"|半夜|凌晨|上午|下午|中午|过年|春节|国庆|去年|前年|暑假|寒假|\b(?:yesterday|today|night|week|month|always|every)\b",
    re.IGNORECASE,
)

_LIKELY, _SURE, _VERY_SURE = 0.4, 0.7, 0.9
"""What was learned must be so sure of a part of the message that the rules take for a part of the matter: little, or talk about
the order would stand in it; more against an answer, and most before the rules, or where it files or fills a field."""
_SIGNS = "。！？!?；;\n，,～~…"
_BESIDE = ("thanks", "hello", "chat", "mood", "abuse", "back", "later", "over", "human", "cancel", "restart", "order")
"""What a part does that is no part of the matter, and asks for nothing here."""
_FILLS = {"place": "location", "time": "occurred_at"}
_ABOUT_IT = ("free", "term")
"""Topics that are about what was asked just before, where something was."""
_CHANGES = ("correct", "replace", "rewrite", "amend", "drop", "drop_matter", "remove", "reclassify", "merge")
_NO_ANSWER = ("process", "ask", "grumble", "abuse", "chat", "cancel", "human")
"""What words that sound like a place or time (跟这只机器没得讲头) may be instead."""


def read(text: str, context: Context) -> list[Act]:
    """What the message does, in the order in which it says it; nothing for mere talk (嗯, 谢谢) that is no yes."""
    text = standard(without_pictures(text)).strip()
    context = replace(context, said=plainly(context.said, context))
    changed, rest = changes(text, context)
    if not _settled(context):
        ruled, rest = corrections(rest, context)
        changed += ruled
    if changed:
        # Of a clause that puts something right, what is left (把，掉) is no part of the matter.
        left = _parted(rest)
        rest = "".join(clause for clause in CLAUSE.findall(_parted(text)) if clause.strip(EDGE) in left)
    if context.question == "phone" and not changed:
        return _distinct(_joined(_learned(_contact(text, context), context)))
    acts = _answer(rest, context) if not changed else None
    if acts is None:
        acts = _clauses(_parted(rest), context)
    found = _distinct(_joined(_learned(acts, context)))
    acts = [*changed, *found]
    # What was made out of a wish for a change is not unclear, whatever stands beside it.
    made = any(act.kind in _CHANGES for act in acts)
    return [act for act in acts if act.kind != "unclear" or not made]


def _settled(context: Context) -> bool:
    """Whether the reader of turns is sure of every part, so that no rule need look for corrections in the matter."""
    return bool(context.said) and all(part.sure >= _SURE for part in context.said)


def _learned(acts: list[Act], context: Context) -> list[Act]:
    """The acts, where what the rules leave as a part of the matter is looked at piece by piece: 那个不是名字啊 is none."""
    found: list[Act] = []
    given = {act.field for act in acts if act.kind == "answer"}
    for act in acts:
        if act.kind == "answer" and act.field in _FILLS.values():
            label, sure = _label(act.value or "", context)
            if label in _NO_ANSWER and sure >= _SURE:
                found += _as_learned(act.value or "", label, sure, context)
                continue
        if act.kind != "tell":
            found.append(act)
            continue
        for piece in pieces(act.value or ""):
            label, sure = _label(piece, context)
            found += _as_learned(piece, label if sure >= _LIKELY else "story", sure, context)
    # Who gives a number and asks whether it stays here refuses none.
    return [act for act in found if not (act.kind == "refuse" and act.field in given)]


def _as_learned(piece: str, label: str, sure: float, context: Context) -> list[Act]:
    """What one piece does that the rules took for a part of the matter."""
    bare = piece.strip(EDGE)
    if label == "process":
        return [Act("ask", topic_in(bare) or "other", bare)]
    if label == "ask":
        return [Act("ask", next(iter(topics_in(bare)), None) or plain_topic(bare), bare)]
    if label == "grumble":
        return [Act("grumble", value=piece)]
    if label in _BESIDE:
        return []
    if label == "no" or label in CHANGES:
        return [Act("unclear")] if context.question == "confirm" else []
    if label == "one":
        return [Act("merge")]
    if label == "skip" and sure >= _VERY_SURE and context.question in (*_FILLS.values(), "region", "phone"):
        return [Act("refuse", context.question)]
    if label == "yes" and sure >= _VERY_SURE:
        return [Act("yes")]
    field = _FILLS.get(label)
    if field == context.question and sure >= _VERY_SURE and len(bare) <= _SHORT_ANSWER:
        return [Act("answer", field, _plain(bare))]
    return [] if label == "skip" else [Act("tell", value=piece)]


def _bare(words: str) -> str:
    return re.sub(r"\W", "", words)


def _label(words: str, context: Context) -> tuple[str, float]:
    """What these words do, as learned, and how sure that is; a part of the matter where nothing is known."""
    bare = _bare(words)
    return next(((part.label, part.sure) for part in context.said if _bare(part.words) == bare), ("story", 0.0))


def _by_label(clause: str, context: Context) -> list[Act] | None:
    """What a clause does of which the reader of turns is sure; None where the rules know better how, or it is not sure."""
    label, sure = _label(clause, context)
    bare = clause.strip(EDGE)
    shown = context.question == "confirm"
    if sure < (_SURE if label in _FILLS else _VERY_SURE) or not bare:
        return None
    if label in ("process", "ask", "grumble", "one", *_BESIDE):
        return _as_learned(clause, label, sure, context)
    if label == "story":
        return [Act("tell", value=clause)]
    if asks_for_order(bare):
        return []
    if label in _FILLS and not shown and len(bare) <= _SHORT_ANSWER:
        field = _FILLS[label]
        whole = field == context.question or (field == "location" and is_place(bare))
        value = _plain(bare) if whole else _fact(field, bare)
        return _timed(value) if value and field == "location" else [Act("answer", field, value)] if value else None
    if label == "skip" and context.question in (*_FILLS.values(), "region", "phone"):
        return [Act("refuse", "phone" if is_refusal(bare) else context.question)]
    if label in ("name", "phone") and not shown:
        phone, name = find_phone(bare), name_said(without_numbers(bare), asks=False)
        return [Act("answer", field, value) for field, value in (("phone", phone), ("name", name)) if value]
    return None


def _fact(field: str, words: str) -> str | None:
    """The place or time that rules find in some words."""
    return find_time(words) if field == "occurred_at" else find_location(words).text


def _parted(text: str) -> str:
    """The text with a comma behind each of its pieces that has no sign, as from voice. That help has come is told to us
    alone where the person goes on with the matter: 警察来了也没管 is a part of it."""
    cut = pieces(text)
    text = "".join(piece if piece[-1:] in _SIGNS else f"{piece.rstrip()}，" for piece in cut[:-1]) + cut[-1]
    if not GOES_ON.search(text):
        return text
    return "".join(clause for clause in CLAUSE.findall(text) if not help_called(clause))


def _marked(text: str) -> str:
    """The text with a comma where voice has left a long clause without signs."""
    return "".join("，".join(dictated(clause)) for clause in CLAUSE.findall(text)) or text


def _clauses(text: str, context: Context) -> list[Act]:
    """What the clauses do; a long answer is kept whole beside the fact that was asked for."""
    clauses = [(clause, act) for clause in CLAUSE.findall(text) for act in _clause_acts(clause, context)]
    if len(text.strip(EDGE)) <= _SHORT_ANSWER or context.question not in ("location", "occurred_at"):
        return [act for _, act in clauses]
    learned = [
        act.value or ""
        for clause, act in clauses
        if act.kind == "answer" and act.field == context.question and _label(clause, context)[1] >= _VERY_SURE
    ]
    value = "".join(learned) or _fact(context.question, text)
    story = "".join(clause for clause, act in clauses if act.kind in ("answer", "tell", "yes"))
    beside = [act for _, act in clauses if act.kind not in ("tell", "yes") and act.field != context.question]
    asked = [Act("answer", context.question, value)] if value else []
    return [*asked, *beside, *([Act("tell", value=story)] if story else [])]


def _answer(text: str, context: Context) -> list[Act] | None:
    """A message that as a whole is the answer to what was asked; None for one that must be read by its clauses."""
    bare = text.strip(EDGE)
    if context.question not in ("location", "occurred_at", "region") or not bare:
        return None
    if is_skip(bare):
        return [Act("refuse", context.question)]
    clauses = CLAUSE.findall(_parted(text))
    learned = [label for label, sure in (_label(clause, context) for clause in clauses) if sure >= _VERY_SURE]
    if set(learned) - {"place", "time", "story"} or learned.count("story") not in (0, len(clauses)):
        return None
    if len(bare) > _SHORT_ANSWER or find_phone(bare) or any(_special(clause) for clause in clauses):
        return None
    if context.question == "location" and not all(is_place(clause) or _UNKNOWN.match(clause) for clause in clauses):
        return None
    if len(clauses) > 1 and (find_name(bare) or (context.question == "location" and any(map(_is_only_time, clauses)))):
        return None
    fits = {"location": is_place, "occurred_at": _is_time, "region": region_of}[context.question]
    if not fits(bare) or any(asks_for_order(clause) for clause in clauses):
        return None
    value = _plain(bare)
    return _timed(value) if context.question == "location" else [Act("answer", context.question, value)]


def _timed(place: str) -> list[Act]:
    """A place as the answer; what it says of the time behind it (水南小区从早上停到现在) is a fact of its own."""
    exact, time = find_location(place).text, find_time(place)
    end = place.find(exact) + len(exact) if exact else 0
    if not time or not end or place.find(time) < end:
        return [Act("answer", "location", place)]
    return [Act("answer", "location", place[:end]), Act("answer", "occurred_at", time)]


def _contact(text: str, context: Context) -> list[Act]:
    """Name, telephone or a refusal, and whatever is told beside them."""
    if is_skip(text):
        return [Act("refuse", "phone")]
    text = spoken_digits(_marked(text))
    acts: list[Act] = []
    asks = any(is_question(clause) for clause in CLAUSE.findall(text))
    if (phone := find_phone(text)) is not None:
        acts.append(Act("answer", "phone", phone))
    if name := name_said(without_numbers(text), asks):
        acts.append(Act("answer", "name", name))
    if phone is None and any(
        refuses(clause) and (not is_question(clause) or _MAY_I.search(clause))
        for clause in CLAUSE.findall(spaced(text))
    ):
        acts.append(Act("refuse", "phone"))
    rest = text
    for start, end in sorted(private_spans(text), reverse=True):
        rest = f"{rest[:start]}，{rest[end:]}"
    rest = spaced(rest)
    for clause in CLAUSE.findall(rest):
        bare = clause.strip(EDGE)
        known = [act.value for act in acts if act.field == "name" and act.value]
        if _is_contact(bare, context) and acts:
            continue
        if (HIDES.search(bare) and Act("refuse", "phone") in acts) or any(
            value in bare and len(I_AM.sub("", bare)) - len(value) <= _NAMING for value in known
        ):
            continue
        if (
            len(re.sub(r"我的?|是|座机|固话|电话|手机号?|号码|联系方式?|联系|姓名|名字|打|这个|就|[\W\d_]", "", bare))
            < 2
        ):
            continue
        acts += _clause_acts(clause, context)
    return _joined(acts)


def _is_contact(words: str, context: Context) -> bool:
    """Whether the words stand in a part that gives a name or number (电话我孙女的)."""
    bare = _bare(words)
    return any(
        part.label in ("name", "phone") and part.sure >= _SURE and bare in _bare(part.words) for part in context.said
    )


def _special(clause: str) -> bool:
    bare = clause.strip(EDGE)
    special = (_GRUMBLE, _MERGES, GOES_ON)
    return any(pattern.search(bare) for pattern in special) or is_over(bare) or is_question(clause)


def _clause_acts(clause: str, context: Context) -> list[Act]:
    """What one clause does: as learned where that is sure, else by the rules."""
    learned = _by_label(clause, context)
    if learned is not None:
        return learned
    act = _clause(clause, context)
    return [act] if act else []


def _clause(clause: str, context: Context) -> Act | None:
    """What one clause does by the rules."""
    bare = clause.strip(EDGE)
    if not re.search(r"\w", bare):
        return None
    if _is_yes(bare):
        return Act("yes")
    if _TALK.fullmatch(bare) or _NO.fullmatch(bare):
        return None
    if _MERGES.search(bare):
        return Act("merge")
    if is_over(bare) or GOES_ON.search(bare):
        return None
    if _PUBLISHES.fullmatch(bare):
        return Act("publish")
    if context.question not in ("phone", "confirm") and is_refusal(bare):
        return Act("refuse", "phone")
    if len(bare) <= _LONGEST_DOUBT and doubts_unit(bare):
        return Act("doubt_unit", value=bare)
    topic = topic_of(clause) or plain_topic(clause)
    if _GRUMBLE.search(bare) and not topic:
        return Act("grumble", value=clause)
    if topic or is_question(clause):
        return Act("ask", topic, bare)
    if match := _DENIES.match(bare):
        old = match["old"]
        if context.place and (old in context.place or context.place in old):
            return Act("remove", "location")
    said = _plain(bare)
    if context.question == "location" and is_place(said) and len(said) <= _SHORT_ANSWER:
        return Act("answer", "location", said)
    if context.question == "occurred_at" and _is_time(said) and len(said) <= _SHORT_ANSWER:
        return Act("answer", "occurred_at", said)
    if (phone := find_phone(bare)) and len(re.sub(r"电话|手机|号码|是|我的?|[\W\d_]", "", bare)) < _SHORT_LABEL:
        return Act("correct" if context.question == "confirm" else "answer", "phone", phone)
    place, time = find_location(bare).text, find_time(bare)
    if len(bare) <= _LONGEST_META and _META.search(bare) and not place:
        return None
    if context.question == "confirm":
        # What stands alone there puts right what was shown; 孩子在大洋路小学读书 is a part of the story.
        if place and said.endswith(place) and re.fullmatch(r".{0,4}在|.?", said.removesuffix(place)):
            return Act("correct", "location", place)
        if time and len(said) - len(time) <= 1:
            return Act("correct", "occurred_at", time)
    elif context.question != "description":
        if place and len(place) * 2 >= len(said) and len(said) - len(place) <= 3:
            return Act("answer", "location", said if said.startswith(place) else place)
        if time and len(said) - len(time.removeprefix("已经")) <= 2:
            return Act("answer", "occurred_at", time)
    return Act("tell", value=clause)


def _is_yes(text: str) -> bool:
    """A yes, also with a thanks behind it (好的谢谢)."""
    if _SUBMITS.fullmatch(text):
        return True
    match = _YES.match(text)
    return match is not None and (match.end() == len(text) or bool(_TALK.fullmatch(text[match.end() :].strip(EDGE))))


def _is_only_time(clause: str) -> bool:
    bare = _plain(clause.strip(EDGE))
    time = find_time(bare)
    return bool(time) and len(time or "") * 2 >= len(bare)


def _plain(text: str) -> str:
    """The words of an answer without how it begins and ends (是, 就在, 地点是, 那边吧)."""
    return _TAIL.sub("", _LEAD.sub("", text)) or text


def _is_time(text: str) -> bool:
    """Whether the words are a time, and do not only name one (刚才那个路牌的事)."""
    if find_phone(text):
        return False
    time = find_time(text) or ""
    return (len(text) <= _SHORT_TIME and bool(time or _TIME_LIKE.search(text))) or len(time) * 5 >= len(text) * 2 > 0


def _distinct(acts: list[Act]) -> list[Act]:
    """Each topic is asked once."""
    return [
        act
        for at, act in enumerate(acts)
        if not (act.field and act.kind == "ask" and act.field in {a.field for a in acts[:at]})
    ]


def _joined(acts: list[Act]) -> list[Act]:
    """Neighbouring parts of the story as one, as they were written, and so the parts of a place or time."""
    found: list[Act] = []
    for act in acts:
        if found and act.kind == found[-1].kind == "ask" and act.field in _ABOUT_IT and found[-1].field is None:
            # 是不是要去法院啊 要不要钱 asks what the court costs.
            found[-1] = replace(act, field=None, value=f"{found[-1].value}，{act.value}")
        elif found and act.kind == found[-1].kind == "tell":
            found[-1] = Act("tell", value=(found[-1].value or "") + (act.value or ""))
        elif found and act.kind == found[-1].kind == "answer" and act.field == found[-1].field in _FILLS.values():
            # 云和镇，中山街 is one place.
            if (act.value or "") not in (found[-1].value or ""):
                found[-1] = replace(act, value=(found[-1].value or "") + (act.value or ""))
        else:
            found.append(act)
    return [Act("tell", value=(act.value or "").strip(" \n，,；;")) if act.kind == "tell" else act for act in found]
