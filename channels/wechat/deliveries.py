"""What is to be sent outside the passive reply (下发消息): rows that wait, in open transactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.storage.queue import TO_PLATFORM, Lease, Queue, change, lock, measured
from bot.storage.tables import Observation, now
from bot.storage.tables_wechat import WeChatDelivery, WeChatPerson
from channels.wechat.people import spend
from channels.wechat.render import Piece

CLAIM = timedelta(seconds=60)
"""How long one process sends to a person alone; longer than the slowest attempt."""
LATER = timedelta(hours=6)
"""When to look again at what waits for the person to write; a message of theirs releases it at once."""
KEPT = timedelta(days=30)
"""How long a text waits for its person; then it is too old to be of use."""
REMEMBERED = 2 * KEPT
IN_LINE = ("waiting", "held")
"""States of what has not been sent: nothing of its kind goes to the person before it."""
SENDING: Lease[WeChatPerson] = Lease(WeChatPerson.busy_until, CLAIM)
"""One process at a time sends to a person, whichever kind."""


def _tell_people(session: Session, row: WeChatDelivery, error: str) -> None:
    content: dict[str, Any] = row.content or {}
    about = content.get("order") or "WeChat"
    what = f"WeChat {error}"
    session.add(Observation(kind="dead_letter", visitor_id=row.visitor_id, subject=about, content=what))


QUEUE = measured(
    Queue(
        "wechat_deliveries",
        WeChatDelivery,
        TO_PLATFORM,
        CLAIM,
        key=("visitor_id", "kind"),
        ready=("waiting",),
        held=("held",),
        dead="dropped",
        on_dead=_tell_people,
    )
)
"""A person's answers keep their order, and so do the notices; neither waits for the other."""


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


def add_answer(session: Session, visitor_id: str, key: str, pieces: list[Piece], held: bool = False) -> None:
    """Texts of the bot that answer the message with this key, in their order.

    They are ``held`` while the first of them is on its way as the passive reply: `passive_left` or `let_go` follows.
    """
    for number, piece in enumerate(pieces):
        _add(session, f"{key}:{number}", visitor_id, "answer", piece.to_json(), state="held" if held else "waiting")


def passive_left(session: Session, visitor_id: str, key: str) -> bool:
    """The first text of an answer has left as the passive reply; the others may follow: gives whether there are any."""
    session.execute(delete(WeChatDelivery).where(WeChatDelivery.key == f"{key}:0"))
    return let_go(session, visitor_id, key)


def let_go(session: Session, visitor_id: str, key: str) -> bool:
    """What is held of an answer may be sent; gives whether there is anything."""
    # By the person as well: no index helps to find the beginning of a key.
    mine = WeChatDelivery.visitor_id == visitor_id, WeChatDelivery.key.like(f"{key}:%")
    query = update(WeChatDelivery).where(*mine, WeChatDelivery.state == "held").values(state="waiting")
    return bool(change(session, query))


def add_notice(
    session: Session, visitor_id: str, notice_id: int, pieces: list[Piece], order_number: str | None
) -> None:
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
    session: Session,
    key: str,
    visitor_id: str,
    kind: str,
    content: dict[str, Any],
    notice_id: int | None = None,
    state: str = "waiting",
) -> None:
    row = WeChatDelivery(key=key, visitor_id=visitor_id, kind=kind, content=content, notice_id=notice_id, state=state)
    session.add(row)


def release(session: Session, visitor_id: str) -> None:
    """Makes due at once what waited for the person to write."""
    QUEUE.release(session, WeChatDelivery.visitor_id == visitor_id)


def claim_people(session: Session, most: int) -> list[str]:
    """Claims followers who have something due and whom no other process is sending to."""
    due = select(WeChatDelivery.visitor_id).where(QUEUE.due())
    query = select(WeChatPerson).where(WeChatPerson.visitor_id.in_(due), WeChatPerson.following.is_(True))
    return [person.visitor_id for person in SENDING.claim(session, query, most)]


def free(session: Session, visitor_id: str) -> None:
    """Gives the claim on a person back."""
    SENDING.free(lock(session, WeChatPerson, visitor_id))


