"""Who is in danger hears the line as the passive reply, whatever is refused or broken."""

from __future__ import annotations

from sqlalchemy import text as sql

from bot.dialogue.wording import say
from bot.storage import Database
from tests.channels.wechat.conftest import Serve, Talk
from tests.tools.wechat_standin.driver import Standin

FIRE = "救命着火了"


def test_a_text_that_is_too_long(serve: Serve, standin: Standin) -> None:
    with serve():
        citizen = standin.citizen()
        shown = citizen.says(FIRE + "字" * 2000)["shown"]["text"]
        assert "119" in shown.splitlines()[0] and "2000" in shown.splitlines()[-1]
        assert say("danger.lines") in citizen.says("字" * 2001)["shown"]["text"]


def test_an_engine_that_is_down(serve: Serve, standin: Standin, talk: Talk) -> None:
    talk.breaks_on.update({FIRE, "路灯坏了"})
    with serve():
        citizen = standin.citizen()
        assert "119" in citizen.says(FIRE)["shown"]["text"].splitlines()[0]
        assert say("danger.lines") in citizen.says("路灯坏了")["shown"]["text"]


def test_a_store_that_keeps_nothing(serve: Serve, standin: Standin, store: Database) -> None:
    with serve():
        citizen = standin.citizen()
        with store.engine.begin() as connection:
            connection.execute(sql("ALTER TABLE wechat_inbound RENAME TO aside"))
        try:
            outcome = citizen.says(FIRE)
        finally:
            with store.engine.begin() as connection:
                connection.execute(sql("ALTER TABLE aside RENAME TO wechat_inbound"))
        assert (outcome["result"], outcome["tries"]) == ("reply", 1)
        assert "119" in outcome["shown"]["text"].splitlines()[0]
