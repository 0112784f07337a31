"""Taking in what a message says (听取): each of its acts changes the form, whatever was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.clock import local_now
from bot.dialogue.act import Act, Context
from bot.dialogue.acts import read
from bot.dialogue.changes import sentences
from bot.dialogue.contacts import ANOTHERS
from bot.dialogue.cues import cleaned
from bot.dialogue.intake import Intake, Matter
from bot.dialogue.spoken_places import is_vague, with_detail
from bot.dialogue.wording import say
from bot.language.extract.places import is_exact, region_of
from bot.language.extract.when import dated
from bot.language.turns import Said, pieces
from bot.language.understanding import Understanding
from bot.privacy import find_phone

_HARDLY_TOLD = 8
"""Characters of a first account that hardly tells what the matter is."""
_CONTACT = {"phone": ("phone", "fix_phone", "name"), "name": ("name", "fix_name", "phone")}
"""Labels of a part of a message that gives the person's own number or name."""
_MINE = re.compile(
    r"我(?:的|自己)?(?:叫|姓|是|电话|手机|号码|名字)|本人|叫我|找我|联系我|打我|打给我|(?:联系|我的?)(?:电话|方式|人)|my (?:name|number|phone)|i am|i'm|call me",
    re.IGNORECASE,
)
"""Words by which people give themselves."""
_MINE_ALONE = re.compile(r"^(?!.*(?:[他她]|对方|骗|打来|老板|物业|公司|店)).*我")
"""Words about the person alone (13857812346找得到我)."""
_STILL_TELLING = re.compile(r"(?:没|还没|没有|听我|让我|等我)(?:讲|说|打|写)完(?!了)")
_PART_OF_DAY = re.compile(
    r"(?:早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|凌晨)(?:[0-9一二三四五六七八九十两]{1,3}点(?:半|多|左右|钟)*)?"
)
_COUNTY_LAST = re.compile(r"(?P<place>[^，,\s]{2,30})[，,\s]{1,3}在?(?P<county>[一-鿿]{2,7}[区县市])的?")
"""翠湖小区，莲都区的 is written from the larger to the smaller."""
_ADDS = re.compile(
    r"^(?:还有|那|另外)?第[一二三四五][个件条].{0,8}?(?:(?:再|还要?|要){0,2}(?:加上?|补充|写)(?:一下|一句|一点|上|点)?)[，,、\s]*"
)
"""第二个垃圾那个再加一下 says only where to add."""
_STARTED = 5
"""Digits of a telephone that somebody has begun to tell."""
_NAMED = 2
"""Characters of the words that are looked for in the account, to be put right there."""
_MISSES = 2
"""Messages that do not tell what was asked, after which the question is left open."""


@dataclass
class Heard:
    """What a message brought, for the reply."""

    noted: list[tuple[str, str]] = field(default_factory=list)
    """Facts taken beside what was asked, and corrections: the field and what stands there now."""
    asks: list[Act] = field(default_factory=list)
    grumbles: bool = False
    yes: bool = False
    unclear: bool = False
    """Whether a change was wanted that could not be made out."""
    several: bool = False
    """Whether the person wants one matter parted."""
    refused: str | None = None
    left_open: str | None = None
    """The question that is left open after the second miss."""
    told: bool = False
    """Whether anything of it was taken."""


def hear(intake: Intake, question: str, text: str, understanding: Understanding, said: tuple[Said, ...] = ()) -> Heard:
    """Takes everything that a message says, whatever was asked; ``question`` is one of `QUESTIONS`."""
    if question not in intake.asked and question != "confirm":
        intake.asked.append(question)
    heard = Heard()
    if question == "description":
        intake.tell(text, understanding)
        heard.told = True
        return heard
    slots = understanding.slots
    about = intake.matter_of(text)
    for act in [*read(text, context_of(intake, question, said)), *_pieced(intake, question, text)]:
        _take(intake, act, question, heard, about)
    intake.listed = False
    intake.listening = bool(_STILL_TELLING.search(text)) and intake.next_question() in ("location", "phone")
    if question in ("location", "region") and not intake.region:
        intake.region = understanding.region
    if any(name == "added" for name, _ in heard.noted):
        _reconsider(intake, understanding, heard)
    if question != "phone" and slots.phone:
        _note(intake, heard, "phone", slots.phone)
    if question != "phone" and slots.name and heard.told:
        _note(intake, heard, "name", slots.name)
    intake.keep_contact_apart()
    _count(intake, question, heard)
    return heard


