"""Every message is answered once, in its turn, in time or as a customer-service message; repeats do nothing twice."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.dialogue.wording import say
from bot.storage import Database
from bot.storage.tables import Handoff, Utterance, now
from bot.storage.tables_wechat import WeChatDelivery, WeChatInbound
from channels.wechat.kept import Inbox, Reply
from channels.wechat.messages import read
from channels.wechat.reception import Reception, Times
from channels.wechat.render import Piece, Said
from tests.channels.wechat.conftest import APP_ID, Serve, Talk
from tests.channels.wechat.raw import xml
from tests.tools.wechat_standin.driver import Citizen, Standin

HURRIED = Times(in_time=0.2, typing_after=60, look=0.05, closing=0.1)


def rows(store: Database, table: Any) -> list[Any]:
    with store.transaction() as session:
        found = list(session.scalars(select(table).order_by(table.id)))
        session.expunge_all()
        return found


def claims_run_out(store: Database) -> None:
    """As if whoever worked on the messages had been gone for long."""
    with store.transaction() as session:
        session.execute(update(WeChatInbound).values(next_try_at=now() - timedelta(seconds=1)))


def in_background(citizen: Citizen, text: str) -> threading.Thread:
    thread = threading.Thread(target=citizen.says, args=(text,))
    thread.start()
    return thread


# In time --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["plain", "compatible", "encrypted"])
def test_a_text_gets_the_engines_answer_as_the_passive_reply(
    serve: Serve, standin: Standin, talk: Talk, mode: str
) -> None:
    with serve(mode=mode):
        citizen = standin.citizen()
        outcome = citizen.says("路灯坏了")
        assert (outcome["result"], outcome["tries"], outcome["shown"]["text"]) == ("reply", 1, "收到：路灯坏了")
    assert talk.texts == ["/greet", "路灯坏了"]
    assert standin.violations() == []


def test_several_bubbles_become_one_text(account: str, standin: Standin, talk: Talk) -> None:
    talk.says["发票"] = [{"text": "第一段。"}, {"text": "第二段。"}]
    citizen = standin.citizen()
    assert citizen.says("发票")["shown"]["text"] == "第一段。\n\n第二段。"


def test_of_a_long_answer_the_first_part_goes_back_at_once_and_the_rest_follows_in_order(
    account: str, standin: Standin, talk: Talk
) -> None:
    sentences = [f"这是第{n}句，说的是怎么办理。" for n in range(120)]
    talk.says["流程"] = [{"text": "".join(sentences)}]
    citizen = standin.citizen()
    assert citizen.says("流程")["result"] == "reply"
    seen = citizen.waits_for(4)[1:]
    assert [item["via"] for item in seen] == ["passive", "custom", "custom"]
    assert "".join(item["text"] for item in seen) == "".join(sentences)
    assert all(item["text"].endswith("。") and len(item["text"].encode()) <= 2048 for item in seen)
    assert standin.violations() == []


def test_an_answer_cannot_break_out_of_the_reply(account: str, standin: Standin, talk: Talk) -> None:
    text = "结束]]></Content><MsgType>image</MsgType><![CDATA[ & ]]]]>"
    talk.says["试试"] = [{"text": text}]
    citizen = standin.citizen()
    assert citizen.says("试试")["shown"]["text"] == text.replace("<", "＜")
    assert standin.violations() == []


def test_control_characters_do_not_spoil_the_reply(account: str, standin: Standin, talk: Talk) -> None:
    talk.says["试试"] = [{"text": "一\x00\x08二\ufffe三"}]
    citizen = standin.citizen()
    assert citizen.says("试试")["shown"]["text"] == "一二三"


def test_what_the_engine_cannot_answer_is_apologised_for(account: str, standin: Standin, talk: Talk) -> None:
    talk.breaks_on = {"摔倒"}
    citizen = standin.citizen()
    assert citizen.says("摔倒")["shown"]["text"] == f"{say('web.broken')}\n{say('danger.lines')}"
    assert citizen.says("再来")["shown"]["text"] == "收到：再来"


def test_what_the_gate_refuses_is_said(account: str, standin: Standin, talk: Talk) -> None:
    citizen = standin.citizen()
    assert "2000字" in citizen.says("字" * 2001)["shown"]["text"]
    assert "没写内容" in citizen.says("　")["shown"]["text"]
    assert talk.texts == ["/greet"]


# Late -----------------------------------------------------------------------------------------------------------------


def test_a_late_answer_comes_as_a_customer_service_message(serve: Serve, standin: Standin, talk: Talk) -> None:
    with serve(HURRIED):
        citizen = standin.citizen()
        talk.hold()
        assert citizen.says("慢慢想")["result"] == "success"
        talk.let_go()
        [_, item] = citizen.waits_for(2)
        assert (item["via"], item["text"]) == ("custom", "收到：慢慢想")
    assert standin.violations() == []
    assert talk.texts == ["/greet", "慢慢想"]


def test_who_waits_sees_that_an_answer_is_being_written(serve: Serve, standin: Standin, talk: Talk) -> None:
    with serve(Times(in_time=60, typing_after=0, look=0.05)):
        citizen = standin.citizen()
        talk.hold()
        saying = in_background(citizen, "慢慢想")
        while not citizen.state()["typing"]:
            pass
        talk.let_go()
        saying.join()
        assert not citizen.state()["typing"]
    assert standin.violations() == []


def test_a_quick_answer_shows_no_typing(account: str, standin: Standin) -> None:
    citizen = standin.citizen()
    citizen.says("您好")
    assert "/cgi-bin/message/custom/typing" not in standin.get("counts")["calls"]


def test_while_one_message_is_answered_the_next_of_the_person_waits_and_others_do_not(
    serve: Serve, standin: Standin, talk: Talk
) -> None:
    with serve(HURRIED):
        one, other = standin.citizen(), standin.citizen()
        talk.hold()
        assert [one.says(text)["result"] for text in ("一", "二", "三")] == ["success"] * 3
        assert other.says("四")["result"] == "success"
        assert talk.texts == ["/greet", "/greet", "一", "四"]
        talk.let_go()
        assert [item["text"] for item in one.waits_for(4)[1:]] == ["收到：一", "收到：二", "收到：三"]
        assert other.waits_for(2)[1]["text"] == "收到：四"


# Repeats --------------------------------------------------------------------------------------------------------------


def test_a_repeat_gets_the_same_reply_and_does_nothing_twice(account: str, standin: Standin, talk: Talk) -> None:
    citizen = standin.citizen()
    standin.post("faults", path="push", times=2)
    outcome = citizen.says("路灯坏了")
    assert (outcome["result"], outcome["tries"], outcome["shown"]["text"]) == ("reply", 3, "收到：路灯坏了")
    assert talk.texts == ["/greet", "路灯坏了"]
    assert citizen.reads() == ["收到：/greet", "收到：路灯坏了"]


def test_a_repeat_of_an_event_does_nothing_twice(account: str, standin: Standin, talk: Talk) -> None:
    citizen = standin.citizen()
    standin.post("faults", path="push", times=1)
    assert citizen.does("click", key="progress")["tries"] == 2
    assert talk.texts == ["/greet", "查进度"]
    citizen.does("click", key="progress")
    assert talk.texts == ["/greet", "查进度", "查进度"]


def test_a_message_that_the_platform_hung_up_on_is_answered_once(serve: Serve, standin: Standin, talk: Talk) -> None:
    with serve():
        citizen = standin.citizen()
        standin.post("account", patience=0.5)
        talk.hold()
        saying = in_background(citizen, "慢慢想")
        while standin.get("counts")["tries"].get("text", 0) < 2:
            pass
        talk.let_go()
        saying.join()
        standin.post("account", patience=30)
        assert [item["text"] for item in citizen.waits_for(2)][1:] == ["收到：慢慢想"]
        assert citizen.says("再来")["shown"]["text"] == "收到：再来"
        assert citizen.reads()[1:] == ["收到：慢慢想", "收到：再来"]
    assert talk.texts == ["/greet", "慢慢想", "再来"]


def test_a_repeat_after_success_does_not_answer_again(serve: Serve, standin: Standin, talk: Talk) -> None:
    with serve(HURRIED):
        citizen = standin.citizen()
        standin.post("faults", path="push", times=1)
        talk.hold()
        outcome = citizen.says("慢慢想")
        assert (outcome["result"], outcome["tries"]) == ("success", 2)
        talk.let_go()
        assert [item["text"] for item in citizen.waits_for(2)][1:] == ["收到：慢慢想"]
        assert citizen.says("好了吗")["result"] in ("reply", "success")
    assert talk.texts == ["/greet", "慢慢想", "好了吗"]


async def test_many_processes_that_get_the_same_message_keep_it_once(store: Database) -> None:
    message = read(xml())
    stores = [store, Database(store.url)]
    inboxes = [Inbox(one, APP_ID) for one in stores]
    kept = await asyncio.gather(*(inboxes[n % 2].keep(message) for n in range(12)))
    assert sorted(one.fresh for one in kept) == [False] * 11 + [True]
    assert len({one.id for one in kept}) == 1
    stores[1].engine.dispose()


def test_two_processes_on_one_store_act_once_on_a_repeat(serve: Serve, standin: Standin, talk: Talk) -> None:
    with serve() as first, serve() as second:
        urls = [f"{url}/webhooks/wechat/webhook" for url in (first, second)]
        standin.post("account", url=urls[0])
        citizen = standin.citizen()
        standin.post("faults", path="push", times=1)

        def switch() -> None:
            while standin.get("counts")["tries"].get("text", 0) < 1:
                pass
            standin.post("account", url=urls[1])

        with ThreadPoolExecutor() as pool:
            switching = pool.submit(switch)
            outcome = citizen.says("路灯坏了")
            switching.result()
        assert outcome["result"] == "reply"
        assert citizen.reads()[1:] == ["收到：路灯坏了"]
        assert talk.texts == ["/greet", "路灯坏了"]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_the_platform_gave_up_while_it_was_being_kept_is_answered_all_the_same(
    serve: Serve, store: Database, standin: Standin, talk: Talk
) -> None:
    with serve():
        citizen = standin.citizen()
        standin.post("account", patience=0.3)
        with store.transaction() as session:
            # From here on nobody else can write.
            session.execute(select(1))
            assert citizen.says("停电了")["result"] == "out_of_service"
        assert citizen.waits_for(3)[-1]["text"] == "收到：停电了"
    assert talk.texts == ["/greet", "停电了"]


# What is left over ----------------------------------------------------------------------------------------------------


def test_a_message_that_was_kept_and_not_answered_is_taken_up_at_the_next_start(
    serve: Serve, store: Database, standin: Standin, talk: Talk
) -> None:
    with serve(HURRIED):
        citizen = standin.citizen()
        citizen.waits_for(1)
        talk.hold()
        assert citizen.says("停电了")["result"] == "success"
        # The engine never answers; the service is stopped.
    assert [row.state for row in rows(store, WeChatInbound)][-1] == "kept"
    talk.let_go()
    claims_run_out(store)
    with serve(HURRIED):
        [_, item] = citizen.waits_for(2)
        assert (item["via"], item["text"]) == ("custom", "收到：停电了")
    assert [row.state for row in rows(store, WeChatInbound)] == ["done", "done"]


async def test_a_reply_that_did_not_leave_is_delivered_before_what_follows_it(
    store: Database, standin: Standin
) -> None:
    inbox = Inbox(store, APP_ID, lease=-1)
    message = read(xml())
    kept = await inbox.keep(message)
    await inbox.answered(kept, Reply("text", "甲"), [Piece("乙"), Piece("丙")])
    [waiting] = await inbox.claim()
    assert waiting.kept.reply == Reply("text", "甲")
    await inbox.not_sent(waiting.kept)
    await inbox.not_sent(waiting.kept)
    assert [row.content["text"] for row in rows(store, WeChatDelivery)] == ["甲", "乙", "丙"]
    assert await inbox.claim() == []


async def test_what_somebody_works_on_is_not_taken_up(store: Database) -> None:
    inbox = Inbox(store, APP_ID, lease=60)
    message = read(xml())
    kept = await inbox.keep(message)
    assert await inbox.claim() == []
    short = Inbox(store, APP_ID, lease=-1)
    await short.renew([kept.id])
    assert [waiting.message for waiting in await inbox.claim()] == [message]
    assert await inbox.claim() == []


# An agent speaks ------------------------------------------------------------------------------------------------------


def hand_over(store: Database, state: str) -> None:
    with store.transaction() as session:
        [visitor] = {row.visitor_id for row in session.scalars(select(WeChatInbound))}
        session.add(Handoff(visitor_id=visitor, state=state))


def test_while_an_agent_holds_the_conversation_the_bot_is_silent(
    account: str, store: Database, standin: Standin, talk: Talk
) -> None:
    citizen = standin.citizen()
    hand_over(store, "served")
    assert citizen.says("你好")["result"] == "success"
    assert citizen.does("image")["result"] == "success"
    assert citizen.does("voice", recognition="")["result"] == "success"
    assert citizen.does("location", latitude=28.4, longitude=119.9, label="丽阳街123号")["result"] == "success"
    assert talk.texts == ["/greet"]
    said = [row.content["text"] for row in rows(store, Utterance) if row.speaker == "visitor"]
    assert said == ["你好", say("wechat.note.picture"), say("wechat.note.voice"), "（发来位置）丽阳街123号"]
    assert standin.violations() == []


def test_with_transfer_who_asks_for_a_person_goes_to_wechats_own_agents(
    serve: Serve, store: Database, standin: Standin, talk: Talk
) -> None:
    with serve(transfer=True):
        citizen = standin.citizen()
        hand_over(store, "waiting")
        outcome = citizen.says("我要找人")
        assert (outcome["result"], outcome["shown"]) == ("reply", None)
        assert citizen.waits_for(2)[1]["text"] == say("wechat.transfer")
        assert talk.texts == ["/greet"]
        assert [row.state for row in rows(store, Handoff)] == ["left"]
        assert citizen.says("您好")["shown"]["text"] == "收到：您好"
    assert standin.violations() == []


def test_with_transfer_a_late_handing_over_asks_for_one_more_message(
    serve: Serve, store: Database, standin: Standin, talk: Talk
) -> None:
    with serve(Times(in_time=0, typing_after=60, look=0.05), transfer=True):
        citizen = standin.citizen()
        hand_over(store, "waiting")
        assert citizen.says("我要找人")["result"] == "success"
        assert citizen.waits_for(2)[1]["text"] == say("wechat.transfer_again")
        # Where the time ran out only after the handing over had begun, the person has left the queue and joined it anew.
        assert [row.state for row in rows(store, Handoff)][-1:] == ["waiting"]


def test_without_transfer_the_desk_keeps_who_waits(account: str, store: Database, standin: Standin, talk: Talk) -> None:
    citizen = standin.citizen()
    hand_over(store, "waiting")
    assert citizen.says("还在吗")["shown"]["text"] == "收到：还在吗"
    assert [row.state for row in rows(store, Handoff)] == ["waiting"]


# Personal data --------------------------------------------------------------------------------------------------------


def test_no_table_holds_an_openid_or_a_text_in_the_clear(
    account: str, store: Database, standin: Standin, caplog: pytest.LogCaptureFixture
) -> None:
    citizen = standin.citizen()
    citizen.says("我叫王芳，住在丽阳街")
    with store.engine.connect() as connection:
        for table in (
            "wechat_people",
            "wechat_inbound",
            "wechat_deliveries",
            "wechat_accounts",
            "visitors",
            "utterances",
        ):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                told = " ".join(
                    bytes(v).decode(errors="replace") if isinstance(v, memoryview | bytes) else str(v) for v in row
                )
                assert citizen.openid not in told and "王芳" not in told
    assert citizen.openid not in caplog.text


# Repeats at the same moment -------------------------------------------------------------------------------------------


async def test_a_repeat_that_comes_while_the_first_is_being_kept_waits_for_its_answer(store: Database) -> None:
    inbox, committed, go_on = Inbox(store, APP_ID), asyncio.Event(), asyncio.Event()
    keep, kept_for_itself = inbox.keep, []

    async def slow(message: Any) -> Any:
        kept_for_itself.append(message)
        kept = await keep(message)
        if kept.fresh:
            committed.set()
            await go_on.wait()
        return kept

    inbox.keep = slow  # type: ignore[method-assign]

    async def answers(*_: Any) -> Said:
        return Said("收到")

    reception = Reception(store, inbox, answers, None, lambda: False, lambda: None, times=Times(in_time=60))  # type: ignore[arg-type]
    message = read(xml().encode())
    first = asyncio.create_task(reception.take(message))
    await committed.wait()
    repeat = asyncio.create_task(reception.take(message))
    for _ in range(5):
        await asyncio.sleep(0)  # a turn of the loop for each task that it starts
    if len(kept_for_itself) == 1:
        go_on.set()
    # Were the repeat kept for itself, it would be over before the first goes on.
    repeat.add_done_callback(lambda _: go_on.set())
    assert [reply for _, reply in await asyncio.gather(first, repeat)] == [Reply("text", "收到")] * 2
    await reception.close()
