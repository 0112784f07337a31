"""Articles are written in versions; nobody overwrites what he has not seen, and units keep to their own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.clock import local_now
from bot.storage import Database
from kb.upkeep.editing import Editor, content_of, digest, normal, save
from kb.upkeep.problems import Conflict, Invalid, NotAllowed
from tests.kb.conftest import article
from tests.kb.writing import (  # fmt: skip
    HOTLINE,
    OTHER_UNIT,
    REVIEWER,
    STRANGER,
    UNIT,
    WRITER,
    approve,
    fields,
    row_of,
    version_of,
    write,
)


def faults_of(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {fault.field: fault.message for fault in error.value.faults}


# Saving ---------------------------------------------------------------------------------------------------------------


def test_a_new_article_waits_for_review(store: Database) -> None:
    done = write(store)
    assert (done.article_id, done.external_id, done.owner) == ("lamp", "lamp", UNIT)
    assert (done.number, done.state, done.published, done.changed) == (1, "in_review", None, True)
    row = row_of(store)
    assert (row.title, row.category) == ("路灯坏了找谁修？", "城乡建设/市政设施")
    assert version_of(store, "lamp", 1).author == WRITER.name


def test_the_same_content_again_is_no_new_version(store: Database) -> None:
    write(store)
    again = write(store, values={"title": "  路灯坏了找谁修？\n", "steps": ["", " "], "english": ""})
    assert (again.number, again.changed) == (1, False)


def test_another_content_is_the_next_version_and_the_old_one_stays(store: Database) -> None:
    write(store)
    done = write(store, values={"title": "路灯坏了打什么电话？"}, note="改了标题")
    assert (done.number, done.changed) == (2, True)
    assert version_of(store, "lamp", 1).content["title"] == "路灯坏了找谁修？"
    assert (version_of(store, "lamp", 1).state, version_of(store, "lamp", 2).note) == ("draft", "改了标题")


def test_what_citizens_see_stays_until_the_next_version_is_published(store: Database) -> None:
    write(store)
    approve(store)
    done = write(store, values={"title": "路灯坏了打什么电话？"})
    assert (done.number, done.published, done.state) == (2, 1, "in_review")


def test_a_draft_may_be_unfinished_and_its_faults_are_told(store: Database) -> None:
    with store.transaction() as session:
        done = save(session, WRITER, "later", {"title": "写到一半的标题"}, draft=True)
    assert done.state == "draft"
    assert {"phrasings", "answer", "category"} <= {fault.field for fault in done.faults}
    finished = write(store, "later")
    assert (finished.number, finished.state) == (2, "in_review")


def test_a_finished_draft_is_handed_in_by_saving_it(store: Database) -> None:
    assert write(store, draft=True).state == "draft"
    done = write(store)
    assert (done.number, done.state, done.changed) == (1, "in_review", True)


@pytest.mark.parametrize("values", [{"colour": "red"}, {"title": ["a"]}, {"phrasings": "one"}, {"source": "《办法》"}])
def test_not_even_a_draft_has_fields_of_another_shape(store: Database, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as error:
        write(store, values=values, draft=True)
    assert set(faults_of(error)) == set(values)
    assert row_of(store) is None


def test_every_fault_is_told_at_once_and_nothing_is_kept(store: Database) -> None:
    with pytest.raises(Invalid) as error:
        write(store, values={"title": "灯", "answer": "长" * 161, "category": ["环境保护", "噪音污染"]})
    faults = faults_of(error)
    assert "至少 4 个字" in faults["title"] and "最多 160 个字，现在 161 个" in faults["answer"]
    assert "是不是“环境保护/噪声污染”" in faults["category"]
    assert row_of(store) is None


@pytest.mark.parametrize("name", ["", "  ", "a/b", "x" * 65])
def test_a_name_that_cannot_stand_in_an_address_is_refused(store: Database, name: str) -> None:
    with pytest.raises(Invalid) as error:
        write(store, name)
    assert "id" in faults_of(error)


def test_a_review_in_the_future_is_refused(store: Database) -> None:
    year = local_now().year + 1
    with pytest.raises(Invalid, match="还没有到"):
        write(store, values={"reviewed_on": f"{year}-12-31"})


def test_an_article_of_a_book_is_refused(store: Database) -> None:
    with pytest.raises(Invalid, match="内容太多"):
        write(store, values={"answer": "长" * 40_000}, draft=True)


# Names and owners -----------------------------------------------------------------------------------------------------


def test_any_name_will_do_and_gives_a_lasting_id(store: Database) -> None:
    first = write(store, "路灯 001 号")
    assert first.article_id.startswith("a-") and first.external_id == "路灯 001 号"
    assert write(store, " 路灯 001 号 ").changed is False


def test_two_units_may_use_the_same_name(store: Database) -> None:
    mine = write(store)
    theirs = write(store, editor=STRANGER, values={"unit": OTHER_UNIT})
    assert mine.article_id == "lamp" != theirs.article_id and theirs.article_id.startswith("lamp-")
    assert theirs.external_id == "lamp" and theirs.owner == OTHER_UNIT


def test_a_unit_that_leaves_itself_out_is_put_in(store: Database) -> None:
    values = fields()
    del values["unit"]
    with store.transaction() as session:
        assert save(session, WRITER, "lamp", values).owner == UNIT


def test_a_unit_writes_only_its_own(store: Database) -> None:
    write(store)
    with pytest.raises(Invalid, match=f"只能写“{OTHER_UNIT}”"):
        write(store, editor=STRANGER)
    assert row_of(store).newest == 1


def test_the_hotline_writes_for_all_and_may_pass_an_article_on(store: Database) -> None:
    write(store, editor=HOTLINE)
    done = write(store, editor=HOTLINE, values={"unit": OTHER_UNIT})
    assert (done.owner, done.number) == (OTHER_UNIT, 2)
    with pytest.raises(Invalid, match="写明由哪个单位负责"):
        write(store, "another", editor=HOTLINE, values={"unit": None}, draft=True)


def test_an_article_is_not_passed_on_to_a_unit_that_has_one_of_that_name(store: Database) -> None:
    write(store)
    write(store, editor=STRANGER, values={"unit": OTHER_UNIT})
    with pytest.raises(Invalid, match=f"“{OTHER_UNIT}”已经有编号为“lamp”的条目"):
        write(store, editor=HOTLINE, values={"unit": OTHER_UNIT})
    assert row_of(store).owner == UNIT


def test_a_key_needs_the_scope(store: Database) -> None:
    with pytest.raises(NotAllowed, match="编写"):
        write(store, editor=REVIEWER)


# Two at once ----------------------------------------------------------------------------------------------------------


def test_of_two_editors_the_second_is_shown_what_the_first_has_written(store: Database) -> None:
    write(store)
    write(store, values={"title": "第一个人改的标题"}, based_on=1)
    with pytest.raises(Conflict) as error:
        write(store, values={"title": "第二个人改的标题"}, based_on=1)
    assert (error.value.number, error.value.content["title"]) == (2, "第一个人改的标题")
    assert "两边的不同" in error.value.message
    assert row_of(store).newest == 2


def test_who_creates_finds_out_that_it_is_there(store: Database) -> None:
    assert write(store, based_on=0).number == 1
    with pytest.raises(Conflict):
        write(store, based_on=0)
    with pytest.raises(Conflict) as error:
        write(store, "unknown", based_on=3)
    assert (error.value.number, error.value.message) == (0, "还没有这个条目，请作为新条目保存。")


def test_many_at_the_same_moment_make_one_version_each_or_are_told(store: Database) -> None:
    write(store)
    start = threading.Barrier(6)

    def edit(n: int) -> bool:
        start.wait()
        try:
            write(store, values={"title": f"同时改的标题第{n}个"}, based_on=1)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(edit, range(6))) == 1
    assert row_of(store).newest == 2


def test_many_create_the_same_article_at_the_same_moment(store: Database) -> None:
    start = threading.Barrier(6)

    def create(n: int) -> int:
        start.wait()
        return write(store, values={"title": f"同时建的标题第{n % 2}个"}).number

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(create, range(6)))
    assert row_of(store).newest == max(numbers) <= 6
    assert {version_of(store, "lamp", n).content["title"] for n in range(1, max(numbers) + 1)} == {
        "同时建的标题第0个",
        "同时建的标题第1个",
    }


# Content --------------------------------------------------------------------------------------------------------------


def test_content_is_the_same_however_it_is_written() -> None:
    one = article(valid_from="2026-01-02", steps=["先拍照"], source={"title": "《办法》 ", "url": ""})
    other = article(valid_from="2026年1月2日", steps=["", " 先拍照"], source={"title": "《办法》"})
    assert content_of(one) == content_of(other) == normal(content_of(one))
    assert digest(content_of(one)) == digest(content_of(other))
    assert article(**{**content_of(one), "id": "lamp-repair"}) == one


def test_an_editor_reaches_its_unit_or_all() -> None:
    assert WRITER.reaches(UNIT) and not WRITER.reaches(OTHER_UNIT)
    assert HOTLINE.reaches(OTHER_UNIT)
    assert Editor("x", None, frozenset()).reaches(UNIT)
