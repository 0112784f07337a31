"""Form filling (智能填单): what is known of the matters under way, and the one thing to ask next.

Knows nothing of the dialogue engine: it takes texts and what they were understood to mean, and gives questions,
a summary and drafts of work orders.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.cities import CITY_LEVEL
from bot.clock import local_now
from bot.dialogue.cues import EDGE, asks_for_order, cleaned, doubts_unit, only_asking, process_questions
from bot.dialogue.wording import say
from bot.hotline.catalogue import catalogue
from bot.hotline.classification import Classification
from bot.hotline.requester import Requester
from bot.hotline.workorders.model import Draft
from bot.language.extract.facts import find_time
from bot.language.extract.passages import sentences
from bot.language.extract.places import find_location
from bot.language.extract.when import dated
from bot.language.extract.words import tagged
from bot.language.turns import pieces
from bot.language.understanding import Part, Understanding

FORM = "intake_form"
"""Its name for the dialogue engine."""
QUESTIONS = ("description", "location", "region", "occurred_at", "phone", "confirm")
"""What may be asked, in this order; `phone` asks for the name, too."""

_BARE_WISH = re.compile(
    r"你好|您好|请问|我们?|要|想|来|帮|给|能|可以|咨询|投诉|举报|反映|反应|反馈|报|建议|表扬|求助|登记|填|提|说|一下|一个|一件|这里|这边|有|个|件|点|问题|情况|事情?|东西|工单|的|了|吗|吧|呢|啊|呀|下|[\s,，。.!！?？~]"
    r"|i want to|i would like to|make|file|a|complaint|report|something|please|hello",
    re.IGNORECASE,
)
_BESIDE_A_TIME = re.compile(r"[\W了都已经有快啊呀]")
_OF_THE_ORDER = re.compile(
    r"(?:单子上?|工单上?|请|就)?(?:不要|别|不用)(?:写|留|登)(?:我的?)?(?:名字|姓名|电话|手机号?)[了啊吧哦]*|(?:单子|工单)上?(?:写|留).{1,6}"
)
_WISHES = re.compile(r"(?:帮|给|替)我?.{0,6}(?:报|登记|反映|投诉)|(?:报|登记|反映|投诉)一下")
_SPOT = re.compile(
    r"[路街巷弄村站口桥](?!灯|面|边的)|门口|后面|旁边|对面|附近|边上|市场|医院|学校|(?<![我这本]|们|该)小区|公园|广场|大厦|那里|那边"
)
"""Words by which a matter says where it is, also where no map knows the place."""
_NAMED = 6
"""Characters by which a matter told before is named."""
_COUNT = "一二三四五六七八九"
_WHICH = re.compile(r"第([一二三四五六七八九])(?:个|件|条|样|桩|张)")
_ALREADY_AND_DATE = re.compile(r"^已经|（.*$")
_NOUNS = ("n", "v", "LOC", "ORG")
"""Tags of the words that name what a matter is about."""
_BACK = re.compile(r"^(?:上一步|返回|返回上一步|回到上一步|退回|back)[。!！\s]*$", re.IGNORECASE)


@dataclass
class Matter:
    """One matter of the message, with its class and kind."""

    text: str
    classification: Classification
    location: str | None = None
    region: str | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Matter:
        """A matter as it stands in a form that is kept."""
        return cls(data["text"], Classification.from_dict(data), data.get("location"), data.get("region"))


@dataclass
class Intake:
    """A form under way. Values that were asked for and not given are in ``skipped``."""

    key: str
    matters: list[Matter]
    account: list[str] = field(default_factory=list)
    location: str | None = None
    region: str | None = None
    occurred_at: str | None = None
    requester: Requester = field(default_factory=Requester)
    skipped: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    misses: int = 0
    """Messages since the last one that told something."""
    vague: str | None = None
    """A place that only the person knows (我家楼下), until the exact one is told."""
    wanted: str | None = None
    """A fact that the person wants to tell, whether or not the class needs it."""
    comforted: bool = False
    """Whether a word of understanding was said."""
    unit_doubts: list[str] = field(default_factory=list)
    """What the person says against the unit that was named: whoever dispatches the order reads it."""
    told: list[str] = field(default_factory=list)
    """Articles that were given to questions asked in between; none is given twice."""
    another: bool = False
    """Whether the person said that it is another matter than the one filed before."""
    listening: bool = False
    """Whether the person said that there is more to tell: nothing is asked then."""
    digits: str = ""
    """The beginning of a telephone whose end is still to be told."""
    before: dict[str, Any] | None = None
    """The form before the last change at the summary, to be put back."""
    listed: bool = False
    """Whether the sentences of the account were shown last, to choose what is left out."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, to be kept with the conversation; flat, so that the release before reads them, too."""
        data = asdict(self)
        data |= data.pop("requester")
        for matter in data["matters"]:
            matter |= matter.pop("classification")
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Intake:
        """The inverse of `to_dict`; unknown keys are left out."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        known["matters"] = [Matter.from_dict(matter) for matter in data["matters"]]
        return cls(**known, requester=Requester.from_dict(data))

    # What is known ------------------------------------------------------------------------------------------------

    def needs(self, question: str) -> bool:
        """Whether the classes of the matters want this fact from the person."""
        entries = [catalogue().entry(matter.classification.category) for matter in self.matters]
        if any(matter.classification.kind in ("consultation", "suggestion", "praise") for matter in self.matters):
            return False
        column = "needs_location" if question in ("location", "region") else "needs_time"
        return any(entry is not None and getattr(entry, column) == "required" for entry in entries)

    def next_question(self) -> str:
        """The first thing that is still missing, or ``confirm``."""
        if not self.account:
            return "description"
        missing = {
            "location": (self.needs("location") or self.wanted == "location") and not self.place(),
            "region": self.needs("region") and bool(self.place()) and not self.region,
            "occurred_at": (self.needs("occurred_at") or self.wanted == "occurred_at") and not self.occurred_at,
            "phone": not self.requester.phone,
        }
        return next((name for name, wanted in missing.items() if wanted and name not in self.skipped), "confirm")

    def place(self) -> str | None:
        """The place, from the form or from one of the matters."""
        return self.location or next((matter.location for matter in self.matters if matter.location), None)

    def story(self, matter: Matter) -> str:
        """What was written of one matter, and told later."""
        if len(self.matters) == 1:
            return "\n".join(self.account)
        later = [told for told in self.account[1:] if not any(told in other.text for other in self.matters)]
        return "\n".join([matter.text, *(rest for rest in (self._beside_the_matters(), *later) if rest)])

    def place_of(self, matter: Matter) -> str | None:
        """Where the matter is; the place of another is not where this one says that it is elsewhere (医院那站)."""
        others = [other for other in self.matters if other is not matter]
        elsewhere = bool(_SPOT.search(matter.text)) and any(self.location == other.location for other in others)
        return matter.location or (None if elsewhere else self.location)

    def told_time(self) -> str:
        """The words of the time, without the date that was worked out behind them; empty where none was told."""
        return _ALREADY_AND_DATE.sub("", self.occurred_at or "")

    def time_of(self, matter: Matter) -> str | None:
        """When it was; a time that only another matter tells is not its own."""
        words = self.told_time()
        others = any(words in other.text for other in self.matters if other is not matter)
        return None if words and others and words not in matter.text else self.occurred_at

    def matter_of(self, words: str) -> Matter | None:
        """Which of several matters some words are about: by its number (第二个那个), or by what it alone names; None where it
        is not plain, or there is one."""
        if len(self.matters) == 1:
            return None
        numbers = {_COUNT.index(sign) for sign in _WHICH.findall(words)}
        if numbers:
            at = min(numbers)
            return self.matters[at] if len(numbers) == 1 and at < len(self.matters) else None
        named = {word.text for word in tagged(words) if len(word.text) > 1 and word.tag.startswith(_NOUNS)}
        about = [matter for matter in self.matters if any(word in matter.text for word in named)]
        return about[0] if len(about) == 1 else None

    def description(self, matter: Matter) -> str:
        """The composed account of one matter: its story, and the place and time that were told apart from it."""
        told = self.story(matter)
        parts = [told]
        place, time = self.place_of(matter), self.time_of(matter)
        if place and place not in told:
            parts.append(say("intake.place", place=place))
        if (
            time
            and self.told_time() not in told  # the date behind the words stands in a field of its own
            and (len(self.matters) == 1 or "occurred_at" in self.asked)
        ):
            parts.append(say("intake.time", time=time))
        if self.unit_doubts:
            parts.append(say("intake.unit_doubted", words="；".join(self.unit_doubts)))
        return "\n".join(parts)

    def _beside_the_matters(self) -> str:
        """What the message says before, between and after its matters: facts that belong to each of them."""
        rest = self.account[0]
        for matter in self.matters:
            for text in matter.text.split("。"):
                rest = rest.replace(text, "")
        return rest if len(re.findall(r"\w", rest)) > 6 else ""

    def drafts(self, visitor_id: str, channel: str) -> list[Draft]:
        """One draft of a work order for each matter."""
        return [self._draft(number, matter, visitor_id, channel) for number, matter in enumerate(self.matters)]

    def _draft(self, number: int, matter: Matter, visitor_id: str, channel: str) -> Draft:
        region = matter.region or self.region or CITY_LEVEL
        return Draft(
            key=f"{self.key}-{number}",
            visitor_id=visitor_id,
            channel=channel,
            classification=matter.classification,
            unit=catalogue().responsible_unit(matter.classification.category, region),
            region=region,
            description=self.description(matter),
            location=self.place_of(matter),
            occurred_at=self.time_of(matter),
            requester=self.requester,
        )

    # What is told -------------------------------------------------------------------------------------------------

    def tell(self, text: str, understanding: Understanding) -> None:
        """Takes an account of the matter: its facts, class and kind."""
        told = "".join(piece for piece in pieces(text) if not is_order_talk(piece)) or text
        self.account.append(process_questions(cleaned(told))[0] or cleaned(told) or told)
        self._take_facts(understanding)
        # 还有你们写的卫生局不对 is no second matter.
        parts = [part for part in understanding.parts if not doubts_unit(part.text)]
        self.matters = [_from_part(part) for part in parts] or [_whole(text, understanding)]

    def _take_facts(self, understanding: Understanding) -> None:
        slots = understanding.slots
        self.location = self.location or slots.location
        self.region = self.region or understanding.region
        self.take_time(slots.occurred_at)
        self.requester = self.requester.completed(slots.name, slots.phone)

    def part(self, parts: Sequence[Part]) -> None:
        """Takes what was told as several matters, as the person wishes."""
        self.account = ["\n".join(self.account)]
        self.matters = [_from_part(part) for part in parts]

    def begin_another(self, told: str, understanding: Understanding) -> None:
        """Takes what was told last as one more matter, and what was told before it as the others."""
        if len(self.matters) == 1:
            self.matters[0].text = "。".join(self.account[:-1])
        self.account[-1] = told
        self.matters.append(_whole(told, understanding))

    def take_time(self, words: str | None) -> None:
        """Takes the time in the person's words, if none is known."""
        if words and not self.occurred_at:
            self.occurred_at = dated(words, local_now())

    def keep_contact_apart(self) -> None:
        """The person's own number stands in a field that the unit does not get, and never in the account."""
        if phone := self.requester.phone:
            self.account = [told.replace(phone, "").strip(" ，,") or told for told in self.account]
            for matter in self.matters:
                matter.text = matter.text.replace(phone, "") or matter.text

    def doubt_unit(self, words: str) -> None:
        """The unit is no longer sure: a person is to choose it, and reads why."""
        self.unit_doubts = list(dict.fromkeys([*self.unit_doubts, words]))
        for matter in self.matters:
            matter.classification = replace(matter.classification, confidence=0.0)

    def add_question(self, question: str) -> None:
        """A question that nobody here can answer goes to the unit with the matter."""
        if not any(question in told for told in self.account):
            self.account.append(question)

    def reopen(self, question: str) -> None:
        """Forgets one fact, so that it is asked again."""
        self.skipped = [name for name in self.skipped if name != question]
        if question == "description":
            self.account, self.unit_doubts = [], []
        elif question == "location":
            self.location = self.region = self.vague = None
            for matter in self.matters:
                matter.location = matter.region = None
            self.skipped = [name for name in self.skipped if name != "region"]
        elif question == "phone":
            self.requester = self.requester.unnamed()
            self.misses = 0
        elif question == "name":
            self.requester = replace(self.requester, name=None)
        else:
            setattr(self, question, None)

    def step_back(self) -> bool:
        """Undoes the last answer; False if there is none."""
        if not self.asked:
            return False
        self.reopen(self.asked.pop())
        return True


