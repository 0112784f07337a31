"""Normaliser (规范化): full-width letters and digits, traditional characters, emoji, repeated signs; the original is kept."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.gazetteer import gazetteer
from bot.language.nlu.fingerprint import sources
from bot.language.simplified import simplified

ORIGINAL = "original_text"

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()} | {0x3000: 0x20}
_UNITS = str.maketrans(
    {"㎡": "平方米", "㎥": "立方米", "㎞": "公里", "㎝": "厘米", "㎜": "毫米", "㎏": "公斤", "℃": "度", "№": "No."}
)
_KEYCAPS = re.compile(r"(?:[0-9#*]\ufe0f?\u20e3)+")
"""Digits in boxes: 1️⃣1️⃣0️⃣ is 110."""
_MARKS = re.compile(r"[\ufe00-\ufe0f\u20e3\U000e0100-\U000e01ef]")
"""What changes the look of the sign before it, as in ❤️."""
_PARTICLE = re.compile(r"(?<![显卓昭名原专编译论巨土拙遗合所共撰])著(?![名作述书称录者文于])")
"""著 where simplified writing has 着 (看著); OpenCC leaves it, as 著名 has it, too."""
_REPEATED_SIGN = re.compile(r"([^\w\s])\1{1,}")
_REPEATED_LETTER = re.compile(r"([^\d\s])\1{3,}")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=1)
def _names() -> re.Pattern[str]:
    """Places that are written with a traditional sign, the longest first."""
    names = sorted(gazetteer().traditional, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, names)) or '(?!)'})")


def normalise(text: str) -> str:
    """The text as the language pipeline reads it."""
    text = text.translate(_FULL_WIDTH).translate(_UNITS)
    text = _KEYCAPS.sub(lambda match: f"{_MARKS.sub('', match.group())} ", text)
    text = _MARKS.sub("", text)
    # Every second piece is a name.
    text = "".join(part if at % 2 else simplified(part) for at, part in enumerate(_names().split(text)))
    text = _PARTICLE.sub("着", text)
    text = "".join(" " if unicodedata.category(char) in ("So", "Sk", "Cf", "Cc", "Co", "Cs") else char for char in text)
    text = _REPEATED_SIGN.sub(r"\1", text)
    text = _REPEATED_LETTER.sub(r"\1\1\1", text)
    return _SPACE.sub(" ", text).strip()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """Replaces the text of a message by its normal form; `original_text` keeps what was written."""

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Normaliser:
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """A change of this module is a change of every text that was trained on."""
        return sources("normaliser")

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            # A button's payload (`/intent{…}`) is not language.
            if text and not text.startswith("/") and not message.get(ORIGINAL):
                message.set(ORIGINAL, text, add_to_output=True)
                message.set(TEXT, normalise(text), add_to_output=True)
        return messages
