"""The intake form: takes each answer, asks what is missing, and files what was confirmed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Action

from actions.answer import answer_first, aside, give, known, unknown
from actions.parting import work_out
from actions.process import about_process
from actions.services import orders
from actions.triage_replies import be_cautious, insists, tell_standing, weak
from actions.turn import INTAKE, NOT_ASKED, Event, Turn, resumes, set_slot
from bot.dialogue import phrases
from bot.dialogue.act import Act
from bot.dialogue.acts import read
from bot.dialogue.changes import listed
from bot.dialogue.cues import (
    asks_for_order,
    cleaned,
    ends_in_question,
    is_question,
    mood,
    only_asking,
    only_over,
    process_questions,
    wants_person,
    without_denial,
)
from bot.dialogue.hearing import Heard, context_of, hear
from bot.dialogue.intake import QUESTIONS, Intake, account_of, begin, is_bare_wish, is_step_back, wishes_to_file
from bot.dialogue.responses import button
from bot.dialogue.wording import Key
from bot.hotline.classification import Classification
from bot.language.extract.answers import is_skip
from bot.language.understanding import Understanding
from bot.privacy import find_phone, mask_phone

_ALWAYS_INTERRUPT = ("reaction", "leave_queue", "open_article", "solved", "unsolved")
_FORM_BUTTONS = ("affirm", "deny", "skip", "pick", "edit", "cancel")
_SUBMITS = re.compile(r"提交|交上去|报上去|submit", re.IGNORECASE)
_PUTS_BACK = re.compile(r"恢复|撤销|还原|改回|加回|放回|undo", re.IGNORECASE)
_EDITS = ("correct", "drop", "drop_matter", "replace", "rewrite", "amend", "remove", "reclassify", "unclear")
"""Acts that change the account; 前面那句不要写 gives nothing up."""
_NO_MATTER = 12
"""Characters beside a question about the process that tell no matter."""
_ASIDES = 2
"""Questions that are answered of one message."""
_SHOWN = 24
"""Characters of a fact that is told back."""
_SURE = 0.85
"""How sure the reader of turns must be that the person gives the matter up."""
_HARDLY, _CALM = 0.1, 0.8
"""Probability of danger below which the classifier sees none, and how sure the reader of turns must be of every part."""
_LONGEST_YES = 12
"""Characters of a plain yes; a longer text that begins with 对了 tells something and files nothing."""
_INTERRUPT = {"ask_human": 0.6, "help": 0.75, "check_progress": 0.75, "abuse": 0.75}
_INTERRUPT_SMALL = {"greet": 0.8, "thank": 0.8, "goodbye": 0.8, "chitchat": 0.85}
_LONGEST_ABUSE = 30
"""Characters of mere abuse; a longer message has a matter in it."""
_ASKS = re.compile(r"[?？]|吗|呢$|怎么|什么|多久|多少|哪里|是不是|能不能|可不可以")


class ValidateIntake(Action):
    """Decides, for each message while the form is active, whether it answers the question, and what comes next.

    Returning nothing rejects the form for this turn: a rule for the intent answers, and the form asks again.
    """

    def name(self) -> str:
        return "validate_intake_form"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        question = turn.slot("requested_slot") if turn.form == INTAKE else None
        if turn.understanding and (line := turn.understanding.caution) and not calm(turn):
            be_cautious(turn, line)
        if question is None:
            return await start(turn)
        intake = Intake.from_dict(turn.slot("draft"))
        before = turn.slot("last_matter") or {}
        if turn.was_no_danger and cleaned(before["text"]) not in "\n".join(intake.account):
            turn.say("danger.none")
            understanding = harmless(before["understanding"])
            heard = hear(intake, question, before["text"], understanding)
            if turn.understanding and (rest := without_denial(turn.text)):
                heard.noted += hear(intake, question, rest, turn.understanding, turn.said).noted
            await reply(turn, intake, heard)
            return [set_slot("last_matter", None), *await proceed(turn, intake)]
        if interrupts(turn, intake, question):
            return []
        if question not in ("description", "confirm") and only_asking(turn.text):
            return close() + await answer_instead(turn, intake)
        if intake.before and _PUTS_BACK.search(turn.text) and len(turn.text) <= _LONGEST_YES:
            turn.say("intake.restored")
            return await proceed(turn, Intake.from_dict(intake.before))
        if cancels(turn, intake, question):
            turn.say("intake.cancelled")
            return close(last_matter=undo(intake))
        if turn.understanding is None and turn.intent not in _FORM_BUTTONS:
            # A button of an earlier message, such as filing an emergency: one form after the other.
            return await proceed(turn, intake)
        if question == "confirm":
            return await at_summary(turn, intake)
        return await take(turn, intake, question)


async def start(turn: Turn) -> list[Event]:
    """Opens the form from this message, or from the one that a button refers to."""
    before = turn.slot("last_matter") or {}
    if only_over(turn.text) and (before.get("understanding") or {}).get("route") == "emergency":
        turn.say("danger.over")
        return close(last_matter=before)
    no_danger = turn.was_no_danger
    goes_on = turn.intent == "file_last" and bool(turn.text) and not asks_for_order(turn.text)
    if no_danger:
        turn.say("danger.none")
        before = {**before, "understanding": harmless(before["understanding"]).to_dict()}
    last = before if before and (turn.intent == "file_last" or resumes(turn)) else None
    if last and last.get("draft"):
        return await proceed(turn, Intake.from_dict(last["draft"]))
    understanding = Understanding.from_dict(last["understanding"]) if last else turn.understanding
    text = last["text"] if last else turn.text
    standing = turn.slot("standing")
    if last is None and (told := account_of(text, before.get("text", ""))):
        text = told
    if standing and turn.intent != "file_last" and insists(text):
        return close() + await tell_standing(turn, standing, text)
    if understanding is None:
        # The bare button "report": everything is still to be told.
        understanding = Understanding(
            "report_matter", 1.0, route="accept", classification=Classification("complaint", [])
        )
    rest, asked = process_questions(turn.text)
    if asked and len(re.sub(r"\W", "", rest)) <= _NO_MATTER and await about_process(turn):
        return close()
    intake = begin(text, understanding)
    reported = intake.place() and intake.needs("location")
    if turn.intent == "report_matter" and turn.text and not (reported or no_danger or wishes_to_file(turn.text)):
        if answered := await answer_first(turn):
            return close() + answered
        consults = intake.matters[0].classification.kind == "consultation" and ends_in_question(turn.text)
        if consults or only_asking(turn.text):
            return close() + await unknown(turn)
    if turn.understanding and (no_danger or goes_on) and (rest := without_denial(turn.text)):
        hear(intake, intake.next_question(), rest, turn.understanding, turn.said)
    if contact := turn.slot("contact"):
        intake.requester = intake.requester.completed(contact["name"], contact["phone"])
    comfort(turn, intake)
    asked.pop("here", None)
    for topic, question in asked.items():
        await ask_aside(turn, intake, Act("ask", topic, question))
    return [set_slot("standing", None), *await proceed(turn, intake)]


def harmless(understanding: dict[str, Any]) -> Understanding:
    """What was taken for danger and is none: a matter like any other."""
    return replace(Understanding.from_dict(understanding), route="accept", intent="report_matter", hotline=None)


async def answer_instead(turn: Turn, intake: Intake) -> list[Event]:
    """The answer for somebody who only asked, or that it is not known; the form can be taken up again."""
    matter = undo(intake)
    turn.say("intake.not_filed")
    article = await known(turn.text) or await known(matter["text"])
    events = give(turn, article, {"question": matter["text"]}, offers=("file",)) if article else await unknown(turn)
    return [*events, set_slot("last_matter", matter)]


async def take(turn: Turn, intake: Intake, question: str) -> list[Event]:
    """Takes the answer to the question that was asked, and whatever else the message says."""
    understanding = turn.understanding or Understanding(turn.intent, 1.0)
    text = turn.text or button_text(turn)
    if goes_back(turn):
        if not intake.step_back():
            turn.say("intake.first_question")
        return await proceed(turn, intake)
    if question == "description" and understanding.route in ("legal_route", "decline"):
        detail = understanding.legal_route or understanding.decline_reason or ""
        return close() + await tell_standing(turn, {"route": understanding.route, "detail": detail}, text)
    if question == "description" and is_bare_wish(text):
        return await proceed(turn, intake)
    if question == "phone" and not find_phone(text) and turn.intent in ("affirm", "deny") and "交" in text:
        # "Just submit it": nobody is called 提交.
        text = "跳过"
    listening = intake.listening
    heard = hear(intake, question, text, understanding, turn.said)
    await work_out(intake, text, heard, listening)
    await reply(turn, intake, heard)
    return await proceed(turn, intake)


async def at_summary(turn: Turn, intake: Intake) -> list[Event]:
    """A plain yes files; no and a named field change; anything else is a correction or addition in the person's words."""
    if turn.intent == "edit":
        intake.wanted = turn.entity("field") or "description"
        intake.reopen(intake.wanted)
        return await proceed(turn, intake)
    if is_skip(turn.text):
        # "Nothing to add": the summary is shown again, and nothing of this goes into the account.
        return await proceed(turn, intake)
    if goes_back(turn):
        intake.step_back()
        return await proceed(turn, intake)
    before, listening = {**intake.to_dict(), "before": None}, intake.listening
    heard = hear(intake, "confirm", turn.text, turn.understanding, turn.said) if turn.understanding else Heard()
    await work_out(intake, turn.text, heard, listening)
    intake.before = before if heard.noted else intake.before
    if heard.yes and _SUBMITS.search(turn.text) and not heard.noted and all(act.field for act in heard.asks):
        # "Submit it; when will they come?": what is asked beside it changes nothing of what is filed.
        await reply(turn, intake, heard)
        heard = Heard(yes=True)
    if intake.listening:
        return what_to_change(turn, intake, "intake.still_telling")
    more = heard.noted or heard.asks or heard.grumbles or heard.unclear or heard.several
    if not more and (heard.yes or (turn.intent == "affirm" and len(turn.text) <= _LONGEST_YES)):
        return [set_slot("draft", intake.to_dict()), set_slot("confirm", True), set_slot("requested_slot", None)]
    if heard.unclear or (
        not more and (turn.understanding is None or (turn.intent in ("deny", "skip") and len(turn.text) <= 8))
    ):
        return what_to_change(turn, intake, "intake.what_to_change")
    await reply(turn, intake, heard)
    return what_to_change(turn, intake, "intake.several") if heard.several else await proceed(turn, intake)


