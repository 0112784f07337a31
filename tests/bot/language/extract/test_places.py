"""The place as written, and the region it lies in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.extract.places import Location, find_location, region_of

SENTENCES = [
    # House numbers, estates, floors
    ("莲都区丽阳街123号门口的路灯坏了三天了", "莲都区丽阳街123号门口", "莲都区"),
    ("莲都区紫金街道丽阳街123号有烧烤摊", "莲都区紫金街道丽阳街123号", "莲都区"),
    ("青田县鹤城街道临江东路58号二楼漏水", "青田县鹤城街道临江东路58号二楼", "青田县"),
    ("我家住莲都区白云小区3幢2单元502室，楼上漏水", "莲都区白云小区3幢2单元502室", "莲都区"),
    # Towns and villages, with and without the county
    ("景宁县鹤溪街道的自来水又停了", "景宁县鹤溪街道", "景宁畲族自治县"),
    ("龙泉市剑池街道有人乱倒垃圾", "龙泉市剑池街道", "龙泉市"),
    ("缙云县壶镇镇的工厂排黑水", "缙云县壶镇镇", "缙云县"),
    ("遂昌县王村口镇的公路塌方", "遂昌县王村口镇", "遂昌县"),
    ("松阳县西屏街道的小学什么时候报名", "松阳县西屏街道", "松阳县"),
    ("云和县城西路的井盖不见了", "云和县城西路", "云和县"),
    ("庆元县濛洲街道的公厕很脏", "庆元县濛洲街道", "庆元县"),
    ("碧湖镇保定村的路灯坏了", "碧湖镇保定村", "莲都区"),
    ("濛洲街道的公厕很脏", "濛洲街道", "庆元县"),
    ("蒙洲街道的公厕很脏", "蒙洲街道", "庆元县"),
    # What a town has
    ("碧湖镇卫生院星期天没有医生", "碧湖镇卫生院", "莲都区"),
    ("崇头镇水库边有人电鱼", "崇头镇水库边", "云和县"),
    ("我在丽水火车站出站口等了半小时", "丽水火车站出站口", "莲都区"),
    ("壶镇镇便民服务中心中午没有人", "壶镇镇便民服务中心", "缙云县"),
    ("白云街道社区卫生服务中心不给打针", "白云街道社区卫生服务中心", "莲都区"),
    ("碧湖镇一路上都是泥", "碧湖镇", "莲都区"),
    # Landmarks
    ("万象山公园的厕所没有水", "万象山公园", "莲都区"),
    ("丽水市人民医院门口打不到车", "丽水市人民医院门口", "莲都区"),
    ("丽水火车站出租车拒载", "丽水火车站", "莲都区"),
    ("古堰画乡门口乱收费", "古堰画乡门口", "莲都区"),
    # Only a county
    ("遂昌的路怎么样", "遂昌", "遂昌县"),
    # From one place to another
    ("大洋路和丽阳街交叉口总是堵车", "大洋路和丽阳街交叉口", "莲都区"),
    # Other cities of the delta
    ("杭州西湖区的房子漏水怎么办", "杭州西湖区", "杭州市"),
    ("我在上海的公司拖欠工资", "上海", "上海市"),
    ("温州市鹿城区的出租车绕路", "温州市鹿城区", "温州市"),
]


@pytest.mark.parametrize(("text", "place", "region"), SENTENCES)
def test_the_place_is_the_one_written_and_lies_in_its_region(text: str, place: str, region: str) -> None:
    assert find_location(text) == Location(place, region)
    assert region_of(text) == region


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "谢谢你们",
        "医保异地怎么报销",
        "我想问问社保怎么交",
        "公司欠我三个月工资",
        "物业不管事",
        "家里停电了",
        "小区电梯坏了一个星期",
        "满意",
        "13812345678",
        "LS20261124-7K3M9Q",
        "Where can I pay my water bill?",
        "",
    ],
)
def test_a_message_without_a_place_has_none(text: str) -> None:
    assert find_location(text) == Location(None, None)
    assert region_of(text) is None


def test_a_county_says_more_than_the_city_before_it() -> None:
    assert find_location("丽水市龙泉市的剑池街道停水了").region == "龙泉市"


def test_the_city_alone_is_the_citys_own_level() -> None:
    assert region_of("丽水市的公交什么时候有") == "市本级"


def test_a_road_that_several_counties_have_is_a_place_without_region() -> None:
    assert find_location("解放街的路灯坏了") == Location("解放街", None)
    assert find_location("龙泉市解放街的路灯坏了") == Location("龙泉市解放街", "龙泉市")


def test_of_several_places_the_exact_one_is_taken() -> None:
    found = find_location("我是青田县人，现在在莲都区丽阳街88号开店，门口总有人乱停车")
    assert found == Location("莲都区丽阳街88号", "莲都区")


def test_a_department_is_not_where_it_happened() -> None:
    assert find_location("我打过12345和派出所，没人管").text is None


def test_the_end_of_a_very_long_letter_does_not_hinder() -> None:
    assert find_location("莲都区丽阳街123号太吵。" + "真的很吵。" * 400).text == "莲都区丽阳街123号"


_PIECES = ["莲都区", "丽阳街", "123号", "的", "和", "坏了", "，", "。", " ", "😀", "a", "3幢", "门口", "龙泉", "1"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_a_place_is_always_a_piece_of_the_text(text: str) -> None:
    found = find_location(text)
    assert found.text is None or (found.text in text and found.text == found.text.strip())
