"""When, who and which number, as written."""

from __future__ import annotations

import pytest

from bot.extract.facts import find_case_number, find_name, find_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("昨天晚上十点开始一直很吵", "昨天晚上十点开始"),
        ("每天半夜两点到四点都在施工", "每天半夜两点到四点"),
        ("2026年11月3日下午3点停的水", "2026年11月3日下午3点"),
        ("11月20日早上8点左右停水", "11月20日早上8点左右"),
        ("上周三我去办证，窗口没人", "上周三"),
        ("这个月15号扣了我的钱", "这个月15号"),
        ("前天中午12:30左右被撞", "前天中午12:30左右"),
        ("昨晚22点有人放烟花", "昨晚22点"),
        ("周六周日早上六点就开始装修", "周六周日早上六点"),
        ("最近两个月一直有臭味", "最近两个月"),
        ("上个星期五下午停电", "上个星期五下午"),
        ("从去年开始就这样", "去年开始"),
        ("刚才门口撞车", "刚才"),
    ],
)
def test_the_time_is_found_in_the_persons_own_words(text: str, time: str) -> None:
    assert find_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了",
        "你好",
        "现在很吵",
        "什么时候能修好",
        "3号楼下有人乱停车",
        "丽阳街123号",
        "请问医保怎么报销",
        "13812345678",
        "营业时间是多少",
        "",
    ],
)
def test_a_message_without_a_time_has_none(text: str) -> None:
    assert find_time(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王芳", "王芳"),
        ("我叫王芳，住在丽阳街", "王芳"),
        ("您好，我的名字是张三", "张三"),
        ("姓名：欧阳娜娜", "欧阳娜娜"),
        ("联系人：赵六", "赵六"),
        ("我姓李，手机13800000000", "李"),
        ("本人姓张，想反映一个问题", "张"),
        ("免贵姓陈", "陈"),
        ("我姓诸葛", "诸葛"),
    ],
)
def test_a_person_who_says_the_name_is_known_by_it(text: str, name: str) -> None:
    assert find_name(text) == name


@pytest.mark.parametrize(
    "text", ["你好", "路灯坏了", "请问您贵姓？", "隔壁的王师傅每天很吵", "李明打了我", "王女士的店占道", ""]
)
def test_a_name_that_is_not_said_to_be_ones_own_is_not_taken(text: str) -> None:
    assert find_name(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王芳，13800000000", "王芳"),
        ("王芳 13800000000", "王芳"),
        ("13800000000 欧阳娜娜", "欧阳娜娜"),
        ("我是李师傅，电话13900001111", "李师傅"),
        ("张先生", "张先生"),
        ("王女士13812345678", "王女士"),
        ("姓陈 13800000000", "陈"),
        ("我叫王芳", "王芳"),
        ("赵六", "赵六"),
        ("刘大爷，0578-2123456", "刘大爷"),
    ],
)
def test_where_the_name_was_asked_for_a_bare_name_or_title_is_one(text: str, name: str) -> None:
    assert find_name(text, asked=True) == name


@pytest.mark.parametrize(
    "text", ["13800000000", "为什么要留电话", "你们会不会泄露我的信息", "我不知道该怎么说这件事情", ""]
)
def test_a_question_or_a_number_is_no_name(text: str) -> None:
    assert find_name(text, asked=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "LS20261124-7K3M9Q",
        "工单号LS20261124-7K3M9Q",
        "ls20261124-7k3m9q",
        "LS202611247K3M9Q办得怎么样了",
        "LS 20261124 7K3M9Q",
        "查一下（LS20261124-7K3M9Q）的进度",
    ],
)
def test_a_case_number_is_found_however_it_is_typed(text: str) -> None:
    assert find_case_number(text) == "LS20261124-7K3M9Q"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "查进度",
        "13812345678",
        "LS20261124-7K3M9",
        "LS2026112-7K3M9Q",
        "LS20261124-7K3M9QQ",
        "XLS20261124-7K3M9Q",
        "20261124-7K3M9Q",
        "浙K12345",
    ],
)
def test_other_numbers_are_no_case_numbers(text: str) -> None:
    assert find_case_number(text) is None
