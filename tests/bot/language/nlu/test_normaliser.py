"""The pipeline reads one form of what people type; what they typed is kept."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.nlu.normaliser import ORIGINAL, Normaliser, normalise
from bot.settings import ROOT


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("１３８１２３４５６７８", "13812345678"),
        ("ＬＳ２０２６", "LS2026"),
        ("　你好　", "你好"),
        ("你好，在吗？", "你好，在吗？"),
    ],
)
def test_full_width_letters_and_digits_become_plain_and_punctuation_stays(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("電話打不通，請問怎麼辦", "电话打不通，请问怎么办"),
        ("後面的路燈壞了", "后面的路灯坏了"),
        ("臺灣居民居住證", "台湾居民居住证"),
        ("裡面漏水", "里面漏水"),
        ("我看著他", "我看着他"),
        ("着火了，沿著路跑", "着火了，沿着路跑"),
        ("急著要，對著我罵", "急着要，对着我骂"),
        ("著名作家的名著很顯著", "著名作家的名著很显著"),
        ("土著居民的著作權", "土著居民的著作权"),
    ],
)
def test_traditional_characters_become_simplified(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_the_citys_names_stay_as_they_are_written() -> None:
    names = "\n".join(
        row["name"] for row in csv.DictReader((ROOT / "bot/city/lishui/gazetteer.csv").open(encoding="utf-8"))
    )
    assert normalise(names).split() == names.split()


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("1️⃣路灯坏了 2️⃣井盖没了", "1 路灯坏了 2 井盖没了"),
        ("打1️⃣1️⃣0️⃣", "打110"),
        ("❤️谢谢❤️", "谢谢"),
        ("好😀的👍🏽", "好 的"),
        ("🔥着火🔥", "着火"),
        ("\u200b你好\ufeff", "你好"),
        ("a\tb\r\nc", "a b c"),
    ],
)
def test_emoji_and_invisible_signs_become_a_space(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("路灯坏了！！！！！", "路灯坏了！"),
        ("怎么办？？？！！", "怎么办？！"),
        ("等一下……", "等一下…"),
        ("你好~~~", "你好~"),
        ("啊啊啊啊啊啊啊", "啊啊啊"),
        ("Sooooo", "Sooo"),
        ("妈妈说爸爸", "妈妈说爸爸"),
        ("哈哈哈", "哈哈哈"),
        ("11111111", "11111111"),
        ("2026-11-24", "2026-11-24"),
    ],
)
def test_repeated_signs_are_shortened_and_digits_never(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.text("路灯壞了電話！？。…～ \n　１２ab😀👍\u200b", max_size=30))
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert normal == normal.strip() and "  " not in normal


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    assert len(normalise(text)) <= max(len(text) * 2, 0)


def test_a_message_keeps_what_was_written() -> None:
    [message] = Normaliser.create({}).process([Message({TEXT: "路燈壞了！！！"})])
    assert message.get(TEXT) == "路灯坏了！"
    assert message.get(ORIGINAL) == "路燈壞了！！！"
    again = Normaliser.create({}).process([message])[0]
    assert again.get(ORIGINAL) == "路燈壞了！！！"


def test_examples_for_training_are_read_like_messages() -> None:
    data = Normaliser.create({}).process_training_data(TrainingData([Message({TEXT: "路燈壞了！！！"})]))
    assert data.training_examples[0].get(TEXT) == "路灯坏了！"


@pytest.mark.parametrize("text", ['/pick{"region_choice": "莲都区"}', "/affirm"])
def test_a_buttons_payload_is_left_alone(text: str) -> None:
    [message] = Normaliser.create({}).process([Message({TEXT: text})])
    assert (message.get(TEXT), message.get(ORIGINAL)) == (text, None)
