"""Tables of the WeChat channel (微信公众号): people, what they sent, what they are to be sent, and the account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String

from bot.storage.mapping import Base, Mapped, mapped_column
from bot.storage.queue import Queued
from bot.storage.tables import now
from bot.storage.types import Encrypted, Instant


class WeChatPerson(Base):
    """A follower (粉丝), found by a keyed digest of app id and openid; the openid itself is encrypted.

    ``message_left`` and ``event_left`` are the customer-service messages that may still be sent (客服消息额度) after
    the person wrote (48 hours) or clicked, scanned or followed (a minute). ``busy_until`` is the claim of the process
    that is sending to this person.
    """

    __tablename__ = "wechat_people"
    visitor_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    openid: Mapped[str] = mapped_column(Encrypted, nullable=False)
    following: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    notices_refused: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    message_left: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    message_until: Mapped[datetime | None] = mapped_column(Instant)
    event_left: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    event_until: Mapped[datetime | None] = mapped_column(Instant)
    busy_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now)


class WeChatInbound(Queued, Base):
    """A message or event as it came (来信), kept before anything else is done, and once.

    ``state`` is ``kept`` until there is an answer, ``answered`` while the passive reply is on its way, then ``done``.
    ``dead`` is what nobody could answer. ``reply`` is what went back as the passive reply: a repeat gets it again. Who
    keeps a message works on it; at ``next_try_at`` that process is no longer trusted to be alive.
    """

    __tablename__ = "wechat_inbound"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    message: Mapped[dict[str, Any] | None] = mapped_column(Encrypted)
    reply: Mapped[dict[str, Any] | None] = mapped_column(Encrypted)
    state: Mapped[str] = mapped_column(String(12), nullable=False, default="kept")
    received_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)
    __table_args__ = (Index("wechat_inbound_due", "state", "next_try_at"),)


class WeChatDelivery(Queued, Base):
    """A text that goes to a person outside the passive reply (下发消息).

    ``kind`` is ``answer`` (of the bot) or ``notice`` (which agents' messages are, too). ``state`` is ``held`` (the answer
    is on its way as the passive reply), ``waiting``, ``sent`` (the platform took it and will report), ``done`` or
    ``dropped``; ``error`` the platform's code.
    """

    __tablename__ = "wechat_deliveries"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), nullable=False, unique=True)
    visitor_id: Mapped[str] = mapped_column(String(64), nullable=False, index=True)
    kind: Mapped[str] = mapped_column(String(8), nullable=False)
    content: Mapped[dict[str, Any] | None] = mapped_column(Encrypted)
    notice_id: Mapped[int | None] = mapped_column(Integer, index=True)
    state: Mapped[str] = mapped_column(String(12), nullable=False, default="waiting")
    platform_id: Mapped[str | None] = mapped_column(String(32), index=True)
    error: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=now, index=True)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (Index("wechat_deliveries_due", "state", "next_try_at"),)


class WeChatAccount(Base):
    """What all processes share of an official account: its access token (接口调用凭据) and who fetches the next.

    ``refresh_at`` is when a new one is asked for, ``token_until`` when the old one ends. ``menus_refused`` remembers
    that the account may not send ``msgmenu``.
    """

    __tablename__ = "wechat_accounts"
    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str | None] = mapped_column(Encrypted)
    token_until: Mapped[datetime | None] = mapped_column(Instant)
    refresh_at: Mapped[datetime | None] = mapped_column(Instant)
    fetching_until: Mapped[datetime | None] = mapped_column(Instant)
    menus_refused: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
