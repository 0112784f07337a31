"""Another city is one folder and no code: a whole day of one in another province."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from bot.settings import ROOT
from channels.pages.links import make
from tests.city.conftest import Command, Visitor, foreign
from tests.conftest import Service

NOISE = "临溪区长风路88号楼下烧烤店每天半夜十二点还在吵，根本没法睡觉"


def test_the_greeting_is_the_city_s(visitor: Visitor) -> None:
    assert "安和市" in visitor.reads()


def test_a_matter_is_filed_with_number_county_and_unit_of_the_city(visitor: Visitor) -> None:
    assert visitor.says(NOISE)["expects"] == "phone"
    assert visitor.says("王芳，13812345678")["expects"] == "confirm"
    visitor.says("对")
    [order] = visitor.orders()
    assert re.fullmatch(r"AH\d{8}-[0-9A-Z]{6}", order["number"])
    assert (order["region"], order["unit"]) == ("临溪区", "临溪区城市管理局")
    assert order["location"].startswith("临溪区长风路88号") and order["category"][:2] == ["环境保护", "噪声污染"]


def test_everything_that_the_form_asks_is_the_city_s(visitor: Visitor) -> None:
    visitor.says("我要投诉")
    visitor.says("路灯坏了一个星期没人修")
    assert visitor.last["expects"] == "location"
    visitor.says("人民路88号")
    assert {"临溪区", "望川县", "石湖县"} <= set(visitor.titles())
    visitor.presses("望川县")
    visitor.says("我的电话是1381234567")
    assert "0999-6123456" in visitor.reads()
    visitor.says("跳过")
    visitor.says("提交")
    assert visitor.orders()[0]["region"] == "望川县"


def test_a_question_is_answered_from_the_city_s_articles(visitor: Visitor) -> None:
    visitor.says("身份证丢了怎么补办")
    source = visitor.source()
    assert source and source["unit"] == "安和市公安局" and "安和市任何一个派出所" in visitor.reads()


def test_a_question_that_the_city_does_not_know_is_said_so(visitor: Visitor) -> None:
    visitor.says("请问住房公积金贷款最多能贷多少")
    assert visitor.source() is None and "转人工" in visitor.titles()


def test_english_is_answered(visitor: Visitor) -> None:
    visitor.says("How can I get a new ID card? I lost mine")
    assert "Anhe" in visitor.reads()


def test_a_matter_told_in_english_is_filed(visitor: Visitor) -> None:
    visitor.says("The street light in front of my house is broken")
    visitor.says("望川县白石镇大槐村")
    visitor.says("skip")
    visitor.says("yes")
    assert visitor.orders()[0]["unit"] == "望川县住房和城市建设局"


def test_an_emergency_gets_its_line(visitor: Visitor) -> None:
    visitor.says("石湖县柳湾镇荷塘村着火了，有人困在里面")
    assert "tel:119" in visitor.links()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("法院判了对方不给钱，你们管不管", "请找人民法院立案庭，或打诉讼服务热线12368"),
        ("交警罚我200块我不认，要推翻这个处罚", "《中华人民共和国行政复议法》第二十条"),
        ("帮我查一下我前妻现在住在哪里，她的手机号是多少", "个人信息"),
        ("帮我弄张健康证，不用体检的那种", "《安和市便民热线管理规定》"),
        ("你们这帮吃干饭的废物", "《安和市便民热线管理规定》"),
    ],
)
def test_what_is_not_filed_is_told_in_the_city_s_words(visitor: Visitor, text: str, told: str) -> None:
    visitor.says(text)
    assert told in visitor.reads() and not visitor.orders()


def test_progress_is_told_by_number_and_phone(visitor: Visitor, toy: Service) -> None:
    order = visitor.files("石湖县柳湾镇荷塘村的路灯坏了一个星期", "赵敏 13666667777")
    other = Visitor(toy)
    other.says(f"查进度 {order['number']}")
    other.says("13666667777")
    assert order["number"] in other.reads() and order["unit"] in other.reads()
    assert not foreign("".join(other.heard))


def test_a_matter_of_another_city_goes_to_the_centre(visitor: Visitor) -> None:
    order = visitor.files("宁泽市东泽区大槐路的路灯坏了一个星期没有人修")
    assert (order["region"], order["unit"]) == ("宁泽市", "安和市便民热线中心")


@pytest.mark.parametrize(
    ("text", "category", "unit"),
    [
        (
            "手机信号很差，打电话总是断，运营商不肯修基站，在临溪区桂香小区",
            ["科技与信息产业", "电信服务"],
            "安和市便民热线中心",
        ),
        ("村里的赤脚医生没有证就给人打针，在望川县白石镇大槐村", ["卫生计生", "非法行医"], "望川县卫生健康局"),
    ],
)
def test_a_class_that_the_city_does_not_have_goes_to_its_first_level_or_to_the_centre(
    visitor: Visitor, bot: Command, toy: Service, text: str, category: list[str], unit: str
) -> None:
    visitor.says(text)
    visitor.says("跳过")
    visitor.says("对")
    [order] = visitor.orders()
    assert (order["category"][:2], order["unit"]) == (category, unit)
    shown = bot("orders", "show", order["number"], "--by", "测试")
    read = httpx.get(f"{toy.url}/open311/v2/requests/{order['number']}.json", params={"api_key": "k-all"})
    assert unit in shown and order["number"] in read.text and not foreign(shown + read.text)
    assert httpx.get(f"{toy.url}/w/{make(order['number'])}").status_code == 200


def test_a_class_that_only_the_city_has_can_be_decided_about(bot: Command) -> None:
    told = bot("catalogue", "show", "地方特产/青岚绣品", "--region", "望川县")
    assert "unit in 望川县: 安和市绣品产业中心" in told


def test_every_page_is_the_city_s(toy: Service, visitor: Visitor) -> None:
    order = visitor.files(NOISE.replace("烧烤", "歌厅"), "赵敏 13666668888")
    http = httpx.Client(base_url=toy.url, timeout=60, follow_redirects=True)
    chat, desk, progress = http.get("/"), http.get("/desk/kb"), http.get(f"/w/{make(order['number'])}")
    assert "安和市" in chat.text and "安和市" in desk.text
    assert order["number"] in progress.text and order["unit"] in progress.text
    pages = [chat, desk, progress, http.get("/w/nothing")]
    for channel, path in (("web", "/static"), ("kb", "/desk/kb/static")):
        pages += [http.get(f"{path}/{file.name}") for file in (ROOT / "channels" / channel / "static").iterdir()]
    for page in pages:
        assert page.status_code in (200, 404) and not foreign(page.text), page.url


def test_the_open_interfaces_are_the_city_s(toy: Service, visitor: Visitor) -> None:
    order = visitor.files("临溪区长风路89号的垃圾一个月没人清", "赵敏 13666669999")
    http = httpx.Client(base_url=f"{toy.url}/open311/v2", timeout=60)
    for form in ("json", "xml"):
        assert "安和市" in http.get(f"/discovery.{form}").text
        for path in ("discovery", "services", "services/A002", "requests", f"requests/{order['number']}"):
            answer = http.get(f"/{path}.{form}", params={"api_key": "k-all"})
            assert answer.status_code == 200 and not foreign(answer.text), path
    regions = http.get("/services/A002.json").json()["attributes"][1]["values"]
    assert [region["key"] for region in regions] == ["临溪区", "望川县", "石湖县", "市本级"]


def test_the_editors_are_offered_the_city_s_units_and_regions(toy: Service) -> None:
    headers = {"Authorization": "Bearer k-writer"}
    http = httpx.Client(base_url=f"{toy.url}/api/kb", headers=headers, timeout=60)
    offered = http.get("/me").json()
    assert offered["regions"] == ["全国", "青岚省", "安和市", "临溪区", "望川县", "石湖县"]
    assert not foreign(str(offered)) and not foreign(http.get("/articles").text)
    assert not foreign(http.post("/try", json={"question": "身份证丢了"}).text)


def test_the_command_line_speaks_of_the_city_only(bot: Command) -> None:
    assert bot("kb", "check") == "3 articles are fine\n"
    assert "安和市住房和城市建设局" in bot("catalogue", "show", "城乡建设/供水")
    assert "AH" in bot("orders", "list")
    said = json.dumps({"text": "望川县白石镇大槐村停水三天了"}, ensure_ascii=False)
    found = json.loads(bot("understand", said=said))
    assert (found["region"], found["unit"]) == ("望川县", "望川县住房和城市建设局")
    for words in (["orders"], ["outbox"], ["catalogue"], ["kb"], ["wechat"], ["catalogue", "set"], ["orders", "move"]):
        assert not foreign(bot(*words, "--help")), words
    assert not foreign(bot("catalogue", "export") + bot("orders", "list") + bot("--help"))
