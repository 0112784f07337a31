"""The services of this server, and the attributes that each asks for beyond the standard's own fields."""

from __future__ import annotations

from typing import Any

from bot.cities import CITY_LEVEL, city
from bot.dialogue.phrases import KIND
from bot.hotline.catalogue import Entry, catalogue
from bot.language.extract.places import region_of
from channels.open311.render import Problem

URGENCY = {"standard": "一般（7个工作日）", "expedited": "快速（3个工作日）"}
YES_NO = {"true": "是", "false": "否"}


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
        _attribute("kind", "诉求类型，不填为投诉", KIND),
        _attribute("region", "所属区域，不填则按地址判断", regions),
        _attribute("occurred_at", "发生时间，原话即可", required=required),
        _attribute("urgency", f"紧急程度，不填为{URGENCY[entry.urgency]}", URGENCY),
        _attribute("immediate", "是否需要立即处置，不填为否", YES_NO),
        _attribute("confidential", "是否对诉求人信息保密，不填为是", YES_NO),
    ]
    if entry.needs_location == "required":
        # The standard's way to say something that is no field of its own.
        attributes.append({**_attribute("location", "须填写地点：address_string，或 lat 和 long"), "variable": False})
    for order, attribute in enumerate(attributes, 1):
        attribute["order"] = order
    return {"service_code": entry.code, "attributes": attributes}


def one_of(code: str, given: str | None, known: dict[str, str]) -> str | None:
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


def _attribute(
    code: str, description: str, values: dict[str, str] | None = None, required: bool = False
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist" if values else "string",
        "required": required,
        "datatype_description": None,
        "order": 0,
        "description": description,
        "values": [{"key": key, "name": name} for key, name in (values or {}).items()],
    }
