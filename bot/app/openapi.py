"""The description of the service's HTTP interfaces (OpenAPI), served at ``/openapi.json``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The description as it stands in ``openapi.yml``."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))
    return found
