"""What else depends on the secret key: digests by which orders are found, and uploads (密钥轮换)."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from bot.hotline.media import files
from bot.hotline.workorders.duplicates import place_in
from bot.storage import Database
from bot.storage.rotation import BATCH, Rotated, is_newest
from bot.storage.tables import WorkOrderRow
from bot.storage.types import cipher, digest


def rotate_digests(store: Database) -> int:
    """Counts the digests of telephones and places anew; gives how many orders changed."""
    changed, last, more = 0, 0, True
    while more:
        with store.transaction() as session:
            query = (
                select(WorkOrderRow)
                .options(lazyload(WorkOrderRow.events))
                .where(WorkOrderRow.id > last)
                .order_by(WorkOrderRow.id)
            )
            rows = list(session.scalars(query.limit(BATCH).with_for_update()))
            for row in rows:
                phone = row.requester.get("phone")
                place = place_in(row.region, row.category, row.location)
                row.phone_digest = digest(phone) if phone else None
                row.place_digest = digest(place) if place else None
                changed += session.is_modified(row)
            more = len(rows) == BATCH
            last = rows[-1].id if rows else last
    return changed


def rotate_media() -> Rotated:
    """Encrypts the uploads anew, each by a file beside it that takes its place."""
    result = Rotated()
    folder = files.folder()
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith("."):
            continue
        token = path.read_bytes()
        if is_newest(token):
            continue
        try:
            files.put(path, cipher().rotate(token))
        except InvalidToken:
            result.unreadable.append(f"media {path.name}")
        else:
            result.values += 1
    return result
