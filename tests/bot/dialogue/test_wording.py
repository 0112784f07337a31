"""The catalogues of the wording fit together, or are refused; a sentence names its city by placeholder."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.cities import city
from bot.dialogue.responses import BELOW, PAYLOADS, button, region_buttons, respond
from bot.dialogue.wording import LANGUAGES, Key, Wording, WordingError, say, wording
from bot.settings import ROOT

Catalogues = Callable[[str, str], Wording]
ROOMS = ("actions", "bot", "channels")


@pytest.fixture
def catalogues(tmp_path: Path) -> Catalogues:
    """Catalogues with these contents, in a city of the name 青城."""

    def read(chinese: str, english: str) -> Wording:
        (tmp_path / "zh.yml").write_text(chinese, encoding="utf-8")
        (tmp_path / "en.yml").write_text(english, encoding="utf-8")
        return Wording(tmp_path, lambda: {"city": "青城"})

    return read


def test_a_sentence_has_its_values_and_those_of_the_city(catalogues: Catalogues) -> None:
    told = catalogues("a: {b: '{city}的{number}号'}", "a: {b: 'No. {number}'}")
    assert (told.say("a.b", number=3), told.say("a.b", "en", number=3)) == ("青城的3号", "No. 3")


def test_another_language_may_take_the_chinese_sentence_in(catalogues: Catalogues) -> None:
    told = catalogues("{head: '状态：{state}。', s: 好了}", "{head: 'State: {state}. {zh}', s: done}")
    assert told.say("head", "en", state=Key("s")) == "State: done. 状态：好了。"


def test_a_date_is_written_as_people_say_it_unless_the_sentence_wants_it_otherwise(catalogues: Catalogues) -> None:
    told = catalogues("a: '{due}前'", "a: 'by {due:%Y-%m-%d}'")
    assert told.say("a", due=date(2026, 12, 3)) == "2026年12月3日前"
    assert told.say("a", "en", due=date(2026, 12, 3)) == "by 2026-12-03"


def test_what_a_language_leaves_to_chinese_or_nobody_speaks_is_said_in_chinese(catalogues: Catalogues) -> None:
    told = catalogues("{a: {b: 好, c: 行}, d: 是}", "{chinese: [a], d: 'yes'}")
    assert told.say("a.b", "en") == "好" and told.say("a.c", "en") == "行" and told.say("d", "ko") == "是"
    assert told.group("a", "en") == {"b": "好", "c": "行"}


@pytest.mark.parametrize(
    ("chinese", "english", "fault"),
    [
        ("{a: 好, b: 行}", "a: good", "b is missing"),
        ("a: 好", "{a: good, b: fine}", "b is not in the Chinese catalogue"),
        ("a: '{number}号'", "a: Number", "a has the values"),
        ("a: 好", "a: 'good {number}'", "a has the values"),
        ("a: 好", "{chinese: [b], a: good}", "b is said to be left to Chinese"),
        ("a: '{number'", "a: good", "expected '}'"),
        ("a: ''", "a: good", "a is no sentence"),
        ("a: [好]", "a: good", "a is no sentence"),
        ("a: 110", "a: good", "a is no sentence"),
    ],
)
def test_catalogues_that_do_not_fit_together_are_refused(
    catalogues: Catalogues, chinese: str, english: str, fault: str
) -> None:
    with pytest.raises(WordingError, match=re.escape(fault)):
        catalogues(chinese, english)


def test_an_unknown_key_and_a_missing_value_are_errors_at_once(catalogues: Catalogues) -> None:
    told = catalogues("a: '{number}号'", "a: 'No. {number}'")
    with pytest.raises(WordingError, match="no wording b"):
        told.say("b")
    with pytest.raises(WordingError, match=r"a \(en\) needs number"):
        told.say("a", "en")


def test_a_value_with_braces_is_only_a_value() -> None:
    assert "{city}" in say("intake.place", place="{city}")


# Our own catalogues ---------------------------------------------------------------------------------------------------


def test_nothing_in_the_catalogues_is_one_city_s_own() -> None:
    here = city()
    own = {here.short, here.province, here.example_landline, here.number_prefix + "2026"}
    own |= {region.short for region in here.regions}
    found = [
        (language, key, name)
        for language, texts in wording().texts.items()
        for key, text in texts.items()
        for name in own
        if name in text
    ]
    assert found == []


def test_the_city_is_in_the_sentences_that_name_it() -> None:
    assert city().name in say("smalltalk.greet") and city().regulation in say("smalltalk.abuse")
    assert city().example_place in say("intake.ask_location") and city().example_landline in say("intake.wrong_phone")


def test_the_counties_of_the_city_can_be_tapped() -> None:
    titles = [button["title"] for button in respond("intake.ask_region").buttons]
    assert titles == [*city().counties, "不清楚"]
    assert region_buttons()[0]["payload"] == f'/pick{{"region_choice": "{city().counties[0]}"}}'


VALUES = {
    "sentences": "1. a",
    "count": 1,
    "kept": "",
    "number": "N",
    "wait": "5分钟",
    "name": "王芳",
    "position": 1,
    "place": "桥头",
    "text": "x",
    "title": "x",
    "lead": "x",
    "unit": "x",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_with_buttons_can_be_said(language: str) -> None:
    for key in BELOW:
        assert respond(key, language, **VALUES).text
    for name in PAYLOADS:
        assert button(name)["title"]
        assert button(name, "N")["payload"] == PAYLOADS[name] + '{"number": "N"}'


def test_who_writes_english_is_offered_a_person_with_the_greeting() -> None:
    assert respond("smalltalk.greet").buttons == []
    assert [button["payload"] for button in respond("smalltalk.greet", "en").buttons] == ["/ask_human"]


def spoken() -> set[str]:
    """Strings of code and templates that may be keys; a part that is only known at run time is ``*``."""
    found = set()
    for file in [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.add("".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values))
    for template in (ROOT / "channels").rglob("templates/*.html"):
        found |= set(re.findall(r'say\("([a-z_.]+)"', template.read_text(encoding="utf-8")))
    return found | {re.sub(r"\$\{[^}]*\}", "*", key) for key in of_scripts()}


def of_scripts() -> set[str]:
    """The keys that the scripts of citizens' pages ask for, as they stand there."""
    scripts = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "channels/web/static").glob("*.js"))
    return set(re.findall(r"words\(['`]([^'`]+)['`]", scripts))