def begin(text: str, understanding: Understanding) -> Intake:
    """A form from the first message; a bare wish to file, or a bare time (两个月了), leaves the account open."""
    intake = Intake(secrets.token_hex(12), [_whole(text, understanding)])
    if not (is_bare_wish(text) or is_bare_time(text)):
        intake.tell(text, understanding)
    else:
        intake._take_facts(understanding)
    return intake


def is_bare_wish(text: str) -> bool:
    """Whether the message only says that the person wants to file something, and not what."""
    return len(_BARE_WISH.sub("", text)) < 2


def is_order_talk(piece: str) -> bool:
    """Whether a part of an account only speaks of the order (那给我登记, 不要写我名字)."""
    return asks_for_order(piece) or bool(_OF_THE_ORDER.fullmatch(piece.strip(EDGE)))


def is_bare_time(text: str) -> bool:
    """Whether the message says only when it was or how long it has been, and not what."""
    time = find_time(text)
    return bool(time) and not _BESIDE_A_TIME.sub("", "".join(sign for sign in text if sign not in (time or "")))


def account_of(text: str, told: str) -> str | None:
    """What was told before of the matter that a short wish to file names (那路灯帮我报一下); None where it is no such wish."""
    if not _WISHES.search(text):
        return None
    named = re.sub(r"^[那这就把个]+", "", _BARE_WISH.sub("", text))
    if not 2 <= len(named) <= _NAMED:
        return None
    return "".join(sentence for sentence in sentences(told) if named in sentence) or None


def wishes_to_file(text: str) -> bool:
    """Whether the person asks for an order in so many words (那登记一下), whatever else is asked beside it."""
    return bool(_WISHES.search(text)) and not only_asking(text)


def is_step_back(text: str) -> bool:
    """Whether the person wants to go one question back."""
    return bool(_BACK.match(text.strip()))


def _whole(text: str, understanding: Understanding) -> Matter:
    return Matter(
        text,
        understanding.classification or Classification("complaint", []),
        understanding.slots.location,
        understanding.region,
    )


def _from_part(part: Part) -> Matter:
    place = find_location(part.text)
    return Matter(part.text, part.classification, place.text, place.region)
