"""The order form: progress, urging, supplement, withdrawal and rating of an order that exists."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from typing import Any

from rasa_sdk import Action

from actions.answer import follow_up
from actions.process import about_process, tell_position, tell_progress
from actions.services import orders
from actions.turn import NOT_ASKED, OPEN_FORM, ORDER, Event, Turn, set_slot
from bot.dialogue import phrases
from bot.dialogue.cues import topic_of
from bot.dialogue.wording import say
from bot.hotline.guesses import TooManyGuesses
from bot.hotline.workorders.life import ANSWERED, OPEN, RATINGS, Refused
from bot.hotline.workorders.model import WorkOrder
from bot.language.extract.answers import is_skip
from bot.language.extract.facts import find_case_number
from bot.language.extract.rating import find_rating
from bot.privacy import find_phone

TASKS = {
    "check_progress": "progress",
    "urge": "urge",
    "supplement": "supplement",
    "withdraw": "withdraw",
    "rate": "rate",
}
_QUESTIONS = ("order_number", "order_proof", "order_text", "order_consent", "order_rating", "order_reason")
_BARE = re.compile(
    r"我|想|要|再|给|帮|补充|加|一点|一下|一句|内容|情况|材料|工单|刚才|上次|之前|那个|那件|反映|投诉|的|事情?|到|里|对|了|说|个|[\s,，。.!！:：]"
)
_LOST = re.compile(
    r"(?:单号|号码|编号|工单|那串).{0,8}(?:丢|没了|没存|没记|忘|找不到|不记得|删)|(?:丢|没存|没记|忘记?|找不到|不记得|没有?).{0,4}(?:单号|工单号|编号)|lost.{0,12}number",
    re.IGNORECASE,
)
_SHOWN = 3
"""Orders whose progress is told at once."""


@dataclass
class OrderTask:
    """What is to be done with which order, as far as it is known."""

    task: str
    number: str | None = None
    proof: str | None = None
    text: str | None = None
    rating: str | None = None


class ValidateOrder(Action):
    """Goes on with the task as far as it can, and asks for the one thing that is missing."""

    def name(self) -> str:
        return "validate_order_form"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        question = turn.slot("requested_slot") if turn.form == ORDER else None
        if question is None:
            return await start(turn)
        task = OrderTask(**turn.slot("order_task"))
        if (
            turn.intent == "emergency"
            or (turn.intent == "reaction" and not answers(turn, question))
            or (not answers(turn, question) and interrupts(turn))
        ):
            return []
        if turn.intent in ("cancel", "deny") and question != "order_consent" and not answers(turn, question):
            turn.say("smalltalk.deny")
            return done()
        if turn.intent in ("report_matter", "file_last") and not answers(turn, question):
            # Somebody who tells a new matter is not held by the old question.
            return [*done(), OPEN_FORM]
        if turn.intent in TASKS and TASKS[turn.intent] != task.task and not answers(turn, question):
            return await start(turn)
        return await take(turn, task, question)


async def start(turn: Turn) -> list[Event]:
    """Finds the task and, where possible, the order, without asking."""
    task = OrderTask(TASKS.get(turn.intent, "progress"))
    if turn.text and find_case_number(turn.text) is None:
        # 别人查得到是我吗 and 还要等多久 sound like a wish for the progress, and may be none.
        asks = about_process if task.task == "progress" else tell_position
        if (asks is about_process or topic_of(turn.text) == "term") and await asks(turn):
            return done()
    task.number = turn.entity("number") or find_case_number(turn.text)
    task.proof = find_phone(turn.text)
    if task.task == "rate":
        task.rating = told_rating(turn)
    if task.task == "supplement" and len(_BARE.sub("", turn.text)) >= 4:
        task.text = turn.text
    if task.number is None and task.task != "progress":
        task.number = turn.slot("last_order")
    if task.number is None:
        return await choose(turn, task)
    return await proceed(turn, task)


async def choose(turn: Turn, task: OrderTask) -> list[Event]:
    """Which of the person's own orders is meant: told at once, taken, or asked."""
    own = await orders().own(turn.visitor_id)
    if not own:
        if task.task == "progress" and (followed := await follow_up(turn, any_point=True)):
            return [*done(), *followed]
        return lost(turn) or ask(task, "order_number")
    if task.task == "progress":
        for order in own[:_SHOWN]:
            tell_progress(turn, order)
        return done()
    wanted = OPEN if task.task != "rate" else ANSWERED
    fitting = [order for order in own if order.status in wanted and not (task.task == "rate" and order.rating)]
    if len(fitting) > 1:
        intent = next(name for name, value in TASKS.items() if value == task.task)
        buttons = [
            {"title": phrases.order_title(order), "payload": f'/{intent}{{"number": "{order.number}"}}'}
            for order in fitting[:5]
        ]
        turn.say("order.which", buttons=buttons)
        return ask(task, "order_number")
    task.number = (fitting or own)[0].number
    return await proceed(turn, task)


