"""Texts composed of facts: which sentences of the catalogue (`bot.dialogue.wording`) say them, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.dialogue.intake import Intake
from bot.dialogue.wording import CHINESE, ENGLISH, Key, say, wording
from bot.hotline.tickets.seam import CaseEvent
from bot.hotline.workorders.life import RATINGS
from bot.hotline.workorders.model import Draft, WorkOrder
from bot.language.understanding import Understanding
from bot.privacy import mask_phone

_SUMMARY = 450
"""Characters of a matter that the summary shows."""
_FINISHED = ("replied", "closed", "withdrawn")
"""States in which no answer is awaited."""


def emergency(line: str, ambulance: bool, self_harm: bool, language: str = CHINESE, scam: bool = False) -> str:
    """The first thing said to somebody in danger: the number before anything else."""
    if self_harm:
        return say("danger.self_harm", language)
    steps = Key(f"danger.steps.{'scam' if scam else line}")
    lines = [say("danger.call", language, line=line, what=Key(f"danger.line.{line}"), steps=steps)]
    if ambulance and line not in ("120", "122"):
        lines.append(say("danger.also_ambulance", language))
    return "\n".join(lines)


def emergency_links(line: str, ambulance: bool, self_harm: bool, scam: bool = False) -> list[dict[str, str]]:
    """Lines to tap, the needed one first."""
    if self_harm:
        return call_links(["110", "120", "12356"])
    beside = ["120"] * ambulance + ["96110"] * scam
    return call_links(dict.fromkeys([line, *beside]))


def call_links(lines: Iterable[str]) -> list[dict[str, str]]:
    """Links that dial."""
    return [{"title": say("button.call", line=line), "url": f"tel:{line}"} for line in lines]


def caution(line: str, language: str = CHINESE) -> str:
    """Where it is not certain that there is danger now."""
    return say("danger.caution", language, line=line, what=Key(f"danger.line.{line}"))


def decline(reason: str, language: str = CHINESE) -> str:
    """Why a hotline may not take this (Article 15 (4)), kindly, with the law for whoever can read it."""
    text = say(f"decline.{reason}", language)
    if language != CHINESE:
        return text
    return text + "\n" + say("decline.basis", law=Key(f"decline.law.{reason}"))


def legal_route(route: Mapping[str, str], language: str = CHINESE) -> str:
    """Which body takes the matter instead (Article 15 (3)); the texts are the city's."""
    texts = [route["english"]] if language == ENGLISH else []
    return "\n".join([*texts, route["text"], say("decline.basis", law=route["law"])])


def summary(intake: Intake, drafts: list[Draft], others: int, media: int, language: str = CHINESE) -> str:
    """What will be filed, for a last look."""

    def line(key: str, **values: Any) -> str:
        return say(f"intake.summary.{key}", language, **values)

    lines = [line("head")]
    for number, draft in enumerate(drafts, 1):
        apart = (say("intake.place", place=draft.location), say("intake.time", time=draft.occurred_at))
        story = "\n".join(text for text in draft.description.split("\n") if text not in apart)  # shown below
        matter = {"kind": Key(f"kind.{draft.classification.kind}"), "text": _short(story, _SUMMARY)}
        lines.append(line("numbered", number=number, **matter) if len(drafts) > 1 else line("matter", **matter))
        lines.append(say("intake.place", language, place=draft.location) if draft.location else line("no_place"))
        lines.append(line("unit_doubted" if intake.unit_doubts else "unit", unit=draft.unit))
        if draft.occurred_at:
            lines.append(say("intake.time", language, time=draft.occurred_at))
    requester = intake.requester
    contact = " ".join(filter(None, (requester.name, mask_phone(requester.phone))))
    shown = Key("intake.summary.confidential" if requester.confidential else "intake.summary.public")
    lines.append(line("contact", contact=contact or line("no_contact"), shown=shown))
    if media:
        lines.append(line("attachments", count=media))
    if others:
        lines.append(line("others"))
    return "\n".join([*lines, line("foot")])


def _short(text: str, most: int = 160) -> str:
    text = text.replace("\n", "；")
    return text if len(text) <= most else say("intake.summary.cut", text=text[:most])


def filed(orders: list[WorkOrder], has_phone: bool, language: str = CHINESE) -> str:
    """Numbers and due dates, after filing."""

    def line(key: str, **values: Any) -> str:
        return say(f"intake.filed.{key}", language, **values)

    lines = [line("one") if len(orders) == 1 else line("several", count=len(orders))]
    for order in orders:
        term = Key(f"order.term.{'special' if order.special_period else order.urgency}")
        about = [say("order.about", language, title=order.title)] if len(orders) > 1 else []
        lines += [
            *about,
            order.number,
            line("order", unit=order.unit, due=order.due_date, term=term, provisional=_provisional(order)),
        ]
    return "\n".join([*lines, line("with_phone" if has_phone else "without_phone"), line("progress")])


