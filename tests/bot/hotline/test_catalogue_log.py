"""Decisions about the dispatch catalogue: kept with who, when and why, in force at once, and put back when wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.clock import local_now
from bot.hotline.catalogue import Catalogue, catalogue, use
from bot.hotline.catalogue_log import CatalogueLog, UnknownClass
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database
from bot.storage.tables import CatalogueChange
from tests.bot.hotline.tickets import draft, row_of

WATER, HOMES = ("城乡建设", "供水"), ("城乡建设", "物业管理")
BY, WHY = "市信访局", "2026年第3次会商纪要"


@pytest.fixture(autouse=True)
def _the_first_edition_again() -> Iterator[None]:
    yield
    use(Catalogue())


@pytest.fixture
def log(store: Database) -> CatalogueLog:
    return CatalogueLog(store)


def unit(category: tuple[str, str], region: str | None) -> str:
    return catalogue().responsible_unit(list(category), region)


# Deciding -------------------------------------------------------------------------------------------------------------


def test_a_decision_about_a_class_is_in_force_at_once(log: CatalogueLog) -> None:
    version = log.decide(WATER, None, {"urgency": "expedited", "co_units": "丽水市水利局;丽水市建设局"}, BY, WHY)
    entry = catalogue().entry(list(WATER))
    assert entry is not None
    assert (entry.urgency, entry.co_units) == ("expedited", ("丽水市水利局", "丽水市建设局"))
    assert catalogue().version == version


def test_a_decision_about_one_region_leaves_the_others_as_they_are(log: CatalogueLog) -> None:
    before = {region: unit(WATER, region) for region in ("龙泉市", "青田县", None)}
    log.decide(WATER, "龙泉市", {"unit": " 龙泉市水务集团 "}, BY, WHY)
    assert unit(WATER, "龙泉市") == "龙泉市水务集团"
    assert {region: unit(WATER, region) for region in ("青田县", None)} == {
        region: before[region] for region in ("青田县", None)
    }


def test_an_empty_unit_takes_the_exception_of_a_region_back(log: CatalogueLog) -> None:
    assert unit(HOMES, "莲都区") == "莲都区建设局"
    log.decide(HOMES, "莲都区", {"unit": ""}, BY, WHY)
    assert unit(HOMES, "莲都区") == "莲都区住房和城乡建设局"


def test_the_version_grows_with_every_decision(log: CatalogueLog) -> None:
    versions = [log.decide(WATER, None, {"urgency": urgency}, BY, WHY) for urgency in ("expedited", "standard")]
    assert 0 < versions[0] < versions[1] == catalogue().version


def test_the_log_says_who_decided_what_when_and_why_the_newest_first(log: CatalogueLog) -> None:
    first = log.decide(WATER, None, {"urgency": "expedited"}, f" {BY} ", f" {WHY}\n")
    second = log.decide(HOMES, "莲都区", {"unit": "某某局"}, "市委编办", "职责调整")
    newer, older = log.decisions()
    assert (older.version, older.category, older.region) == (first, WATER, None)
    assert (older.values, older.decided_by, older.reason) == ({"urgency": "expedited"}, BY, WHY)
    assert (newer.version, newer.category, newer.region) == (second, HOMES, "莲都区")
    assert (newer.values, newer.decided_by, newer.reason) == ({"unit": "某某局"}, "市委编办", "职责调整")
    assert abs(local_now() - newer.at) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("category", "region", "values", "by", "why", "told"),
    [
        (WATER, None, {"urgency": "expedited"}, " ", WHY, "who decided it and why"),
        (WATER, None, {"urgency": "expedited"}, BY, "", "who decided it and why"),
        (WATER, None, {"urgency": "expedited"}, "局" * 65, WHY, "at most 64"),
        (WATER, None, {}, BY, WHY, "at least one value"),
        (WATER, "龙泉市", {}, BY, WHY, "at least one value"),
        (WATER, None, {"urgency": "sofort"}, BY, WHY, "urgency is"),
        (WATER, None, {"unit": "某某局"}, BY, WHY, "unknown column unit"),
        (WATER, None, {"unit_county": "{stadt}局"}, BY, WHY, "braces"),
        (WATER, "龙泉市", {"urgency": "expedited"}, BY, WHY, "only the unit"),
        (WATER, "龙泉市", {"unit": "某某局", "urgency": "expedited"}, BY, WHY, "only the unit"),
        (WATER, "龙泉市", {"unit": "局" * 65}, BY, WHY, "at most 64"),
        (WATER, "龙泉市", {"unit": "{county}局"}, BY, WHY, "braces"),
        (WATER, "杭州市", {"unit": "某某局"}, BY, WHY, "杭州市 is not a county"),
        (WATER, "", {"unit": "某某局"}, BY, WHY, "is not a county"),
        (("火星事务", "陨石"), None, {"urgency": "expedited"}, BY, WHY, "no class 火星事务/陨石"),
    ],
)
def test_a_bad_decision_is_refused_and_nothing_is_written(
    log: CatalogueLog,
    category: tuple[str, str],
    region: str | None,
    values: dict[str, str],
    by: str,
    why: str,
    told: str,
) -> None:
    with pytest.raises(ValueError, match=told):
        log.decide(category, region, values, by, why)
    assert log.decisions() == []
    assert catalogue().version == 0


async def test_an_order_notes_the_edition_that_it_was_filed_by(store: Database, log: CatalogueLog) -> None:
    async def filed() -> int | None:
        [order] = await WorkOrders(store).file([draft()])
        return (await row_of(store, order.number)).catalogue_version

    assert await filed() == 0
    version = await asyncio.to_thread(log.decide, WATER, None, {"urgency": "expedited"}, BY, WHY)
    assert await filed() == version


# Undoing --------------------------------------------------------------------------------------------------------------


def test_a_decision_about_a_class_is_put_back(log: CatalogueLog) -> None:
    before = catalogue().entry(["城乡建设", "违法建设"])
    decided = log.decide(
        ("城乡建设", "违法建设"), None, {"co_units": "", "urgency": "expedited", "special_period": "60d"}, BY, WHY
    )
    assert catalogue().entry(["城乡建设", "违法建设"]) != before
    undone = log.undo(decided, BY, "录错了")
    assert catalogue().entry(["城乡建设", "违法建设"]) == before
    assert (catalogue().version, log.decisions()[0].reason) == (undone, "录错了")
    assert len(log.decisions()) == 2


@pytest.mark.parametrize(("category", "region"), [(HOMES, "莲都区"), (HOMES, "龙泉市")])
def test_a_decision_about_a_region_is_put_back(log: CatalogueLog, category: tuple[str, str], region: str) -> None:
    """One of them has an exception in the files, the other not."""
    before = unit(category, region)
    decided = log.decide(category, region, {"unit": "某某局"}, BY, WHY)
    assert unit(category, region) == "某某局"
    log.undo(decided, BY, "录错了")
    assert unit(category, region) == before


def test_an_undoing_can_be_undone(log: CatalogueLog) -> None:
    for region, values in ((None, {"co_units": "丽水市水利局"}), ("龙泉市", {"unit": "某某局"})):
        before = catalogue().suggest(list(WATER), "龙泉市")
        decided = log.decide(WATER, region, values, BY, WHY)
        after = catalogue().suggest(list(WATER), "龙泉市")
        undone = log.undo(decided, BY, "录错了")
        assert catalogue().suggest(list(WATER), "龙泉市") == before != after
        log.undo(undone, BY, "没有录错")
        assert catalogue().suggest(list(WATER), "龙泉市") == after


def test_only_what_the_decision_changed_is_put_back(log: CatalogueLog) -> None:
    decided = log.decide(WATER, None, {"urgency": "expedited"}, BY, WHY)
    log.decide(WATER, None, {"needs_time": "required"}, BY, WHY)
    log.undo(decided, BY, "录错了")
    entry = catalogue().entry(list(WATER))
    assert entry is not None
    assert (entry.urgency, entry.needs_time) == (Catalogue().entries[WATER].urgency, "required")


def test_a_decision_that_there_is_not_cannot_be_undone(log: CatalogueLog) -> None:
    log.decide(WATER, None, {"urgency": "expedited"}, BY, WHY)
    with pytest.raises(UnknownClass, match="no decision 99"):
        log.undo(99, BY, "录错了")
    with pytest.raises(ValueError, match="who decided it"):
        log.undo(log.decisions()[0].version, "", "录错了")
    assert len(log.decisions()) == 1


# Several processes ----------------------------------------------------------------------------------------------------


def test_another_process_takes_a_decision_over(store: Database, log: CatalogueLog) -> None:
    decided = log.decide(WATER, "龙泉市", {"unit": "某某局"}, BY, WHY)
    use(Catalogue())  # as a process that was there before
    assert unit(WATER, "龙泉市") != "某某局"
    other = Database(store.url)
    assert CatalogueLog(other).refresh() == decided
    assert unit(WATER, "龙泉市") == "某某局"
    other.engine.dispose()


def test_what_another_process_undid_is_undone_here_too(store: Database, log: CatalogueLog) -> None:
    before = unit(WATER, "龙泉市")
    decided = log.decide(WATER, "龙泉市", {"unit": "某某局"}, BY, WHY)
    here = catalogue()
    other = Database(store.url)
    CatalogueLog(other).undo(decided, BY, "录错了")
    use(here)
    assert unit(WATER, "龙泉市") == "某某局"
    log.refresh()
    assert unit(WATER, "龙泉市") == before
    other.engine.dispose()


def test_a_refresh_without_a_decision_keeps_the_edition(log: CatalogueLog) -> None:
    log.decide(WATER, None, {"urgency": "expedited"}, BY, WHY)
    here = catalogue()
    assert log.refresh() == here.version
    assert catalogue() is here


def test_a_decision_that_is_seen_later_than_a_newer_one_is_taken_over_too(store: Database, log: CatalogueLog) -> None:
    """Of two at the same moment, the one that took its number first may be written last."""

    def write(version: int, unit_name: str, region: str) -> None:
        with store.transaction() as session:
            session.add(
                CatalogueChange(
                    id=version,
                    category1=WATER[0],
                    category2=WATER[1],
                    region=region,
                    values={"unit": unit_name},
                    decided_by=BY,
                    reason=WHY,
                )
            )

    write(5, "甲局", "龙泉市")
    assert log.refresh() == 5
    write(4, "乙局", "青田县")
    assert log.refresh() == 5
    assert (unit(WATER, "龙泉市"), unit(WATER, "青田县")) == ("甲局", "乙局")