def what_to_change(turn: Turn, intake: Intake, key: str) -> list[Event]:
    """Asks what is to be changed, and shows the sentences of the account: one is left out by its number."""
    shown = listed("\n".join(intake.account))
    intake.listed = bool(shown)
    turn.say(key, sentences=turn.word("intake.sentences", sentences=shown) if shown else "")
    return [
        set_slot("draft", intake.to_dict()),
        set_slot("confirm", "shown"),
        set_slot("requested_slot", "confirm"),
    ]


async def reply(turn: Turn, intake: Intake, heard: Heard) -> None:
    """A word for how the person feels, what was taken beside what was asked, and answers to the person's questions."""
    comfort(turn, intake)
    if heard.grumbles and not intake.listening:
        turn.say("intake.sorry")
    if heard.noted:
        turn.say("intake.noted", facts="；".join(noted(turn, name, value) for name, value in heard.noted))
    about_us = [act for act in heard.asks if act.field]
    # 我先问一下哦 before a question about us asks nothing itself.
    asks = [act for act in heard.asks if act.field or not about_us or is_question(act.value or "")]
    answered = [await ask_aside(turn, intake, act) for act in asks[:_ASIDES]]
    if not all(answered):
        turn.say("aside.kept")
    if heard.refused == "phone" or heard.left_open == "phone":
        turn.say("intake.no_contact")
    elif heard.left_open:
        turn.say("intake.left_open")


