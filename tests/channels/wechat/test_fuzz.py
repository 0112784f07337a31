"""Whatever comes to the address: 200, 400, 403 or 413, no traceback, and what is refused leaves nothing behind."""

from __future__ import annotations

import gc
import http.client
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sanic.config import Config
from sqlalchemy import event

from bot.storage import Database
from channels.wechat.reception import Turn
from channels.wechat.server import LONGEST
from tests.channels.wechat.conftest import Serve
from tests.channels.wechat.raw import PATH, query, xml
from tests.tools.wechat_standin.driver import AES_KEY, APP_ID, TOKEN
from tools.wechat_standin.crypto import Cipher, signature

STATUSES = {200, 400, 403, 413}
Query = dict[str, str] | bytes
Request = tuple[Query, bytes]

texts = st.text(max_size=40)
odd = st.sampled_from(
    ["", "0", "-1", "9" * 400, "١٧٩٠", "]]>", "<a/>", "&x;", "%00", "../../etc", "\ud800", "字" * 3000, "event", "TEXT"]
)
values = st.one_of(texts, odd)
names = st.sampled_from(
    [
        *("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "Event", "EventKey", "Ticket"),
        *("MediaId", "PicUrl", "Recognition", "Location_X", "Label", "Url", "MsgID", "Status", "bizmsgmenuid"),
        *("SubscribeMsgPopupEvent", "ScanCodeInfo", "Encrypt"),
    ]
)
kinds = st.sampled_from(
    [{"MsgType": kind} for kind in ("text", "image", "voice", "video", "shortvideo", "location", "link", "music")]
    + [
        {"MsgType": "event", "Event": event}
        for event in ("subscribe", "unsubscribe", "CLICK", "VIEW", "SCAN", "LOCATION", "TEMPLATESENDJOBFINISH")
    ]
    + [{"MsgType": "event", "Event": f"subscribe_msg_{what}_event"} for what in ("popup", "change", "sent")]
)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message of some kind with fields that are missing, odd or of another one; often damaged as bytes."""
    fields: dict[str, Any] = {
        **draw(kinds),
        **draw(st.one_of(st.just({}), st.dictionaries(names, st.one_of(st.none(), values), max_size=3))),
    }
    body = xml(**fields).encode(errors="replace")
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 30)))
        body = (
            body[:start]
            + draw(st.one_of(st.just(b""), st.binary(max_size=8), st.just(body[start:end] * 2)))
            + body[end:]
        )
    return body


nested = st.recursive(
    values, lambda inside: st.lists(st.tuples(names, inside), max_size=3).map(lambda pairs: "".join(map(_tag, pairs)))
)
bodies = st.one_of(
    messages(),
    messages(),
    messages(),
    st.binary(max_size=200),
    nested.map(lambda inside: xml(inside).encode(errors="replace")),
    st.integers(LONGEST - 1, LONGEST + 1).map(lambda size: b"x" * size),
)
parts = st.sampled_from(["signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "echostr", "openid"])
changes = st.dictionaries(parts, st.one_of(st.none(), values, st.just("aes")), max_size=3)


def _tag(pair: tuple[str, str]) -> str:
    return f"<{pair[0]}>{pair[1]}</{pair[0]}>"


def changed(given_: dict[str, str], change: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**given_, **change}.items() if value is not None}


@st.composite
def queries(draw: st.DrawFn, usual: Callable[[], dict[str, str]] = query) -> Query:
    """Signed rightly, signed with other parts, or nothing like it."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=60))
    return changed(usual(), draw(st.one_of(st.just({}), st.just({}), changes)))


@st.composite
def plain(draw: st.DrawFn) -> Request:
    return draw(queries()), draw(bodies)


@st.composite
def encrypted(draw: st.DrawFn) -> Request:
    """A right envelope around anything, or a broken one, signed rightly or not."""
    secret = Cipher(AES_KEY, draw(st.sampled_from([APP_ID, APP_ID, APP_ID, "wxAnother"]))).encrypt(
        draw(bodies.filter(lambda body: len(body) < 9000)).decode(errors="replace")
    )
    if draw(st.integers(0, 2)) == 0:
        place = draw(st.integers(0, len(secret)))
        secret = secret[:place] + draw(texts) + secret[place + draw(st.integers(0, 20)) :]
    signed = query(encrypt_type="aes")
    signed["msg_signature"] = signature(TOKEN, signed["timestamp"], signed["nonce"], secret)
    if draw(st.integers(0, 3)) == 0:
        signed = changed(signed, draw(changes))
    clear = draw(st.sampled_from(["", "", xml()[5:-6]]))
    return signed, f"<xml>{clear}<Encrypt>{secret}</Encrypt></xml>".encode(errors="replace")


class Address:
    """The account's address, and what came back from it."""

    def __init__(self, url: str) -> None:
        self._to = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self.statuses: Counter[int] = Counter()

    def ask(self, method: str, given_: Query, body: bytes | None = None) -> None:
        asked = quote(given_, safe="&=%+;") if isinstance(given_, bytes) else urlencode(given_, errors="replace")
        try:
            self._to.request(method, f"{PATH}?{asked}", body)
            answer = self._to.getresponse()
            answer.read()
        except ConnectionError:
            # Who sends too much is refused while still sending; the answer may be lost with the connection.
            self._to.close()
            assert len(asked) > Config().REQUEST_MAX_HEADER_SIZE - 1000 or len(body or b"") > LONGEST
            return
        assert answer.status in STATUSES
        self.statuses[answer.status] += 1


@pytest.fixture
def address(serve: Serve, sqlite_store: Database, caplog: pytest.LogCaptureFixture) -> Iterator[Address]:
    """An address that, in the end, has broken nowhere and kept no more than it took."""
    caplog.set_level(logging.WARNING)
    with serve() as url:
        one = Address(url)
        yield one
        gc.collect()
        assert [thing for thing in gc.get_objects() if isinstance(thing, Turn)] == []
    assert [
        record.getMessage() for record in caplog.records if record.exc_info or record.levelno > logging.WARNING
    ] == []
    with sqlite_store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM wechat_inbound").scalar()
        assert kept is not None and kept <= one.statuses[200]


@pytest.fixture
def store(sqlite_store: Database) -> Database:
    """Nothing here depends on the kind of database, nor on what a power cut would leave of it."""
    event.listen(sqlite_store.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return sqlite_store


def cases(count: int) -> Any:
    """So many requests; the first that fails is shown as it is."""
    return settings(max_examples=count, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def test_the_check_of_the_address(address: Address) -> None:
    @cases(1000)
    @given(queries(lambda: query(echostr="1234567")))
    def fuzz(given_: Query) -> None:
        address.ask("GET", given_)

    fuzz()
    assert address.statuses[200] and address.statuses[400] and address.statuses[403]


def test_plain_messages(address: Address) -> None:
    @cases(2000)
    @given(plain())
    def fuzz(request: Request) -> None:
        address.ask("POST", *request)

    fuzz()
    assert set(address.statuses) == STATUSES and address.statuses[200] > 200


def test_encrypted_messages(address: Address) -> None:
    @cases(2000)
    @given(encrypted())
    def fuzz(request: Request) -> None:
        address.ask("POST", *request)

    fuzz()
    assert set(address.statuses) >= {200, 400, 403} and address.statuses[200] > 200