def take_next(session: Session, visitor_id: str, notices: bool) -> Item | None:
    """The next text for a person, with its message taken from the allowance; None if nothing can be sent now.

    Answers keep their order, and so do notices; neither waits for the other. With ``notices`` a notice about an order
    may go as such where no customer-service message is allowed.
    """
    person = lock(session, WeChatPerson, visitor_id)
    if not person.following:
        return None
    SENDING.hold(person)
    heads = [QUEUE.head(session, visitor_id, kind) for kind in ("answer", "notice")]
    for row in sorted(filter(None, heads), key=lambda row: row.id):
        if not QUEUE.is_due(row):
            continue
        which = spend(person, now(), for_answer=row.kind == "answer")
        about = row.content.get("order")
        if which is None and not (notices and about and row.kind == "notice" and not person.notices_refused):
            QUEUE.put_off(row, LATER)
            continue
        QUEUE.begin(row)
        means = "service" if which else "notice"
        last, with_link = row.content.get("last", False), row.content.get("link", False)
        piece = Piece.from_json(row.content)
        return Item(row.id, row.key, person.openid, piece, means, which, row.notice_id, about, last, with_link)
    return None


def done(session: Session, id_: int) -> None:
    """Notes that a text was sent; what it said is forgotten."""
    _end(lock(session, WeChatDelivery, id_), "done")


def sent_as_notice(session: Session, notice_id: int, platform_id: str | None) -> None:
    """Notes that the platform took a notice and will report; it stands for all pieces."""
    for row in _pieces(session, notice_id):
        _end(row, "sent")
        row.platform_id = platform_id


def failed(session: Session, id_: int, error: str, hopeless: bool, wait: float | None = None) -> bool:
    """Puts a text off, for ``wait`` seconds or by how often it was tried; one that is ``hopeless`` or was tried too
    often is given up, with all that belongs to the same notice: gives whether it was."""
    row = lock(session, WeChatDelivery, id_)
    if not hopeless and QUEUE.retry(row, error, None if wait is None else timedelta(seconds=wait)):
        return False
    QUEUE.bury(session, row, error)
    _end(row, "dropped", error)
    for one in _pieces(session, row.notice_id) if row.notice_id else []:
        _end(one, "dropped", error)
    return True


def _pieces(session: Session, notice_id: int) -> list[WeChatDelivery]:
    query = select(WeChatDelivery).where(
        WeChatDelivery.notice_id == notice_id, WeChatDelivery.state.in_(("waiting", "sent"))
    )
    return list(session.scalars(query.with_for_update()))


def _end(row: WeChatDelivery, state: str, error: str | None = None) -> None:
    row.state, row.content, row.error = state, None, error
    row.delivered_at = now() if state in ("done", "sent") else None


def reported(
    session: Session, visitor_id: str, platform_id: str | None, failure: str | None
) -> tuple[int | None, bool]:
    """Takes the platform's report on a notice; gives the id of the notice that has arrived.

    Subscription notices get no number when they are sent: the report is about the oldest that waits for one. The second
    value tells that none is known while one is being sent.
    """
    query = select(WeChatDelivery).where(WeChatDelivery.visitor_id == visitor_id, WeChatDelivery.state == "sent")
    query = query.where(WeChatDelivery.platform_id == platform_id) if platform_id else query
    row = session.scalars(query.order_by(WeChatDelivery.id).limit(1)).first()
    if row is None:
        person = session.get(WeChatPerson, visitor_id)
        return None, person is not None and SENDING.held(person)
    notice_id: int = row.notice_id
    for one in _pieces(session, notice_id):
        one.state, one.error = ("dropped", failure[:64]) if failure else ("done", None)
    return None if failure else notice_id, False


def forget(session: Session) -> None:
    """Gives up what has waited too long, and deletes what is finished and old."""
    moment = now()
    stale = WeChatDelivery.state.in_((*IN_LINE, "sent")), WeChatDelivery.created_at < moment - KEPT
    values = {"state": "dropped", "content": None, "error": "too old"}
    for query in (
        update(WeChatDelivery).where(*stale).values(**values),
        delete(WeChatDelivery).where(WeChatDelivery.created_at < moment - REMEMBERED),
    ):
        session.execute(query.execution_options(synchronize_session=False))
