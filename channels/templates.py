"""The pages' templates (页面模板): HTML stands in ``templates/`` of each channel, and what is put into it is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.cities import city
from bot.settings import settings

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def rendered(template: str, **values: Any) -> str:
    """The page of a template (``web/templates/index.html``), which may name the city and the service too."""
    return _pages.get_template(template).render(city=city().name, service_name=settings().service_name, **values)
