"""What the check found: as plain lines for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tools.data_check.examples import Example
from tools.data_check.labels import Fault, classes, counts, is_bare_wish
from tools.data_check.likeness import LIKE, RUN, SHORT, Leak, Pair, Repeat

_TOP = 20
"""Entries of a list that are shown unless all are asked for."""
_CUT = 60
"""Characters of a text that are shown unless all are asked for."""
_COUNTED = ("intent", "route", "legal_route", "decline_reason", "hotline", "kind", "urgency", "rating")


@dataclass(frozen=True)
class Report:
    """Everything that was found; ``few`` examples are what every class should have."""

    examples: list[Example]
    heldout: list[Example]
    faults: list[Fault]
    repeats: list[Repeat]
    pairs: list[Pair]
    leaks: list[Leak]
    few: int

    @property
    def contradictions(self) -> list[Repeat]:
        """Repeats with different labels."""
        return [repeat for repeat in self.repeats if repeat.differing]

    @property
    def near_contradictions(self) -> list[Pair]:
        """Nearly equal examples with different labels, without the short ones, where one 不 is half of the text."""
        return [pair for pair in self.pairs if pair.differing and not pair.short]

    @property
    def copied(self) -> list[Leak]:
        """Held-out texts that stand in the training data word for word."""
        return [leak for leak in self.leaks if leak.how != "near" and not leak.short]

    @property
    def near_leaks(self) -> list[Leak]:
        """Held-out texts that the training data nearly holds: copied and changed, or chance."""
        return [leak for leak in self.leaks if leak.how == "near" and not leak.short]

    @property
    def unread(self) -> list[Fault]:
        """Examples of which the language pipeline reads nothing: the model never learns from them."""
        return [Fault(example, "") for example in self.examples if example.text and not example.read_as]

    @property
    def errors(self) -> dict[str, int]:
        """How many there are of what makes the check fail."""
        return {
            "wrong labels": len(self.faults),
            "contradictions": len(self.contradictions),
            "leaks": len(self.copied),
        }

    def lines(self, verbose: bool = False) -> Iterator[str]:
        """The report for people."""
        long_pairs = [pair for pair in self.pairs if not pair.short]
        short_leaks = sum(leak.short for leak in self.leaks)
        yield from self._counts()
        for title, findings in (
            ("Wrong labels", self.faults),
            ("Nothing is left after normalisation", self.unread),
            ("Exact repeats", self.repeats),
            ("Contradictions: the same text, different labels", self.contradictions),
            (f"Near-duplicates (cosine from {LIKE})", self.pairs if verbose else long_pairs),
            ("Near-duplicates with different labels", self.near_contradictions),
            (f"Leaks: equal, or {RUN} characters in a row", self.copied),
            (f"Near leaks (cosine from {LIKE})", self.near_leaks),
        ):
            yield from _section(title, findings, verbose)
        yield ""
        yield f"Under {SHORT} characters, where anybody says the same: "
        yield f"{len(self.pairs) - len(long_pairs):7,}  near-duplicates"
        yield f"{short_leaks:7,}  held-out texts that were trained on"
        yield ""
        yield "Errors: " + ", ".join(f"{number} {name}" for name, number in self.errors.items())

    def to_dict(self) -> dict[str, Any]:
        """The report for programs: nothing is left out."""
        counted = counts(self.examples)
        return {
            "errors": self.errors,
            "examples": len(self.examples),
            "heldout": len(self.heldout),
            "counts": counted,
            "classes": classes(counted["category"]),
            "bare_wishes": sum(map(is_bare_wish, self.examples)),
            "wrong_labels": _plain(self.faults, "what"),
            "unread": _plain(self.unread),
            "repeats": _plain(self.repeats, "differing"),
            "near_duplicates": _plain(self.pairs, "score", "differing", "short"),
            "leaks": _plain(self.leaks, "how", "score", "short"),
        }

    def _counts(self) -> Iterator[str]:
        counted = counts(self.examples)
        yield f"{len(self.examples):,} examples, {len(self.heldout):,} held-out texts"
        for name in _COUNTED:
            yield f"\n{name}"
            yield from (f"{number:7,}  {value}" for value, number in counted[name].items())
        yield f"\ncategory\n{sum(map(is_bare_wish, self.examples)):7,}  none yet: the bare wish to file or to ask"
        yield from _classes(classes(counted["category"]), self.few)


Finding = Fault | Repeat | Pair | Leak


def _classes(numbers: dict[str, int], few: int) -> Iterator[str]:
    firsts: dict[str, dict[str, int]] = {}
    for path, number in numbers.items():
        first, _, second = path.partition("/")
        firsts.setdefault(first, {})[second] = number
    for first, seconds in firsts.items():
        told = " ".join(f"{second} {number}" for second, number in seconds.items())
        yield f"{sum(seconds.values()):7,}  {first}: {told}"
    with_some = sum(any(seconds.values()) for seconds in firsts.values())
    covered = sum(number > 0 for number in numbers.values())
    rare = {path: number for path, number in numbers.items() if number < few}
    yield f"\nCovered: {with_some} of {len(firsts)} first levels, {covered} of {len(numbers)} second levels"
    yield f"Classes with fewer than {few} examples: {len(rare)}"
    yield from (f"{number:7,}  {path}" for path, number in rare.items())


def _section(title: str, findings: Sequence[Finding], verbose: bool) -> Iterator[str]:
    yield f"\n{title}: {len(findings)}"
    shown = findings if verbose else findings[:_TOP]
    for finding in shown:
        if headline := _headline(finding):
            yield f"  {headline}"
        for example in finding.examples:
            text = example.text if verbose or len(example.text) <= _CUT else example.text[:_CUT] + "…"
            yield f"    {example.place}  {text}"
    if len(findings) > len(shown):
        yield f"  … and {len(findings) - len(shown)} more: --verbose shows all"


def _headline(finding: Finding) -> str:
    if isinstance(finding, Fault):
        return finding.what
    if isinstance(finding, Leak):
        return f"{finding.score:.2f} near" if finding.how == "near" else finding.how
    labels = "; ".join(f"{name}: {' | '.join(values)}" for name, values in finding.differing.items())
    return f"{finding.score:.2f} {labels}".rstrip() if isinstance(finding, Pair) else labels or "the same labels"


def _plain(findings: Sequence[Finding], *names: str) -> list[dict[str, Any]]:
    return [
        {name: getattr(finding, name) for name in names}
        | {"examples": [{"file": e.file, "line": e.line, "text": e.text} for e in finding.examples]}
        for finding in findings
    ]
