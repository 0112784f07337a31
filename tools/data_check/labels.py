"""Labels of training examples (标注): which values there are, which a route takes, how many there are of each.

What every label means stands in ``nlu_data/README.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.hotline.catalogue import catalogue
from bot.hotline.classification import KINDS
from bot.language.understanding import DECLINE_REASONS, HOTLINES, LEGAL_ROUTES, MATTER_INTENTS, ROUTES
from tools.data_check.examples import Example

LONGEST = 2000
"""Characters that a citizen's message may have (`bot.dialogue.gate.LONGEST`)."""
BARE_WISH = 40
"""Units of the longest "我要投诉": a wish to file names no matter yet, so it has no class and no urgency."""

VALUES: dict[str, tuple[str, ...]] = {
    "intent": ("greet", "goodbye", "thank", "affirm", "deny", "chitchat", "ask_question", "report_matter",
               "check_progress", "urge", "supplement", "withdraw", "rate", "ask_human", "help", "cancel", "abuse"),
    "route": ROUTES,
    "legal_route": LEGAL_ROUTES,
    "decline_reason": DECLINE_REASONS,
    "hotline": HOTLINES,
    "kind": KINDS,
    "urgency": ("standard", "expedited"),
    "rating": ("satisfied", "neutral", "dissatisfied"),
}  # fmt: skip
NAMES = (*VALUES, "category", "immediate")
_FLAGS = ("immediate", "near")
"""True or false."""
_KNOWN = (*NAMES, "near")
"""Also what says how an example is learned, and nothing of the message."""

_NEEDED = {
    "accept": ("kind", "category", "urgency"),
    "emergency": ("hotline", "kind"),
    "legal_route": ("legal_route",),
    "decline": ("decline_reason",),
    "none": (),
}
"""The labels that an example of a route needs."""
_ALLOWED = {"accept": _FLAGS, "emergency": ("category", "urgency", "immediate"), "none": ("rating",)}
"""Those that it may have besides. Of any other the classifier could make a route of its own."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with an example."""

    example: Example
    what: str

    @property
    def examples(self) -> list[Example]:
        """The one example."""
        return [self.example]


def faults_of(example: Example) -> Iterator[Fault]:
    """What is wrong with the text and the labels of an example."""
    for what in (*_wrong_text(example.text), *_wrong_values(example.labels), *_wrong_together(example)):
        yield Fault(example, what)


def is_bare_wish(example: Example) -> bool:
    """Whether it is the wish to file or to ask, without the matter."""
    labels = example.labels
    neither = "category" not in labels and "urgency" not in labels
    return labels.get("route") == "accept" and neither and len(example.units) <= BARE_WISH


def differing(examples: Iterable[Example]) -> dict[str, list[str]]:
    """The labels of which the examples have more than one value; a label that one lacks contradicts nothing."""
    found: dict[str, dict[str, None]] = {}
    for example in examples:
        for name, value in _comparable(example.labels).items():
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items() if len(values) > 1}


def counts(examples: Iterable[Example]) -> dict[str, dict[str, int]]:
    """How many examples there are of every value of every label, the most frequent first."""
    found: dict[str, Counter[str]] = {name: Counter() for name in NAMES}
    for example in examples:
        for name in NAMES:
            if name in example.labels:
                found[name][_told(example.labels[name])] += 1
    return {name: dict(counter.most_common()) for name, counter in found.items()}


def classes(counted: dict[str, int]) -> dict[str, int]:
    """The number of examples of every class of the dispatch catalogue (派单目录), in its order."""
    return {path: counted.get(path, 0) for path in map("/".join, catalogue().entries)}


def _wrong_text(text: str) -> Iterator[str]:
    if not text:
        yield "no text"
    if len(text) > LONGEST:
        yield f"{len(text)} characters, more than {LONGEST}"
    if "](" in text:
        yield 'the signs "](", which Rasa reads as an entity'


def _wrong_values(labels: dict[str, Any]) -> Iterator[str]:
    yield from (f"unknown label {name}" for name in labels if name not in _KNOWN)
    for name, values in VALUES.items():
        # YAML reads a bare 110 as a number, and the classifier takes it.
        if name in labels and str(labels[name]) not in values:
            yield f"unknown {name} {labels[name]}"
    if "category" in labels and labels["category"] not in map(list, catalogue().entries):
        yield f"category {_told(labels['category'])} is not in the catalogue"
    yield from (
        f"{name} is true or false, not {labels[name]}"
        for name in _FLAGS
        if not isinstance(labels.get(name, False), bool)
    )


def _wrong_together(example: Example) -> Iterator[str]:
    labels, intent = example.labels, example.labels["intent"]
    if "route" not in labels:
        yield "no route"
    elif (route := str(labels["route"])) in _NEEDED:
        needed = ("kind",) if is_bare_wish(example) else _NEEDED[route]
        yield from (f"no {name}" for name in needed if name not in labels)
        known = ("intent", "route", *_NEEDED[route], *_ALLOWED.get(route, ()))
        yield from (f"{name} on route {route}" for name in labels if name in _KNOWN and name not in known)
        if (route == "none") == (intent in MATTER_INTENTS):
            yield f"route {route} on intent {intent}"
    if ("rating" in labels) != (intent == "rate"):
        yield "no rating" if intent == "rate" else f"rating on intent {intent}"
    # Who wants to know asks; who wants something done, told or praised reports.
    kind = labels.get("kind")
    if kind and labels.get("route") == "accept" and (kind == "consultation") != (intent == "ask_question"):
        yield f"kind {kind} on intent {intent}"


def _comparable(labels: dict[str, Any]) -> dict[str, str]:
    """The labels as the classifier tells them apart, one text each, with its defaults."""
    if labels.get("route") == "accept":
        labels = {"urgency": "standard", "immediate": False, **labels}
    return {name: _told(labels[name]) for name in NAMES if name in labels}


def _told(value: Any) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)
