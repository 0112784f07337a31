"""From scores and facts to a route (Article 15), a class and a kind."""

from __future__ import annotations

from typing import Any

import pytest

from bot.hotline.classification import Classification
from bot.language.triage import (
    CAUTION,
    EMERGENCY,
    PASSAGE_CAUTION,
    PASSAGE_OF_A_LETTER,
    Reading,
    Scores,
    best_categories,
    language_of,
    separate_matters,
    understand,
)
from bot.language.understanding import Understanding

NOISE, LAMPS = "环境保护/噪声污染", "城乡建设/市政设施"


def scores(**rankings: dict[str, float]) -> Scores:
    """Scores of a plain complaint about noise, with these heads changed."""
    plain: dict[str, dict[str, float]] = {
        "intent": {"report_matter": 0.9, "ask_question": 0.05, "greet": 0.02},
        "route": {"accept": 0.9, "none": 0.05, "emergency": 0.01, "legal_route/litigation": 0.01},
        "danger": {"False": 0.99, "True": 0.01},
        "hotline": {"119": 0.6, "110": 0.2, "120": 0.1, "122": 0.1},
        "category": {NOISE: 0.8, LAMPS: 0.1},
        "kind": {"complaint": 0.7, "consultation": 0.2, "report": 0.1},
        "urgency": {"standard": 0.9, "expedited": 0.1},
        "immediate": {"False": 0.95, "True": 0.05},
        "rating": {"satisfied": 0.6, "dissatisfied": 0.3, "neutral": 0.1},
    }
    return {name: sorted(ranking.items(), key=lambda item: -item[1]) for name, ranking in {**plain, **rankings}.items()}


def read(
    text: str = "楼下烧烤店太吵了", facts: dict[str, str] | None = None, parts: Any = (), **rankings: Any
) -> Understanding:
    return understand(Reading(text, scores(**rankings), facts or {}, list(parts)))


def classified(found: Understanding) -> Classification:
    """What the matter of a message is; there must be one."""
    assert found.classification is not None
    return found.classification


# Routes ---------------------------------------------------------------------------------------------------------------


def test_a_plain_matter_is_accepted_with_class_kind_and_unit() -> None:
    found = read(facts={"region": "莲都区", "location": "丽阳街123号"})
    assert (found.intent, found.route) == ("report_matter", "accept")
    assert found.classification == Classification(
        "complaint", ["环境保护", "噪声污染"], "standard", False, 0.8, ["城乡建设", "市政设施"]
    )
    assert (found.unit, found.region) == ("莲都区综合行政执法局", "莲都区")
    assert found.matters == 1
    assert found.slots.location == "丽阳街123号"
    assert (found.hotline, found.legal_route, found.decline_reason, found.rating) == (None,) * 4


@pytest.mark.parametrize("intent", ["greet", "thank", "check_progress", "ask_human", "abuse"])
def test_a_message_without_a_matter_has_no_route(intent: str) -> None:
    found = read("您好", intent={intent: 0.9, "report_matter": 0.05}, route={"none": 0.9, "accept": 0.05})
    assert (found.intent, found.route) == (intent, "none")
    assert (found.classification, found.unit) == (None, None)


def test_danger_by_the_rules_is_enough() -> None:
    found = read("我家着火了", danger={"False": 1.0, "True": 0.0})
    assert (found.route, found.hotline, classified(found).urgency) == ("emergency", "119", "expedited")


def test_a_sign_that_is_no_plain_cry_only_names_the_line_where_nothing_learned_fears_anything() -> None:
    market = "菜场后面菜皮烂果堆成山，苍蝇乱飞"
    found = read(market, danger={"False": 1.0, "True": 0.0})
    assert (found.route, found.caution) == ("accept", "120")
    assert read(market, danger={"False": 0.98, "True": 0.02}).route == "emergency"


def test_danger_by_what_was_learned_is_enough() -> None:
    found = read("他躺在地上", danger={"True": 0.9, "False": 0.1}, hotline={"120": 0.9, "119": 0.1})
    assert (found.route, found.hotline) == ("emergency", "120")


