"""Killed at any moment of a change of keys: nothing is lost, and a second run ends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import LargeBinary, func, select, type_coerce

from bot.hotline.media import files, keep, tidy
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import Settings
from bot.storage import Database
from bot.storage.rotation import is_newest
from bot.storage.tables import Utterance, WorkOrderRow
from tests.bot.hotline.workorders.factories import DRAFT, PHONE, changed, file
from tests.bot.storage.mortal_rotation import change
from tests.uploads import picture

LINES = [f"第{number}句" for number in range(5)]
MOST = 500
"""More moments than a change of these few rows has."""


async def test_killed_at_any_moment_nothing_is_lost_and_a_second_run_ends_it(
    store: Database, environment: Callable[..., Settings], tmp_path: Path
) -> None:
    environment(BOT_DATA_DIR=str(tmp_path), BOT_SECRET_KEY="key 0", BOT_IDENTITY_KEY="key 0")
    number, other = await file(store), await file(store, changed(DRAFT, key="k2", visitor_id="somebody"))
    upload = await keep(store, "me", "a.png", picture())
    content = files.read(upload)
    with store.transaction() as session:
        session.add_all(Utterance(visitor_id="v", speaker="visitor", content=line) for line in LINES)

    async def everything_is_there(asking: str) -> None:
        with store.transaction() as session:
            assert list(session.scalars(select(Utterance.content).order_by(Utterance.id))) == LINES
        for case in (number, other):
            found = await WorkOrders(store).find(case, asking, PHONE)
            assert found and (found.description, found.location) == (DRAFT.description, DRAFT.location)
        assert files.read(upload) == content

    killed, ended = 0, False
    # Each moment has a change of keys to itself, from those with which the last one ended.
    for moment in range(1, MOST):
        old, new = f"key {moment - 1}", f"key {moment}"
        keys = {"BOT_SECRET_KEY": new, "BOT_SECRET_KEY_PREVIOUS": old}
        environment(**keys)
        env = {**keys, "BOT_DATA_DIR": str(tmp_path), "BOT_IDENTITY_KEY": "key 0"}
        ended = change(env, store.url, moment)
        await everything_is_there(f"between {moment}")
        if ended:
            break
        killed += 1
        assert change(env, store.url)
        environment(BOT_SECRET_KEY_PREVIOUS="")
        await everything_is_there(f"after {moment}")
    assert ended and killed > 50
    tidy()
    assert [path.name for path in files.folder().iterdir()] == [upload], "a kill left half a file"
    with store.transaction() as session:
        tokens = session.scalars(select(type_coerce(WorkOrderRow.description, LargeBinary)))
        assert all(map(is_newest, tokens)) and session.scalar(select(func.count(WorkOrderRow.id))) == 2