def comfort(turn: Turn, intake: Intake) -> None:
    """One sentence of understanding, once, where there is anger, fear or loss."""
    if intake.comforted or intake.matters[0].classification.kind == "praise" or not (felt := mood(turn.text)):
        return
    intake.comforted = True
    turn.say(f"manners.{felt}")


def noted(turn: Turn, name: str, value: str) -> str:
    """A fact as it is told back."""
    if name == "kind":
        return turn.word("intake.note.kind", kind=Key(f"kind.{value}"))
    shown = mask_phone(value) if name == "phone" else value if len(value) <= _SHOWN else value[:_SHOWN] + "……"
    return turn.word(f"intake.note.{name}", value=shown)


async def ask_aside(turn: Turn, intake: Intake, act: Act) -> bool:
    """Answers a question asked in the middle of the form; False for what nobody here knows: it goes to the unit."""
    draft = intake.drafts(turn.visitor_id, turn.channel)[0]
    if act.field and act.field != "other":
        turn.say(f"aside.{act.field}", unit=draft.unit, term=Key(f"order.term.{draft.classification.urgency}"))
        return True
    if await aside(turn, act.value or "", "\n".join(intake.account), intake.told):
        return True
    if act.field == "other":
        turn.say("aside.other")
        return True
    intake.add_question(act.value or "")
    return False


