"""What stands below a sentence: the buttons to tap, and what the person is expected to write next.

The words are `bot.dialogue.wording`'s; here is only what a tap means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.cities import city
from bot.dialogue.phrases import rating_buttons
from bot.dialogue.wording import CHINESE, say

PAYLOADS = {
    "human": "/ask_human",
    "report": "/report_matter",
    "progress": "/check_progress",
    "file": "/file_last",
    "file_after_calling": "/file_last",
    "restore": "/file_last",
    "another_matter": "/file_last",
    "leave_queue": "/leave_queue",
    "solved": "/solved",
    "unsolved": "/unsolved",
    "none_of_these": "/unsolved",
    "cannot_say_where": "/skip",
    "unknown_region": "/skip",
    "cannot_say_when": "/skip",
    "no_phone": "/skip",
    "no_reason": "/skip",
    "edit_description": '/edit{"field": "description"}',
    "edit_location": '/edit{"field": "location"}',
    "edit_time": '/edit{"field": "occurred_at"}',
    "edit_contact": '/edit{"field": "phone"}',
    "submit": "/affirm",
    "submit_together": "/affirm",
    "submit_unchanged": "/affirm",
    "confirm_withdrawal": "/affirm",
    "change": "/deny",
    "keep": "/deny",
    "cancel": "/cancel",
    "supplement": "/supplement",
    "urge": "/urge",
    "withdraw": "/withdraw",
    "rate": "/rate",
    "erase_now": "/erase_my_data_now",
    "keep_data": "/keep_my_data",
}
"""What a button means to the engine, by the last part of its key in the catalogue."""


@dataclass(frozen=True)
class Below:
    """What stands below a sentence; ``foreign`` are the buttons for who does not write Chinese, where they differ."""

    buttons: tuple[str, ...] = ()
    expects: str | None = None
    foreign: tuple[str, ...] | None = None


_CHANGES = ("edit_description", "edit_location", "edit_time", "edit_contact", "submit_unchanged", "cancel")
BELOW = {
    "smalltalk.greet": Below(foreign=("human",)),
    "smalltalk.help": Below(("report", "progress", "human"), foreign=("human",)),
    "smalltalk.abuse": Below(("report", "human"), foreign=("human",)),
    "smalltalk.unclear": Below(expects="choice"),
    "smalltalk.unread": Below(expects="choice"),
    "answer.unsolved": Below(("file", "human")),
    "answer.unknown": Below(("file", "human")),
    "answer.none_of_these": Below(("file", "human")),
    "answer.point": Below(("solved", "unsolved", "human")),
    "answer.no_more": Below(("file", "human")),
    "answer.which": Below(expects="choice"),
    "handoff.queued": Below(("leave_queue",)),
    "handoff.position": Below(("leave_queue",)),
    "order.lost_number": Below(("human",)),
    "intake.ask_description": Below(expects="description"),
    "intake.ask_location": Below(("cannot_say_where",), "location"),
    "intake.ask_location_exact": Below(("cannot_say_where",), "location"),
    "intake.sorry": Below(("human",)),
    "aside.robot": Below(("human",)),
    "aside.language": Below(("human",)),
    "intake.ask_region": Below(("unknown_region",), "location"),
    "intake.ask_occurred_at": Below(("cannot_say_when",), "occurred_at"),
    "intake.ask_phone": Below(("no_phone",), "phone"),
    "intake.only_phone": Below(("no_phone",), "phone"),
    "intake.wrong_phone": Below(("no_phone",), "phone"),
    "intake.only_name": Below(("no_phone",), "phone"),
    "intake.what_to_change": Below(_CHANGES, "confirm"),
    "intake.several": Below(("edit_description", "submit_unchanged", "cancel"), "confirm"),
    "intake.cancelled": Below(("restore",)),
    "order.ask_number": Below(expects="case_number"),
    "order.ask_proof": Below(expects="phone"),
    "order.ask_text": Below(expects="description"),
    "order.ask_consent": Below(("confirm_withdrawal", "keep"), "confirm"),
    "order.ask_rating": Below(expects="rating"),
    "order.ask_reason": Below(("no_reason",), "rating_reason"),
    "order.not_found": Below(("human",)),
    "order.too_many_guesses": Below(("human",)),
    "order.none_yet": Below(expects="case_number"),
    "order.which": Below(expects="choice"),
    "own_data.ask_erase": Below(("erase_now", "keep_data")),
    "own_data.export_by_person": Below(("human",)),
    "order.refused.urged_enough": Below(("human",)),
    "order.refused.not_finished": Below(("urge", "progress")),
}


@dataclass(frozen=True)
class Response:
    """A sentence with its buttons ``{"title", "payload"}``, and what is expected next."""

    text: str
    buttons: list[dict[str, str]]
    expects: str | None


def respond(key: str, language: str = CHINESE, **values: Any) -> Response:
    """The sentence with this key, with what stands below it."""
    below = BELOW.get(key) or BELOW.get(key.removesuffix("_again"), Below())
    names = below.buttons if language == CHINESE or below.foreign is None else below.foreign
    buttons = [button(name) for name in names]
    if key.startswith("intake.ask_region"):
        buttons = region_buttons() + buttons
    elif key == "order.ask_rating":
        buttons = rating_buttons()
    return Response(say(key, language, **values), buttons, below.expects)


def button(name: str, number: str | None = None) -> dict[str, str]:
    """A button by the last part of its key; with ``number`` it is about that order."""
    payload = PAYLOADS[name]
    return {"title": say(f"button.{name}"), "payload": f'{payload}{{"number": "{number}"}}' if number else payload}


def region_buttons() -> list[dict[str, str]]:
    """A button for each county of the city."""
    return [{"title": name, "payload": f'/pick{{"region_choice": "{name}"}}'} for name in city().counties]
