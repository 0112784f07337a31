"""The files are the first edition: brought in once, followed while nobody else has written, never against an editor."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bot.storage import Database
from kb.search.published import load_published
from kb.search.store import load_articles
from kb.upkeep import review
from kb.upkeep.seed import SEED, Seeded, seed
from tests.kb.conftest import article
from tests.kb.writing import HOTLINE, REVIEWER, WRITER, row_of, version_of, write


def shown(store: Database) -> dict[str, str]:
    return {found.id: found.title for found in load_published(store).articles}


def test_the_articles_of_the_city_are_brought_in_once(store: Database) -> None:
    articles = load_articles()
    assert seed(store) == Seeded(new=len(articles))
    found = load_published(store)
    ended = {one.id for one in articles if one.valid_to and one.valid_to < found.day}
    assert {one.id: one for one in found.articles} == {one.id: one for one in articles if one.id not in ended}
    assert seed(store) == Seeded()
    assert load_published(store).revision == found.revision
    assert version_of(store, articles[0].id, 1).author == SEED.name


def test_a_change_in_the_files_is_a_new_version(store: Database) -> None:
    seed(store, [article(id="lamp"), article(id="other")])
    assert seed(store, [article(id="lamp", title="文件里的新标题"), article(id="other")]) == Seeded(changed=1)
    assert shown(store)["lamp"] == "文件里的新标题"
    assert row_of(store).newest == 2


def test_what_an_editor_has_written_stays(store: Database) -> None:
    seed(store, [article(id="lamp")])
    write(store, values={"title": "编辑写的新标题"})
    assert seed(store, [article(id="lamp", title="文件里的新标题")]) == Seeded(edited=1)
    with store.transaction() as session:
        review.publish(session, REVIEWER, "lamp", 2)
    assert seed(store, [article(id="lamp", title="文件里的新标题")]) == Seeded(edited=1)
    assert shown(store) == {"lamp": "编辑写的新标题"}


def test_what_an_editor_has_withdrawn_stays_away(store: Database) -> None:
    seed(store, [article(id="lamp")])
    with store.transaction() as session:
        review.withdraw(session, HOTLINE, "lamp", "政策废止")
    assert seed(store, [article(id="lamp", title="文件里的新标题")]) == Seeded(edited=1)
    assert shown(store) == {}


def test_what_is_taken_out_of_the_files_goes_and_may_come_back(store: Database) -> None:
    seed(store, [article(id="lamp"), article(id="other")])
    write(store, "own", editor=WRITER)
    assert seed(store, [article(id="other")]) == Seeded(gone=1)
    assert shown(store) == {"other": "路灯坏了找谁修？"} and row_of(store, "own").state == "in_review"
    assert seed(store, [article(id="other")]) == Seeded()
    assert seed(store, [article(id="lamp"), article(id="other")]) == Seeded(changed=1)
    assert set(shown(store)) == {"lamp", "other"}


def test_an_article_that_the_unit_wrote_before_is_the_units(store: Database) -> None:
    write(store, "lamp")
    assert seed(store, [article(id="lamp")]) == Seeded(edited=1)


def test_processes_that_start_at_once_bring_them_in_once(store: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: seed(store, [article(id="lamp"), article(id="other")]), range(3)))
    assert sorted(one.new for one in done) == [0, 0, 2]
    assert row_of(store).newest == 1
