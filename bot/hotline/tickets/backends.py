"""Which ticket backend the settings choose."""

from __future__ import annotations

from bot.hotline.tickets.confidential import Conceal, ConfidentialBackend
from bot.hotline.tickets.local import LocalBackend
from bot.hotline.tickets.open311 import Describe, Open311Backend
from bot.hotline.tickets.seam import TicketBackend
from bot.settings import settings


def ticket_backend(describe: Describe, conceal: Conceal) -> TicketBackend:
    """The backend of this process, which describes events so, and never learns who asked for confidentiality; raises
    `ValueError` when its settings are incomplete."""
    chosen = settings()
    if chosen.ticket_backend == "local":
        return LocalBackend()
    if not chosen.open311_url:
        raise ValueError("BOT_TICKET_BACKEND=open311 needs BOT_OPEN311_URL")
    backend = Open311Backend(
        chosen.open311_url,
        api_key=chosen.open311_api_key.get_secret_value() if chosen.open311_api_key else None,
        jurisdiction=chosen.open311_jurisdiction,
        format=chosen.open311_format,
        describe=describe,
    )
    return ConfidentialBackend(backend, conceal)