GROUPS = ("kind", "button", "button.meant", "intake.summary", "intake.filed", "order.progress", "order.urgency", "notice",
          "wechat", "wechat.note", "page.facts")  # fmt: skip
"""Groups whose sentences the code names by the last part of the key."""


def test_every_sentence_is_said_somewhere() -> None:
    strings = {text for text in spoken() if re.fullmatch(r"[a-z0-9_.*]+", text)}
    patterns = [
        re.compile(re.escape(text).replace(r"\*", r"\w+")) for text in strings if text[0] != "*" and "*" in text
    ]

    def is_said(key: str) -> bool:
        group, _, last = key.rpartition(".")
        if group in GROUPS:
            return key in strings or last in strings
        return key in strings or any(pattern.fullmatch(key) for pattern in patterns)

    # A sentence with _again is said where the one without it was said last.
    unsaid = [key for key in wording().texts["zh"] if not is_said(key) and not is_said(key.removesuffix("_again"))]
    assert unsaid == []


def test_every_key_that_the_code_says_is_in_the_catalogue() -> None:
    said = [
        node.args[0].value
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("say", "Key", "respond")
        if node.args and isinstance(node.args[0], ast.Constant)
    ]
    for template in (ROOT / "channels").rglob("templates/*.html"):
        said += re.findall(r'say\("([a-z_.]+)"\)', template.read_text(encoding="utf-8"))
    assert len(said) > 100
    assert [key for key in said if not wording().knows(key)] == []
