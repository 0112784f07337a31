"""The emergency lines beside a refusal (拒收时的紧急提示): whoever is not heard may be in danger.

A message may be too long, too fast, broken, or come while the store or the engine is down. Its raw text is looked at by the
rules of danger, which need neither model nor store, before the reason is told.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

from bot.dialogue import phrases
from bot.dialogue.wording import CHINESE, ENGLISH, say
from bot.language.danger.detector import LETTER, detect
from bot.language.danger.helpers import also_ambulance, scam, self_harm
from bot.language.simplified import simplified

PART = 2000
"""Characters that are looked at from the beginning of a text, and as many from its end."""
_READ_WHOLE = 64 * 1024
"""Bytes of a body that is read as JSON; of a longer one the beginning and the end are looked at."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_STRUCTURE = re.compile(r"[\[\]{}\"<>=&:\\]+")
_LATIN, _HAN = re.compile(r"[A-Za-z]{2,}"), re.compile("[一-鿿]")


@dataclass(frozen=True)
class Lifelines:
    """What is told of the emergency lines, and which line the text needs now, if any."""

    sentence: str
    line: str | None
    links: list[dict[str, str]]

    def beside(self, refusal: str) -> str:
        """The refusal: behind the line that is needed, before all of them where none is seen to be needed."""
        if self.line is None and "110" in refusal:
            return refusal
        return "\n".join([self.sentence, refusal] if self.line else filter(None, [refusal, self.sentence]))


def lifelines(text: str | None) -> Lifelines:
    """For a text as the person wrote it; None where nothing could be read. Nobody who said nothing is told anything."""
    if text is None:
        return Lifelines(say("danger.lines"), None, [])
    text = simplified(text.strip()).replace("著", "着")
    if not text:
        return Lifelines("", None, [])
    language = ENGLISH if _LATIN.search(text) and not _HAN.search(text) else CHINESE
    for part in _parts(text):
        if line := detect(part) or ("110" if self_harm(part) else None):
            hurt, suicide = also_ambulance(part), self_harm(part)
            swindled = line == "110" and scam(part)
            links = phrases.emergency_links(line, hurt, suicide, swindled)
            return Lifelines(phrases.emergency(line, hurt, suicide, language, swindled), line, links)
    return Lifelines(say("danger.lines", language), None, [])


def _parts(text: str) -> list[str]:
    """The text; of one that is longer than a message the cry that it may begin with, its beginning and its end."""
    return [text] if len(text) <= PART else [text[:LETTER], text[:PART], text[-PART:]]


def raw_text(body: bytes) -> str | None:
    """What a citizen wrote in the body of a request, whole or broken, JSON or a form; empty where it holds no text.

    None where nothing came.
    """
    if not body:
        return None
    if len(body) <= _READ_WHOLE:
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            pass
        else:
            text = data.get("text", "") if isinstance(data, dict) else None
            if isinstance(text, str):
                return text
    # Four bytes are the longest character of UTF-8, twelve its longest form in a form.
    kept = body if len(body) <= 24 * PART else body[: 12 * PART] + b"\n" + body[-12 * PART :]
    texts = [kept.decode("utf-8", "ignore")]
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        # What old Windows programs write.
        texts.append(kept.decode("gb18030", "ignore"))
    return "\n".join(_STRUCTURE.sub("，", unquote_plus(_unescaped(text))) for text in texts)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
