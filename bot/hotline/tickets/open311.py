"""A ticket backend behind GeoReport v2 (Open311), any server that speaks it: the client's side.

What GeoReport has no field for travels as ``attribute[...]``; what it cannot express (退回, 核实) is not reported back.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
from cachetools import LRUCache, TTLCache
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from tenacity import AsyncRetrying, RetryError, retry_if_result, stop_after_attempt, wait_chain, wait_fixed

from bot.clock import local
from bot.hotline.tickets.seam import Case, CaseEvent, Rejected, Report, Unavailable
from bot.hotline.workorders.life import HOTLINE, OPEN, UNIT
from bot.settings import settings

# At INFO it writes the address of every call, and the key stands in that of a reading one.
logging.getLogger("httpx").setLevel(logging.WARNING)

TIMEOUT = httpx.Timeout(8.0, connect=4.0)
"""Seconds for one call; several must fit into one attempt of the outbox."""
TOKEN_WAITS = (0.5, 1.0, 2.0, 3.0, 4.0)
"""Seconds before each question for the number behind a token."""
SERVICES_KEPT = 600.0
"""Seconds for which a server's list of services is kept."""
TOKENS_KEPT = 1000
LONGEST_NUMBER = 128
AROUND = timedelta(days=1)
"""How far from our registration the server may have dated the case."""
PAGE, PAGES = 100, 20
"""Cases on a page, and pages, that are looked through for our number."""
AT_ONCE = 50
"""Cases that one call asks about."""
TRY_AGAIN = (408, 425, 429)
NO_UPDATES = (404, 405, 501)
ANY_SERVICE = ("其他", "其它", "other")
ANSWERED = "承办单位已办结。"
"""The reply, where a server closes a case and says nothing."""
_WAY = ("dispatched", "signed", "replied", "closed")
_BEFORE = {"registered": 0, "dispatched": 1, "in_progress": 2, "extended": 2, "replied": 3}
"""How much of the way a case in this state has behind it."""

Record = dict[str, Any]
Describe = Callable[[CaseEvent], str]
"""Puts an event into words for the clerks at the other end; its kind unless given."""


