"""What is to be sent outside the passive reply (下发消息): rows that wait, in open transactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from bot.storage.tables import now
from bot.storage.tables_wechat import WeChatDelivery, WeChatPerson
from channels.wechat.people import spend
from channels.wechat.render import Piece

CLAIM = timedelta(seconds=60)
"""How long one process sends to a person alone; longer than the slowest attempt."""
LATER = timedelta(hours=6)
"""When to look again at what waits for the person to write; a message of theirs releases it at once."""
FIRST_WAIT, LONGEST_WAIT = 2.0, 600.0
"""Seconds before the second attempt, doubled for each one after, up to the longest."""
ATTEMPTS = 150
"""Attempts before a text is dropped: about a day."""
KEPT = timedelta(days=30)
"""How long a text waits for its person; then it is too old to be of use."""
REMEMBERED = 2 * KEPT
IN_LINE = ("waiting", "held")
"""States of what has not been sent: nothing of its kind goes to the person before it."""


@dataclass(frozen=True)
class Item:
    """One text to be sent now. ``means`` is ``service`` (from the allowance ``which``) or ``notice``.

    ``order_number`` is the order that a notice is about; ``last`` tells that it is the notice's last piece, and
    ``with_link`` that the link to the order's page goes below it.
    """

    id: int
    key: str
    openid: str
    piece: Piece
    means: str
    which: str | None
    notice_id: int | None
    order_number: str | None
    last: bool
    with_link: bool


def add_answer(session: Any, visitor_id: str, key: str, pieces: list[Piece], held: bool = False) -> None:
    """Texts of the bot that answer the message with this key, in their order.

    They are ``held`` while the first of them is on its way as the passive reply: `passive_left` or `let_go` follows.
    """
    for number, piece in enumerate(pieces):
        _add(session, f"{key}:{number}", visitor_id, "answer", piece.to_json(), state="held" if held else "waiting")


def passive_left(session: Any, visitor_id: str, key: str) -> bool:
    """The first text of an answer has left as the passive reply; the others may follow: gives whether there are any."""
    session.execute(delete(WeChatDelivery).where(WeChatDelivery.key == f"{key}:0"))
    return let_go(session, visitor_id, key)


def let_go(session: Any, visitor_id: str, key: str) -> bool:
    """What is held of an answer may be sent; gives whether there is anything."""
    # By the person as well: no index helps to find the beginning of a key.
    mine = WeChatDelivery.visitor_id == visitor_id, WeChatDelivery.key.like(f"{key}:%")
    query = update(WeChatDelivery).where(*mine, WeChatDelivery.state == "held").values(state="waiting")
    return bool(session.execute(query.execution_options(synchronize_session=False)).rowcount)


def add_notice(session: Any, visitor_id: str, notice_id: int, pieces: list[Piece], order_number: str | None) -> None:
    """The texts of a notice; the link to the order's page will stand below the last one without a menu."""
    texts = [number for number, piece in enumerate(pieces) if not piece.options]
    for number, piece in enumerate(pieces):
        content = {
            **piece.to_json(),
            "order": order_number,
            "last": number == len(pieces) - 1,
            "link": bool(texts) and number == texts[-1],
        }
        _add(session, f"notice:{notice_id}:{number}", visitor_id, "notice", content, notice_id)


def _add(
    session: Any,
    key: str,
    visitor_id: str,
    kind: str,
    content: dict[str, Any],
    notice_id: int | None = None,
    state: str = "waiting",
) -> None:
    row = WeChatDelivery(key=key, visitor_id=visitor_id, kind=kind, content=content, notice_id=notice_id, state=state)
    session.add(row)


def release(session: Any, visitor_id: str) -> None:
    """Makes due at once what waited for the person to write."""
    query = update(WeChatDelivery).where(WeChatDelivery.visitor_id == visitor_id, WeChatDelivery.state == "waiting")
    session.execute(query.values(next_try_at=now()).execution_options(synchronize_session=False))


