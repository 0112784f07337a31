"""The report for people is short unless all is asked for; the one for programs is always whole."""

from __future__ import annotations

from bot.hotline.catalogue import catalogue
from tools.data_check.examples import Example
from tools.data_check.labels import Fault
from tools.data_check.likeness import Leak, Pair, Repeat
from tools.data_check.report import Report

LONG = "水箱漏水三年了" * 20
LABELS = {"intent": "report_matter", "route": "accept", "kind": "complaint", "category": ["城乡建设", "供水"]}


def example(text: str = "自来水发黄", line: int = 1) -> Example:
    return Example(text, "x.yml", line, LABELS | {"urgency": "standard"})


def report(
    examples: list[Example] | None = None,
    faults: list[Fault] | None = None,
    repeats: list[Repeat] | None = None,
    pairs: list[Pair] | None = None,
    leaks: list[Leak] | None = None,
) -> Report:
    return Report(examples or [example()], [example()], faults or [], repeats or [], pairs or [], leaks or [], few=2)


def text(found: Report, verbose: bool = False) -> str:
    return "\n".join(found.lines(verbose))


def test_counts_and_covered_classes_are_told() -> None:
    told = text(report([example(), example()]))
    firsts = len({first for first, _ in catalogue().entries})
    assert "      2  report_matter" in told
    assert f"Covered: 1 of {firsts} first levels, 1 of {len(catalogue().entries)} second levels" in told
    assert f"Classes with fewer than 2 examples: {len(catalogue().entries) - 1}" in told
    assert "      0  城乡建设/供电" in told and "  城乡建设/供水\n" not in told


def test_nothing_wrong_gives_no_error() -> None:
    assert report().errors == {"wrong labels": 0, "contradictions": 0, "leaks": 0}
    assert text(report()).endswith("Errors: 0 wrong labels, 0 contradictions, 0 leaks")


def test_only_word_for_word_leaks_and_contradictions_of_equal_texts_are_errors() -> None:
    two = [example(), example()]
    differing = {"kind": ["complaint", "report"]}
    found = report(
        faults=[Fault(example(), "no route")],
        repeats=[Repeat(two, {}), Repeat(two, differing)],
        pairs=[Pair(0.9, two, differing, False)],
        leaks=[
            Leak("equal", 1.0, two, False),
            Leak("run", 0.5, two, False),
            Leak("near", 0.9, two, False),
            Leak("equal", 1.0, two, True),
        ],
    )
    assert found.errors == {"wrong labels": 1, "contradictions": 1, "leaks": 2}
    told = text(found)
    assert "Exact repeats: 2" in told and "Near leaks (cosine from 0.8): 1" in told
    assert "Near-duplicates with different labels: 1\n  0.90 kind: complaint | report\n    x.yml:1  自来水发黄" in told
    assert "      1  held-out texts that were trained on" in told


def test_a_short_pair_is_counted_and_shown_only_on_demand() -> None:
    found = report(pairs=[Pair(0.9, [example(), example("自来水黄")], {"kind": ["complaint", "report"]}, True)])
    assert "Near-duplicates (cosine from 0.8): 0" in text(found) and "      1  near-duplicates" in text(found)
    assert "Near-duplicates (cosine from 0.8): 1" in text(found, verbose=True)
    assert "Near-duplicates with different labels: 0" in text(found, verbose=True)


def test_long_lists_and_texts_are_cut_unless_all_is_asked_for() -> None:
    found = report(faults=[Fault(example(LONG, line), "no route") for line in range(1, 31)])
    assert "… and 10 more: --verbose shows all" in text(found) and LONG not in text(found)
    assert "more: --verbose" not in text(found, verbose=True) and f"x.yml:30  {LONG}" in text(found, verbose=True)


def test_examples_of_which_nothing_is_read_are_listed() -> None:
    assert "Nothing is left after normalisation: 1\n    x.yml:7  👍" in text(report([example(), example("👍", 7)]))