class Open311Backend:
    """The cases go to a GeoReport v2 server; progress is asked for, as the standard has no call back."""

    name = "open311"

    def __init__(
        self,
        url: str,
        describe: Describe,
        api_key: str | None = None,
        jurisdiction: str | None = None,
        format: str = "json",
    ) -> None:
        self._base, self._format = url.rstrip("/"), format
        self._describe = describe
        common = {"jurisdiction_id": jurisdiction, "api_key": api_key}
        self._common = {name: value for name, value in common.items() if value}
        self._http = httpx.AsyncClient(timeout=TIMEOUT)
        self._services: TTLCache[str, list[Record]] = TTLCache(1, SERVICES_KEPT)
        self._tokens: LRUCache[str, str] = LRUCache(TOKENS_KEPT)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._http.aclose()

    # Filing -------------------------------------------------------------------------------------------------------

    async def file(self, case: Case, key: str, again: bool) -> str:
        """Files the case; a repeat asks for the token it was given, and looks whether the case has arrived."""
        number = None
        if again and key not in self._tokens:
            number = await self._arrived(case)
        if number is None and key not in self._tokens:
            form = _form(case, await self._service_code(case))
            records = _records(_judged(await self._send("POST", "requests", form, key)))
            number = _first(records, "service_request_id")
            if number is None:
                token = _first(records, "token")
                if token is None:
                    raise Unavailable("the answer to a filing has neither a number nor a token")
                self._tokens[key] = token
        if number is None:
            number = await self._redeemed(self._tokens[key])
            self._tokens.pop(key, None)
        if len(number) > LONGEST_NUMBER:
            raise Rejected(f"the server's number has more than {LONGEST_NUMBER} characters")
        return number

    async def _redeemed(self, token: str) -> str:
        """The number behind a token. A token that the server does not know (yet) is asked for again later:
        to post anew instead could file the case twice."""
        first, *later = TOKEN_WAITS
        await asyncio.sleep(first)
        questions = AsyncRetrying(
            retry=retry_if_result(lambda number: number is None),
            stop=stop_after_attempt(len(TOKEN_WAITS)),
            wait=wait_chain(*map(wait_fixed, later)),
        )
        try:
            number: str = await questions(self._number_behind, token)
        except RetryError as error:
            raise Unavailable(f"no number yet for token {token}") from error
        return number

    async def _number_behind(self, token: str) -> str | None:
        answer = await self._send("GET", f"tokens/{quote(token, safe='')}")
        return None if answer.status_code == 404 else _first(_records(_judged(answer)), "service_request_id")

    async def _arrived(self, case: Case) -> str | None:
        """The server's number of a case that it has already, or None; for servers that know no Idempotency-Key."""
        seen: set[str] = set()
        start, end = local(case.created_at - AROUND), local(case.created_at + AROUND)
        span = {"start_date": _iso(start), "end_date": _iso(end), "page_size": str(PAGE)}
        for page in range(1, PAGES + 1):
            try:
                records = await self._get("requests", {**span, "page": str(page)}, "service_request_id")
            except Rejected:
                # A server that lets nobody read cannot be asked; the Idempotency-Key has to do.
                return None
            for record in records:
                number = _text(record["service_request_id"])
                if number and any(case.number in text for text in _texts(record)):
                    return number
            fresh = {str(record["service_request_id"]) for record in records} - seen
            if not fresh:  # the last page, or a server without pages
                return None
            seen |= fresh
        return None

    async def _service_code(self, case: Case) -> str:
        """The service under which this server takes the case: ours, one of the same name, 其他, or the first."""
        services = self._services.get("all")
        if services is None:
            services = self._services["all"] = await self._get("services", {}, "service_code")
        codes = [str(service["service_code"]) for service in services]
        if not codes:
            raise Rejected("the server offers no services")
        if case.service_code in codes:
            return case.service_code
        by_name: dict[str, str] = {}
        for service, code in zip(services, codes, strict=True):
            by_name.setdefault((_text(service.get("service_name")) or "").lower(), code)
        ours = [name.lower() for name in reversed(case.category[:2]) if name not in ANY_SERVICE]
        for name in (*ours, *ANY_SERVICE):
            if name in by_name:
                return by_name[name]
        return codes[0]

    # Later events -------------------------------------------------------------------------------------------------

    async def tell(self, case: Case, event: CaseEvent, key: str, again: bool) -> None:
        """Tells an event by the extension ``servicerequestupdates``; ``update_id`` makes a repeat harmless."""
        if case.external_id is None:
            raise Unavailable("the case has no number at the server yet")
        works_on = case.status in OPEN and event.kind != "withdrawn"
        form = {
            "service_request_id": case.external_id,
            "update_id": key,
            "description": self._describe(event),
            "status": "OPEN" if works_on else "CLOSED",
            "updated_datetime": _iso(local(event.at)),
            "attribute[event]": event.kind,
            **_attributes(event.data),
        }
        answer = await self._send("POST", "servicerequestupdates", form, key)
        if answer.status_code in NO_UPDATES:
            raise Rejected(_said(answer) or "the server takes no updates")
        if _judged(answer).content.strip():
            _records(answer)

    # Progress -----------------------------------------------------------------------------------------------------

    async def reports(self, cases: Sequence[Case]) -> list[Report]:
        """The steps from each case's state here to its state at the server."""
        known = {case.external_id: case for case in cases if case.external_id}
        numbers = list(known)
        found: list[Report] = []
        for start in range(0, len(numbers), AT_ONCE):
            asked = ",".join(numbers[start : start + AT_ONCE])
            for record in await self._get("requests", {"service_request_id": asked}, "service_request_id"):
                if case := known.get(_text(record["service_request_id"]) or ""):
                    found += _steps(case, record)
        return found

    # Calls --------------------------------------------------------------------------------------------------------

    async def _get(self, path: str, query: Mapping[str, str], name: str) -> list[Record]:
        """The records of a list; one without this field is a sign of some other page."""
        records = _records(_judged(await self._send("GET", path, query)))
        if not all(name in record for record in records):
            raise Unavailable(f"the answer at {path} has no {name}")
        return records

    async def _send(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, key: str | None = None
    ) -> httpx.Response:
        values = {**self._common, **(fields or {})}
        form, query = (values, None) if method == "POST" else (None, values)
        headers = {"Idempotency-Key": key} if key else {}
        url = f"{self._base}/{path}.{self._format}"
        try:
            return await self._http.request(method, url, data=form, params=query, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable(f"{type(error).__name__} at {path}") from error


# What is sent ---------------------------------------------------------------------------------------------------------


def _form(case: Case, service_code: str) -> dict[str, str]:
    attributes = {
        "number": case.number,
        "kind": case.kind,
        "category": "/".join(case.category),
        "region": case.region,
        "occurred_at": case.occurred_at,
        "urgency": case.urgency,
        "immediate": case.immediate,
        "confidential": case.confidential,
        "unit": case.unit,
        "co_units": case.co_units,
        "confidence": case.confidence,
        "runner_up": "/".join(case.runner_up),
        "due_date": case.due_date.isoformat(),
        "channel": case.channel,
        "cluster": case.cluster,
        "created_at": _iso(local(case.created_at)),
        "attachments": len(case.attachments),
    }
    public, first = settings().public_url, next(iter(case.attachments), None)
    fields = {
        "service_code": service_code,
        # The number stands here too, so that a case is found again at servers that give no attributes back.
        "description": f"{case.description}（12345工单号：{case.number}）",
        "address_string": case.location,
        "first_name": case.name,
        "phone": case.phone,
        "media_url": f"{public.rstrip('/')}/open311/v2/media/{first.id}" if public and first else None,
    }
    return {**{name: value for name, value in fields.items() if value}, **_attributes(attributes)}


def _attributes(values: Mapping[str, Any]) -> dict[str, str]:
    return {f"attribute[{name}]": _plain(value) for name, value in values.items() if value not in (None, "", [])}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)


