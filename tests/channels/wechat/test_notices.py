"""End to end: what the service has to tell reaches the person by the way that the platform allows at that moment."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select

from bot.dialogue.notices import Announcements
from bot.dialogue.wording import say
from bot.storage import Database
from bot.storage.tables import Notice
from channels.wechat.messages import visitor_of
from tests.channels.wechat.conftest import APP_ID, PUBLIC, Serve, file_order, move
from tests.tools.wechat_standin.driver import LONG, Citizen, Standin


def told(store: Database) -> bool:
    """Whether channels have brought all notices, after a moment: the text is there before that is noted."""
    deadline = time.monotonic() + LONG
    while untold(store) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not untold(store)


def untold(store: Database) -> list[str]:
    """Kinds of notices that no channel has brought."""
    with store.transaction() as session:
        return list(session.scalars(select(Notice.kind).where(Notice.delivered_at.is_(None)).order_by(Notice.id)))


def agent_says(store: Database, citizen: Citizen, text: str) -> None:
    bubble = {"text": text, "buttons": [], "links": [], "source": None}
    asyncio.run(Announcements(store).send(visitor_of(APP_ID, citizen.openid), [bubble]))


def opened(url: str, served_at: str) -> str:
    """The page behind a link, as the phone shows it."""
    assert url.startswith(f"{PUBLIC}/w/")
    answer = httpx.get(f"{served_at}{urlsplit(url).path}", timeout=60, trust_env=False)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(("means", "template"), [("subscribe", "T1"), ("template", "T2")])
def test_progress_is_told_within_48_hours_in_the_conversation_and_later_as_a_notice(
    serve: Serve, store: Database, standin: Standin, public: None, means: str, template: str
) -> None:
    with serve(notice_means=means, notice_template=template) as url:
        citizen = standin.citizen()
        citizen.says("路灯坏了")
        number = file_order(store, visitor_of(APP_ID, citizen.openid))
        move(store, number, "dispatched")
        text = citizen.waits_for(3)[-1]["text"]
        assert number in text and say("button.see_progress") in text
        link = text.split('href="')[1].split('"')[0]
        assert number in opened(link, url)

        citizen.does("popup", accept=["T1"])
        # For the platform the 48 hours are over; our own count learns it from its refusal.
        standin.skip(49 * 3600)
        move(store, number, "signed", "replied")
        notice = citizen.waits_for(4)[-1]
        assert (notice["type"], notice["template_id"]) == ("notice", template)
        assert [field["value"] for field in notice["fields"]][:2] == [number, "已答复"]
        assert "已责令整改" in opened(notice["url"], url)
        # The platform has reported by now that it arrived.
        standin.post("settle")
        assert untold(store) == []
    assert [code for code in standin.violations() if code != "45015"] == []


def test_an_agent_speaks_in_the_conversation_and_what_comes_too_late_waits_until_the_person_writes(
    serve: Serve, store: Database, standin: Standin
) -> None:
    with serve(notice_template="T1"):
        citizen = standin.citizen()
        citizen.says("转人工")
        agent_says(store, citizen, "我是接线员，您请说。")
        assert citizen.waits_for(3)[-1]["text"] == "我是接线员，您请说。"
        standin.skip(49 * 3600)
        agent_says(store, citizen, "还需要帮忙吗？")
        citizen.says("在的")
        assert {item["text"] for item in citizen.waits_for(5)[3:]} == {"收到：在的", "还需要帮忙吗？"}
        assert told(store)


def test_the_allowance_of_one_message_holds_for_agents_too_and_the_next_message_renews_it(
    serve: Serve, store: Database, standin: Standin
) -> None:
    with serve():
        citizen = standin.citizen()
        standin.skip(61)
        citizen.says("转人工")
        for number in range(6):
            agent_says(store, citizen, f"第{number}句")
        assert [item["text"] for item in citizen.waits_for(7)[2:]] == [f"第{number}句" for number in range(5)]
        assert citizen.state()["quota"] == 0
        citizen.says("我在听")
        assert {item["text"] for item in citizen.waits_for(9)[7:]} == {"收到：我在听", "第5句"}
        assert told(store)
    assert "45047" not in standin.violations()
