"""Encodes what the pipeline will ask the encoder for, of many messages at once or away from the event loop (预先编码)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.danger.figures import without_figures
from bot.language.extract.matters import clauses
from bot.language.extract.passages import passages
from bot.language.nlu.encoder import encoder
from bot.language.nlu.normaliser import normalise


def encode_ahead(texts: Sequence[str]) -> None:
    """The messages with their clauses, and their passages; the encoder keeps them."""
    plain = [text for text in map(normalise, texts) if text]
    encoder().encode_pieces([clauses(text) for text in plain])
    calm = list(map(without_figures, plain))
    encoder().encode([passage for text in calm for passage in (text, *passages(text))], "message")