async def proceed(turn: Turn, intake: Intake) -> list[Event]:
    """The next question, unless the person has filed the same fact before."""
    question = intake.next_question()
    if question != "description" and not intake.another:
        for draft in intake.drafts(turn.visitor_id, turn.channel):
            known = await orders().same_fact(draft)
            if known is None:
                continue
            intake.another = True
            turn.tell(
                phrases.duplicate(known, turn.language),
                buttons=[button(name) for name in ("supplement", "urge", "another_matter", "human")],
            )
            return [*close(last_matter=undo(intake)), set_slot("last_order", known.number)]
    told = {
        "description": "\n".join(intake.account),
        "location": intake.place(),
        "region": intake.region,
        "occurred_at": intake.occurred_at,
        "phone": intake.requester.phone,
    }
    return [
        set_slot("draft", intake.to_dict()),
        # After an interruption the form asks for its first empty slot: only the one that is wanted is empty.
        *[set_slot(name, None if name == question else told.get(name) or NOT_ASKED) for name in QUESTIONS],
        set_slot("requested_slot", question),
    ]


def interrupts(turn: Turn, intake: Intake, question: str) -> bool:
    """Whether the message is something else than an answer, so that its own rule must speak."""
    intent, understanding = turn.intent, turn.understanding
    if intent in _ALWAYS_INTERRUPT or (intent == "emergency" and not weak(turn) and not calm(turn)):
        return True
    if understanding is None:
        return intent in ("ask_human", "help", "check_progress")
    sure = understanding.confidence
    if question == "description":
        return (intent in _INTERRUPT and sure >= _INTERRUPT[intent]) or (
            intent in ("greet", "thank", "goodbye") and sure >= 0.8
        )
    if intent == "ask_human" and sure >= _INTERRUPT[intent] and wants_person(turn.text):
        return True
    acts = read(turn.text, context_of(intake, question, turn.said))
    if is_skip(turn.text) or any(act.kind not in ("tell", "ask") or act.field for act in acts):
        return False
    if intent == "abuse" and len(turn.text) > _LONGEST_ABUSE:
        return False
    if intent in _INTERRUPT:
        return sure >= _INTERRUPT[intent]
    if intent in _INTERRUPT_SMALL:
        return sure >= _INTERRUPT_SMALL[intent]
    if intent in ("legal_route", "decline"):
        return sure >= 0.6 and bool(_ASKS.search(turn.text)) and len(turn.text) >= 5
    return False


def calm(turn: Turn) -> bool:
    """Whether an answer only sounds like a cry (又变成骗子号码了，联系人是我): the classifier sees no danger, and no part tells
    anything that happened."""
    understanding, said = turn.understanding, turn.said
    if not understanding or not said:
        return False
    return understanding.danger < _HARDLY and all(
        part.label not in ("danger", "story") and part.sure >= _CALM for part in said
    )


def goes_back(turn: Turn) -> bool:
    """Whether the person wants one question back, and says nothing else (上一步, 退回去)."""
    return is_step_back(turn.text) or (
        bool(turn.said) and all(part.label == "back" and part.sure >= _SURE for part in turn.said)
    )


def cancels(turn: Turn, intake: Intake, question: str) -> bool:
    """Whether the person breaks off, and does not only decline to tell this one thing."""
    if (
        question == "confirm"
        and turn.text
        and any(act.kind in _EDITS for act in read(turn.text, context_of(intake, question, turn.said)))
    ):
        return False
    if _SUBMITS.search(turn.text) or asks_for_order(turn.text) or goes_back(turn):
        # 算了，提交吧 gives nothing up.
        return False
    learned = [part.label for part in turn.said if part.sure >= _SURE]
    if "cancel" in learned and not {"story", "fix_story"} & set(learned):
        return True
    if turn.intent != "cancel" or (question not in ("description", "confirm") and is_skip(turn.text)):
        return False
    return turn.understanding is None or (len(turn.text) <= 15 and turn.understanding.confidence >= 0.5)


def button_text(turn: Turn) -> str:
    """What a button of the form stands for in words."""
    if turn.intent == "pick":
        return turn.entity("region_choice") or ""
    return "跳过" if turn.intent in ("skip", "deny") else ""


def undo(intake: Intake) -> dict[str, Any]:
    """What is needed to take a cancelled form up again."""
    return {"draft": intake.to_dict(), "text": "\n".join(intake.account)}


def close(last_matter: dict[str, Any] | None = None) -> list[Event]:
    """Ends the form with nothing filed."""
    names = [*QUESTIONS, "draft"]
    return [
        *[set_slot(name, None) for name in names],
        set_slot("last_matter", last_matter),
        set_slot("requested_slot", None),
    ]
