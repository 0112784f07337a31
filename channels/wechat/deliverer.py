"""Sends what waits (下发): answers that came late, agents' messages, notices. One after the other for each person."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.dialogue.wording import say
from bot.hotline.workorders.orders import WorkOrders
from bot.hotline.workorders.record import row_of
from bot.storage import Database
from bot.storage.queue import lock, work_off
from bot.storage.tables_wechat import WeChatAccount, WeChatPerson
from channels.wechat import deliveries, notices
from channels.wechat.answers import PageLink
from channels.wechat.client import WeChatApi, WeChatError
from channels.wechat.deliveries import Item
from channels.wechat.kept import Inbox
from channels.wechat.people import exhaust, give_back
from channels.wechat.render import Piece, link
from channels.wechat.settings import WeChatSettings

log = logging.getLogger(__name__)

IDLE = 1.0
"""Seconds between two looks when nothing wakes the deliverer."""
AT_ONCE = 8
"""People who are sent to at the same time."""
ROUND = 3600
"""Looks from one clearing away of what is old to the next: about an hour."""
MINUTE, HOUR = 60.0, 3600.0
_NOT_FOLLOWING = (43004,)
_WINDOW_CLOSED = (45015, 45047)
_SENT_BEFORE = (45065,)
_NO_MENUS = (48001, 40200)
_NO_NOTICES = (43101,)
_WAITS = {45009: HOUR, 45011: MINUTE}
_HOPELESS = (40003, 40037, 40200, 44004, 45002, 45067, 47001, 47003, 48001)


class Deliverer:
    """The deliverer of one account."""

    def __init__(
        self, store: Database, api: WeChatApi | None, settings: WeChatSettings, inbox: Inbox, page: PageLink
    ) -> None:
        self._store, self._api, self._settings, self._inbox, self._page = store, api, settings, inbox, page
        self._orders = WorkOrders(store)
        self._woken = asyncio.Event()
        self._menus_refused = False
        self._looks = 0

    def menus(self) -> bool:
        """Whether buttons go as menu messages now."""
        return self._api is not None and self._settings.msgmenu and not self._menus_refused

    def wake(self) -> None:
        """Something was added."""
        self._woken.set()

    async def run(self) -> None:
        """Delivers until it is cancelled."""
        await work_off(self._look, self._idle, "WeChat: deliveries could not be read")

    async def _look(self) -> int:
        self._woken.clear()
        looks, self._looks = self._looks, self._looks + 1
        if looks % ROUND == 0:
            await self._tidy()
        return await self.deliver_due()

    async def _idle(self) -> None:
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`, which in Python 3.11 can swallow the cancelling, and the service would never stop.
            async with asyncio.timeout(IDLE):
                await self._woken.wait()

    async def recall(self) -> None:
        """Reads what was learnt of the account before; call it before the first message is taken."""

        def look(session: Session) -> bool:
            account = session.get(WeChatAccount, self._settings.app_id)
            return bool(account and account.menus_refused)

        self._menus_refused = await self._store.run(look)

    async def _tidy(self) -> None:
        await self._inbox.forget()
        await self._store.run(deliveries.forget)
        await self.recall()

    async def deliver_due(self) -> int:
        """Sends what is due to a few people; gives how many people."""
        try:
            await self._store.run(lambda session: notices.gather(session, self.menus()))
        except IntegrityError:
            log.debug("WeChat: another process was quicker with the same notices")
        if self._api is None:
            return 0
        people = await self._store.run(lambda session: deliveries.claim_people(session, AT_ONCE))
        await asyncio.gather(*(self._serve(visitor_id, self._api) for visitor_id in people))
        return len(people)

    async def _serve(self, visitor_id: str, api: WeChatApi) -> None:
        means = self._settings.notice_template is not None
        try:
            while item := await self._store.run(lambda s: deliveries.take_next(s, visitor_id, means)):
                try:
                    if item.means == "service":
                        await self._send(api, item)
                    else:
                        await self._send_notice(api, item)
                except WeChatError as error:
                    await self._refused(visitor_id, item, error.code)
        finally:
            await self._store.run(lambda session: deliveries.free(session, visitor_id))

    # Sending ----------------------------------------------------------------------------------------------------------

    async def _send(self, api: WeChatApi, item: Item) -> None:
        piece = item.piece if self.menus() else item.piece.in_numbers()
        await api.send(item.openid, self._with_link(piece, item), item.key[-64:])
        await self._arrived(item)

    async def _arrived(self, item: Item) -> None:
        await self._store.run(lambda session: deliveries.done(session, item.id))
        if item.notice_id is not None and item.last:
            await self._orders.told(item.notice_id)

    def _with_link(self, piece: Piece, item: Item) -> Piece:
        """The last text of a notice about an order leads to the order's page."""
        url = self._page(item.order_number) if item.order_number and item.with_link else None
        if url is None:
            return piece
        page = link(say("button.see_progress"), url)
        return Piece(f"{piece.text}\n{page}".strip(), piece.options)

    async def _send_notice(self, api: WeChatApi, item: Item) -> None:
        number, template = item.order_number or "", self._settings.notice_template or ""
        fields = self._settings.fields
        data = await self._store.run(lambda session: _data(session, number, fields))
        url = self._page(number) or ""
        platform_id = None
        if self._settings.notice_means == "template":
            platform_id = await api.send_template(item.openid, template, data, url, f"notice-{item.notice_id}")
        else:
            await api.send_subscription(item.openid, template, data, url)
        await self._store.run(lambda session: deliveries.sent_as_notice(session, item.notice_id or 0, platform_id))

    # What the platform refuses ----------------------------------------------------------------------------------------

    async def _refused(self, visitor_id: str, item: Item, code: int) -> None:
        """Does what the code asks for (返回码)."""
        if code in _SENT_BEFORE:
            await self._arrived(item)
            return
        if item.piece.options and item.means == "service" and code in _NO_MENUS:
            await self._note_no_menus(item, visitor_id)
            return
        gone = await self._store.run(lambda session: _after(session, visitor_id, item, code))
        if gone:
            log.warning("WeChat: a %s was given up with code %s", "notice" if item.notice_id else "text", code)
        else:
            log.info("WeChat: a text was not sent, code %s", code)

    async def _note_no_menus(self, item: Item, visitor_id: str) -> None:
        """The account may send no menu messages: from now on its buttons are numbers, in every process."""
        self._menus_refused = True
        app_id = self._settings.app_id
        log.warning("WeChat: this account may not send menu messages; buttons go as numbers")

        def note(session: Session) -> None:
            lock(session, WeChatAccount, app_id).menus_refused = True
            _give_back(session, visitor_id, item)

        await self._store.run(note)


def _data(session: Session, number: str, fields: dict[str, str]) -> dict[str, str]:
    row = row_of(session, number)
    if row is None:
        raise WeChatError(47003)
    return notices.template_data(row, fields)


def _after(session: Session, visitor_id: str, item: Item, code: int) -> bool:
    """What follows from a refusal, in an open transaction; gives whether the text was given up."""
    person = lock(session, WeChatPerson, visitor_id)
    if code in _NOT_FOLLOWING:
        # Nothing is sent any more; what waits comes when the person follows again.
        person.following = False
        return False
    if code in _WINDOW_CLOSED and item.means == "service":
        # Taken up again at once: a notice goes by its other way, the rest waits for the person to write.
        exhaust(person)
        return False
    if code in _NO_NOTICES:
        person.notices_refused = True
        return False
    _give_back(session, visitor_id, item)
    return deliveries.failed(session, item.id, str(code), code in _HOPELESS, _WAITS.get(code))


def _give_back(session: Session, visitor_id: str, item: Item) -> None:
    if item.which:
        give_back(lock(session, WeChatPerson, visitor_id), item.which)
