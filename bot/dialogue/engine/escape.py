"""Text for the engine (纯文本): what people write is never one of its commands."""

from __future__ import annotations

from bot.language.nlu.normaliser import normalise


def as_text(text: str) -> str:
    """The text with what the engine reads as a command, a leading ``/``, put out of force.

    It may also appear only when the text is normalised: behind an emoji, or behind a character without width.
    """
    if text.startswith("/"):
        return "／" + text[1:]
    return "／" + text if normalise(text).startswith("/") else text