# What is reported -----------------------------------------------------------------------------------------------------


def _steps(case: Case, record: Record) -> Iterator[Report]:
    stamp = _text(record.get("updated_datetime")) or "-"
    at, agency = _instant(stamp), (_text(record.get("agency_responsible")) or "")[:64]
    unit, text = agency or case.unit, _text(record.get("status_notes")) or ANSWERED

    def report(kind: str, by: str, data: Record, name: str | None = None) -> Report:
        return Report(_id(case, name or kind, stamp), case.number, kind, by, data, unit if by == UNIT else None, at)

    closed = (_text(record.get("status")) or "").lower() == "closed"
    if case.status == "reopened" and closed:
        # Still closed, or closed again? The id decides: that of the earlier reply has been used if nothing is new,
        # and without a verification what follows it is not legal.
        yield report("verified", UNIT, {"text": text, "sound": True}, "replied")
        yield report("replied", UNIT, {"text": text}, "replied_again")
        yield report("closed", UNIT, {})
    if case.status not in _BEFORE or not (closed or agency):
        return
    for kind in _WAY[_BEFORE[case.status] :]:
        if kind == "dispatched":
            yield report(kind, HOTLINE, {"unit": unit})
        elif kind == "signed":
            yield report(kind, UNIT, {})
        elif closed:
            yield report(kind, UNIT, {"text": text} if kind == "replied" else {})


def _id(case: Case, kind: str, stamp: str) -> str:
    """The same from poll to poll while nothing changes at the server; at most 128 characters."""
    name = f"open311:{case.external_id}:{kind}:{stamp}"
    return name if len(name) <= 128 else f"open311:{hashlib.sha256(name.encode()).hexdigest()}"


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


# What is answered -----------------------------------------------------------------------------------------------------


def _judged(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is a success; else `Unavailable`, or `Rejected` with the server's own words."""
    if answer.is_success:
        return answer
    what = f"HTTP {answer.status_code} at {answer.request.url.path}"
    if not answer.is_client_error or answer.status_code in TRY_AGAIN:
        raise Unavailable(what)
    raise Rejected(f"{what}: {_said(answer) or answer.reason_phrase}")


def _said(answer: httpx.Response) -> str | None:
    try:
        words = [_text(record.get("description")) for record in _records(answer)]
    except Unavailable:
        return None
    return "; ".join(filter(None, words)) or None


def _records(answer: httpx.Response) -> list[Record]:
    """The objects of an answer, JSON or XML as its content type, or else its first sign, says."""
    content_type = answer.headers.get("content-type", "").lower()
    try:
        text = _decoded(answer)
        if "json" in content_type or text.lstrip().startswith(("[", "{")):
            return _from_json(text)
        if "html" in content_type:
            raise ValueError("a page")
        return _from_xml(text)
    except (ValueError, LookupError, RecursionError, ElementTree.ParseError, DefusedXmlException) as error:
        raise Unavailable(f"the answer at {answer.request.url.path} is neither JSON nor XML") from error


def _decoded(answer: httpx.Response) -> str:
    declared = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([\w.-]+)", answer.content)
    charset = answer.charset_encoding or (declared.group(1).decode() if declared else "utf-8")
    return answer.content.decode(charset).lstrip("\ufeff")


def _from_json(text: str) -> list[Record]:
    found = json.loads(text)
    if isinstance(found, dict):
        inner = next((value for value in found.values() if isinstance(value, list)), None)
        found = inner if inner is not None and len(found) == 1 else [found]
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ValueError("no objects")
    return found


def _from_xml(text: str) -> list[Record]:
    root = fromstring(text)
    found = [value for child in root if isinstance(value := _value(child), dict)]
    whole = _value(root)
    return found or ([whole] if isinstance(whole, dict) else [])


def _value(element: Any) -> Any:
    if not len(element):
        return (element.text or "").strip() or None
    if len(element) > 1 and len({child.tag for child in element}) == 1:
        return [_value(child) for child in element]
    return {child.tag: _value(child) for child in element}


def _first(records: list[Record], name: str) -> str | None:
    return next((text for record in records if (text := _text(record.get(name)))), None)


def _text(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) else None


def _texts(value: Any) -> Iterator[str]:
    """All texts inside a record."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