def _provisional(order: WorkOrder) -> str | Key:
    return Key("order.provisional") if order.due_provisional else ""


def progress(order: WorkOrder, language: str = CHINESE) -> str:
    """Where an order stands."""

    def line(key: str, **values: Any) -> str:
        return say(f"order.progress.{key}", language, **values)

    lines = [
        line("head", number=order.number, state=Key(f"order.state.{order.status}")),
        line("description", text=_short(order.description, 60)),
    ]
    if order.co_units:
        lines.append(line("units", unit=order.unit, others="、".join(order.co_units)))
    else:
        lines.append(line("unit", unit=order.unit))
    if order.extension:
        lines.append(line("extension", reason=reason(order.extension)))
    if order.status not in _FINISHED:
        lines.append(line("due", due=order.due_date, provisional=_provisional(order)))
    if order.reply:
        lines.append(line("reply", text=order.reply))
    if order.rate_by and not order.rating:
        lines.append(line("rate_by", day=order.rate_by))
    return "\n".join(lines)


def reason(text: str) -> str:
    """Why an order was moved: as the unit wrote it, or in our words where a rule of this service did it."""
    return say(f"order.reason.{text}") if wording().knows(f"order.reason.{text}") else text


def worded(order: WorkOrder) -> WorkOrder:
    """The order with the reasons of its steps in words."""
    steps = [replace(step, text=reason(step.text) if step.text else None) for step in order.history]
    return replace(order, history=steps)


def case_event(event: CaseEvent) -> str:
    """An event as the clerks of the ticket backend read it: its text or reason, else what it is."""
    if text := event.data.get("text") or event.data.get("reason"):
        return reason(text)
    step = Key(f"order.step.{event.kind}")
    if event.kind == "rated":
        return say("order.told_rating", step=step, rating=Key(f"order.rating.{event.data['rating']}"))
    return say("order.told", step=step)


def rating_buttons(number: str | None = None) -> list[dict[str, str]]:
    """A button for each rating, of the order with this number or of the one that is talked about."""
    about = f'"number": "{number}", ' if number else ""
    return [
        {"title": say(f"order.rating.{rating}"), "payload": f'/rate{{{about}"rating": "{rating}"}}'}
        for rating in RATINGS
    ]


def notice(order: WorkOrder, event: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the requester is told when this happens to an order; raises `KeyError` for what is no news."""
    key, values = _NEWS[event](order, data)
    head = say("notice.head", number=order.number, about=order.title)
    buttons = rating_buttons(order.number) if key == "closed" else []
    text = say(f"notice.{key}", head=head, unit=order.unit, due=order.due_date, **values)
    return {"text": text, "buttons": buttons, "links": [], "source": None}


News = tuple[str, dict[str, Any]]
"""The key below ``notice``, and the values that it needs beside unit and date."""


def _closed(order: WorkOrder, _: Mapping[str, Any]) -> News:
    if order.rating:
        return "closed_rated", {}
    return "closed", {"until": say("notice.until", day=order.rate_by) if order.rate_by else ""}


_NEWS: dict[str, Any] = {
    "dispatched": lambda order, data: ("dispatched", {}),
    "extended": lambda order, data: ("extended", {"reason": reason(data["reason"])}),
    "rescheduled": lambda order, data: ("rescheduled", {}),
    "replied": lambda order, data: ("replied", {"text": data["text"]}),
    "closed": _closed,
    "reopened": lambda order, data: ("reopened", {}),
    "verified": lambda order, data: ("verified" if data["sound"] else "verified_unsound", {"text": data["text"]}),
    "put_right": lambda order, data: ("put_right", {"text": data["text"]}),
}
"""The events that are news, by kind: which sentence tells them, with what."""


def duplicate(order: WorkOrder, language: str = CHINESE) -> str:
    """The same person told the same fact before (Article 15 (5))."""
    return say("intake.duplicate", language, progress=progress(order, language))


def order_title(order: WorkOrder) -> str:
    """A short name of an order for a button."""
    return f"{order.number} {order.title}"


def question_back(understanding: Understanding) -> list[tuple[str, str]]:
    """Buttons for what the person may have meant."""
    known = ("ask_question", "report_matter", "check_progress", "urge", "supplement", "withdraw", "rate", "ask_human",
             "help")  # fmt: skip
    chosen = [name for name in understanding.alternatives if name in known]
    for name in ("ask_question", "report_matter", "ask_human"):
        if name not in chosen and len(chosen) < 3:
            chosen.append(name)
    payloads = {"report_matter": "/file_last"}
    return [(say(f"button.meant.{name}"), payloads.get(name, f"/{name}")) for name in chosen]
