"""The services of this server, and the attributes that each asks for beyond the standard's own fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.cities import CITY_LEVEL, city
from bot.dialogue.wording import Key, say, wording
from bot.hotline.catalogue import Entry, catalogue
from bot.language.extract.places import region_of
from channels.open311.render import Problem

YES_NO = {"true": "yes", "false": "no"}
"""The values of an attribute that is true or false, with the keys of their names."""


def kinds() -> dict[str, str]:
    """The kinds of matters (诉求类型) with their names."""
    return wording().group("kind")


def urgencies() -> dict[str, str]:
    """The urgencies (紧急程度) with their names and terms."""
    return {
        name: say("open311.urgency", urgency=title, term=Key(f"order.term.{name}"))
        for name, title in wording().group("order.urgency").items()
    }


def yes_or_no() -> dict[str, str]:
    """True and false with their names."""
    return {value: say(f"open311.{name}") for value, name in YES_NO.items()}


def services() -> list[dict[str, Any]]:
    """All classes of the catalogue as services; the first level is the group."""
    return [_service(entry) for entry in catalogue().entries.values()]


def entry_of(code: str | None) -> Entry:
    """The class with this code; raises `Problem`."""
    if not code:
        raise Problem(400, "service_code is missing.")
    entry = catalogue().by_code(code)
    if entry is None:
        raise Problem(404, f"There is no service with the service_code {code[:32]}.")
    return entry


def definition(entry: Entry) -> dict[str, Any]:
    """The service definition: what to send as ``attribute[code]``."""
    regions = {name: name for name in (*city().counties, CITY_LEVEL)}
    required = entry.needs_time == "required"
    attributes = [
        _attribute("kind", kinds()),
        _attribute("region", regions),
        _attribute("occurred_at", required=required),
        _attribute("urgency", urgencies(), urgency=urgencies()[entry.urgency]),
        _attribute("immediate", yes_or_no()),
        _attribute("confidential", yes_or_no()),
    ]
    if entry.needs_location == "required":
        # The standard's way to say something that is no field of its own.
        attributes.append({**_attribute("location"), "variable": False})
    for order, attribute in enumerate(attributes, 1):
        attribute["order"] = order
    return {"service_code": entry.code, "attributes": attributes}


def one_of(code: str, given: str | None, known: Iterable[str]) -> str | None:
    """The value of an attribute with a list of values, or None; raises `Problem` for one that is not in the list."""
    if given is not None and given not in known:
        raise Problem(400, f"attribute[{code}] is one of {', '.join(known)}.")
    return given


def region(given: str | None, address: str | None) -> str:
    """The region: the attribute, also as a name that lies in it; else where the address lies; else 市本级."""
    if given is None:
        return (region_of(address) if address else None) or CITY_LEVEL
    found = given if given == CITY_LEVEL else region_of(given)
    if found is None:
        raise Problem(400, f"attribute[region] is one of {', '.join((*city().counties, CITY_LEVEL))}.")
    return found


def _service(entry: Entry) -> dict[str, Any]:
    return {
        "service_code": entry.code,
        "service_name": entry.category[1],
        "description": " / ".join(entry.category),
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(entry.category),
        "group": entry.category[0],
    }


def _attribute(code: str, values: dict[str, str] | None = None, required: bool = False, **words: str) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist" if values else "string",
        "required": required,
        "datatype_description": None,
        "order": 0,
        "description": say(f"open311.attribute.{code}", **words),
        "values": [{"key": key, "name": name} for key, name in (values or {}).items()],
    }
