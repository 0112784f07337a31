"""Numbers of work orders."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import date

import pytest

from bot.hotline.workorders.number import new_number
from bot.settings import Settings
from bot.storage import Database
from tests.bot.hotline.workorders.factories import POTHOLE, file


def test_a_number_names_the_city_and_the_day_and_has_no_sign_that_is_misread() -> None:
    assert re.fullmatch(r"LS20260309-[2-9A-HJKMNP-Z]{6}", new_number(date(2026, 3, 9)))


def test_another_city_has_its_own_letters(environment: Callable[..., Settings]) -> None:
    environment(BOT_CITY="tests/city/toy")
    assert new_number(date(2026, 3, 9)).startswith("AH20260309-")


def test_two_thousand_numbers_of_a_day_do_not_repeat_and_use_every_sign() -> None:
    numbers = {new_number(date(2026, 3, 9)) for _ in range(2000)}
    # Two equal ones of 2,000 among 31**6 are drawn once in 400 runs; five of them never.
    assert len(numbers) >= 1996
    for place in range(6):
        assert len({number[-6 + place] for number in numbers}) == 31


async def test_a_number_that_was_drawn_before_is_drawn_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # The dice fall the same way for the first two orders.
    dice = iter("222222" + "222222" + "333333")
    monkeypatch.setattr(secrets, "choice", lambda signs: next(dice))
    first, second = await file(store), await file(store, POTHOLE)
    assert first.endswith("-222222") and second.endswith("-333333")
