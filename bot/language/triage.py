"""Triage (分类处理), Article 15: from the scores of the heads and the facts to what a message means."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace

from bot.hotline.catalogue import catalogue
from bot.hotline.classification import Classification
from bot.language.danger.detector import find, shares
from bot.language.extract.answers import is_skip
from bot.language.extract.facts import CASE_NUMBER, find_name, find_phone
from bot.language.extract.matters import announces
from bot.language.extract.passages import SHORT
from bot.language.extract.places import find_location
from bot.language.understanding import MATTER_INTENTS, Part, Slots, Understanding

Ranking = list[tuple[str, float]]
Scores = dict[str, Ranking]

EMERGENCY = 0.13
"""Probability above which the learned detector alone is enough."""
SIGN = 0.7
"""What the signs of the rules add to the probability of a line: they often see a secondary danger."""
RULES = 0.9
"""How sure a message is an emergency where the rules say so (their precision on messages near danger)."""
HARDLY = 0.01
"""Probability of the message or a passage below which signs of the rules that are no plain cry only make the reply name the
line (菜皮烂果，苍蝇乱飞): no emergency of 220 kept apart has less, alone or behind another matter."""
PLAIN = ("cry", "fire")
"""Kinds of signs that are enough whatever was learned: 着火了, 救命."""
CAUTION = 0.05
"""Probability above which the reply names the line although neither detector is sure."""
PASSAGE = 0.2
"""Log-odds (`_evidence`) from which one passage of a short message is enough: without what was said around it, an old or a
feared danger looks like one now."""
PASSAGE_WHOLE, PASSAGE_SIGN = 0.3, 3.0
"""What the log-odds of the whole message, and a sign of the rules in a passage, add to those of the passage."""
PASSAGE_CAUTION, PASSAGE_OF_A_LETTER = 0.5, 0.95
"""Probability from which a passage of a short message, and one of a long letter, makes the reply name the line."""
EXPEDITED, EXPEDITED_USUALLY = 0.5, 0.3
"""Probability of haste from which a matter is expedited, and where its class usually is."""
REFUSAL = 0.7
"""How sure a refusal (Article 15 (4)) must be: better an order that a person declines than a matter turned away."""
UNSURE = 0.45
"""An intent below this probability, with another nearly as likely, is asked about."""
MARGIN = 0.12
_SECONDARY_ROUTE = 0.5
_MOSTLY = 0.7
"""Share of a part that is its place, from which it is no matter of its own."""
_ASKS = re.compile(
    r"^(?:(?:你好|您好|喂)[\s,，!！。]*)?(?:请问|请教|想问|我想问|问一下|想咨询|咨询一下)(?!.*(?:投诉|举报|反映))"
)
"""How a question begins, whatever was learned of its words."""
_CONTINUES = re.compile(r"那个|这个|这都|那都|因为|所以|结果|就是|都是|害得|导致|搞得|弄得")
_CONTACT_WORDS = re.compile(r"我叫|我是|我姓|姓名|名字|叫|姓|联系|电话|手机|号码?|方式|先生|女士|小姐|师傅|是|[\W\d_]")
_ENGLISH = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True)
class Reading:
    """One message as the language pipeline read it: its text, the heads' rankings, and the facts found."""

    text: str
    scores: Scores
    facts: dict[str, str]
    parts: list[tuple[str, Scores]]
    mentions: dict[str, list[str]] = field(default_factory=dict)
    passages: list[tuple[str, Scores]] = field(default_factory=list)
    counted: int = 0
    """How many matters the person says that there are; 0 where nothing is said."""


def understand(reading: Reading) -> Understanding:
    """What the message means, and which rule of Article 15 it falls under."""
    if _ASKS.match(reading.text):
        reading = replace(reading, scores={**reading.scores, "intent": _as_question(reading.scores["intent"])})
    scores = reading.scores
    intents = dict(scores["intent"])
    intent, confidence = scores["intent"][0]
    result = Understanding(intent, round(confidence, 4), language=language_of(reading.text) or "zh")
    result.slots = Slots(**{name: reading.facts.get(name) for name in Slots.__dataclass_fields__})
    result.region = reading.facts.get("region")
    result.mentions = reading.mentions
    _set_route(result, reading, matter=sum(intents.get(name, 0.0) for name in MATTER_INTENTS))
    if result.route != "none":
        result.intent = max(MATTER_INTENTS, key=lambda name: intents.get(name, 0.0))
        result.confidence = round(max(confidence, intents.get(result.intent, 0.0)), 4)
    elif result.intent == "rate":
        result.rating = scores["rating"][0][0]
    if result.route in ("accept", "emergency"):
        _set_matter(result, reading)
    if result.route in ("accept", "none"):
        result.alternatives = _alternatives(reading, confidence)
    return result


