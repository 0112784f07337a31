"""The chat bubble of an article (知识条目), as citizens see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogue.wording import CHINESE, ENGLISH, say


def bubble(content: Mapping[str, Any], language: str = CHINESE) -> str:
    """The text of the bubble, without the question that follows it; also of an unfinished draft."""
    answer = str(content.get("answer", ""))
    foreign = str(content.get("english", "")) if language == ENGLISH else ""
    lines = [line for line in (foreign, answer) if line]
    lines += [f"{number}. {step}" for number, step in enumerate(content.get("steps", []), 1)]
    if bring := content.get("bring"):
        lines.append(say("answer.bring", language, things="、".join(map(str, bring))))
    if where := content.get("where"):
        lines.append(say("answer.where", language, where=where))
    if legal_basis := content.get("legal_basis"):
        lines.append(say("answer.basis", language, laws=_cited(legal_basis)))
    return "\n".join(lines)


def _cited(citations: Sequence[str]) -> str:
    """Citations with each law named once: 《…法》第二条、第七条；《…条例》."""
    laws: dict[str, list[str]] = {}
    for citation in map(str, citations):
        law, closed, article = citation.partition("》")
        laws.setdefault(law + closed, []).extend([article] if article else [])
    return "；".join(law + "、".join(articles) for law, articles in laws.items())
