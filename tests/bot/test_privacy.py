"""Telephone and identity numbers are found and masked."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import find_phone, find_plates, mask, mask_phone, private_spans


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13812345678", "13812345678"),
        ("我的电话是13812345678，谢谢", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+8613812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("86-13812345678", "13812345678"),
        ("王芳13812345678李明13900001111", "13812345678"),
        ("0578-2123456", "0578-2123456"),
        ("05782123456", "0578-2123456"),
        ("座机0578 2123456", "0578-2123456"),
        ("021-61234567", "021-61234567"),
        ("02161234567", "021-61234567"),
        ("008613812345678", "13812345678"),
        ("0086-138-1234-5678", "13812345678"),
        ("（+86）13812345678", "13812345678"),
        ("+86 138.1234.5678", "13812345678"),
        ("138 12 34 56 78", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("００８６１３８１２３４５６７８", "13812345678"),
        ("（0578）2123456", "0578-2123456"),
        ("(0578) 212 3456", "0578-2123456"),
        ("0578—2123456", "0578-2123456"),
        ("+86-578-2123456", "0578-2123456"),
        ("0578-2123456-801", "0578-2123456"),
        ("座机2123456", "2123456"),
        ("电话：２１２３４５６", "2123456"),
        ("打2123456没人接", "2123456"),
        ("2123456", "2123456"),
        ("电话号码是61234567", "61234567"),
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(text: str, phone: str) -> None:
    assert find_phone(text) == phone


@pytest.mark.parametrize(
    "text",
    [
        "",
        "没有电话",
        "12345",
        "1381234567",
        "138123456789",
        "12812345678",
        "LS20261124-7K3M9Q",
        "2026-11-24",
        "33010219900307123X",
        "欠我3000000元",
        "打款3000000元",
        "打给我3000000",
        "面积2123456平方",
        "电话20261124",
        "20261124",
        "400-123-4567",
        "2026-11-24 10:20",
        "浙KD12345",
    ],
)
def test_other_numbers_are_no_telephones(text: str) -> None:
    assert find_phone(text) is None


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("13812345678", "138****5678"), ("0578-2123456", "057****3456"), ("2123456", "****3456"), (None, None)],
)
def test_a_masked_phone_is_known_to_its_owner_only(phone: str | None, masked: str | None) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("打+86 138 1234 5678", "打138****5678"),
        ("0578-2123456没人接", "0578****3456没人接"),
        ("身份证33010219900307123X", "身份证330102********123X"),
        ("身份证330102199003071234,电话13812345678", "身份证330102********1234,电话138****5678"),
        ("13812345678和13900001111", "138****5678和139****1111"),
        ("电话１３８１２３４５６７８。", "电话138****5678。"),
        ("打00861381234 5678", "打138****5678"),
        ("（0578）2123456没人接", "0578****3456没人接"),
        ("座机2123456没人接", "座机****3456没人接"),
        ("身份证33010219900307123x。", "身份证330102********123x。"),
        ("身份证３３０１０２１９９００３０７１２３Ｘ", "身份证330102********123X"),
        ("330102 19900307 1234", "330102********1234"),
        ("浙K12345撞了我", "浙K****45撞了我"),
        ("绿牌浙KD12345", "绿牌浙K****45"),
        ("打款3000000元", "打款3000000元"),
        ("工单LS20261124-7K3M9Q，2026年", "工单LS20261124-7K3M9Q，2026年"),
        ("没有号码", "没有号码"),
    ],
)
def test_a_text_for_logs_shows_no_whole_number(text: str, masked: str) -> None:
    assert mask(text) == masked


_WORDS = st.text("电话是：，。 手机号码王芳abC一", max_size=20)


@given(_WORDS, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), _WORDS)
def test_no_mobile_number_survives_the_mask(before: str, phone: str, after: str) -> None:
    masked = mask(before + phone + after)
    assert not re.search(r"\d{5}", masked)
    assert masked == f"{before}{phone[:3]}****{phone[-4:]}{after}"


@pytest.mark.parametrize(
    ("text", "plates"),
    [
        ("浙K12345撞了就跑", ["浙K12345"]),
        ("浙KD12345和浙K12345F", ["浙KD12345", "浙K12345F"]),
        ("车牌浙k·a1b23", ["浙KA1B23"]),
        ("浙Ｋ１２３４５", ["浙K12345"]),
        ("教练车浙K1234学", ["浙K1234学"]),
        ("浙K1234567", []),
        ("浙KABCDE", []),
        ("云和12345", []),
        ("新的12345热线", []),
        ("", []),
    ],
)
def test_a_plate_is_found_blue_or_green(text: str, plates: list[str]) -> None:
    assert find_plates(text) == plates


def test_where_such_numbers_stand() -> None:
    text = "浙K12345的车主电话１３８１２３４５６７８"
    assert {text[start:end] for start, end in private_spans(text)} == {"浙K12345", "１３８１２３４５６７８"}


@given(st.text("01389 -+()（）０１３８浙KD电话身份证xX.", max_size=40))
def test_a_number_that_is_found_is_masked(text: str) -> None:
    phone = find_phone(text)
    assert phone is None or phone.rpartition("-")[2] not in re.sub(r"[^\d*]", "", mask(text))
