"""Danger now is told from what is past, only imagined, denied, a figure of speech, or about a service."""

from __future__ import annotations

import pytest

from bot.emergency import LONGEST, SUICIDE, also_ambulance, detect

FIRE = [
    "我家着火了",
    "厨房起火了，烟好大",
    "楼道里都是浓烟，出不去了",
    "仓库烧起来了",
    "隔壁正在着火",
    "山上着火了，火势很大",
    "电动车在楼道里爆炸了",
    "闻到好大的煤气味",
    "家里天然气泄漏了怎么办",
    "电梯卡住了，里面有人出不来",
    "我被困在电梯里了",
    "有个小孩掉河里了",
    "有人落水了快来救",
    "房子塌了，有人被压在下面",
    "洪水进来了，我们被困在屋顶",
    "您好。麻烦你们。我家楼下失火了",
    "My house is on fire!",
    "I smell gas in my flat",
    "We are trapped in the lift",
]
AMBULANCE = [
    "老人晕倒了叫不醒",
    "我爸胸口好痛喘不上气",
    "有人触电了",
    "孩子吃了老鼠药",
    "我老婆羊水破了要生了",
    "工友从脚手架上摔下来，动不了",
    "他口吐白沫在抽搐",
    "奶奶突然中风，半边身子动不了",
    "被蛇咬了，腿肿得厉害",
    "孩子被花生噎住了，脸都紫了",
    "快叫救护车",
    "一氧化碳中毒，人昏迷不醒",
    "My father is unconscious",
    "He can't breathe",
]
POLICE = [
    "有人拿着刀在门口",
    "救命啊",
    "有人在砸门，我一个人在家",
    "我被人跟踪了",
    "楼下有人打架，动刀了",
    "我老公又在打我",
    "我的孩子不见了",
    "孩子被人抱走了",
    "有人要跳楼",
    "我不想活了",
    "小偷进屋了，我躲在卧室",
    "有人抢了我的包跑了",
    "Someone is breaking in",
    "A man has a knife",
]
TRAFFIC = [
    "刚才被车撞了",
    "前面发生车祸，有人受伤",
    "刚刚追尾了，两辆车",
    "货车翻车了",
    "撞了人就跑了",
    "电瓶车被轿车撞倒了",
    "高速上出车祸了",
    "I was hit by a car",
    "There was a car crash",
]


@pytest.mark.parametrize("text", FIRE)
def test_fire_gas_water_and_people_trapped_need_119(text: str) -> None:
    assert detect(text) == "119"


@pytest.mark.parametrize("text", AMBULANCE)
def test_a_life_in_danger_needs_120(text: str) -> None:
    assert detect(text) == "120"


@pytest.mark.parametrize("text", POLICE)
def test_violence_theft_and_people_missing_need_110(text: str) -> None:
    assert detect(text) == "110"


@pytest.mark.parametrize("text", TRAFFIC)
def test_an_accident_on_the_road_needs_122(text: str) -> None:
    assert detect(text) == "122"