def _pieced(intake: Intake, question: str, text: str) -> list[Act]:
    """A telephone that is told in two messages (1385780, 后面4416)."""
    digits = re.sub(r"\D", "", text)
    if question != "phone" or not digits or find_phone(text):
        return []
    whole = find_phone(intake.digits + digits)
    intake.digits = digits if not whole and len(digits) >= _STARTED else ""
    return [Act("answer", "phone", whole)] if whole else []


def own_contact(understanding: Understanding, said: tuple[Said, ...]) -> Understanding:
    """Without a name or number that is somebody else's: that of a swindler, or of who is praised, is no contact."""
    slots = understanding.slots
    foreign = {
        name: None
        for name, labels in _CONTACT.items()
        if said and (value := getattr(slots, name)) and not _is_own(value, labels, said)
    }
    return replace(understanding, slots=replace(slots, **foreign)) if foreign else understanding


def _is_own(value: str, labels: tuple[str, ...], said: tuple[Said, ...]) -> bool:
    with_it = [part for part in said if _signs(value) in _signs(part.words)]
    if any(ANOTHERS.search(part.words) for part in with_it):
        return False
    return not with_it or any(
        part.label in labels or _MINE.search(part.words) or _MINE_ALONE.search(part.words) for part in with_it
    )


def _signs(text: str) -> str:
    return re.sub(r"\W", "", text)


def context_of(intake: Intake, question: str, said: tuple[Said, ...] = ()) -> Context:
    """What a message is read against."""
    return Context(question, intake.place(), "\n".join(intake.account), len(intake.matters), said, intake.listed)


def _reconsider(intake: Intake, understanding: Understanding, heard: Heard) -> None:
    """What is told later may show better what the matter is than 两个月了 did."""
    later = understanding.classification
    if later is None or len(intake.matters) > 1 or understanding.route != "accept":
        return
    intake.take_time(understanding.slots.occurred_at)
    if understanding.slots.location and not intake.place():
        _set_location(intake, understanding.slots.location, True)
    surer = (later.confidence or 0) > (intake.matters[0].classification.confidence or 1)
    if surer and len(intake.account[0]) <= _HARDLY_TOLD:
        intake.matters[0].classification = later


def _take(intake: Intake, act: Act, question: str, heard: Heard, about: Matter | None = None) -> None:
    if act.kind == "ask":
        heard.asks.append(act)
    elif act.kind == "grumble":
        heard.grumbles = True
    elif act.kind == "yes":
        heard.yes = True
    elif act.kind == "refuse":
        heard.refused = act.field
        intake.skipped.append(act.field or question)
    elif act.kind == "tell":
        _add(intake, act.value or "", heard)
    elif act.kind == "merge":
        if len(intake.matters) > 1:
            intake.matters = [replace(intake.matters[0], text="\n".join(intake.account))]
            heard.noted.append(("matters", ""))
        heard.told = True
    elif act.kind == "reclassify":
        heard.told = True
        if any(matter.classification.kind != act.value for matter in intake.matters):
            heard.noted.append(("kind", act.value or ""))
        for matter in intake.matters:
            matter.classification = replace(matter.classification, kind=act.value or "complaint")
    elif act.kind == "replace":
        intake.account = [text.replace(act.old or "", act.value or "") for text in intake.account]
        for matter in intake.matters:
            matter.text = matter.text.replace(act.old or "", act.value or "")
        heard.noted.append(("description", act.value or ""))
    elif act.kind == "rewrite":
        intake.account = [act.value or ""]
        intake.matters = [replace(intake.matters[0], text=intake.account[0])]
        heard.noted.append(("description", act.value or ""))
    elif act.kind == "amend":
        _add(intake, say("intake.amended", words=act.value or ""), heard)
    elif act.kind == "several":
        heard.several = True
    elif act.kind == "drop":
        _drop(intake, act.old or intake.account[-1], heard)
    elif act.kind == "drop_matter":
        _drop_matter(intake, act.value or "", heard)
    elif act.kind == "doubt_unit":
        intake.doubt_unit(act.value or "")
        if ("unit", "") not in heard.noted:
            heard.noted.append(("unit", ""))
    elif act.kind == "unclear":
        heard.unclear = True
    elif act.kind == "publish":
        intake.requester = replace(intake.requester, confidential=False)
        heard.noted.append(("published", ""))
    elif act.kind == "remove":
        intake.reopen(act.field or "location")
        if act.field == "phone":
            intake.skipped.append("phone")
        heard.noted.append((f"no_{act.field}", ""))
    else:
        _set(intake, act, question, heard, about)