def lost(turn: Turn, otherwise: str | None = None) -> list[Event]:
    """What helps somebody who has lost the number; else ends with that sentence, or with nothing."""
    key = "order.lost_number" if _LOST.search(turn.text) else otherwise
    if key is None:
        return []
    turn.say(key)
    return done()


async def take(turn: Turn, task: OrderTask, question: str) -> list[Event]:
    """Takes the answer to the question that was asked."""
    if question == "order_number":
        task.number = turn.entity("number") or find_case_number(turn.text)
        task.proof = task.proof or find_phone(turn.text)
        if task.number is None:
            return lost(turn, otherwise="order.not_found")
    elif question == "order_proof":
        task.proof = find_phone(turn.text)
        if task.proof is None:
            turn.say("order.not_found")
            return done()
    elif question == "order_text":
        task.text = turn.text
    elif question == "order_consent":
        if turn.intent != "affirm":
            turn.say("order.kept")
            return done()
        return await act(turn, task)
    elif question == "order_rating":
        task.rating = told_rating(turn)
    elif question == "order_reason":
        if turn.text and not is_skip(turn.text):
            await orders().explain_rating(task.number or "", turn.text)
        turn.say("order.rated_dissatisfied", number=task.number)
        return done()
    return await proceed(turn, task)


async def proceed(turn: Turn, task: OrderTask) -> list[Event]:
    """Checks that the asker may, then does it or asks for what is missing."""
    try:
        order = await orders().find(task.number or "", turn.visitor_id, task.proof)
    except TooManyGuesses as refused:
        tell_to_wait(turn, refused)
        return done()
    if order is None:
        # The same for a number that does not exist and for somebody else's.
        if task.proof is None:
            return ask(task, "order_proof")
        turn.say("order.not_found")
        return done()
    return [set_slot("last_order", order.number), *await go_on(turn, task, order)]


async def go_on(turn: Turn, task: OrderTask, order: WorkOrder) -> list[Event]:
    """Does the task with an order that the asker may see, or asks for what is missing."""
    if task.task == "progress":
        tell_progress(turn, order)
        return done()
    if task.task == "supplement" and not task.text:
        return ask(task, "order_text")
    if task.task == "withdraw" and order.status in OPEN:
        turn.tell(phrases.progress(order, turn.language))
        return ask(task, "order_consent")
    if task.task == "rate" and order.status in ANSWERED and task.rating is None:
        if not order.rating:
            return ask(task, "order_rating")
        turn.say("order.refused.rated_already", number=order.number)
        return done()
    return await act(turn, task)


