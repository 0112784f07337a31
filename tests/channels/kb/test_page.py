"""The editors' page in a real browser, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from bot.storage.tables import Observation
from bot.storage.tables_knowledge import ArticleRow
from kb.search.published import today
from kb.upkeep import exchange
from tests.channels.kb.conftest import Server
from tests.kb.writing import fields

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1400, height=860)
expect.set_options(timeout=30_000)
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=request.param, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def enter(context: BrowserContext, small: Server) -> Iterator[Open]:
    """Opens the page in a tab of its own, with a key."""
    faults: list[str] = []
    pages: list[Page] = []

    def open_page(key: str = "k-write", view: str = "articles") -> Page:
        page = context.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{small.url}/desk/kb#/{view}")
        page.get_by_label("密钥", exact=True).fill(key)
        page.keyboard.press("Enter")
        return page

    yield open_page
    assert not faults
    for page in pages:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out sideways"


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1, name=words, exact=True)).to_be_visible()


def fill(page: Page, **values: str) -> None:
    for label, text in values.items():
        page.get_by_label(label, exact=True).fill(text)


def open_article(page: Page, small: Server, name: str) -> None:
    page.goto(f"{small.url}/desk/kb#/article/{name}?unit={fields()['unit']}")


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


# The key --------------------------------------------------------------------------------------------------------------


def test_the_key_is_entered_once_in_a_tab(enter: Open) -> None:
    page = enter("wrong")
    expect(page.get_by_role("alert")).to_have_text("这个密钥不对，请核对后再试。")
    fill(page, 密钥="k-write")
    page.get_by_role("button", name="进入").click()
    heading(page, "条目")
    page.reload()
    heading(page, "条目")
    assert page.evaluate("Object.keys(localStorage).length + document.cookie.length") == 0
    page.get_by_role("button", name="退出").click()
    page.get_by_role("dialog").get_by_role("button", name="退出").click()
    heading(page, "请输入密钥")
    page.reload()
    heading(page, "请输入密钥")


# Writing --------------------------------------------------------------------------------------------------------------


def test_an_article_is_written_reviewed_published_and_found(
    enter: Open, small: Server, context: BrowserContext
) -> None:
    name = f"written-{id(context)}"
    page = enter(view="new")
    heading(page, "写新条目")
    fill(page, 编号=name, 标题="短", 回答="太短")
    expect(page.get_by_text("太短了：至少 4 个字，现在 1 个。")).to_be_visible()
    expect(page.get_by_text("还没有填。")).to_have_count(0)
    preview = page.get_by_role("region", name="预览")
    expect(preview).to_contain_text("太短")
    page.get_by_role("button", name="保存并提交审核").click()
    told(page, "没有保存")
    expect(page.get_by_label("标题", exact=True)).to_be_focused()
    expect(page.get_by_text("还没有填。").first).to_be_visible()

    title = f"{name}窨井盖坏了找谁修"
    fill(
        page,
        标题=title,
        问法="井盖没了\n井盖响\n窨井盖破了\n井盖翘起来",
        回答="城区的窨井盖由综合行政执法部门维修，请说清在哪条路。",
    )
    fill(page, 步骤="拍照\n打电话", 来源="《丽水市市政设施管理办法》", 适用范围="丽水市")
    page.get_by_label("分类", exact=True).select_option("城乡建设/市政设施")
    expect(preview).to_contain_text("1. 拍照")
    expect(page.get_by_text("还没有填。")).to_have_count(0)
    page.keyboard.press("Control+s")
    told(page, "已保存第 1 版，还是草稿")
    heading(page, title)
    page.get_by_role("button", name="保存并提交审核").click()
    expect(page.locator(".head .badge")).to_have_text("待审核")
    expect(page.get_by_role("button", name="发布")).to_have_count(0)

    reviewer = enter("k-review", "review")
    reviewer.get_by_role("link", name=title).click()
    expect(reviewer.get_by_label("标题", exact=True)).to_be_disabled()
    reviewer.get_by_role("button", name="退回").click()
    reviewer.get_by_label("要改什么").fill("写上电话")
    reviewer.get_by_role("dialog").get_by_role("button", name="退回").click()
    expect(reviewer.locator(".head .badge")).to_have_text("草稿")

    page.reload()
    expect(page.get_by_text("退回：写上电话")).to_be_visible()
    fill(page, 去哪办="拨打 12345", 修改说明="加了电话")
    page.get_by_role("button", name="保存并提交审核").click()
    told(page, "已保存第 2 版，等待审核")
    reviewer.reload()
    reviewer.get_by_role("button", name="发布").click()
    expect(reviewer.locator(".head .badge")).to_have_text("已发布")
    small.until_found(title, small.get(f"/articles/{name}")["id"])
    fill(reviewer, 问题=title)
    reviewer.get_by_role("button", name="试一试").click()
    expect(reviewer.get_by_text("这个条目排在第 1 位。")).to_be_visible()
    expect(reviewer.get_by_text(f"最近的问法：{title}")).to_be_visible()


def test_what_is_not_saved_is_not_left_by_accident(enter: Open, small: Server) -> None:
    small.put("careful")
    page = enter()
    open_article(page, small, "careful")
    heading(page, fields()["title"])
    fill(page, 标题="改到一半的标题")
    page.get_by_role("link", name="到期提醒").click()
    page.get_by_role("button", name="继续编辑").click()
    expect(page.get_by_label("标题", exact=True)).to_have_value("改到一半的标题")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("setTimeout(() => location.reload())")
    page.wait_for_event("dialog")
    page.get_by_role("link", name="到期提醒").click()
    page.get_by_role("button", name="不保存，离开").click()
    heading(page, "到期提醒")
    assert small.get("/articles/careful")["title"] == fields()["title"] and asked == ["beforeunload"]


def test_of_two_editors_the_second_sees_both_and_loses_nothing(enter: Open, small: Server) -> None:
    number = small.put("shared", title="两个人都要改的标题")["newest"]
    page = enter()
    open_article(page, small, "shared")
    heading(page, "两个人都要改的标题")
    small.put("shared", title="第一个人先改了标题")
    fill(page, 标题="第二个人也改了标题")
    page.get_by_role("button", name="存草稿").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("别人刚刚改过")
    expect(dialog.locator("del").first).to_be_visible()
    dialog.get_by_role("button", name="先不保存").click()
    expect(page.get_by_label("标题", exact=True)).to_have_value("第二个人也改了标题")
    page.get_by_role("button", name="存草稿").click()
    page.get_by_role("dialog").get_by_role("button", name="保存我的").click()
    told(page, f"已保存第 {number + 2} 版")
    assert small.get("/articles/shared")["title"] == "第二个人也改了标题"


def test_an_older_version_is_compared_and_brought_back(enter: Open, small: Server) -> None:
    small.put("older", title="原来的标题是这样")
    newest = small.put("older", title="后来的标题是那样", params={"note": "换个说法"})["newest"]
    page = enter()
    open_article(page, small, "older")
    page.get_by_text("个版本").click()
    versions = page.locator(".versions > li")
    expect(versions.first).to_contain_text("换个说法")
    versions.first.get_by_role("button", name="看改动").click()
    expect(versions.first.locator("del")).not_to_have_count(0)
    versions.nth(1).get_by_role("button", name="恢复到这一版").click()
    page.get_by_role("dialog").get_by_role("button", name="恢复").click()
    told(page, "等待审核")
    heading(page, "原来的标题是这样")
    assert small.get("/articles/older")["newest"] == newest + 1


# Finding --------------------------------------------------------------------------------------------------------------


def test_the_list_is_filtered_turned_and_empty(enter: Open, small: Server) -> None:
    for n in range(30):
        small.put(f"many-{n}", title=f"用来翻页的条目第 {n} 条")
    page = enter()
    expect(page.locator(".row")).to_have_count(25)
    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_text("第 2 /")).to_be_visible()
    fill(page, 找="翻页的条目第 29")
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_label("状态").select_option("已撤回")
    expect(page.get_by_text("没有符合条件的条目。")).to_be_visible()
    page.get_by_role("link", name="清除条件").click()
    expect(page.locator(".row")).to_have_count(25)
    page.go_back()
    expect(page.get_by_label("找")).to_have_value("翻页的条目第 29")


def test_what_is_due_is_shown_and_confirmed(enter: Open, small: Server) -> None:
    small.publish("due", title="很久没有复核过的条目", reviewed_on="2024-01-05")
    small.publish("over", title="已经过了期的那个条目")
    with small.store.transaction() as session:
        row = session.query(ArticleRow).filter_by(external_id="over").one()
        row.valid_to = today() - timedelta(days=1)
    page = enter("k-review", "reminders")
    expect(page.get_by_text("已经失效，市民看不到了")).to_be_visible()
    page.get_by_role("link", name="很久没有复核过的条目").click()
    page.get_by_role("button", name="复核：内容仍然正确").click()
    told(page, "已复核")
    page.get_by_role("link", name="到期提醒").click()
    heading(page, "到期提醒")
    expect(page.get_by_text("很久没有复核过的条目")).to_have_count(0)


def test_a_question_nobody_answered_becomes_a_draft_with_one_click(enter: Open, small: Server) -> None:
    with small.store.transaction() as session:
        for person in ("a", "b"):
            session.add(Observation(kind="unanswered", visitor_id=person, content="共享单车乱停谁来管"))
    page = enter(view="gaps")
    card = page.get_by_role("listitem").filter(has_text="共享单车乱停谁来管")
    expect(card).to_contain_text("2 人问过")
    card.get_by_role("button", name="写成条目").click()
    heading(page, "共享单车乱停谁来管")
    expect(page.get_by_label("分类", exact=True)).to_have_value("交通运输/共享单车")
    page.get_by_role("link", name="没答上的").click()
    expect(page.get_by_text("没有等着处理的问题。")).to_be_visible()


def test_a_question_that_the_article_did_not_answer_is_added_to_it(enter: Open, small: Server) -> None:
    small.publish("no-help")
    article = small.get("/articles/no-help")["id"]
    with small.store.transaction() as session:
        session.add(Observation(kind="unsolved", visitor_id="a", subject=article, content="路灯杆歪了要倒"))
    page = enter(view="gaps")
    card = page.get_by_role("listitem").filter(has_text="路灯杆歪了要倒")
    card.get_by_role("button", name="这一条答不了").click()
    told(page, "已加进条目，等审核发布")
    page.goto(f"{page.url.split('#')[0]}#/article/no-help")
    expect(page.get_by_label("答不了的问题", exact=True)).to_have_value("路灯杆歪了要倒")


# Files ----------------------------------------------------------------------------------------------------------------


def test_a_file_is_checked_imported_and_exported(enter: Open, small: Server, tmp_path: Path) -> None:
    file = tmp_path / "条目.csv"
    file.write_bytes(exchange.write("csv", [("from-file", fields()), ("from-file-bad", fields(answer="短"))]))
    page = enter(view="files")
    page.get_by_label("文件（").set_input_files(file)
    page.get_by_role("button", name="只检查，不保存").click()
    expect(page.get_by_text("第 3 行 from-file-bad：回答：太短了")).to_be_visible()
    expect(page.locator(".result")).to_contain_text("需要修改 1 条")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator(".result")).to_contain_text("已导入")
    assert small.get("/articles/from-file")["state"] == "in_review"
    with page.expect_download() as download:
        page.get_by_role("button", name="下载").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    names = [entry.name for entry in exchange.read("x.xlsx", Path(download.value.path()).read_bytes())]
    assert "from-file" in names
    page.get_by_label("文件（").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": b"colour\nred"})
    page.get_by_role("button", name="只检查，不保存").click()
    expect(page.locator(".result")).to_contain_text("不认识的列：colour")


# Errors ---------------------------------------------------------------------------------------------------------------


def test_a_broken_line_loses_nothing(enter: Open, small: Server, context: BrowserContext) -> None:
    small.put("offline", title="断网的时候也不会丢")
    page = enter()
    open_article(page, small, "offline")
    heading(page, "断网的时候也不会丢")
    context.set_offline(True)
    fill(page, 标题="断网的时候写的标题")
    page.get_by_role("button", name="存草稿").click()
    told(page, "没有连上服务器")
    context.set_offline(False)
    page.get_by_role("button", name="存草稿").click()
    told(page, "已保存")
    assert small.get("/articles/offline")["title"] == "断网的时候写的标题"


def test_an_article_that_is_not_there_says_so_and_leads_back(enter: Open, small: Server) -> None:
    page = enter(view="article/nowhere")
    expect(page.get_by_text("没有编号为“nowhere”的条目。")).to_be_visible()
    page.get_by_role("link", name="回到条目").click()
    heading(page, "条目")