@pytest.mark.parametrize("text", ["跳过", "陈刚 13700002222", "我姓王，电话是13812345678", "不知道"])
def test_a_bare_answer_to_a_form_is_no_danger_whatever_was_learned(text: str) -> None:
    found = read(text, danger={"True": 0.9, "False": 0.1}, intent={"deny": 0.9}, route={"none": 0.9, "accept": 0.1})
    assert (found.route, found.caution) == ("none", None)


@pytest.mark.parametrize("text", ["13812345678 他倒在地上了", "王芳 13812345678 快来", "跳下去算了"])
def test_danger_beside_a_telephone_is_heard(text: str) -> None:
    assert read(text, danger={"True": 0.9, "False": 0.1}).route == "emergency"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("请问这条路是哪家公司修的", "ask_question"),
        ("您好，想问一下这条路是哪家公司修的", "ask_question"),
        ("请问我要投诉这条路怎么一直没人修", "report_matter"),
    ],
)
def test_who_begins_like_a_question_asks(text: str, intent: str) -> None:
    assert read(text).intent == intent


@pytest.mark.parametrize(("sure", "line"), [(0.6, "119"), (0.9, "120")])
def test_a_sign_of_the_rules_names_the_line_unless_what_was_learned_is_surer(sure: float, line: str) -> None:
    found = read("我家着火了", danger={"True": 0.9, "False": 0.1}, hotline={"120": sure, "119": 1 - sure})
    assert found.hotline == line


@pytest.mark.parametrize(
    ("probability", "route", "caution"),
    [
        (EMERGENCY + 0.01, "emergency", None),
        (EMERGENCY - 0.01, "accept", "119"),
        (CAUTION + 0.01, "accept", "119"),
        (CAUTION - 0.01, "accept", None),
        (0.0, "accept", None),
    ],
)
def test_where_danger_is_not_sure_the_line_is_named_in_caution(
    probability: float, route: str, caution: str | None
) -> None:
    found = read("好像有点烟味", danger={"True": probability, "False": 1 - probability})
    assert (found.route, found.caution) == (route, caution)


LONG = "请尽快来修" * 40


def read_with_passage(danger: float, passage: str = "厨房里好像有点烟味", more: str = "") -> Understanding:
    text = "我们这边路灯坏了三个月没人修。" + passage + more
    read_passage = scores(danger={"True": danger, "False": 1 - danger}, hotline={"119": 0.2, "120": 0.8})
    return understand(Reading(text, scores(), {}, [], passages=[(text[:15], scores()), (passage, read_passage)]))


@pytest.mark.parametrize(
    ("danger", "more", "route", "line", "caution"),
    [
        (0.99, "", "emergency", "120", None),
        (PASSAGE_CAUTION + 0.01, "", "accept", None, "120"),
        (PASSAGE_CAUTION - 0.01, "", "accept", None, None),
        (PASSAGE_OF_A_LETTER + 0.01, LONG, "accept", None, "120"),
        (PASSAGE_OF_A_LETTER - 0.01, LONG, "accept", None, None),
    ],
)
def test_danger_in_one_passage_is_enough_but_in_a_long_letter_only_the_line_is_named(
    danger: float, more: str, route: str, line: str | None, caution: str | None
) -> None:
    found = read_with_passage(danger, more=more)
    assert (found.route, found.hotline, found.caution) == (route, line, caution)


def test_a_sign_in_a_passage_is_not_taken_away_by_a_doubt_beside_it() -> None:
    found = read_with_passage(0.0, "救命，有人拿刀砍人", more="。请问医保怎么报销？")
    assert (found.route, found.hotline) == ("emergency", "110")


