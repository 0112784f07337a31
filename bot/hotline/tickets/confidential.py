"""Keeps the requester from the unit (为诉求人保密), Article 34: what a backend gets of a confidential case.

Units read what the ticket backend holds. So it gets neither name nor telephone, and the texts without traces of them,
marked to be checked by a person before they go on. The centre reads the whole here: `bot orders show`, or Open311 with
the scope ``personal``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.hotline.tickets.seam import Case, CaseEvent, Report, TicketBackend

Conceal = Callable[[str, str | None, str | None], str]
"""Takes the traces of somebody with this name and telephone out of a text."""
TO_CHECK = "（诉求人要求保密，转派前请人工核对）"
"""Stands behind the text of a confidential case, also at servers that know no attributes."""
WORDS = ("text", "reason")
"""What people write in the data of an event."""


class ConfidentialBackend:
    """A backend that gets no more of a confidential case than its unit may know."""

    def __init__(self, backend: TicketBackend, conceal: Conceal) -> None:
        self.name = backend.name
        self._backend, self._conceal = backend, conceal

    async def file(self, case: Case, key: str, again: bool) -> str:
        return await self._backend.file(await asyncio.to_thread(self._hidden, case), key, again)

    async def tell(self, case: Case, event: CaseEvent, key: str, again: bool) -> None:
        if case.confidential:
            event = replace(event, data=await asyncio.to_thread(self._hidden_data, case, event))
        await self._backend.tell(await asyncio.to_thread(self._hidden, case), event, key, again)

    async def reports(self, cases: Sequence[Case]) -> list[Report]:
        return await self._backend.reports(cases)

    async def close(self) -> None:
        await self._backend.close()

    def _hidden(self, case: Case) -> Case:
        if not case.confidential:
            return case
        return replace(
            case,
            name=None,
            phone=None,
            description=f"{self._shown(case, case.description)}{TO_CHECK}",
            location=self._shown(case, case.location) if case.location else None,
            occurred_at=self._shown(case, case.occurred_at) if case.occurred_at else None,
        )

    def _hidden_data(self, case: Case, event: CaseEvent) -> dict[str, object]:
        words = {name: event.data[name] for name in WORDS if isinstance(event.data.get(name), str)}
        return event.data | {name: self._shown(case, text) for name, text in words.items()}

    def _shown(self, case: Case, text: str) -> str:
        return self._conceal(text, case.name, case.phone)
