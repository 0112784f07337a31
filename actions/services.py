"""The domain services that the actions use, one of each a process."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.cities import city
from bot.hotline.handoff import Queue
from bot.hotline.workorders.orders import WorkOrders
from bot.storage import Database, database


def store() -> Database:
    """The store of this process."""
    return database()


@lru_cache(maxsize=1)
def orders() -> WorkOrders:
    """The work orders of this process."""
    return WorkOrders(database())


@lru_cache(maxsize=1)
def queue() -> Queue:
    """The queue for agents of this process."""
    return Queue(database())


@lru_cache(maxsize=1)
def legal_routes() -> dict[str, Any]:
    """The legal routes: name, text, law and lines of each (``legal_routes.yml`` of the city)."""
    return {name: route.dict() for name, route in city().legal_routes.items()}