def _set(intake: Intake, act: Act, question: str, heard: Heard, about: Matter | None) -> None:
    """Takes a fact, as an answer or as a correction; ``about``: the one of several matters that it is about."""
    value, correct = cleaned(act.value or ""), act.kind == "correct"
    if correct and act.field == "occurred_at":
        if value == intake.told_time():
            return
        value = _with_day(value, intake.occurred_at)
    if correct and act.field in ("occurred_at", "location"):
        one = len(intake.matters) == 1
        place = intake.place() if one else about.location if about else None
        known = place if act.field == "location" else intake.told_time()
        _put_right(intake, act.old or known or "", value)
    if correct and act.old and act.old not in intake.account[0]:
        # 不是枫坪，是安仁: what was told later of the wrong one goes.
        intake.account = [told for told in intake.account if act.old not in told] or intake.account
    if act.field == "location":
        _set_location(intake, value, correct or question == "location", correct, about)
    elif act.field == "region":
        intake.region = region_of(value)
    elif act.field == "occurred_at":
        # Told by itself, it says more than a time in the story.
        intake.occurred_at = dated(value, local_now())
    elif act.field == "phone":
        intake.requester = intake.requester.corrected(None, value)
        intake.skipped = [name for name in intake.skipped if name != "phone"]
    else:
        intake.requester = intake.requester.corrected(value, None)
    heard.told = True
    asked = question == act.field or (question, act.field) == ("phone", "name")
    if (correct or not asked) and act.field in ("location", "occurred_at", "phone", "name"):
        heard.noted.append((act.field, value))


def _with_day(time: str, known: str | None) -> str:
    """A part of a day (上午) that is told of a day already known."""
    day = (known or "").partition("（")[0]
    if not day or not _PART_OF_DAY.fullmatch(time):
        return time
    return _PART_OF_DAY.sub(time, day, count=1) if _PART_OF_DAY.search(day) else day + time


def _put_right(intake: Intake, old: str, new: str) -> None:
    """Puts a corrected place or time also where the old words stand in the account, if they stand there once."""
    text = "\n".join(intake.account)
    if len(old) < _NAMED or text.count(old) != 1 or old in new:
        return
    before, after = text.split(old)
    # 上个星期四上午 with 星期五上午 for 星期四 has its 上午 only once.
    follows = next((new[-n:] for n in range(len(new), 0, -1) if after.startswith(new[-n:])), "")
    leads = next((new[:n] for n in range(len(new), 0, -1) if before.endswith(new[:n])), "")
    wrong = f"{leads}{old}{follows}"
    intake.account = [told.replace(wrong, new) for told in intake.account]
    for matter in intake.matters:
        matter.text = matter.text.replace(wrong, new)


