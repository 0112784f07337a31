"""Why an article is or is not found, told to whoever keeps it."""

from __future__ import annotations

import pytest

from bot.language.nlu.encoder import Encoder
from kb.search.explaining import explained
from tests import tiny_bert
from tests.kb.conftest import article


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder(tiny_bert.make(tmp_path_factory.mktemp("tiny")))


def test_the_nearest_phrasing_is_told_and_what_is_not_answered_where_that_is_nearer(encoder: Encoder) -> None:
    lamp = article(id="lamp", beyond=["路灯费谁出"])
    for phrasing in lamp.phrasings:
        parts = explained(phrasing, lamp, encoder, encoder)
        assert (parts.phrasing, parts.question, parts.beyond) == (phrasing, pytest.approx(1, abs=1e-3), None)
    assert explained("路灯费谁出", lamp, encoder, encoder).beyond == "路灯费谁出"


def test_an_article_without_such_questions_has_none_to_tell(encoder: Encoder) -> None:
    assert explained("路灯费谁出", article(id="lamp"), encoder, encoder).beyond is None
