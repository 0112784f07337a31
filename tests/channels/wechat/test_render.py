"""Bubbles become texts that the platform takes: short enough, cut where a reader pauses, and never broken markup."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.wording import say
from channels.wechat.render import MOST, Option, Piece, Said, link, option_id, passive_text, pieces, said, split


def bubble(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "buttons": [], "links": [], "source": None, **more}


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(st.text(max_size=3000), st.integers(40, MOST))
def test_parts_are_short_enough_and_nothing_is_lost(text: str, most: int) -> None:
    parts = split(text, most)
    assert all(0 < len(part.encode()) <= most for part in parts)
    assert without_space("".join(parts)) == without_space(text)


@given(
    st.lists(
        st.sampled_from(["请带身份证。", "工作日八点半到五点！", "可以网上办，", "一二三四五六七八九十", "\n", "No. "]),
        max_size=400,
    )
)
def test_parts_in_chinese_are_short_enough_and_end_where_a_reader_pauses(words: list[str]) -> None:
    parts = split("".join(words), 300)
    assert all(len(part.encode()) <= 300 for part in parts)
    for part in parts[:-1]:
        assert part.endswith(("。", "！")) or not re.search(r"[。！]", part[len(part) // 2 :])


@pytest.mark.parametrize("before", range(0, 120, 7))
def test_a_link_is_never_cut(before: int) -> None:
    tap = link("看办理进度", "https://hotline.example/w/" + "x" * 60)
    parts = split("字" * before + tap + "字" * 100, 200)
    assert sum(tap in part for part in parts) == 1
    assert all(part.count("<a ") == part.count("</a>") for part in parts)


def test_a_text_of_exactly_the_limit_is_one_part() -> None:
    assert split("字" * 682 + "ab") == ["字" * 682 + "ab"]
    assert len(split("字" * 683)) == 2


@pytest.mark.parametrize("text", ["", "  ", "\n\n"])
def test_nothing_is_no_part(text: str) -> None:
    assert split(text) == []
    assert pieces(Said(text), menus=True) == []


def test_options_are_a_menu_of_their_own_or_numbers() -> None:
    options = [Option(str(n), f"选项{n}") for n in range(1, 4)]
    assert pieces(Said("请选", options), menus=True) == [Piece("请选"), Piece(say("wechat.pick"), options)]
    [piece] = pieces(Said("请选", options), menus=False)
    assert piece == Piece(f"请选\n\n{say('wechat.numbers')}\n1 选项1\n2 选项2\n3 选项3")
    assert "数字" not in say("wechat.pick")  # a menu message shows none
    assert Piece(say("wechat.pick"), options).in_numbers() == Piece(
        f"{say('wechat.numbers')}\n1 选项1\n2 选项2\n3 选项3"
    )


def test_an_option_that_no_number_picks_has_none() -> None:
    [piece] = pieces(Said("请选", [Option(str(n), f"选项{n}") for n in range(1, 12)]), menus=False)
    assert piece.text.endswith("9 选项9\n· 选项10\n· 选项11")


def test_a_piece_is_kept_whole() -> None:
    piece = Piece("请选", [Option("1", "甲"), Option("2", "乙")])
    assert Piece.from_json(piece.to_json()) == piece


def test_bubbles_are_merged_and_their_buttons_keep_their_order() -> None:
    buttons = [{"title": "甲", "payload": "/a"}, {"title": "乙", "payload": "/b"}]
    what = said([bubble("一。", buttons=buttons[:1]), bubble("二。", buttons=buttons[1:])])
    assert what == Said("一。\n\n二。", [Option(option_id("/a"), "甲"), Option(option_id("/b"), "乙")])


@given(st.text(), st.text())
def test_the_id_of_a_button_is_short_and_tells_payloads_apart(one: str, other: str) -> None:
    one, other = one.encode(errors="replace").decode(), other.encode(errors="replace").decode()
    assert option_id(one).isdigit() and len(option_id(one)) <= 14
    assert (option_id(one) == option_id(other)) == (one == other)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda text: f"{text}]]>{text}"))
def test_the_passive_reply_is_xml_that_gives_back_the_text(text: str) -> None:
    root = ElementTree.fromstring(passive_text("oMe", "gh_us", text))
    seen = root.findtext("Content") or ""
    kept = (
        re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )
    assert seen == kept
    tags = {"MsgType", "FromUserName", "ToUserName", "CreateTime", "Content"}
    assert {child.tag for child in root} == tags and len(root) == len(tags)
    assert (root.findtext("ToUserName"), root.findtext("FromUserName")) == ("oMe", "gh_us")


@pytest.mark.parametrize(
    ("url", "tapped"),
    [
        ("tel:110", True),
        ("tel:0578-12345", True),
        ("https://hotline.example/a?b=1", True),
        ("javascript:alert(1)", False),
        ('https://x" onclick="y', False),
        ("tel:110<script>", False),
        ("weixin://x", False),
        ("", False),
    ],
)
def test_only_pages_and_telephones_can_be_tapped(url: str, tapped: bool) -> None:
    assert link("点我", url) == (f'<a href="{url}">点我</a>' if tapped else "点我")


def test_markup_in_a_text_is_no_markup() -> None:
    assert (
        said([bubble('<a href="https://evil.example">中奖了</a>')]).text
        == '＜a href="https://evil.example">中奖了＜/a>'
    )