@pytest.mark.parametrize(
    "detail", ["litigation", "arbitration", "discipline", "reconsideration", "disclosure", "petition"]
)
def test_a_legal_route_is_named_and_not_filed(detail: str) -> None:
    found = read("我要起诉", route={f"legal_route/{detail}": 0.8, "accept": 0.1, "none": 0.1})
    assert (found.route, found.legal_route, found.decline_reason) == ("legal_route", detail, None)
    assert found.classification is None


@pytest.mark.parametrize("reason", ["unlawful", "state_secret", "work_secret", "trade_secret", "privacy"])
def test_a_reason_to_decline_is_named_and_not_filed(reason: str) -> None:
    found = read("查一下她的住址", route={f"decline/{reason}": 0.8, "accept": 0.1, "none": 0.1})
    assert (found.route, found.decline_reason, found.legal_route) == ("decline", reason, None)
    assert found.classification is None


def test_a_refusal_that_is_not_sure_is_filed_for_a_person_to_decide() -> None:
    found = read(
        "查一下她的住址", route={"decline/privacy": 0.35, "decline/unlawful": 0.3, "accept": 0.3, "none": 0.05}
    )
    assert (found.route, found.decline_reason, classified(found).kind) == ("accept", None, "complaint")


def test_reasons_to_decline_count_together() -> None:
    found = read("查一下她的住址", route={"decline/privacy": 0.45, "decline/unlawful": 0.4, "accept": 0.15})
    assert (found.route, found.decline_reason) == ("decline", "privacy")


def test_a_legal_route_counts_also_where_the_message_seems_to_be_something_else() -> None:
    thanks = {"thank": 0.8, "report_matter": 0.1}
    assert read("法院", intent=thanks, route={"legal_route/litigation": 0.6, "none": 0.4}).route == "legal_route"
    assert read("法院", intent=thanks, route={"legal_route/litigation": 0.4, "none": 0.6}).route == "none"


def test_a_message_that_is_a_matter_is_routed_although_no_route_is_likely() -> None:
    found = read(intent={"report_matter": 0.45, "ask_question": 0.4, "greet": 0.15}, route={"none": 0.6, "accept": 0.4})
    assert (found.route, found.intent) == ("accept", "report_matter")


def test_where_question_and_report_share_the_probability_the_likelier_is_the_intent() -> None:
    intent = {"greet": 0.4, "ask_question": 0.35, "report_matter": 0.25}
    assert read(intent=intent, route={"accept": 0.9, "none": 0.1}).intent == "ask_question"


# Class, kind, haste ---------------------------------------------------------------------------------------------------


def test_the_first_level_with_the_largest_sum_wins_over_the_single_best_path() -> None:
    ranking = [("交通运输/公共交通", 0.3), ("城乡建设/市政设施", 0.25), ("城乡建设/停车管理", 0.2), ("民政/殡葬", 0.1)]
    assert best_categories(ranking)[0] == ["城乡建设", "市政设施"]


def test_the_class_that_came_second_is_the_likeliest_of_the_others() -> None:
    ranking = [("交通运输/公共交通", 0.3), ("城乡建设/市政设施", 0.25), ("城乡建设/停车管理", 0.2), ("民政/殡葬", 0.1)]
    assert best_categories(ranking)[1] == ["交通运输", "公共交通"]
    assert best_categories(ranking[1:])[1] == ["城乡建设", "停车管理"]


def test_where_there_is_one_class_none_came_second() -> None:
    assert best_categories([(NOISE, 1.0)]) == (["环境保护", "噪声污染"], [])


def test_a_class_of_three_levels_keeps_all_of_them() -> None:
    third = "环境保护/噪声污染/餐饮娱乐噪声"
    assert best_categories([(LAMPS, 0.9), (third, 0.1)])[1] == ["环境保护", "噪声污染", "餐饮娱乐噪声"]
    assert best_categories([(third, 1.0)])[0] == ["环境保护", "噪声污染", "餐饮娱乐噪声"]


def test_a_matter_says_how_sure_its_class_is_and_which_came_second() -> None:
    found = classified(read(category={NOISE: 0.61234, LAMPS: 0.3, "民政/殡葬管理": 0.08}))
    assert (found.confidence, found.runner_up) == (0.6123, ["城乡建设", "市政设施"])