def _as_question(ranking: Ranking) -> Ranking:
    """The ranking of intents where the share of a report goes to the question."""
    shares = dict(ranking)
    shares["ask_question"] = shares.get("ask_question", 0.0) + shares.pop("report_matter", 0.0)
    return sorted(shares.items(), key=lambda item: -item[1])


def _alternatives(reading: Reading, confidence: float) -> list[str]:
    """The intents to ask about, where the first is not sure enough; a message without a word says nothing."""
    ranking = reading.scores["intent"][:3]
    if not re.search(r"[^\W_]", reading.text):
        return [name for name, _ in ranking]
    near = [name for name, score in ranking if confidence - score < MARGIN]
    return near if confidence < UNSURE and len(near) > 1 else []


def _set_route(result: Understanding, reading: Reading, matter: float) -> None:
    routes = dict(reading.scores["route"])
    alarm = _alarm(reading)
    result.danger = round(alarm.danger, 4)
    if alarm.sure:
        result.route = "emergency"
        emergency = dict(alarm.scores["route"]).get("emergency", 0.0)
        result.route_confidence = max(result.danger, emergency, RULES if alarm.signs else 0.0)
        result.hotline = _line_of(alarm)
        return
    if alarm.cautious:
        result.caution = _line_of(alarm)
    refused = sum(score for name, score in routes.items() if name.startswith("decline")) >= REFUSAL
    best, score = next(
        (name, score)
        for name, score in reading.scores["route"]
        if name not in ("none", "emergency") and (refused or not name.startswith("decline"))
    )
    route, _, detail = best.partition("/")
    if matter < 0.5 and (route == "accept" or score < _SECONDARY_ROUTE):
        result.route_confidence = routes.get("none", 0.0)
        return
    result.route, result.route_confidence = route, score
    if route == "legal_route":
        result.legal_route = detail
    elif route == "decline":
        result.decline_reason = detail


@dataclass(frozen=True)
class _Alarm:
    """What speaks for danger now: the learned probability, the shares of the lines by the rules, and the scores of what was
    read; whether that is enough, and whether it is enough to name the line."""

    danger: float
    signs: dict[str, float]
    scores: Scores
    sure: bool
    cautious: bool


def _alarm(reading: Reading) -> _Alarm:
    """Danger in the message as a whole, else in its worst passage."""
    seen = find(reading.text)
    signs, plain = shares(seen), any(sign.kind.name in PLAIN for sign in seen)
    danger = 0.0 if _is_bare_answer(reading.text) else _danger(reading.scores)
    most = max([danger, *(_danger(scores) for _, scores in reading.passages)])
    sure = danger >= EMERGENCY or plain or (bool(signs) and most >= HARDLY)
    whole = _Alarm(danger, signs, reading.scores, sure, bool(signs) or danger >= CAUTION)
    if whole.sure or not reading.passages:
        return whole
    short = len(reading.text) <= SHORT
    if short:
        signs = next((found for passage, _ in reading.passages if (found := shares(find(passage)))), {})
    worst = max((scores for _, scores in reading.passages), key=_danger)
    sure = short and _evidence(_danger(worst), danger, bool(signs)) >= PASSAGE
    cautious = bool(signs) or _danger(worst) >= (PASSAGE_CAUTION if short else PASSAGE_OF_A_LETTER)
    return _Alarm(_danger(worst), signs, worst, sure, cautious) if sure or cautious else whole


def _evidence(passage: float, whole: float, signs: bool) -> float:
    """What a passage, the message around it and the rules together say of danger now, as log-odds."""
    return _log_odds(passage) + PASSAGE_WHOLE * _log_odds(whole) + PASSAGE_SIGN * signs


def _log_odds(probability: float) -> float:
    return math.log((probability + 1e-6) / (1 - probability + 1e-6))


def _line_of(alarm: _Alarm) -> str:
    """The line that what was learned and the rules together name."""
    lines = dict(alarm.scores["hotline"])
    return max(lines, key=lambda line: lines[line] + SIGN * alarm.signs.get(line, 0.0))