async def act(turn: Turn, task: OrderTask) -> list[Event]:
    """Does what was asked for; a refusal is said with its reason."""
    number = task.number or ""
    try:
        if task.task == "supplement":
            await orders().supplement(number, task.text or "", turn.visitor_id)
            turn.say("order.supplemented", number=number)
        elif task.task == "urge":
            await orders().urge(number)
            turn.say("order.urged", number=number)
        elif task.task == "withdraw":
            await orders().withdraw(number)
            turn.say("order.withdrawn", number=number)
        else:
            await orders().rate(number, task.rating)
            if task.rating == "dissatisfied":
                # The rating is kept before the reason is asked: it counts although the person says no more.
                return ask(task, "order_reason")
            turn.say("order.rated", number=number)
    except Refused as refused:
        if refused.reason == "missing_rating":
            # It can be rated only since a moment ago: what the person thinks of it is not for us to say.
            return ask(task, "order_rating")
        reason_key = "finished" if refused.reason in ("closed", "replied") else refused.reason
        turn.say(f"order.refused.{reason_key}", number=number)
    return done()


def tell_to_wait(turn: Turn, refused: TooManyGuesses) -> None:
    """Nothing is looked up for a while, for whoever asks: people and the telephone still help."""
    minutes = math.ceil(refused.seconds / 60)
    name, number = ("minutes", minutes) if minutes < 60 else ("hours", math.ceil(minutes / 60))
    turn.say("order.too_many_guesses", wait=say(f"order.wait_{name}", turn.language, number=number))


def told_rating(turn: Turn) -> str | None:
    """The rating that a button carried or the words mean, or None."""
    rating = turn.entity("rating") or find_rating(turn.text)
    if rating is None and turn.understanding:
        rating = turn.understanding.rating
    return rating if rating in RATINGS else None


def answers(turn: Turn, question: str) -> bool:
    """Whether the message holds what was asked for, whatever it was classified as."""
    if turn.understanding is None:
        return bool(turn.entity("number") or turn.entity("rating"))
    if question == "order_number":
        return find_case_number(turn.text) is not None
    if question == "order_proof":
        return find_phone(turn.text) is not None
    if question == "order_rating":
        return find_rating(turn.text) is not None
    return turn.intent != "reaction" and question in ("order_text", "order_reason")


def interrupts(turn: Turn) -> bool:
    """Whether the message is a question, a wish or small talk of its own, which its rule answers."""
    if turn.intent in ("ask_human", "leave_queue", "open_article", "solved", "unsolved", "abuse"):
        return True
    understanding = turn.understanding
    small = turn.intent in ("ask_question", "greet", "thank", "help", "chitchat")
    return understanding is not None and small and understanding.confidence >= 0.7


def ask(task: OrderTask, question: str) -> list[Event]:
    """Keeps the task and asks. After an interruption the form asks for its first empty slot: only this one is."""
    return [
        set_slot("order_task", asdict(task)),
        *[set_slot(name, None if name == question else NOT_ASKED) for name in _QUESTIONS],
        set_slot("requested_slot", question),
    ]


def done() -> list[Event]:
    """Ends the form."""
    return [*[set_slot(name, None) for name in (*_QUESTIONS, "order_task")], set_slot("requested_slot", None)]


class AskNumber(Action):
    """Asks for the number of an order; who has filed nothing here is told so."""

    def name(self) -> str:
        return "action_ask_order_form_order_number"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        turn.say("order.ask_number" if await orders().own(turn.visitor_id) else "order.none_yet")
        return []


class Progress(Action):
    """Progress while another form waits: told, without a form of its own."""

    def name(self) -> str:
        return "action_progress"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Event]:
        turn = Turn(tracker, dispatcher)
        number = turn.entity("number") or find_case_number(turn.text)
        try:
            found = [await orders().find(number, turn.visitor_id, find_phone(turn.text))] if number else []
        except TooManyGuesses as refused:
            tell_to_wait(turn, refused)
            return []
        own = [order for order in found if order] if number else (await orders().own(turn.visitor_id))[:_SHOWN]
        for order in own:
            tell_progress(turn, order)
        if not own:
            turn.say("order.not_found")
        return []
