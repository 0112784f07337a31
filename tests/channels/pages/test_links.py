"""A link leads to one order for three days, and nobody can make or change one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import settings
from bot.storage.signing import Ended, NotOurs
from channels.pages.links import LIFETIME, address, make, read

NUMBER = "LS20261102-7K3M9Q"


def test_a_link_leads_to_its_order() -> None:
    assert read(make(NUMBER)) == NUMBER


def test_it_holds_for_three_days() -> None:
    assert LIFETIME == 3 * 86400
    assert read(make(NUMBER, time.time() - LIFETIME + 60)) == NUMBER
    with pytest.raises(Ended):
        read(make(NUMBER, time.time() - LIFETIME - 1))


@given(st.integers(0, 200), st.sampled_from("0123456789abcdefLSXQ.-/ "))
def test_every_change_breaks_it(place: int, sign: str) -> None:
    token = make(NUMBER)
    place %= len(token)
    changed = token[:place] + sign + token[place + 1 :]
    if changed != token:
        with pytest.raises(NotOurs):
            read(changed)


@given(st.text(max_size=80))
def test_nothing_else_is_a_link(text: str) -> None:
    with pytest.raises(NotOurs):
        read(text)


def test_the_whole_address_needs_to_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "public_url", None)
    assert address(NUMBER) is None
    monkeypatch.setattr(settings(), "public_url", "https://hotline.example/")
    whole = address(NUMBER)
    assert whole is not None and whole.startswith("https://hotline.example/w/")
    assert read(whole.rsplit("/", 1)[1]) == NUMBER
