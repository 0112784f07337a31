"""What is put into a page is escaped, and a page that lacks something is not served half."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from bot.dialogue.wording import say
from channels.templates import rendered


def test_whatever_is_put_in_is_escaped() -> None:
    page = rendered("pages/templates/no_order.html", title="<b>&", say=lambda key: "<script>alert(1)</script>")
    assert "<script" not in page and "<b>" not in page and "&lt;b&gt;&amp;" in page


def test_a_page_names_the_city_and_the_service() -> None:
    page = rendered("web/templates/index.html", say=say, words={})
    assert "丽水市" in page and "{{" not in page + rendered("kb/templates/index.html")


def test_a_page_that_lacks_a_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="say"):
        rendered("pages/templates/no_order.html", title="x")
