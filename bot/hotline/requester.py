"""Who files a matter (诉求人), as far as the person says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.storage.tables import WorkOrderRow


@dataclass(frozen=True)
class Requester:
    """Name and phone are personal; ``confidential`` keeps them from the unit that is complained of (为诉求人保密)."""

    name: str | None = None
    phone: str | None = None
    confidential: bool = True

    def completed(self, name: str | None, phone: str | None) -> Requester:
        """The same, with what is not known yet."""
        return Requester(self.name or name, self.phone or phone, self.confidential)

    def corrected(self, name: str | None, phone: str | None) -> Requester:
        """The same, with what was said anew."""
        return Requester(name or self.name, phone or self.phone, self.confidential)

    def unnamed(self) -> Requester:
        """The same without name and phone."""
        return Requester(confidential=self.confidential)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Requester:
        """From plain values, which may stand among others."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    @classmethod
    def of(cls, row: WorkOrderRow) -> Requester:
        """Whoever filed an order."""
        return cls(row.requester.get("name"), row.requester.get("phone"), row.confidential)
