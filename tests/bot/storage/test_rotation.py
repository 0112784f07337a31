"""Keys change without anything lost, whatever is stopped when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import select

from bot.dialogue.visitors import Visitors
from bot.hotline.media import files, keep
from bot.hotline.rotation import rotate_digests, rotate_media
from bot.hotline.workorders.orders import WorkOrders
from bot.settings import Settings
from bot.storage import Database, rotation
from bot.storage.rotation import rotate_columns
from bot.storage.tables import Conversation, Media, Utterance, now
from bot.storage.tables_wechat import WeChatPerson
from channels.pages import links
from channels.wechat.messages import visitor_of
from tests.bot.hotline.workorders.factories import DRAFT, PHONE, changed, file
from tests.uploads import picture

Environment = Callable[..., Settings]


def utterances(store: Database) -> list[Any]:
    with store.transaction() as session:
        return list(session.scalars(select(Utterance.content).order_by(Utterance.id)))


async def test_after_a_change_of_keys_everything_is_found_and_the_old_key_is_not_needed(
    store: Database, environment: Environment, tmp_path: Any
) -> None:
    data = {"BOT_DATA_DIR": str(tmp_path)}
    environment(**data, BOT_SECRET_KEY="old")
    draft = changed(DRAFT, location="丽阳街123号")
    number, link = await file(store, draft), links.make("LS20260803-ABC234")
    visitor, follower = await Visitors(store).open("web"), visitor_of("wx", "openid")
    before = now() - timedelta(days=3)
    with store.transaction() as session:
        session.add(Conversation(visitor_id="v", state=[{"text": "我叫王芳"}], updated_at=before))
        session.add(WeChatPerson(visitor_id=follower, openid="openid"))
        session.add_all(Utterance(visitor_id="v", speaker="visitor", content=str(n)) for n in range(10))

    environment(BOT_SECRET_KEY="new", BOT_SECRET_KEY_PREVIOUS="other, old", BOT_IDENTITY_KEY="old")
    # Before anything is written anew, all is found and read.
    assert await WorkOrders(store).find(number, "somebody", PHONE)
    assert await Visitors(store).by_token(visitor.token) == visitor.id
    other = changed(draft, key="k2", visitor_id="other", phone="13900000000")
    assert await WorkOrders(store).similar_of_others(other) == 1
    assert links.read(link) == "LS20260803-ABC234" and utterances(store) == [str(n) for n in range(10)]
    first = rotate_columns(store)
    assert first.values > 10 and not first.unreadable
    assert rotate_digests(store) == 1
    assert (rotate_columns(store).values, rotate_digests(store)) == (0, 0)

    environment(BOT_SECRET_KEY_PREVIOUS="")
    assert utterances(store) == [str(n) for n in range(10)]
    found = await WorkOrders(store).find(number, "somebody else", PHONE)
    assert found and found.description == DRAFT.description
    assert await WorkOrders(store).similar_of_others(other) == 1
    assert await Visitors(store).by_token(visitor.token) == visitor.id
    assert visitor_of("wx", "openid") == follower
    with store.transaction() as session:
        # The age of a conversation is that of its last turn.
        assert session.get(Conversation, "v").updated_at == before


def test_a_change_that_is_stopped_goes_on_where_it_was(
    store: Database, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(BOT_SECRET_KEY="old")
    with store.transaction() as session:
        session.add_all(Utterance(visitor_id="v", speaker="visitor", content=str(n)) for n in range(10))
    environment(BOT_SECRET_KEY="new", BOT_SECRET_KEY_PREVIOUS="old")
    monkeypatch.setattr(rotation, "BATCH", 4)

    def killed(so_far: rotation.Rotated) -> None:
        if so_far.values == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_columns(store, killed)
    assert utterances(store) == [str(n) for n in range(10)]
    assert rotate_columns(store).values == 2
    environment(BOT_SECRET_KEY_PREVIOUS="")
    assert utterances(store) == [str(n) for n in range(10)]


def test_what_no_key_reads_is_named_and_left(store: Database, environment: Environment) -> None:
    environment(BOT_SECRET_KEY="lost")
    with store.transaction() as session:
        session.add(Utterance(visitor_id="v", speaker="visitor", content="1"))
    environment(BOT_SECRET_KEY="new", BOT_SECRET_KEY_PREVIOUS="old")
    assert rotate_columns(store).unreadable == ["utterances.content (1,)"]
    environment(BOT_SECRET_KEY="lost", BOT_SECRET_KEY_PREVIOUS="")
    assert utterances(store) == ["1"]


async def test_uploads_are_encrypted_anew(store: Database, environment: Environment, tmp_path: Any) -> None:
    environment(BOT_DATA_DIR=str(tmp_path), BOT_SECRET_KEY="old")
    media_id = await keep(store, "v", "a.png", picture())
    body = files.read(media_id)
    environment(BOT_SECRET_KEY="new", BOT_SECRET_KEY_PREVIOUS="old")
    assert files.read(media_id) == body
    # A run that was killed left its draft.
    (tmp_path / "media" / f".{media_id}.part").write_bytes(b"half")
    assert (rotate_media().values, rotate_media().values) == (1, 0)
    rotate_columns(store)
    environment(BOT_SECRET_KEY_PREVIOUS="")
    assert files.read(media_id) == body
    with store.transaction() as session:
        assert session.get(Media, media_id).name == "a.png"
    environment(BOT_SECRET_KEY="old")
    with pytest.raises(InvalidToken):
        files.read(media_id)
