"""The chat window in a real browser, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from tests.tools.wechat_standin.driver import Api, Citizen, Standin
from tests.tools.wechat_standin.tiny_account import Received, TinyAccount, sealed
from tools.wechat_standin.acts import SAMPLES

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1400, height=860)
TEMPLATE = {"title": "工单进度提醒", "content": "工单编号：{{character_string1.DATA}}\n进度：{{thing2.DATA}}"}
expect.set_options(timeout=30_000)
DATA = {"character_string1": {"value": "LS20260918-AB12CD"}, "thing2": {"value": "已经办结，请您评价"}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(browser: Browser, standin: Standin, api: Api, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of a citizen who does not follow yet; the account has a menu and templates."""
    more = {"name": "更多", "sub_button": [{"type": "click", "name": "怎么用", "key": "HELP"}]}
    assert api.code("menu/create", {"button": [{"type": "click", "name": "查进度", "key": "PROGRESS"}, more]}) == 0
    standin.post("templates", id="T1", **TEMPLATE)
    standin.post("templates", id="L1", subscribe=True, long_term=True, **TEMPLATE)
    context = browser.new_context(viewport=request.param, locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(standin.url)
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()
    # Whether one sees the menu or the input depends on whether it has come.
    expect(page.locator("#menu").get_by_text("查进度")).to_be_attached()
    yield page
    assert not faults
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out sideways"
    context.close()


def answer(one: Received) -> str:
    """A small account: it greets, and says what it heard."""
    if one.message.get("Event") == "subscribe":
        return sealed(one.says("您好，这里是 12345。<a href='https://example.com/'>办事指南</a>"))
    return sealed(one.says(f"收到：{one.message.get('Content', one.message.get('EventKey', one.message['MsgType']))}"))


def me(page: Page, standin: Standin) -> Citizen:
    return Citizen(standin, str(page.evaluate("localStorage.getItem('standin-openid')")))


def talk(page: Page) -> Locator:
    """The conversation; at a desk the same words stand in the raw exchange, too."""
    return page.get_by_role("log", name="对话")


def follow(page: Page) -> None:
    page.get_by_role("button", name="关注公众号").click()
    expect(talk(page).get_by_text("您好，这里是 12345。")).to_be_visible()


def type_in(page: Page, text: str) -> None:
    keyboard = page.get_by_role("button", name="切换菜单和输入")
    if not page.get_by_role("textbox", name="消息").is_visible():
        keyboard.click()
    page.get_by_role("textbox", name="消息").fill(text)
    page.keyboard.press("Enter")


def test_a_citizen_follows_types_and_taps(page: Page, standin: Standin, account: TinyAccount) -> None:
    account.answers = answer
    follow(page)
    expect(page.get_by_role("link", name="办事指南")).to_have_attribute("href", "https://example.com/")
    page.get_by_role("button", name="查进度").click()
    expect(talk(page).get_by_text("收到：PROGRESS")).to_be_visible()
    page.get_by_role("button", name="更多", exact=True).first.click()
    page.get_by_role("button", name="怎么用").click()
    expect(talk(page).get_by_text("收到：HELP")).to_be_visible()
    type_in(page, "路灯坏了 <b>&")
    expect(talk(page).get_by_text("收到：路灯坏了 <b>&")).to_be_visible()
    assert standin.violations() == []


def test_a_menu_in_a_message_is_tapped(page: Page, standin: Standin, account: TinyAccount, api: Api) -> None:
    account.answers = answer
    follow(page)
    items = [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}]
    menu = {"head_content": "您满意吗？", "list": items, "tail_content": "谢谢"}
    api.posts("message/custom/send", {"touser": me(page, standin).openid, "msgtype": "msgmenu", "msgmenu": menu})
    page.get_by_role("button", name="满意", exact=True).click()
    expect(talk(page).get_by_text("收到：满意")).to_be_visible()
    assert account.heard()[-1]["bizmsgmenuid"] == "101"


def test_pictures_voices_and_places_are_sent(
    page: Page, standin: Standin, account: TinyAccount, tmp_path: Path
) -> None:
    account.answers = answer
    follow(page)
    page.get_by_role("button", name="切换菜单和输入").click()
    photo = tmp_path / "a.png"
    photo.write_bytes(SAMPLES["image"])
    page.locator("#file").set_input_files(photo)
    expect(talk(page).get_by_text("收到：image")).to_be_visible()
    for what, sent in (("语音", "voice"), ("位置", "location")):
        page.locator("#more").click()
        page.get_by_role("group", name="更多功能").get_by_role("button", name=what).click()
        page.get_by_role("button", name="确定").click()
        expect(talk(page).get_by_text(f"收到：{sent}")).to_be_visible()
    _, voice, place = account.heard()
    assert voice["Recognition"] == "我家楼下的路灯坏了"
    assert place["Label"] == "浙江省丽水市莲都区丽阳街123号"