def test_how_sure_is_said_of_the_class_that_was_chosen_not_of_the_likeliest_path() -> None:
    found = classified(read(category={"交通运输/公共交通": 0.35, LAMPS: 0.3, "城乡建设/停车管理": 0.2}))
    assert (found.category, found.confidence) == (["城乡建设", "市政设施"], 0.3)
    assert found.runner_up == ["交通运输", "公共交通"]


def test_a_question_is_a_consultation() -> None:
    found = read(intent={"ask_question": 0.9, "report_matter": 0.1}, kind={"complaint": 0.85, "consultation": 0.15})
    assert (found.intent, classified(found).kind) == ("ask_question", "consultation")


def test_a_report_is_never_a_consultation() -> None:
    found = read(kind={"consultation": 0.9, "suggestion": 0.06, "complaint": 0.04})
    assert classified(found).kind == "suggestion"


@pytest.mark.parametrize(("probability", "urgency"), [(0.5, "expedited"), (0.49, "standard")])
def test_haste_makes_a_matter_expedited(probability: float, urgency: str) -> None:
    found = read(urgency={"expedited": probability, "standard": 1 - probability})
    assert classified(found).urgency == urgency


@pytest.mark.parametrize(("probability", "urgency"), [(0.3, "expedited"), (0.29, "standard")])
def test_a_class_that_is_usually_expedited_needs_less_haste(probability: float, urgency: str) -> None:
    from bot.hotline.catalogue import catalogue

    usual = next(path for path, entry in catalogue().entries.items() if entry.urgency == "expedited")
    found = read(category={"/".join(usual): 1.0}, urgency={"expedited": probability, "standard": 1 - probability})
    assert classified(found).urgency == urgency


def test_an_area_wide_outage_is_immediate_and_expedited() -> None:
    found = read(immediate={"True": 0.6, "False": 0.4})
    assert (classified(found).immediate, classified(found).urgency) == (True, "expedited")


def test_a_region_outside_the_city_goes_to_the_hotline_centre() -> None:
    assert read(facts={"region": "杭州市"}).unit == "丽水市12345政务咨询投诉举报服务中心"


# Ratings, facts, language, doubt --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rating", ["satisfied", "neutral", "dissatisfied"])
def test_a_rating_tells_how_it_was(rating: str) -> None:
    found = read("就那样", intent={"rate": 0.9, "deny": 0.1}, route={"none": 1.0, "accept": 0.0}, rating={rating: 0.8})
    assert (found.intent, found.rating) == ("rate", rating)


def test_only_a_rating_has_a_rating() -> None:
    assert read().rating is None
    assert read("好", intent={"affirm": 0.9, "rate": 0.1}, route={"none": 1.0, "accept": 0.0}).rating is None


def test_facts_stand_in_their_slots() -> None:
    facts = {
        "location": "丽阳街",
        "occurred_at": "昨天",
        "name": "王芳",
        "phone": "13812345678",
        "case_number": "LS20260309-7K3M9Q",
    }
    slots = read(facts={**facts, "region": "莲都区"}).slots
    assert {name: getattr(slots, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("楼下烧烤店太吵了", "zh"),
        ("我的WiFi连不上", "zh"),
        ("ETC卡在哪里办", "zh"),
        ("13812345678", "zh"),
        ("The street lamp is broken", "en"),
        ("How do I pay my water bill?", "en"),
    ],
)
def test_the_language_of_a_message(text: str, language: str) -> None:
    assert read(text).language == language


@pytest.mark.parametrize("text", ["13812345678", "LS20261124-7K3M9Q", "2", "？", ""])
def test_a_number_belongs_to_no_language(text: str) -> None:
    assert language_of(text) is None


def test_intents_that_are_nearly_as_likely_are_asked_about() -> None:
    found = read(intent={"urge": 0.4, "check_progress": 0.35, "rate": 0.1}, route={"none": 0.9, "accept": 0.1})
    assert found.alternatives == ["urge", "check_progress"]


