"""A name is taken where somebody says it to be their own, or answers with it."""

from __future__ import annotations

import pytest

from bot.language.extract.names import find_name


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
        ("我叫阿卜杜拉·买买提，住在丽阳街", "阿卜杜拉·买买提"),
        ("My name is John Smith.", "John Smith"),
        ("I am John Smith, I live in Lishui", "John Smith"),
        ("我叫John Smith", "John Smith"),
        ("我叫王芳家住丽阳街", "王芳"),
        ("本人王建国，家住灯塔小区", "王建国"),
        ("我是王建国，想反映一件事", "王建国"),
        ("叫我小李就行", "小李"),
        ("反映人：陈建国", "陈建国"),
        ("姓名：高峰", "高峰"),
        ("我叫雷阿妹", "雷阿妹"),
    ],
)
def test_a_person_who_says_the_name_is_known_by_it(text: str, name: str) -> None:
    assert find_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "路灯坏了",
        "请问您贵姓？",
        "隔壁的王师傅每天很吵",
        "李明打了我",
        "王女士的店占道",
        "",
        "我叫了物业",
        "我叫物业来",
        "我叫师傅来修",
        "我叫师傅，他不来",
        "我叫车来了。",
        "我叫他们别吵",
        "我叫李明过来修",
        "我是李明打的",
        "我是王女士的邻居",
        "他姓王，很凶",
        "老百姓很苦。",
        "我姓什么你管得着吗",
        "我姓啥",
        "我是业主",
        "真实姓名和门牌怎么隐藏",
        "店名叫阿卓修车",
        "我是C1驾照",
        "I'm in Lishui",
        "I am a student",
        "我叫周末",
    ],
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
        ("John Smith", "John Smith"),
        ("John Smith 13800000000", "John Smith"),
        ("阿卜杜拉·买买提 13800000000", "阿卜杜拉·买买提"),
        ("业主李女士", "李女士"),
        ("叫我陈姐，13800000000", "陈姐"),
        ("小王 １３８１２３４５６７８", "小王"),
        ("雷阿妹 13800000000", "雷阿妹"),
        ("陈", "陈"),
        ("联系电话：13800000000 联系人：吴小莉", "吴小莉"),
    ],
)
def test_where_the_name_was_asked_for_a_bare_name_or_title_is_one(text: str, name: str) -> None:
    assert find_name(text, asked=True) == name


@pytest.mark.parametrize(
    "text",
    [
        "周末",
        "时间",
        "明天",
        "老板",
        "上午",
        "方便",
        "安静点",
        "成",
        "好",
        "OK",
        "yes",
        "hello",
        "匿名",
        "不用了",
        "我不告诉你，你去问李明",
        "13800000000",
        "为什么要留电话",
        "你们会不会泄露我的信息",
        "我不知道该怎么说这件事情",
        "",
    ],
)
def test_a_question_or_a_number_is_no_name(text: str) -> None:
    assert find_name(text, asked=True) is None
