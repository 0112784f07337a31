"""Every kind of message and event is taken as what it is, and answered kindly."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialogue.wording import say
from bot.hotline.media import LARGEST, files
from bot.hotline.media.kinds import recognised
from bot.settings import settings
from bot.storage import Database
from bot.storage.tables import Handoff, Media, Visitor
from bot.storage.tables_wechat import WeChatAccount, WeChatPerson
from channels.wechat.menu import SAYS, says
from channels.wechat.messages import visitor_of
from channels.wechat.render import option_id
from tests.channels.wechat.conftest import APP_ID, PUBLIC, Serve, Talk, file_order
from tests.tools.wechat_standin.driver import Standin
from tests.uploads import MP4, UNWANTED, picture

CHOICES = ("提交", "要改一下", "取消")


def shown(outcome: dict[str, Any]) -> str:
    assert outcome["result"] == "reply"
    return str(outcome["shown"]["text"])


def one(store: Database, table: Any) -> Any:
    with store.transaction() as session:
        found = session.scalars(select(table)).one()
        session.expunge_all()
        return found


# Buttons --------------------------------------------------------------------------------------------------------------


def test_buttons_come_as_a_menu_message_below_the_text(account: str, standin: Standin, talk: Talk) -> None:
    talk.offers("反映", *CHOICES)
    citizen = standin.citizen()
    assert shown(citizen.says("反映")) == "请选一个："
    menu = citizen.waits_for(3)[-1]
    assert (menu["type"], menu["head"]) == ("msgmenu", say("wechat.pick"))
    assert menu["items"] == [{"id": option_id(f"/pick_{n}"), "content": title} for n, title in enumerate(CHOICES, 1)]
    assert standin.violations() == []


@pytest.mark.parametrize("id_goes_missing", [False, True])
def test_a_click_in_the_menu_is_told_by_its_id_else_by_its_words(
    account: str, standin: Standin, talk: Talk, id_goes_missing: bool
) -> None:
    talk.offers("反映", *CHOICES)
    citizen = standin.citizen()
    citizen.says("反映")
    item = citizen.waits_for(3)[-1]["items"][1]
    citizen.does("pick", content=item["content"], **({} if id_goes_missing else {"id": item["id"]}))
    assert talk.texts[-1] == "/pick_2"


def test_a_click_in_an_earlier_menu_still_works(account: str, standin: Standin, talk: Talk) -> None:
    talk.offers("反映", *CHOICES)
    citizen = standin.citizen()
    citizen.says("反映")
    item = citizen.waits_for(3)[-1]["items"][0]
    citizen.says("别的话")
    citizen.does("pick", **item)
    assert talk.texts[-1] == "/pick_1"


def test_a_menu_id_that_was_not_offered_is_only_its_words(account: str, standin: Standin, talk: Talk) -> None:
    citizen = standin.citizen()
    citizen.does("pick", content="提交", id=option_id("/pick_1"))
    assert talk.texts[-1] == "提交"


@pytest.mark.parametrize(
    ("said", "payload"), [("1", "/pick_1"), ("第三个", "/pick_3"), ("一", "/pick_1"), ("取消", "/pick_3")]
)
def test_without_menu_messages_the_options_have_numbers_and_a_number_or_words_pick_one(
    serve: Serve, standin: Standin, talk: Talk, said: str, payload: str
) -> None:
    with serve(msgmenu=False):
        talk.offers("反映", *CHOICES)
        citizen = standin.citizen()
        assert shown(citizen.says("反映")) == f"请选一个：\n\n{say('wechat.numbers')}\n1 提交\n2 要改一下\n3 取消"
        citizen.says(said)
        assert talk.texts[-1] == payload
    assert len(citizen.seen()) == 3


@pytest.mark.parametrize("code", [48001, 40200])
def test_an_account_that_may_send_no_menus_is_remembered_and_gets_numbers(
    serve: Serve, store: Database, standin: Standin, talk: Talk, code: int
) -> None:
    talk.offers("反映", *CHOICES)
    with serve():
        citizen = standin.citizen()
        standin.post("faults", path="/cgi-bin/message/custom/send", errcode=code, times=1)
        assert shown(citizen.says("反映")) == "请选一个："
        assert citizen.waits_for(3)[-1]["text"] == f"{say('wechat.numbers')}\n1 提交\n2 要改一下\n3 取消"
        assert shown(citizen.says("反映")).endswith("3 取消")
    assert one(store, WeChatAccount).menus_refused
    with serve():
        assert shown(citizen.says("反映")).endswith("3 取消")


# Kinds ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answer", "content_type"),
    [
        ("image", say("wechat.picture"), "image/png"),
        ("video", say("wechat.video"), "video/mp4"),
        ("shortvideo", say("wechat.video"), "video/mp4"),
    ],
)
def test_a_picture_or_video_is_fetched_at_once_and_kept_for_the_matter(
    account: str, store: Database, standin: Standin, talk: Talk, kind: str, answer: str, content_type: str
) -> None:
    citizen = standin.citizen()
    content = picture() if kind == "image" else MP4
    assert shown(citizen.does(kind, data=base64.b64encode(content).decode())) == answer
    medium = one(store, Media)
    assert (medium.content_type, medium.order_number) == (content_type, None)
    assert files.read(medium.id) == recognised(content).body
    assert talk.texts == ["/greet"]


@pytest.mark.parametrize("name", ["exe", "html"])
def test_a_file_that_is_no_video_is_refused_and_the_person_told(
    account: str, store: Database, standin: Standin, name: str
) -> None:
    citizen = standin.citizen()
    assert shown(citizen.does("video", data=base64.b64encode(UNWANTED[name]).decode())) == say("media.unwanted_media")
    with store.transaction() as session:
        assert session.scalars(select(Media)).all() == []


def test_a_full_disk_refuses_a_file_with_the_emergency_lines(
    account: str, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "minimum_free", 10**9)
    answer = shown(standin.citizen().does("video", data=base64.b64encode(MP4).decode()))
    assert answer == say("media.no_space") and all(line in answer for line in ("110", "119", "120", "122"))


def test_a_picture_that_cannot_be_fetched_is_asked_for_again(account: str, store: Database, standin: Standin) -> None:
    citizen = standin.citizen()
    standin.post("faults", path="/cgi-bin/media/get", errcode=40007, times=1)
    assert shown(citizen.does("image")) == say("wechat.media_lost")
    assert shown(citizen.does("image")) == say("wechat.picture")
    one(store, Media)


def test_a_file_that_is_too_large_is_refused_kindly(
    account: str, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = standin.citizen()
    monkeypatch.setattr("channels.wechat.client.LARGEST", 100)
    assert LARGEST == 10 * 1024 * 1024
    assert shown(citizen.does("video", data=base64.b64encode(bytes(101)).decode())) == say(
        "wechat.media_large", megabytes=10
    )


def test_an_account_without_secret_asks_to_type_and_not_to_send_it_again(serve: Serve, standin: Standin) -> None:
    with serve(app_secret=None):
        citizen = standin.citizen()
        assert shown(citizen.does("image")) == say("wechat.unknown")
        assert shown(citizen.says("您好")) == "收到：您好"


def test_recognised_words_of_a_voice_are_a_text(account: str, standin: Standin, talk: Talk) -> None:
    assert shown(standin.citizen().does("voice", recognition="路灯坏了。")) == "收到：路灯坏了。"


@pytest.mark.parametrize("more", [{"recognition": ""}, {}])
def test_a_voice_without_words_is_not_kept_and_typing_is_offered(
    account: str, store: Database, standin: Standin, talk: Talk, more: dict[str, str]
) -> None:
    assert shown(standin.citizen().does("voice", **more)) == say("wechat.voice")
    assert talk.texts == ["/greet"]
    with store.transaction() as session:
        assert session.scalars(select(Media)).all() == []


def test_an_agent_can_hear_a_voice(account: str, store: Database, standin: Standin) -> None:
    citizen = standin.citizen()
    visitor = one(store, WeChatPerson).visitor_id
    with store.transaction() as session:
        session.add(Handoff(visitor_id=visitor, state="served"))
    assert citizen.does("voice")["result"] == "success"
    assert one(store, Media).content_type == "audio/amr"


def test_a_place_answers_the_question_for_it(account: str, standin: Standin, talk: Talk) -> None:
    talk.says["路灯坏了"] = [{"text": "在哪里？", "custom": {"expects": "location"}}]
    citizen = standin.citizen()
    citizen.says("路灯坏了")
    citizen.does("location", latitude=28.45, longitude=119.92, label="莲都区丽阳街123号")
    assert talk.texts[-1] == "莲都区丽阳街123号"


@pytest.mark.parametrize("expects", ["description", "confirm"])
def test_a_place_is_added_to_what_is_being_told(account: str, standin: Standin, talk: Talk, expects: str) -> None:
    talk.says["反映"] = [{"text": "是什么事？", "custom": {"expects": expects}}]
    citizen = standin.citizen()
    citizen.says("反映")
    citizen.does("location", latitude=28.45, longitude=119.92, label="莲都区丽阳街123号")
    assert talk.texts[-1] == "地点：莲都区丽阳街123号"


@pytest.mark.parametrize(("label", "said"), [("丽阳街", "丽阳街"), ("", "北纬28.45，东经119.92")])
def test_a_place_out_of_the_blue_is_asked_about(
    account: str, standin: Standin, talk: Talk, label: str, said: str
) -> None:
    outcome = standin.citizen().does("location", latitude=28.45, longitude=119.92, label=label)
    assert shown(outcome) == say("wechat.place", place=said)
    assert talk.texts == ["/greet"]


def test_a_link_is_answered_kindly(account: str, standin: Standin, talk: Talk) -> None:
    outcome = standin.citizen().does("link", title="新闻", url="https://example.com/a?b=1")
    assert shown(outcome) == say("wechat.link")
    assert talk.texts == ["/greet"]


# Events ---------------------------------------------------------------------------------------------------------------


def test_who_follows_is_greeted_and_who_comes_back_is_greeted_shorter(
    account: str, store: Database, standin: Standin, talk: Talk
) -> None:
    citizen = standin.citizen(follows=False)
    assert shown(citizen.does("follow")) == "收到：/greet"
    assert one(store, Visitor).channel == "wechat"
    assert citizen.does("unfollow")["result"] == "success"
    assert not one(store, WeChatPerson).following
    assert shown(citizen.does("follow", scene="poster")) == say("wechat.welcome_back")
    assert one(store, WeChatPerson).following
    assert talk.texts == ["/greet"]


def test_who_unfollows_leaves_the_queue(account: str, store: Database, standin: Standin) -> None:
    citizen = standin.citizen()
    with store.transaction() as session:
        session.add(Handoff(visitor_id=session.scalars(select(WeChatPerson.visitor_id)).one(), state="waiting"))
    citizen.does("unfollow")
    assert one(store, Handoff).state == "left"


@pytest.mark.parametrize("key", SAYS)
def test_the_keys_of_the_menu_speak_for_the_person(account: str, standin: Standin, talk: Talk, key: str) -> None:
    assert shown(standin.citizen().does("click", key=key)) == f"收到：{says(key)}"


def test_the_key_for_questions_invites_one(account: str, standin: Standin, talk: Talk) -> None:
    assert shown(standin.citizen().does("click", key="ask")) == say("wechat.ask")
    assert talk.texts == ["/greet"]


def test_a_key_of_an_old_menu_tells_what_can_be_done(account: str, standin: Standin, talk: Talk) -> None:
    assert shown(standin.citizen().does("click", key="gone")) == f"收到：{says('help')}"


def test_a_code_with_a_scene_does_what_the_key_does(account: str, standin: Standin, talk: Talk) -> None:
    citizen = standin.citizen(follows=False)
    assert shown(citizen.does("follow", scene="report")) == f"收到：{says('report')}"
    assert shown(citizen.does("scan", scene="progress")) == f"收到：{says('progress')}"
    assert shown(citizen.does("scan", scene="42")) == say("wechat.welcome_back")


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("view", {"url": "https://hotline.example/"}),
        ("report_location", {"latitude": 28.45, "longitude": 119.92}),
        ("agent_takes", {}),
        ("popup", {"accept": ["T1"]}),
        ("revoke", {"reject": ["T1"]}),
    ],
)
def test_events_that_nobody_says_are_taken_in_silence(
    account: str, standin: Standin, talk: Talk, what: str, body: dict[str, Any]
) -> None:
    citizen = standin.citizen()
    assert citizen.does(what, **body)["result"] == "success"
    assert talk.texts == ["/greet"]
    assert len(citizen.seen()) == 1
    assert standin.violations() == []


# Links ----------------------------------------------------------------------------------------------------------------


def test_links_and_source_stand_below_the_text(account: str, standin: Standin, talk: Talk) -> None:
    links = [{"title": "拨打110", "url": "tel:110"}, {"title": "办事指南", "url": "https://hotline.example/a?b=1&c=2"}]
    source = {"title": "公积金提取", "unit": "市公积金中心", "updated": "2026-11-02"}
    talk.says["出事了"] = [{"text": "请马上打110！", "custom": {"links": links, "source": source}}]
    assert shown(standin.citizen().says("出事了")) == (
        '请马上打110！\n<a href="tel:110">拨打110</a>　<a href="https://hotline.example/a?b=1&c=2">办事指南</a>\n'
        "来源：《公积金提取》（市公积金中心，2026-11-02更新）"
    )


def test_an_answer_about_an_own_order_leads_to_its_page_and_one_about_anothers_does_not(
    account: str, store: Database, standin: Standin, talk: Talk, public: None
) -> None:
    citizen = standin.citizen()
    own, other = file_order(store, visitor_of(APP_ID, citizen.openid)), file_order(store, "somebody else")
    assert f'<a href="{PUBLIC}/w/{own}.' in shown(citizen.says(f"工单{own}呢"))
    assert "<a href" not in shown(citizen.says(f"工单{other}呢"))


def test_a_link_that_is_neither_page_nor_telephone_is_only_its_title(
    account: str, standin: Standin, talk: Talk
) -> None:
    links = [{"title": "点我", "url": 'javascript:alert("1")'}]
    talk.says["试试"] = [{"text": "好", "custom": {"links": links}}]
    assert shown(standin.citizen().says("试试")) == "好\n点我"
