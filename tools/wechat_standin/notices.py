"""Template messages (模板消息) and subscription notices (订阅通知): templates and what their fields may hold.

Real: the table 参数值内容限制 of the documentation, 47003 with the name of the bad field. Simplified: amounts, car
numbers and enumerations are not checked; a field that the template does not have is refused too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tools.wechat_standin.errors import ApiError

_FIELD = re.compile(r"([^\n{]*?)[:：]?\s*\{\{(\w+)\.DATA\}\}")
_NUMBER = re.compile(r"\d+$")
_DAY = r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
_SPAN = rf"(({_DAY})( ?{_CLOCK})?|{_CLOCK})"
_ALLOWED = {
    "thing": r".{1,20}",
    "number": r"-?\d[\d.]{0,31}",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": rf"{_SPAN}(~{_SPAN})?",
    "date": rf"({_DAY})( ?{_CLOCK})?(~({_DAY})( ?{_CLOCK})?)?",
    "phone_number": r"[-+\d() ]{1,17}",
    "name": r"(?=.*[^\x00-\x7f]).{1,10}|[\x20-\x7e]{1,20}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
    "const": r".{1,20}",
}


@dataclass(frozen=True)
class Template:
    """One template of the account.

    ``content`` has a line ``label：{{thing1.DATA}}`` for each field. ``subscribe`` templates are for subscription
    notices; ``long_term`` (长期订阅) ones stay subscribed until refused, the others are used up by one notice.
    """

    id: str
    title: str
    content: str
    subscribe: bool = False
    long_term: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """The label of each field, by its name."""
        return {name: label.strip() for label, name in _FIELD.findall(self.content)}

    def filled(self, data: Any) -> list[dict[str, str]]:
        """The fields as the citizen sees them: ``name`` (label) and ``value``.

        Raises:
            ApiError: 47003, with the field that is missing, not in the template, or not as its type demands.
        """
        data = data if isinstance(data, dict) else {}
        for name in data.keys() - self.fields.keys():
            raise ApiError(47003, f"data.{name} not in template")
        seen = []
        for name, label in self.fields.items():
            value = data.get(name)
            text = value.get("value") if isinstance(value, dict) else None
            if text is None or str(text) == "":
                raise ApiError(47003, f"data.{name}.value is empty")
            pattern = _ALLOWED.get(_NUMBER.sub("", name))
            if pattern and not re.fullmatch(pattern, str(text)):
                raise ApiError(47003, f"data.{name}.value invalid")
            seen.append({"name": label, "value": str(text)})
        return seen
