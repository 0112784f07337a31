"""Every case reaches the ticket backend once, whole and in order."""

from __future__ import annotations

from bot.hotline.tickets.outbox import Outbox
from bot.hotline.tickets.seam import Attachment, Unavailable
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import Media
from tests.bot.hotline.tickets import PERSON, Call, Clock, Recorder, file, row_of
from tests.bot.hotline.tickets.letters import all_done, letter


async def test_a_case_is_delivered_once(store: Database, relay: Outbox, backend: Recorder) -> None:
    number = await file(store)
    assert await relay.deliver_due() == 1
    assert await relay.deliver_due() == 0
    assert backend.calls == [Call("file", number, number, again=False)]
    assert await relay.letters() == []
    assert (await letter(relay, "delivered")).number == number


async def test_the_number_that_the_backend_gave_is_kept_and_told_with_what_follows(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    number = await file(store)
    await WorkOrders(store).urge(number)
    await all_done(relay)
    assert (await row_of(store, number)).external_id == f"EXT-{number}"
    assert [case.external_id for case in backend.cases] == [None, f"EXT-{number}"]


async def test_the_backend_gets_everything_that_the_case_holds(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    known = {
        "category": ["城乡建设", "违法建设"],
        "unit": "莲都区综合行政执法局",
        "region": "莲都区",
        "location": "丽阳街",
    }
    sure = {"confidence": 0.82, "runner_up": ["城乡建设", "物业管理"], "occurred_at": "昨天", "urgency": "expedited"}
    await store.run(
        lambda session: session.add(
            Media(id="m1", visitor_id=PERSON, name="现场.png", content_type="image/png", size=1)
        )
    )
    number = await file(store, **known, **sure, immediate=True, confidential=False)
    await relay.deliver_due()
    [case] = backend.cases
    assert {name: getattr(case, name) for name in known | sure} == known | sure
    assert (case.number, case.name, case.phone) == (number, "王芳", "13812345678")
    assert (case.immediate, case.confidential, case.status, case.cluster) == (True, False, "registered", number)
    assert case.service_code == "0102"
    assert case.co_units == ["丽水市自然资源和规划局", "丽水市建设局"]
    assert case.due_date == (await row_of(store, number)).due_date
    assert case.attachments == [Attachment("m1", "现场.png", "image/png")]


# In order -------------------------------------------------------------------------------------------------------------


async def test_what_belongs_to_one_case_is_delivered_in_order_while_other_cases_go_on(
    store: Database, relay: Outbox, backend: Recorder, clock: Clock
) -> None:
    slow, quick = await file(store), await file(store)
    for number in (slow, quick):
        await WorkOrders(store).supplement(number, "还有", PERSON)
        await WorkOrders(store).urge(number)

    async def fail(call: Call) -> None:
        if call.number == slow:
            raise Unavailable("away")

    backend.before = fail
    await all_done(relay)
    assert backend.told == [("file", slow), ("file", quick), ("supplemented", quick), ("urged", quick)]
    backend.before = None
    backend.calls.clear()
    clock.move(minutes=1)
    await all_done(relay)
    assert backend.told == [("file", slow), ("supplemented", slow), ("urged", slow)]


async def test_one_round_delivers_nothing_of_a_case_beside_what_comes_before_it(
    store: Database, relay: Outbox, backend: Recorder
) -> None:
    numbers = [await file(store) for _ in range(2)]
    for number in numbers:
        await WorkOrders(store).urge(number)
    assert await relay.deliver_due() == 2
    assert {call.what for call in backend.calls} == {"file"}
    assert await relay.deliver_due() == 2
    assert [call.what for call in backend.calls[2:]] == ["urged", "urged"]