def _danger(scores: Scores) -> float:
    return dict(scores["danger"]).get("True", 0.0)


def _is_bare_answer(text: str) -> bool:
    """Whether it only answers a form: skips a question, or tells a name and telephone. That is no danger, whatever its
    characters were learned from (跳过)."""
    if is_skip(text):
        return True
    if find_phone(text) is None:
        return False
    name = find_name(text, asked=True) or ""
    return not _CONTACT_WORDS.sub("", text.replace(name, ""))


def _set_matter(result: Understanding, reading: Reading) -> None:
    whole = classify(reading.scores)
    result.classification = replace(whole, urgency="expedited") if result.route == "emergency" else whole
    result.unit = catalogue().responsible_unit(whole.category, result.region)
    result.parts = separate_matters(reading)
    result.matters = len(result.parts) or 1


def classify(scores: Scores) -> Classification:
    """What a matter is, from the scores of the heads."""
    category, runner_up = best_categories(scores["category"])
    intents = dict(scores["intent"])
    asked = intents.get("ask_question", 0.0) / max(sum(intents.get(name, 0.0) for name in MATTER_INTENTS), 1e-9)
    # What the person does and what kind of matter it is are judged apart; a consultation (咨询) is what both make of it.
    consulted = (asked + dict(scores["kind"]).get("consultation", 0.0)) / 2 > 0.5
    kind = "consultation" if consulted else next(kind for kind, _ in scores["kind"] if kind != "consultation")
    entry = catalogue().entry(category)
    usual = entry is not None and entry.urgency == "expedited"
    immediate = dict(scores["immediate"]).get("True", 0.0) >= 0.5
    hurry = dict(scores["urgency"]).get("expedited", 0.0)
    expedited = immediate or hurry >= (EXPEDITED_USUALLY if usual else EXPEDITED)
    sure = round(dict(scores["category"])["/".join(category)], 4)
    return Classification(kind, category, "expedited" if expedited else "standard", immediate, sure, runner_up)


def best_categories(ranking: Ranking) -> tuple[list[str], list[str]]:
    """The best path (the first level with the largest sum, and its best second level), and the next best one."""
    firsts: dict[str, float] = {}
    for path, score in ranking:
        first = path.split("/")[0]
        firsts[first] = firsts.get(first, 0.0) + score
    best = max(firsts, key=lambda name: firsts[name])
    chosen = next(path for path, _ in ranking if path.split("/")[0] == best)
    second = next((path for path, _ in ranking if path != chosen), "")
    return chosen.split("/"), second.split("/") if second else []


def separate_matters(reading: Reading) -> list[Part]:
    """The separate matters in the message: as many as the person counts, else parts that are matters of different classes;
    none if it is one matter."""
    if len(reading.parts) == reading.counted:
        return [Part(text, classify(scores)) for text, scores in reading.parts]
    found: dict[str, Part] = {}
    for text, scores in _continued(reading.parts):
        intents = dict(scores["intent"])
        if sum(intents.get(name, 0.0) for name in MATTER_INTENTS) < 0.5 or announces(text):
            continue
        part = Part(text, classify(scores))
        known = found.setdefault("/".join(part.classification.category), part)
        if known is not part:
            known.text = f"{known.text}。{text}"
    return list(found.values()) if len(found) > 1 else []


def _continued(parts: list[tuple[str, Scores]]) -> list[tuple[str, Scores]]:
    """The parts, where one that goes on about the one before (那个窨井盖翘起来的), or only says where, belongs to it."""
    found: list[tuple[str, Scores]] = []
    for text, scores in parts:
        if found and (_CONTINUES.match(text) or _only_place(text)):
            found[-1] = f"{found[-1][0]}，{text}", found[-1][1]
        else:
            found.append((text, scores))
    return found


def _only_place(text: str) -> bool:
    place = find_location(text).text or ""
    return bool(place) and len(place) >= _MOSTLY * len(text.strip(" ，,。"))


def language_of(text: str) -> str | None:
    """``zh``, ``en``, or None where nothing says it: a bare number belongs to no language.

    English with a place name in Chinese is English.
    """
    chinese, words = len(re.findall(r"[一-鿿]", text)), _ENGLISH.findall(CASE_NUMBER.sub("", text))
    if chinese and (len(words) < 4 or chinese > len(words) * 2):
        return "zh"
    return "en" if len(words) > 1 else None