PAST = [
    "去年我家着火了，保险公司不赔",
    "上个月有人困在电梯里，到现在没有说法",
    "昨天楼下着火了，消防车进不来",
    "前几天我被车撞了，对方不肯赔",
    "2023年3月我爸触电了，工伤还没认定",
    "小时候被蛇咬了留下的疤怎么办残疾证",
    "交通事故认定书不服怎么办，被车撞了",
    "被狗咬晕倒了，要求赔偿",
    "仓库起火了已经扑灭，谁来清理",
    "My car was hit by a car last week",
]
IMAGINED = [
    "如果着火了应该打什么电话",
    "万一有人落水怎么办",
    "电动车在楼道充电，怕着火了",
    "老房子裂了，担心房子塌了压到人",
    "这里没有护栏，小孩容易掉河里",
    "学校什么时候搞着火了怎么逃生的演练",
    "想请消防来宣传煤气中毒",
    "What if there is a gas leak?",
]
DENIED = ["虚惊一场，没有着火了", "车刮了一下，没有人受伤，刚才撞到的", "不是着火，是在烧饭冒黑烟火很快灭"]
FIGURE = [
    "热死了，空调坏了",
    "气死我了，物业不管事",
    "笑死人了",
    "最近生意火爆",
    "楼下火锅店油烟太大",
    "火车票怎么退",
    "工地噪音要命",
    "公司拖欠血汗钱",
    "救救我们业主吧",
    "跳楼价促销骗人",
    "我上火了去哪个医院好",
]
SERVICE = [
    "消防通道被占了",
    "消防栓没有水",
    "救护车收费太贵",
    "110态度很差",
    "民警不作为，有人打架也不管",
    "表扬消防队员，我家着火了他们来得很快",
    "感谢120救护车及时赶到，我爸晕倒了",
    "咨询一下消防验收怎么办",
    "投诉119不理人",
]
ORDINARY = [
    "你好",
    "路灯坏了",
    "医保怎么报销",
    "我要投诉噪音",
    "煤气费怎么交",
    "小区电梯坏了一个星期没修",
    "河里有死鱼",
    "路上有个坑",
    "老人高龄补贴怎么领",
    "孩子上学怎么报名",
    "楼下有人跳广场舞",
    "家里停电了",
    "水管爆了",
    "药店卖假药",
    "丢了身份证",
    "小区里有人养狗",
    "120急救中心在哪",
    "公司欠我三个月工资",
    "How do I pay my water bill?",
    "",
]


@pytest.mark.parametrize("text", PAST)
def test_what_is_past_is_no_emergency(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", IMAGINED)
def test_what_could_happen_is_no_emergency(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", DENIED)
def test_what_did_not_happen_is_no_emergency(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", FIGURE)
def test_a_figure_of_speech_is_no_emergency(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", SERVICE)
def test_praise_or_complaint_about_an_emergency_service_is_no_emergency(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize("text", ORDINARY)
def test_an_everyday_matter_is_no_emergency(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("去年这里也着火过。现在隔壁又着火了！", "119"),
        ("我以前打过110，态度很差。有人拿着刀在门口！", "110"),
        ("热死了。老人晕倒了叫不醒", "120"),
        ("Last year it was fine. Now my house is on fire", "119"),
    ],
)
def test_a_sentence_about_the_past_does_not_hide_danger_in_another(text: str, line: str) -> None:
    assert detect(text) == line


def test_in_a_letter_danger_is_background_and_left_to_what_was_learned() -> None:
    letter = "楼道里堆满杂物，物业不管。对面那栋着火了。" + "请你们来看一看。" * 12
    assert len(letter) > LONGEST
    assert detect(letter) is None
    assert detect(letter[:LONGEST]) == "119"


def test_an_accident_with_injured_people_is_122_and_names_the_ambulance_too() -> None:
    text = "前面发生车祸，有人昏迷了"
    assert detect(text) == "122"
    assert also_ambulance(text)


@pytest.mark.parametrize("text", ["有人拿刀砍人", "他流血了", "腿骨折了", "He is injured"])
def test_where_somebody_is_hurt_an_ambulance_is_named_too(text: str) -> None:
    assert also_ambulance(text)


@pytest.mark.parametrize("text", ["我家着火了", "孩子不见了", "有人在撬锁", "路灯坏了"])
def test_where_nobody_is_hurt_no_ambulance_is_named(text: str) -> None:
    assert not also_ambulance(text)


@pytest.mark.parametrize("text", ["我不想活了", "有人要跳楼", "活着没意思", "I want to die"])
def test_words_of_somebody_who_may_harm_themselves_are_known(text: str) -> None:
    assert SUICIDE.search(text)


@pytest.mark.parametrize("text", ["我家着火了", "救命，有人拿刀", "热死了", "快来人"])
def test_other_danger_is_not_taken_for_suicide(text: str) -> None:
    assert not SUICIDE.search(text)
