"""A city is a folder; a slip in it is told at the start, with the file and what to mend."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app.cities import checked
from bot.cities import CityError, city, short_name
from bot.hotline.catalogue import catalogue
from bot.language.extract.places import find_location
from bot.language.gazetteer import gazetteer
from bot.settings import ROOT, Settings
from kb.search.lexical import synonyms
from tests.conftest import BOT

TOY = ROOT / "tests/city/toy"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the toy city, to spoil."""
    return Path(shutil.copytree(TOY, tmp_path / "city"))


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("place", [ROOT / "bot/city/lishui", TOY])
def test_the_cities_of_this_checkout_are_whole(place: Path, environment: Callable[..., Settings]) -> None:
    environment(BOT_CITY=str(place))
    assert checked().folder == place


def test_another_city_is_another_folder(environment: Callable[..., Settings]) -> None:
    environment(BOT_CITY=str(TOY))
    assert city().counties == ("临溪区", "望川县", "石湖县") and city().province_short == "青岚"
    assert (short_name("望川县"), short_name("宁泽市")) == ("望川", "宁泽")
    assert catalogue().responsible_unit(["城乡建设", "供电"], "望川县") == "青岚电网望川供电所"
    place = find_location("望川县白石镇大槐村的路灯坏了")
    assert (place.text, place.region) == ("望川县白石镇大槐村", "望川县")
    found = {hit.place.name: hit.place.region for hit in gazetteer().find("青岚安和 宁泽 莲都区 丽水 碧湖镇")}
    assert found == {"安和": "市本级", "宁泽": "宁泽市"}
    assert "囡儿" not in synonyms()


def test_the_words_for_sentences_are_the_city_s(environment: Callable[..., Settings]) -> None:
    environment(BOT_CITY=str(TOY))
    assert city().words()["city"] == "安和市" and set(city().words()) >= {"short", "regulation", "example_place"}


@pytest.mark.parametrize("name", sorted(file.name for file in TOY.iterdir() if file.is_file()))
def test_a_missing_file_is_named(folder: Path, name: str, environment: Callable[..., Settings]) -> None:
    (folder / name).unlink()
    with pytest.raises(CityError, match=name):
        environment(BOT_CITY=str(folder))
        checked()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("city.yml", "number_prefix: AH", "number_prefix: Anhe", "number_prefix: string does not match"),
        ("city.yml", "centre:", "center:", "centre: field required; center: extra fields not permitted"),
        ("city.yml", "short: 望川", "short: 临溪", "regions: 临溪 stands there twice"),
        ("city.yml", "articles: articles", "articles: elsewhere", "there are no articles"),
        ("city.yml", "name: 安和市", "name: [安和市", "city.yml"),
        ("city.yml", "regulation: 安", "regulation: 《安", "regulation: string does not match"),
        ("legal_routes.yml", "petition:", "petitions:", "the routes are litigation"),
        ("legal_routes.yml", 'lines: ["12368"]', "lines: 12368", "litigation.lines: value is not a valid list"),
        ("holidays.yml", "days_off: []", "days_off: [someday]", "days_off.0: invalid date format"),
        ("holidays.yml", "days_off: []", "days: []", "days_off: field required"),
        ("gazetteer.csv", "name,kind,", "name,art,", "the column kind is missing\n  the column art is not known"),
        ("gazetteer.csv", "梧桐街道,street", "梧桐街道,galaxy", "line 2: kind: unexpected value; permitted: 'town'"),
        ("gazetteer.csv", "street,临溪区,临溪区", "street,火星区,临溪区", "line 2: region: 火星区 is neither a county"),
        ("gazetteer.csv", "长风路,road,临溪区,", "长风路,road,临溪区,,,", "more: extra fields not permitted"),
        ("other_cities.txt", "宁泽市 宁泽 东泽区", "宁泽市", "宁泽市"),
        ("catalogue.csv", "expedited", "urgent", "供水: urgency is standard or expedited, not 'urgent'"),
        ("catalogue.csv", "A002", "A001", "A001: a class and a code stand there once"),
        ("catalogue.csv", ",unit_county,", ",unit_district,", "the column unit_county is missing"),
        ("catalogue_exceptions.csv", "临溪区,临", "月球区,临", "no county 月球区"),
        ("catalogue_exceptions.csv", "市容环卫", "陨石", "there is no class 城乡建设/陨石"),
        ("synonyms.yml", "{}", "孩子: 伢", "孩子: value is not a valid list"),
    ],
)
def test_a_slip_is_told_with_its_file_and_what_to_mend(
    folder: Path, environment: Callable[..., Settings], name: str, old: str, new: str, said: str
) -> None:
    spoil(folder / name, old, new)
    if name == "other_cities.txt":
        spoil(folder / name, "宁泽市 西泽区", "宁泽市")
    with pytest.raises(CityError) as told:
        environment(BOT_CITY=str(folder))
        checked()
    assert name in str(told.value) and said in str(told.value)


def test_of_many_slips_the_first_are_told(folder: Path, environment: Callable[..., Settings]) -> None:
    file = folder / "gazetteer.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("县", "国").replace("溪", "河"), encoding="utf-8")
    with pytest.raises(CityError, match=r"line 2: (?s:.)*and \d more"):
        environment(BOT_CITY=str(folder))
        checked()


@pytest.mark.parametrize("command", ["serve", "relay"])
def test_the_service_does_not_start_on_a_city_with_a_slip(folder: Path, tmp_path: Path, command: str) -> None:
    spoil(folder / "gazetteer.csv", "street", "galaxy")
    env = {**os.environ, "BOT_CITY": str(folder), "BOT_DATA_DIR": str(tmp_path / "data")}
    ended = subprocess.run([BOT, command], env=env, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1 and not ended.stdout
    assert "gazetteer.csv" in ended.stderr and "line 2: kind" in ended.stderr
    assert "Traceback" not in ended.stderr and len(ended.stderr.splitlines()) < 5