def test_notices_are_cards(page: Page, standin: Standin, account: TinyAccount, api: Api) -> None:
    account.answers = answer
    follow(page)
    page.get_by_role("button", name="切换菜单和输入").click()
    page.locator("#more").click()
    page.get_by_role("button", name="订阅通知").click()
    with page.expect_response(lambda response: response.url.endswith("/popup")):
        page.get_by_role("button", name="确定").click()
    body = {"touser": me(page, standin).openid, "data": DATA, "url": "https://example.com/1"}
    assert api.code("message/template/send", {**body, "template_id": "T1"}) == 0
    assert api.code("message/subscribe/bizsend", {**body, "template_id": "L1"}) == 0
    expect(talk(page).get_by_text("已经办结，请您评价")).to_have_count(2)
    expect(talk(page).get_by_text("模板消息")).to_be_visible()
    expect(talk(page).get_by_text("订阅通知", exact=True)).to_be_visible()


def test_an_account_that_fails_is_out_of_service(page: Page, account: TinyAccount) -> None:
    account.answers = answer
    follow(page)
    account.answers = lambda _: "oops"
    type_in(page, "你好")
    expect(talk(page).get_by_text("该公众号暂时无法提供服务，请稍后再试")).to_be_visible()


def test_the_header_tells_that_somebody_types(page: Page, standin: Standin, account: TinyAccount, api: Api) -> None:
    account.answers = answer
    follow(page)
    api.posts("message/custom/typing", {"touser": me(page, standin).openid, "command": "Typing"})
    expect(page.get_by_text("对方正在输入…")).to_be_visible()


def test_the_newest_message_is_in_sight(page: Page, standin: Standin, account: TinyAccount, tmp_path: Path) -> None:
    account.answers = answer
    follow(page)
    citizen = me(page, standin)
    citizen.does("location", latitude=28.45, longitude=119.92, label="浙江省丽水市莲都区丽阳街123号")
    citizen.does("image")
    for number in range(12):
        citizen.says(f"第 {number} 句话")
    expect(talk(page).get_by_text("收到：第 11 句话")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="查进度")).to_be_in_viewport(ratio=1)
    at_desk = page.viewport_size == DESK
    expect(page.get_by_role("complementary", name="收发记录")).to_be_visible(visible=at_desk)
    phone = page.get_by_role("main").bounding_box()
    assert phone is not None
    assert phone["width"] == (400 if at_desk else PHONE["width"])
    assert len(page.screenshot(path=tmp_path / "window.png")) > 20_000, "a picture with something in it"


def test_another_citizen_starts_anew(page: Page, standin: Standin, account: TinyAccount) -> None:
    account.answers = answer
    follow(page)
    first = me(page, standin).openid
    page.get_by_role("button", name="换人").click()
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()
    assert me(page, standin).openid != first


def test_the_raw_exchange_is_beside_the_phone(browser: Browser, standin: Standin, account: TinyAccount) -> None:
    account.answers = answer
    page = browser.new_page(viewport=DESK, locale="zh-CN")
    page.goto(standin.url)
    follow(page)
    type_in(page, "你好")
    log = page.get_by_role("complementary", name="收发记录")
    log.locator("summary").filter(has_text="你好").click()
    expect(log.get_by_text("<Content><![CDATA[你好]]></Content>")).to_be_visible()
    page.get_by_role("button", name="验证服务器").click()
    expect(page.get_by_text("服务器验证通过。")).to_be_visible()
    page.get_by_role("button", name="快进 48 小时").click()
    expect(page.get_by_text("平台时间已快进 48 小时。")).to_be_visible()
    page.close()


def test_the_page_lives_on_when_the_platform_is_reset(browser: Browser, standin: Standin, account: TinyAccount) -> None:
    account.answers = answer
    page = browser.new_page(viewport=DESK, locale="zh-CN")
    page.goto(standin.url)
    follow(page)
    standin.post("reset")
    expect(page.get_by_role("button", name="关注公众号")).to_be_visible()
    follow(page)
    type_in(page, "还在")
    expect(talk(page).get_by_text("收到：还在")).to_be_visible()
    log = page.get_by_role("complementary", name="收发记录")
    expect(log.locator("summary").filter(has_text="还在")).to_be_visible()
    page.close()