def _set_location(intake: Intake, value: str, afresh: bool, correct: bool = False, about: Matter | None = None) -> None:
    if about and len(intake.matters) > 1:
        about.location, about.region = value, region_of(value) or about.region
        return
    if (match := _COUNTY_LAST.fullmatch(value)) and region_of(match["county"]):
        value = match["county"] + match["place"]
    old = intake.place()
    if old and not afresh and (is_exact(old) or not is_exact(value)):
        return
    if is_vague(value) and intake.vague is None and not old:
        # Nobody finds 我家楼下: asked once more, and kept as said if that is all there is.
        intake.vague = value
        return
    if old and (detailed := with_detail(old, value)):
        value = detailed
    elif old and not correct and not region_of(value) and old not in value:
        # 就门口放个大西瓜那家 says more of the place that was told, and takes nothing of it back.
        value = f"{old}，{value}"
    elif intake.vague and value != intake.vague:
        value = f"{value}（{intake.vague}）"
    found = region_of(value)
    intake.location, intake.vague = value, None
    intake.region = found or intake.region
    for matter in intake.matters:
        if afresh or not matter.location:
            matter.location, matter.region = value, found or matter.region


def _note(intake: Intake, heard: Heard, name: str, value: str) -> None:
    known = intake.requester.phone if name == "phone" else intake.requester.name
    if known == value:
        return
    intake.requester = intake.requester.corrected(*((None, value) if name == "phone" else (value, None)))
    heard.told = True
    heard.noted.append((name, value))


def _add(intake: Intake, text: str, heard: Heard) -> None:
    """Adds to the account what does not stand there yet, and to the one of several matters that it is about."""
    about = intake.matter_of(text)
    text = cleaned(_ADDS.sub("", text))
    if not text:
        return
    heard.told = True
    if not any(text in told for told in intake.account):
        intake.account.append(text)
        if about:
            about.text = f"{about.text}；{text}"
        heard.noted.append(("added", text))


def _drop(intake: Intake, words: str, heard: Heard) -> None:
    """Takes these words out of the account, and with a word or two all of their clause; never all that was told."""
    left = [kept for text in intake.account if (kept := cleaned(_without(words, text)))]
    if not left:
        heard.unclear = True
        return
    intake.account = left
    for matter in intake.matters:
        matter.text = cleaned(_without(words, matter.text))
    intake.matters = [matter for matter in intake.matters if matter.text] or [
        replace(intake.matters[0], text="\n".join(left))
    ]
    heard.noted.append(("dropped", words))


def _without(words: str, text: str) -> str:
    if words in sentences(text):
        return text.replace(words, "", 1)
    if any(words in piece for piece in pieces(text)):
        return "".join(piece for piece in pieces(text) if words not in piece)
    return text.replace(words, "")


def _drop_matter(intake: Intake, which: str, heard: Heard) -> None:
    """Takes one of several matters out, by its number or kind; the first where the kind is that of several."""
    kinds = [matter.classification.kind for matter in intake.matters]
    at = int(which) - 1 if which.isdigit() else kinds.index(which) if which in kinds else -1
    if not 0 <= at < len(intake.matters):
        heard.unclear = True
        return
    del intake.matters[at]
    intake.account = ["\n".join(matter.text for matter in intake.matters), *intake.account[1:]]
    heard.noted.append(("dropped_matter", str(at + 1)))


def _count(intake: Intake, question: str, heard: Heard) -> None:
    """Leaves a question open that was missed twice; who asks back, or tells another fact, has not missed it."""
    told = any(name != "added" for name, _ in heard.noted)
    beside = told or intake.listening or bool(heard.asks) or heard.refused not in (None, question)
    if question in ("confirm", "description") or intake.next_question() != question:
        intake.misses = 0
        return
    intake.misses += 0 if beside else 1
    if intake.misses >= _MISSES and intake.next_question() == question:
        intake.misses = 0
        if question == "location" and intake.vague:
            _set_location(intake, intake.vague, True)
        else:
            intake.skipped.append(question)
            heard.left_open = question
