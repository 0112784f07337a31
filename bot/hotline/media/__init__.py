"""Uploads (附件): pictures, recordings and documents, checked by their content and kept encrypted in the data folder."""

from bot.hotline.media.files import probe, space_is_short, tidy
from bot.hotline.media.keeping import keep, purge, read, upkeep
from bot.hotline.media.kinds import LARGEST, MEGABYTES, MediaRefused, served_type

__all__ = [
    "LARGEST",
    "MEGABYTES",
    "MediaRefused",
    "keep",
    "probe",
    "purge",
    "read",
    "served_type",
    "space_is_short",
    "tidy",
    "upkeep",
]