@pytest.mark.parametrize(
    "intent",
    [
        pytest.param({"urge": 0.5, "check_progress": 0.45, "rate": 0.05}, id="sure enough"),
        pytest.param({"urge": 0.4, "check_progress": 0.2, "rate": 0.2}, id="a clear lead"),
    ],
)
def test_what_is_sure_enough_is_not_asked_about(intent: dict[str, float]) -> None:
    assert read(intent=intent, route={"none": 0.9, "accept": 0.1}).alternatives == []


@pytest.mark.parametrize("text", ["？？？", "……", "😀", "_"])
def test_a_message_without_a_word_is_asked_about_however_sure_the_heads_are(text: str) -> None:
    assert len(read(text, intent={"greet": 0.99, "rate": 0.01}, route={"none": 1.0, "accept": 0.0}).alternatives) > 1


def test_danger_is_never_asked_about() -> None:
    found = read("我家着火了", intent={"urge": 0.3, "report_matter": 0.28, "greet": 0.27})
    assert (found.route, found.alternatives) == ("emergency", [])


# Several matters ------------------------------------------------------------------------------------------------------

LAMP_PART = ("路灯坏了三天没人修", scores(category={LAMPS: 0.9, NOISE: 0.1}))
NOISE_PART = ("楼下烧烤店每天很吵", scores())


def test_two_matters_of_different_classes_are_two() -> None:
    found = read(parts=[NOISE_PART, LAMP_PART])
    assert found.matters == 2
    assert [(part.text, part.classification.category) for part in found.parts] == [
        ("楼下烧烤店每天很吵", ["环境保护", "噪声污染"]),
        ("路灯坏了三天没人修", ["城乡建设", "市政设施"]),
    ]


def test_a_part_that_only_says_where_is_no_matter() -> None:
    where = ("在莲都区丽阳街123号", scores(category={LAMPS: 0.9, NOISE: 0.1}))
    assert read(parts=[NOISE_PART, where]).matters == 1


def test_two_parts_of_the_same_class_are_one_matter() -> None:
    found = read(parts=[NOISE_PART, ("隔壁装修也很吵很吵", scores())])
    assert (found.matters, found.parts) == (1, [])


def test_a_part_that_is_no_matter_does_not_count() -> None:
    politeness = ("谢谢你们一直帮忙", scores(intent={"thank": 0.9, "report_matter": 0.05}))
    assert separate_matters(Reading("", scores(), {}, [NOISE_PART, politeness])) == []


def test_parts_of_the_same_class_are_joined_beside_another_matter() -> None:
    parts = separate_matters(Reading("", scores(), {}, [NOISE_PART, LAMP_PART, ("隔壁装修也很吵很吵", scores())]))
    assert [part.text for part in parts] == ["楼下烧烤店每天很吵。隔壁装修也很吵很吵", "路灯坏了三天没人修"]


def test_every_part_has_a_kind_and_haste_of_its_own() -> None:
    question = ("请问路灯归谁管呢", scores(intent={"ask_question": 0.9, "report_matter": 0.1}, category={LAMPS: 1.0}))
    hurried = ("楼下烧烤店每天很吵", scores(urgency={"expedited": 0.9, "standard": 0.1}))
    parts = separate_matters(Reading("", scores(), {}, [hurried, question]))
    found = [part.classification for part in parts]
    assert [(each.kind, each.urgency) for each in found] == [("complaint", "expedited"), ("consultation", "standard")]
    assert [(each.confidence, each.runner_up) for each in found] == [(0.8, ["城乡建设", "市政设施"]), (1.0, [])]


def test_a_matter_that_is_refused_is_not_split() -> None:
    found = read(parts=[NOISE_PART, LAMP_PART], route={"decline/privacy": 0.9, "accept": 0.1})
    assert (found.route, found.parts, found.matters) == ("decline", [], 1)
