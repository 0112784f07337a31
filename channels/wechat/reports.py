"""What the platform reports of notices (通知回执): that one has arrived, and who wants none."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt, wait_fixed

from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.queue import lock
from bot.storage.tables_wechat import WeChatPerson
from channels.wechat import deliveries
from channels.wechat.kept import Kept
from channels.wechat.messages import Received
from channels.wechat.render import Said

LOOKS, LOOK = 20, 0.2
"""How often, and after how many seconds each, a notice is looked for that is being sent."""
_INSIDE = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}


class Reports:
    """Takes the reports for one account. ``template`` is the one that its notices use."""

    def __init__(self, store: Database, template: str | None) -> None:
        self._store, self._template = store, template
        self._orders = WorkOrders(store)

    async def template_sent(self, message: Received, kept: Kept) -> Said:
        """``TEMPLATESENDJOBFINISH``: ``success``, ``failed:user block``, ``failed: system failed``."""
        status = message.text("Status")
        await self._arrived(kept, message.text("MsgID"), None if status == "success" else status or "failed")
        return Said()

    async def notice_sent(self, message: Received, kept: Kept) -> Said:
        """``subscribe_msg_sent_event``: an error code for each template."""
        for row in rows(message):
            await self._arrived(kept, None, None if row.get("ErrorCode") == "0" else f"report {row.get('ErrorCode')}")
        return Said()

    async def subscribed(self, message: Received, kept: Kept) -> Said:
        """``subscribe_msg_popup_event`` and ``…_change_event``: whether the person wants our notices."""
        answers = [row.get("SubscribeStatusString") for row in rows(message) if row.get("TemplateId") == self._template]

        def note(session: Session) -> None:
            person = lock(session, WeChatPerson, kept.visitor_id)
            person.notices_refused = answers[-1] != "accept"
            deliveries.release(session, kept.visitor_id)

        if answers:
            await self._store.run(note)
        return Said()

    async def _arrived(self, kept: Kept, platform_id: str | None, failure: str | None) -> None:
        # The report may be quicker than our own note of what it is about.
        looks = AsyncRetrying(
            retry=retry_if_result(lambda found: found[1]),
            stop=stop_after_attempt(LOOKS),
            wait=wait_fixed(LOOK),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else (None, False),
        )
        found: tuple[int | None, bool] = await looks(
            self._store.run, lambda session: deliveries.reported(session, kept.visitor_id, platform_id, failure)
        )
        if found[0] is not None:
            await self._orders.told(found[0])


def rows(message: Received) -> list[dict[str, Any]]:
    """One row for each template. In XML a single one is a dictionary, several are a list."""
    inside = message.values.get(_INSIDE.get(message.event, ""))
    found = inside.get("List") if isinstance(inside, dict) else None
    return [row for row in (found if isinstance(found, list) else [found]) if isinstance(row, dict)]
