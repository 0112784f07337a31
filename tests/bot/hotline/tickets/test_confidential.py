"""The unit that is complained of never learns from us who complained; the centre still reads the whole."""

from __future__ import annotations

import pytest

from bot.hotline.requester import Requester
from bot.hotline.tickets.confidential import TO_CHECK, ConfidentialBackend
from bot.hotline.tickets.outbox import Outbox
from bot.hotline.workorders.orders import WorkOrders
from bot.language.extract.conceal import conceal
from bot.storage import Database
from tests.bot.hotline.tickets import PERSON, Clock, Recorder, file, row_of
from tests.bot.hotline.tickets.letters import all_done

STORY = "我叫王芳，电话13812345678，家住丽阳街8号3幢2单元501室，楼下烧烤店半夜很吵"
TRACES = ("王芳", "13812345678", "5678", "501", "3幢")


@pytest.fixture
def relay(store: Database, backend: Recorder, clock: Clock) -> Outbox:
    return Outbox(store, ConfidentialBackend(backend, conceal))


async def test_of_a_confidential_case_the_unit_gets_neither_name_nor_number_nor_traces(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    number = await file(store, description=STORY, location="丽阳街8号3幢2单元501室")
    await WorkOrders(store).supplement(number, "还是王芳，改打138-1234-5678，昨晚又吵", PERSON)
    await WorkOrders(store).urge(number)
    await all_done(relay)
    filed = backend.cases[0]
    assert (filed.name, filed.phone, filed.confidential) == (None, None, True)
    assert filed.description.endswith(f"楼下烧烤店半夜很吵{TO_CHECK}")
    assert filed.location == "丽阳街8号3幢***"
    told = repr(backend.cases) + repr(backend.events)
    assert "昨晚又吵" in told and [event.kind for event in backend.events] == ["supplemented", "urged"]
    assert not [trace for trace in TRACES if trace in told.replace(filed.location, "")]
    # The centre's record holds all of it.
    row = await row_of(store, number)
    assert (row.description, Requester.of(row)) == (STORY, Requester("王芳", "13812345678"))


async def test_who_does_not_mind_is_named_to_the_unit(store: Database, relay: Outbox, backend: Recorder) -> None:
    number = await file(store, description=STORY, confidential=False)
    await WorkOrders(store).supplement(number, "我是王芳，昨晚又吵", PERSON)
    await all_done(relay)
    case = backend.cases[0]
    assert (case.name, case.phone, case.description) == ("王芳", "13812345678", STORY)
    assert backend.events[0].data == {"text": "我是王芳，昨晚又吵"}