def claim_people(session: Any, most: int) -> list[str]:
    """Claims followers who have something due and whom no other process is sending to."""
    moment = now()
    # Only what is first in its line can be sent: what is behind something that waits is not looked at.
    first = (
        select(func.min(WeChatDelivery.id))
        .where(WeChatDelivery.state.in_(IN_LINE))
        .group_by(WeChatDelivery.visitor_id, WeChatDelivery.kind)
    )
    due = select(WeChatDelivery.visitor_id).where(
        WeChatDelivery.id.in_(first), WeChatDelivery.state == "waiting", WeChatDelivery.next_try_at <= moment
    )
    query = (
        select(WeChatPerson)
        .where(WeChatPerson.visitor_id.in_(due), WeChatPerson.following.is_(True))
        .where((WeChatPerson.busy_until.is_(None)) | (WeChatPerson.busy_until < moment))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    people = list(session.scalars(query))
    for person in people:
        person.busy_until = moment + CLAIM
    return [person.visitor_id for person in people]


def free(session: Any, visitor_id: str) -> None:
    """Gives the claim on a person back."""
    session.get(WeChatPerson, visitor_id, with_for_update=True).busy_until = None


def take_next(session: Any, visitor_id: str, notices: bool) -> Item | None:
    """The next text for a person, with its message taken from the allowance; None if nothing can be sent now.

    Answers keep their order, and so do notices; neither waits for the other. With ``notices`` a notice about an order
    may go as such where no customer-service message is allowed.
    """
    moment = now()
    person = session.get(WeChatPerson, visitor_id, with_for_update=True)
    if not person.following:
        return None
    person.busy_until = moment + CLAIM
    heads = [_head(session, visitor_id, kind) for kind in ("answer", "notice")]
    for row in sorted(filter(None, heads), key=lambda row: row.id):
        if row.state == "held" or row.next_try_at > moment:
            continue
        which = spend(person, moment, for_answer=row.kind == "answer")
        about = row.content.get("order")
        if which is None and not (notices and about and row.kind == "notice" and not person.notices_refused):
            row.next_try_at = moment + LATER
            continue
        row.attempts += 1
        means = "service" if which else "notice"
        last, with_link = row.content.get("last", False), row.content.get("link", False)
        piece = Piece.from_json(row.content)
        return Item(row.id, row.key, person.openid, piece, means, which, row.notice_id, about, last, with_link)
    return None


def _head(session: Any, visitor_id: str, kind: str) -> Any:
    query = select(WeChatDelivery).where(
        WeChatDelivery.visitor_id == visitor_id, WeChatDelivery.kind == kind, WeChatDelivery.state.in_(IN_LINE)
    )
    return session.scalars(query.order_by(WeChatDelivery.id).limit(1)).first()


def done(session: Any, id_: int) -> None:
    """Notes that a text was sent; what it said is forgotten."""
    _end(session.get(WeChatDelivery, id_, with_for_update=True), "done")


def sent_as_notice(session: Any, notice_id: int, platform_id: str | None) -> None:
    """Notes that the platform took a notice and will report; it stands for all pieces."""
    for row in _pieces(session, notice_id):
        _end(row, "sent")
        row.platform_id = platform_id


def drop(session: Any, id_: int, error: str) -> None:
    """Gives a text up, with all that belongs to the same notice."""
    row = session.get(WeChatDelivery, id_, with_for_update=True)
    for one in _pieces(session, row.notice_id) if row.notice_id else [row]:
        _end(one, "dropped", error)


def later(session: Any, id_: int, error: str, wait: float | None = None) -> bool:
    """Puts a text off, for ``wait`` seconds or by how often it was tried; gives False if it was tried too often."""
    row = session.get(WeChatDelivery, id_, with_for_update=True)
    row.error = error
    if row.attempts >= ATTEMPTS:
        return False
    seconds = wait if wait is not None else min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.attempts - 1, 16))
    row.next_try_at = now() + timedelta(seconds=seconds)
    return True


def _pieces(session: Any, notice_id: int) -> list[Any]:
    query = select(WeChatDelivery).where(
        WeChatDelivery.notice_id == notice_id, WeChatDelivery.state.in_(("waiting", "sent"))
    )
    return list(session.scalars(query.with_for_update()))


def _end(row: Any, state: str, error: str | None = None) -> None:
    row.state, row.content, row.error = state, None, error
    row.delivered_at = now() if state in ("done", "sent") else None


def reported(session: Any, visitor_id: str, platform_id: str | None, failure: str | None) -> tuple[int | None, bool]:
    """Takes the platform's report on a notice; gives the id of the notice that has arrived.

    Subscription notices get no number when they are sent: the report is about the oldest that waits for one. The second
    value tells that none is known while one is being sent.
    """
    query = select(WeChatDelivery).where(WeChatDelivery.visitor_id == visitor_id, WeChatDelivery.state == "sent")
    query = query.where(WeChatDelivery.platform_id == platform_id) if platform_id else query
    row = session.scalars(query.order_by(WeChatDelivery.id).limit(1)).first()
    if row is None:
        busy_until = session.get(WeChatPerson, visitor_id).busy_until
        return None, busy_until is not None and busy_until > now()
    notice_id: int = row.notice_id
    for one in _pieces(session, notice_id):
        one.state, one.error = ("dropped", failure[:64]) if failure else ("done", None)
    return None if failure else notice_id, False


def forget(session: Any) -> None:
    """Gives up what has waited too long, and deletes what is finished and old."""
    moment = now()
    stale = WeChatDelivery.state.in_((*IN_LINE, "sent")), WeChatDelivery.created_at < moment - KEPT
    values = {"state": "dropped", "content": None, "error": "too old"}
    for query in (
        update(WeChatDelivery).where(*stale).values(**values),
        delete(WeChatDelivery).where(WeChatDelivery.created_at < moment - REMEMBERED),
    ):
        session.execute(query.execution_options(synchronize_session=False))
