"""Decisions about the dispatch catalogue (Article 19): who decided what, when and why; in force without a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.cities import city
from bot.hotline.catalogue import Catalogue, Change, Path2, catalogue, check_unit, parse_values, use
from bot.storage import Database
from bot.storage.tables import CatalogueChange


class UnknownClass(ValueError):
    """A decision about a class, a region or an earlier decision that there is not."""


@dataclass(frozen=True)
class Decision:
    """One line of the log."""

    version: int
    category: Path2
    region: str | None
    values: dict[str, Any]
    decided_by: str
    reason: str
    at: datetime


class CatalogueLog:
    """The decisions of one store."""

    def __init__(self, store: Database) -> None:
        self._store = store

    def decide(self, category: Path2, region: str | None, values: dict[str, str], decided_by: str, reason: str) -> int:
        """Changes a class (``values`` as texts), or its unit in one region (``{"unit": …}``, empty to take the
        exception back). Gives the new version; raises `ValueError` that says what to mend."""
        if not decided_by.strip() or not reason.strip():
            raise ValueError("a decision needs who decided it and why")
        if len(decided_by.strip()) > 64:
            raise ValueError("who decided it has at most 64 characters; the rest belongs to why")
        if not values:
            raise ValueError("a decision changes at least one value")
        if category not in catalogue().entries:
            raise UnknownClass(f"there is no class {'/'.join(category)}")
        if region is not None and region not in city().counties:
            raise UnknownClass(f"{region} is not a county of this city")
        if region is None:
            checked = {name: list(v) if isinstance(v, tuple) else v for name, v in parse_values(values).items()}
        elif set(values) == {"unit"}:
            check_unit(values["unit"].strip())
            checked = {"unit": values["unit"].strip()}
        else:
            raise ValueError("in one region only the unit can be changed")
        row = CatalogueChange(
            category1=category[0],
            category2=category[1],
            region=region,
            values=checked,
            decided_by=decided_by.strip(),
            reason=reason.strip(),
        )
        with self._store.transaction() as session:
            session.add(row)
            session.flush()
            version = int(row.id)
        self.refresh()
        return version

    def undo(self, version: int, decided_by: str, reason: str) -> int:
        """Puts back what a decision changed, as a new decision."""
        changes = self._changes()
        undone = next((change for change in changes if change.version == version), None)
        if undone is None:
            raise UnknownClass(f"there is no decision {version}")
        before = Catalogue([change for change in changes if change.version < version])
        if undone.region is not None:
            values = {"unit": before.exceptions.get((undone.category, undone.region), "")}
        else:
            entry = before.entries[undone.category]
            texts = {name: getattr(entry, name) for name in undone.values}
            values = {name: ";".join(text) if isinstance(text, tuple) else text for name, text in texts.items()}
        return self.decide(undone.category, undone.region, values, decided_by, reason)

    def decisions(self) -> list[Decision]:
        """All decisions, newest first."""
        with self._store.transaction() as session:
            rows = session.scalars(select(CatalogueChange).order_by(CatalogueChange.id.desc()))
            return [
                Decision(
                    r.id, (r.category1, r.category2), r.region, dict(r.values), r.decided_by, r.reason, r.created_at
                )
                for r in rows
            ]

    def refresh(self) -> int:
        """Takes over what any process has decided since; gives the version in use."""
        with self._store.transaction() as session:
            newest, number = session.execute(select(func.max(CatalogueChange.id), func.count())).one()
        # The number too: of two decisions at the same moment, the one with the lower id may be seen later.
        if (newest or 0, number) != (catalogue().version, catalogue().changes):
            use(Catalogue(self._changes()))
        return catalogue().version

    def _changes(self) -> list[Change]:
        with self._store.transaction() as session:
            rows = session.scalars(select(CatalogueChange).order_by(CatalogueChange.id))
            return [Change(r.id, (r.category1, r.category2), r.region, dict(r.values)) for r in rows]
