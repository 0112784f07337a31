"""The public page in a real browser, on a phone and at a desk; makes the README's picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import ROOT, Service

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(browser: Browser, service: Service, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param, locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(service.url)
    expect(page.get_by_text("您有什么事？直接说就行。")).to_be_visible()
    yield page
    assert not faults
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out sideways"
    context.close()


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def test_a_matter_is_filed_by_typing_and_tapping(page: Page) -> None:
    say(page, "莲都区丽阳街123号楼下烧烤店每天半夜还在吵，根本没法睡觉")
    expect(page.get_by_text("怎么称呼您？")).to_be_visible()
    say(page, "王芳 13812345678")
    page.get_by_role("button", name=re.compile("提交$")).click()
    expect(page.get_by_text(re.compile("登记好了"))).to_be_visible()
    orders = page.get_by_role("dialog", name="我的工单")
    if not orders.is_visible():  # at a desk the list stands beside the talk from the start
        page.get_by_role("button", name="我的工单", exact=True).click()
    expect(orders.get_by_text(re.compile(r"LS\d{8}-\w{6}"))).to_be_visible()


def test_an_emergency_can_be_dialled_with_one_tap(page: Page) -> None:
    say(page, "我家厨房着火了快来人啊")
    link = page.get_by_role("log").get_by_role("link", name="拨打 119")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == "tel:119"


def test_the_picture_of_the_readme(browser: Browser, service: Service, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 980, "height": 760}, locale="zh-CN", device_scale_factor=1.5)
    page = context.new_page()
    page.goto(service.url)
    expect(page.get_by_text("您有什么事？直接说就行。")).to_be_visible()
    say(page, "身份证丢了怎么补办")
    expect(page.get_by_text(re.compile("来源"))).to_be_visible()
    say(page, "莲都区丽阳街123号楼下烧烤店每天半夜还在吵")
    expect(page.get_by_text("怎么称呼您？")).to_be_visible()
    picture = page.screenshot(path=tmp_path / "chat.png")
    assert len(picture) > 20_000
    kept = ROOT / "docs" / "images" / "chat.png"
    if not kept.exists():
        kept.write_bytes(picture)
    context.close()
