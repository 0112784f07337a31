"""What an action needs to know of the turn: who wrote what, and what it was understood to mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.cues import EDGE, RESUMES, beside_denial, denies_danger
from bot.dialogue.hearing import own_contact
from bot.dialogue.intake import FORM
from bot.dialogue.responses import respond
from bot.dialogue.wording import CHINESE, LANGUAGES, say, wording
from bot.language.danger.detector import detect
from bot.language.turns import Said
from bot.language.understanding import Understanding

Event = dict[str, Any]
INTAKE, ORDER = FORM, "order_form"
YES_OR_NO = ("confirm", "order_consent")
"""Questions that are answered by yes or no."""
OPEN_FORM: Event = {"event": "followup", "name": INTAKE, "timestamp": None}
"""Hands the message to the intake form."""
NOT_ASKED = "—"
"""Stands in a form's slot that this matter does not need."""


@dataclass(frozen=True)
class Turn:
    """One turn of one visitor. ``understanding`` is None when a button was pressed."""

    tracker: Tracker
    dispatcher: CollectingDispatcher

    @property
    def visitor_id(self) -> str:
        return str(self.tracker.sender_id)

    @property
    def channel(self) -> str:
        return str(self.tracker.get_latest_input_channel() or "web")

    @property
    def intent(self) -> str:
        """What the person does; a thumb up or down where yes or no was asked is that answer."""
        name = str(self.tracker.latest_message["intent"]["name"])
        if name == "reaction" and self.understanding and self.slot("requested_slot") in YES_OR_NO:
            return {"yes": "affirm", "no": "deny"}.get(self.understanding.reaction or "", name)
        return name

    @property
    def text(self) -> str:
        """What the person wrote, as written; empty when a button was pressed."""
        if self.understanding is None:
            return ""
        return str(self.tracker.latest_message.get("original_text") or "").replace("／", "/", 1).strip()

    @property
    def understanding(self) -> Understanding | None:
        data = self.tracker.latest_message.get("understanding")
        return own_contact(Understanding.from_dict(data), self.said) if data else None

    @property
    def was_no_danger(self) -> bool:
        """Whether the message says that what was taken for danger was none (什么120啊没有人生病)."""
        before = (self.slot("last_matter") or {}).get("understanding") or {}
        return (
            before.get("route") == "emergency" and denies_danger(self.text) and detect(beside_denial(self.text)) is None
        )

    @property
    def said(self) -> tuple[Said, ...]:
        """What each part of the message does, where the form has asked something."""
        return tuple(Said(**part) for part in self.tracker.latest_message.get("said") or [])

    @property
    def form(self) -> str | None:
        """The form under way."""
        return self.tracker.active_loop_name or None

    @property
    def language(self) -> str:
        """The language that the person reads: a catalogue of `bot.dialogue.wording`."""
        given = self.tracker.get_slot("language")
        return given if given in LANGUAGES else CHINESE

    def entity(self, name: str) -> str | None:
        """A value that a button carried or the extractors found."""
        return next((str(value) for value in self.tracker.get_latest_entity_values(name)), None)

    def slot(self, name: str) -> Any:
        return self.tracker.get_slot(name)

    def said_last(self, text: str) -> bool:
        """Whether the last turn said just this: nothing is said twice in a row."""
        events = self.tracker.events
        turns = [number for number, event in enumerate(events) if event["event"] == "user"][-2:]
        if len(turns) < 2:
            return False
        return any(event["event"] == "bot" and event.get("text") == text for event in events[turns[0] : turns[1]])

    def has_offered(self, url: str) -> bool:
        """Whether a link to this was given before in the conversation."""
        said = [
            (event.get("data") or {}).get("custom") or {} for event in self.tracker.events if event["event"] == "bot"
        ]
        return any(link.get("url") == url for custom in said for link in custom.get("links") or [])

    def word(self, key: str, **values: Any) -> str:
        """A sentence of the catalogue in the person's language."""
        return say(key, self.language, **values)

    def say(self, key: str, buttons: list[dict[str, str]] | None = None, **values: Any) -> None:
        """Speaks a sentence of the catalogue with what stands below it, and further buttons.

        Where the last turn said the same, the sentence ``{key}_again`` is said instead, if there is one.
        """
        response = respond(key, self.language, **values)
        if wording().knows(f"{key}_again"):
            again = respond(f"{key}_again", self.language, **values)
            if self.said_last(response.text) or (self.said_last(again.text) and not key.startswith("intake.")):
                response = again
        self.tell(response.text, [*response.buttons, *(buttons or [])], expects=response.expects)

    def tell(
        self,
        text: str,
        buttons: list[dict[str, str]] | None = None,
        links: list[dict[str, str]] | None = None,
        source: dict[str, str] | None = None,
        expects: str | None = None,
    ) -> None:
        """Speaks a composed text with its buttons, links and source."""
        custom: dict[str, Any] = {"links": links or [], "source": source}
        if expects:
            custom["expects"] = expects
        self.dispatcher.utter_message(text=text, buttons=buttons or [], json_message=custom)


def resumes(turn: Turn) -> bool:
    """Whether the person takes up in words what was cancelled (继续吧), or what was taken for danger and is none."""
    kept = turn.slot("last_matter") or {}
    return turn.was_no_danger or (bool(kept.get("draft")) and bool(RESUMES.fullmatch(turn.text.strip(EDGE))))


def set_slot(name: str, value: Any) -> Event:
    """The event that keeps a value for later turns."""
    return {"event": "slot", "name": name, "value": value, "timestamp": None}
